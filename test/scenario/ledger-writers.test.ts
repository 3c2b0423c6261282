/** Planted people go through every writer of the ledger; the change is recorded, and none of them is in what anybody may see. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { collect } from '../../src/estate/collect.ts';
import { importDeclared } from '../../src/estate/import.ts';
import type { Outcome, Report } from '../../src/estate/schema.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { packageRoot } from '../../src/kernel/paths.ts';
import { exportLog } from '../../src/ledger/export.ts';
import { sequence } from '../../src/ledger/sequence.ts';
import { readEntries } from '../../src/ledger/store.ts';
import { createSessions } from '../../src/server/session.ts';
import { testDatabase } from '../support/database.ts';

const PLANTED = ['Ada Example', 'ada.example@trust.example', '9990000018', 'key safe 4471C'];
const TRUE_AT = '2026-10-01T00:00:00Z';

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator
async function* aboutPeople(): AsyncGenerator<Report, Outcome, void> {
  for (const login of PLANTED) {
    yield {
      type: 'observation',
      kind: 'account',
      key: login,
      trueAt: TRUE_AT,
      body: { login, identitySource: 'directory' },
    };
    yield { type: 'unseen', what: login, reason: 'not-permitted', detail: login };
  }
  return 'complete';
}

test('what every writer records names nobody, and verifies', async (t) => {
  const database = await testDatabase(t);
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-writers-'));
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  const clock = fixedClock('2026-11-21T12:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });

  const customers = PLANTED.map((name, n) => `  - { id: c${n}, name: "${name}" }`);
  const imported = await importDeclared(
    [{ name: 'estate.yaml', bytes: Buffer.from(['customers:', ...customers].join('\n')) }],
    { database, clock },
  );
  assert.equal(imported.ok, true);
  const source = { connector: 'ldap', name: 'Ada Example’s directory', interval: 3600 };
  await collect({ database, clock, log, source }, aboutPeople());
  const sessions = createSessions({ database, clock });
  await sessions.exchange((await sessions.createLink()).secret);

  const ledger = await sequence({ database, clock, data: home });
  const { size } = ledger.checkpoint;
  const entries = await database.transaction('everything', (sql) => readEntries(sql, 0, size));
  assert.deepEqual(entries.map(({ kind }) => kind).sort(), [
    'collection.ended',
    'estate.import',
    'ledger.opened',
    'sign-in',
  ]);
  const directory = path.join(home, 'export');
  const script = path.join(packageRoot(), 'docs/verify/holdfast-verify.mjs');
  await exportLog(
    {
      files: ledger.files,
      checkpoint: ledger.checkpointText,
      olderCheckpoints: [],
      openings: (async function* () {
        for (const { index, opening } of entries)
          yield await Promise.resolve({ index, opening: opening! });
      })(),
      script: fs.readFileSync(script, 'utf8'),
    },
    directory,
  );
  const files = fs
    .readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  assert.ok(files.length > 8);
  for (const file of files) {
    const bytes = fs.readFileSync(file);
    for (const planted of PLANTED) {
      for (const form of [planted, JSON.stringify(planted), Buffer.from(planted).toString('hex')]) {
        assert.equal(bytes.includes(form), false, `${path.basename(file)} holds ${planted}`);
      }
    }
  }
  const [key] = ledger.checkpoint.signatures;
  const { status, stdout } = spawnSync(
    process.execPath,
    [script, directory, '--key', key!.verifier.vkey],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stdout);
  assert.match(stdout, /4 records are bit for bit/);
});
