import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isRoot } from '../../paths.ts';
import { openDirectory } from './directory.ts';

function folder(t: TestContext): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-directory-'));
  fs.chmodSync(made, 0o755);
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

test('a database stays with the user it was made for', (t) => {
  if (!isRoot()) {
    t.skip('needs root');
    return;
  }
  const home = folder(t);
  const cluster = path.join(home, 'postgres');
  fs.mkdirSync(cluster, { mode: 0o700 });
  fs.writeFileSync(path.join(cluster, 'PG_VERSION'), '18\n', { mode: 0o600 });
  for (const made of [cluster, path.join(cluster, 'PG_VERSION')])
    fs.chownSync(made, 12_345, 54_321);
  const { uid, gid } = openDirectory(home);
  assert.deepEqual([uid, gid], [12_345, 54_321]);
  assert.equal(fs.statSync(cluster).uid, 12_345);
});

test('sockets never go into a folder that somebody else may have made', (t) => {
  // So deep that the sockets go into the temporary folder.
  const home = path.join(folder(t), 'deep'.repeat(30));
  const { sockets } = openDirectory(home);
  t.after(() => fs.rmSync(sockets, { recursive: true, force: true }));
  assert.notEqual(path.dirname(sockets), home);
  assert.equal(openDirectory(home).sockets, sockets);
  fs.chmodSync(sockets, 0o777);
  assert.throws(() => openDirectory(home), { code: 'bad_config', message: /not a private folder/ });
  fs.rmdirSync(sockets);
  fs.symlinkSync(home, sockets);
  assert.throws(() => openDirectory(home), { code: 'bad_config', message: /not a private folder/ });
});
