import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import {
  createKeyFile,
  keyFromFile,
  keyFromText,
  loadPersonKey,
  personKey,
  rotateKeyFile,
} from './person-key.ts';

async function inFolder(use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-key-'));
  try {
    await use(path.join(folder, 'person.key'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a key file is made with mode 0600, never overwritten, and refused when others may read it', () =>
  inFolder(async (file) => {
    await createKeyFile(file);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    await assert.rejects(createKeyFile(file), { code: 'conflict' });
    const key = await loadPersonKey(keyFromFile(file));
    assert.match(key.id, /^[0-9a-f]{16}$/);
    await chmod(file, 0o640);
    await assert.rejects(loadPersonKey(keyFromFile(file)), { code: 'bad_config' });
  }));

test('rotation adds a layer and keeps the older secrets to reach it', () =>
  inFolder(async (file) => {
    await createKeyFile(file);
    const before = await loadPersonKey(keyFromFile(file));
    await rotateKeyFile(file);
    const after = await loadPersonKey(keyFromFile(file));
    assert.equal(after.layers, before.layers + 1);
    before.hash('n:1');
    const [hi = 0, lo = 0] = before.out;
    after.carry(before, hi, lo);
    const carried = [...after.out];
    after.hash('n:1');
    assert.deepEqual([...after.out], carried);
  }));

test('errors name the file and never the secret', () =>
  inFolder(async (file) => {
    await writeFile(file, 'holdfast-person-key-1\nplanted-secret\n', { mode: 0o600 });
    await assert.rejects(loadPersonKey(keyFromFile(file)), (error: Error) => {
      return error.message.includes(file) && !error.message.includes('planted');
    });
    assert.equal((await readFile(file, 'utf8')).includes('planted'), true);
    await assert.rejects(loadPersonKey(keyFromFile(`${file}.absent`)), { code: 'bad_config' });
  }));

test('a key from the environment is the key of the same secrets', async () => {
  const secrets = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const text = secrets.map((secret) => secret.toString('base64url')).join(',');
  const key = await loadPersonKey(keyFromText(text, 'HOLDFAST_PERSON_KEY'));
  assert.equal(key.id, personKey(secrets).id);
  await assert.rejects(loadPersonKey(keyFromText('short', 'HOLDFAST_PERSON_KEY')), {
    code: 'bad_config',
  });
});
