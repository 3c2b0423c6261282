import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { scratch } from '../../test/support/a-ledger.ts';
import { contents, migrations, version } from '../../test/support/backup.ts';
import { workplace } from '../../test/support/command.ts';
import { testConnection } from '../../test/support/database.ts';
import { fixedClock } from '../kernel/clock.ts';
import { backup } from '../kernel/sql/backup.ts';
import { openDatabase, type Connection } from '../kernel/sql/database.ts';
import { restore, type RestoreOptions } from '../kernel/sql/restore.ts';
import { auditLedger } from '../ledger/audit.ts';
import { openRecord } from '../ledger/commitment.ts';
import { record } from '../ledger/record.ts';
import { recoverEntries, sequence, type LedgerPlace } from '../ledger/sequence.ts';
import { readEntries } from '../ledger/store.ts';
import { recordRestore } from './backup.ts';

const clock = fixedClock('2026-11-21T12:00:00Z');
const options: RestoreOptions = {
  migrations,
  also: (sql, restored) => recordRestore(sql, restored, clock.now()),
};

function placeAt(
  t: TestContext,
  { connection, role }: { connection: Connection; role: string | undefined },
  data: string,
): LedgerPlace {
  const database = openDatabase(connection, { role, connections: 2 });
  t.after(() => database.close());
  return { database, data, clock };
}

function write({ database }: LedgerPlace): Promise<void> {
  const body = { backup: 3, kilobytes: 9, digest: 'ab'.repeat(32) };
  return database.transaction('everything', (sql) => record(sql, 'backup', body, clock.now()));
}

async function recorded({ database }: LedgerPlace): Promise<unknown[]> {
  const entries = await database.transaction('everything', (sql) => readEntries(sql, 0, 99));
  return entries.map(({ commitment, opening }) =>
    opening === undefined ? 'lost' : openRecord(commitment, opening),
  );
}

test('an older database beside newer tiles is found out, though it has recorded its restore; recovered, it says so', async (t) => {
  const source = await testConnection(t);
  const place = placeAt(t, source, scratch(t));
  await write(place);
  await sequence(place);
  const file = path.join(scratch(t), 'older.backup');
  const made = await backup(source.connection, file, { version });
  await write(place);
  await write(place);
  assert.equal((await sequence(place)).checkpoint.size, 4);

  const target = await testConnection(t, { empty: true });
  await restore(target.connection, file, options);
  const older = placeAt(t, target, place.data);
  await assert.rejects(sequence(older), { code: 'tampered', message: /older copy/ });
  await assert.rejects(auditLedger(older), { code: 'tampered', message: /older copy/ });
  assert.equal(await recoverEntries(older), 2);
  await sequence(older);
  const after = (await recorded(older)).slice(2);
  assert.deepEqual(after.slice(0, 2), ['lost', 'lost']);
  assert.deepEqual(after[2], {
    kind: 'restore',
    recorded: clock.now(),
    body: { backup: made.sha256, digest: made.sha256, taken: made.at },
  });
  assert.deepEqual((await auditLedger(older)).problems, []);
});

test('when the restore cannot be recorded, nothing is restored', async (t) => {
  const source = await testConnection(t);
  await write(placeAt(t, source, scratch(t)));
  const file = path.join(scratch(t), 'one.backup');
  await backup(source.connection, file, { version });
  const target = await testConnection(t);
  const also = () => Promise.reject(new Error('not recorded'));
  await assert.rejects(restore(target.connection, file, { migrations, also }), /not recorded/);
  assert.equal((await contents(target.connection))['ledger.entry'], '0 ');
});

test('the commands: a key is changed, backup and restore are recorded, the key goes along by hand', (t) => {
  const here = workplace(t);
  const json = (...args: string[]): unknown => {
    const { status, stdout, stderr } = here.run(...args, '--json');
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  };
  const rotated = json('ledger', 'key', 'rotate') as { key: string; former: string[] };
  const keys = json('ledger', 'key', 'list') as { vkey: string }[];
  assert.deepEqual(
    keys.map(({ vkey }) => vkey),
    [rotated.key, ...rotated.former],
  );
  const file = path.join(here.home, 'one.backup');
  const made = json('backup', file) as { sha256: string };
  const there = path.join(here.home, 'other');
  json('restore', file, '--data', there);
  const { status, stderr } = here.run('ledger', 'show', '--data', there);
  assert.equal(status === 0, false);
  assert.match(stderr, /key .* is missing/);
  cpSync(path.join(here.data, 'keys'), path.join(there, 'keys'), { recursive: true });
  const entry = json('ledger', 'show', '3', '--data', there) as { kind: string; body: object };
  assert.equal(entry.kind, 'restore');
  assert.deepEqual(
    { ...entry.body, taken: '' },
    {
      backup: made.sha256,
      digest: made.sha256,
      taken: '',
    },
  );
});
