import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  contents,
  fails,
  folder,
  migrations,
  saved,
  version,
} from '../../../test/support/backup.ts';
import { testConnection } from '../../../test/support/database.ts';
import { HoldfastError } from '../errors.ts';
import { packageRoot } from '../paths.ts';
import { backup } from './backup.ts';
import { ending, FIRST_LINE, openBackup } from './backup-file.ts';
import { openPool, type Connection } from './database.ts';
import { restore } from './restore.ts';

test('a login that row-level security binds backs up and restores everything too', async (t) => {
  const { file } = await saved(t);
  const { connection } = await testConnection(t, { empty: true });
  const admin = openPool(connection, { connections: 1 });
  const name = `plain_${process.pid}`;
  await admin.unsafe(
    `create role ${name} login password 'plain'; grant create on database ${
      connection.database ?? new URL(connection.url ?? '').pathname.slice(1)
    } to ${name}`,
  );
  t.after(async () => {
    await admin.unsafe(`drop owned by ${name} cascade; drop role ${name}`).catch(() => undefined);
    await admin.end();
  });
  const plain = as(connection, name, 'plain');
  await restore(plain, file, { migrations });
  const again = path.join(folder(t), 'again.backup');
  const result = await backup(plain, again, { version });
  const rows = (of: { manifest: { tables: { name: string; rows: number }[] } }) =>
    of.manifest.tables.map((table) => [table.name, table.rows]);
  const [one, two] = [await openBackup(file), await openBackup(again)];
  assert.deepEqual(rows(two), rows(one));
  assert.ok(result.rows > 300);
  const open = await admin`select 1 from pg_class where relrowsecurity and not relforcerowsecurity`;
  assert.equal(open.length, 0);
  const secured = await admin`select 1 from pg_class where relname = 'state' and relrowsecurity`;
  assert.equal(secured.length, 1);
  await Promise.all([one.handle.close(), two.handle.close()]);
});

function as(connection: Connection, user: string, password: string): Connection {
  if (connection.url === undefined) return { ...connection, user, password };
  const url = new URL(connection.url);
  url.username = user;
  url.password = password;
  return { url: url.href };
}

test('any changed byte is refused and changes nothing', async (t) => {
  const { file } = await saved(t, 5);
  const { connection } = await testConnection(t);
  const whole = fs.readFileSync(file);
  const before = await contents(connection);
  const copy = path.join(folder(t), 'changed');
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: whole.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, flip) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        fs.writeFileSync(copy, bytes);
        await assert.rejects(
          restore(connection, copy, { migrations }),
          (error) =>
            error instanceof HoldfastError &&
            (['tampered', 'bad_file', 'newer_data'].includes(error.code) ||
              assert.fail(`byte ${at} of ${whole.length}: ${error.code} ${error.message}`)),
        );
      },
    ),
    { numRuns: 40 },
  );
  assert.deepEqual(await contents(connection), before);
});

test('what was cut short, is something else, or comes from the future is refused by name', async (t) => {
  const { file } = await saved(t, 3);
  const { connection } = await testConnection(t);
  const whole = fs.readFileSync(file);
  const at = folder(t);
  const given = (name: string, bytes: Buffer) => {
    fs.writeFileSync(path.join(at, name), bytes);
    return restore(connection, path.join(at, name), { migrations });
  };
  for (const length of [FIRST_LINE.length, 100, whole.length / 2, whole.length - 1])
    await fails(given('short', whole.subarray(0, length)), 'bad_file', /cut short/);
  await fails(given('empty', Buffer.alloc(0)), 'bad_file', /not a Holdfast backup/);
  await fails(given('other', Buffer.from('PK\u0003\u0004'.repeat(50))), 'bad_file', /not a/);
  await fails(
    given('later', Buffer.concat([Buffer.from('holdfast-backup 2\n'), whole.subarray(18)])),
    'newer_data',
  );
  await fails(restore(connection, path.join(at, 'absent'), { migrations }), 'bad_file', /ENOENT/);
  await fails(restore(connection, at, { migrations }), 'bad_file');
  await fails(
    restore(connection, file, { migrations, sha256: '0'.repeat(64) }),
    'tampered',
    /SHA-256/,
  );
  const opened = await openBackup(file);
  await opened.handle.close();
  const { manifest } = opened;
  const body = whole.subarray(0, bodyLength(manifest));
  const future = [...manifest.migrations, { version: '9999', name: 'x', sha256: '0'.repeat(64) }];
  const withManifest = (changed: typeof manifest) =>
    Buffer.concat([body, ending(changed, body.length).bytes]);
  await fails(given('future', withManifest({ ...manifest, migrations: future })), 'newer_data');
  const [first, ...rest] = manifest.migrations;
  const other = [{ ...first!, sha256: '0'.repeat(64) }, ...rest];
  await fails(given('fork', withManifest({ ...manifest, migrations: other })), 'migration_changed');
  const renamed = manifest.tables.map((table) => ({ ...table, name: `${table.name}; select 1` }));
  await fails(given('renamed', withManifest({ ...manifest, tables: renamed })), 'tampered');
  const few = manifest.tables.map((table) => ({ ...table, rows: table.rows + 1 }));
  await fails(given('rows', withManifest({ ...manifest, tables: few })), 'tampered');
});

function bodyLength(manifest: { tables: { offset: number; length: number }[] }): number {
  const last = manifest.tables.at(-1);
  return (last?.offset ?? 0) + (last?.length ?? 0);
}

test('a database that holds rows is not written over, and a file neither', async (t) => {
  const { connection, file } = await saved(t, 3);
  await fails(restore(connection, file, { migrations }), 'conflict', /not empty/);
  await fails(backup(connection, file, { version }), 'conflict', /exists/);
  await fails(backup(connection, path.join(file, 'x'), { version }), 'bad_file');
});

test('kill -9 in the middle of a restore leaves the database as it was', async (t) => {
  const { file } = await saved(t, 40);
  const { connection } = await testConnection(t);
  const before = await contents(connection);
  const script = `
    import { restore } from './src/kernel/sql/restore.ts';
    import { readMigrations } from './src/kernel/sql/migrate.ts';
    await restore(${JSON.stringify(connection)}, ${JSON.stringify(file)}, {
      migrations: readMigrations('migrations'),
      progress: (done, total) => { if (done > total * 0.8) process.kill(process.pid, 'SIGKILL'); },
    });`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: packageRoot(),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
  assert.deepEqual(await contents(connection), before);
  await restore(connection, file, { migrations });
});

test('rows that do not fit their table are refused, wherever PostgreSQL notices it', async (t) => {
  const { file } = await saved(t, 3);
  const { connection } = await testConnection(t);
  const pool = openPool(connection, { connections: 1 });
  t.after(() => pool.end());
  // Noticed row by row, and only at the end of the table.
  for (const constraint of [
    "check (key = '')",
    'foreign key (entity_id) references estate.collection',
  ]) {
    await pool.unsafe(`alter table estate.entity add constraint strange ${constraint}`);
    await fails(restore(connection, file, { migrations }), 'bad_file', /do not fit estate.entity/);
    await pool.unsafe(`alter table estate.entity drop constraint strange`);
  }
  await restore(connection, file, { migrations });
});
