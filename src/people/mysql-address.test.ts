import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { mysqlAddress } from './mysql-address.ts';
import { mysqlRefusal } from './mysql-refusal.ts';
import { SOURCE_VARIABLE, databaseExtract, sourceUrl } from './source-database.ts';

const verified = { rejectUnauthorized: true, verifyIdentity: true };

test('a URL gives host, port, login and database; only what is near is asked without TLS', () => {
  assert.deepEqual(mysqlAddress('mysql://reader:p%40ss@127.0.0.1/care'), {
    host: '127.0.0.1',
    port: 3306,
    user: 'reader',
    password: 'p@ss',
    database: 'care',
  });
  const near = mysqlAddress('mariadb://r@localhost/care?socket=/run/mysqld/mysqld.sock');
  assert.equal(near.socketPath, '/run/mysqld/mysqld.sock');
  assert.equal(near.ssl, undefined);
  const { host, port } = mysqlAddress('mysql://r@[::1]:3307/');
  assert.deepEqual([host, port], ['::1', 3307]);
  const modeOf = (query: string) => mysqlAddress(`mysql://r@db.example.org/care${query}`).ssl;
  assert.deepEqual(modeOf(''), verified);
  assert.deepEqual(modeOf('?ssl-mode=VERIFY_IDENTITY'), verified);
  assert.deepEqual(modeOf('?ssl-mode=REQUIRED'), {
    rejectUnauthorized: false,
    verifyIdentity: false,
  });
  assert.equal(modeOf('?ssl-mode=DISABLED'), undefined);
});

test('a URL that is wrong is refused without a word of it', () => {
  const wrong = [
    'mysql://reader:hunter2@:x/care',
    'mysql://reader:hunter2@db/care?ssl=true',
    'mysql://reader:hunter2@db/care?ssl-mode=preferred',
    'mysql://reader:hunter2%zz@db/care',
    'mysql://reader:hunter2@db/care?ssl-ca=/nowhere/hunter2.pem',
  ];
  for (const url of wrong) {
    assert.throws(
      () => mysqlAddress(url),
      (error: Error & { code: string; remedy?: string }) =>
        error.code === 'bad_config' && !`${error.message}${error.remedy ?? ''}`.includes('hunter2'),
    );
  }
});

test('a password comes from a file that only its owner may read, and goes into the URL of either kind of database', async (t) => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-password-')), 'password');
  t.after(() => fs.rmSync(path.dirname(file), { recursive: true }));
  const password = 'a@b:c/d%41 ü?#';
  fs.writeFileSync(file, `${password}\n`, { mode: 0o600 });
  const from = (url: string) =>
    sourceUrl({ [SOURCE_VARIABLE]: url, HOLDFAST_SOURCE_PASSWORD_FILE: file });
  assert.equal(mysqlAddress(await from('mysql://reader@db/care')).password, password);
  const postgres = new URL(await from('postgres://reader@db:5433/care?sslmode=require'));
  assert.equal(decodeURIComponent(postgres.password), password);
  assert.equal(postgres.search, '?sslmode=require');
  const refused = { code: 'bad_config' };
  await assert.rejects(from('mysql://reader:other@db/care'), refused);
  await assert.rejects(from('mysql://db/care'), refused);
  fs.chmodSync(file, 0o644);
  await assert.rejects(from('mysql://reader@db/care'), refused);
  fs.rmSync(file);
  await assert.rejects(from('mysql://reader@db/care'), refused);
});

test('a source is named and is a database that can be read, and a query only reads', async () => {
  const ask = (url: string | undefined, query: string) =>
    databaseExtract({ query }, { [SOURCE_VARIABLE]: url });
  await assert.rejects(ask(undefined, 'select 1'), { code: 'bad_config' });
  await assert.rejects(ask('oracle://r@db/care', 'select 1'), { code: 'bad_config' });
  // Port 1 answers nobody: a query that is let through is unreachable, one that is not is refused before.
  const closed = 'mysql://r@127.0.0.1:1/care';
  const writes = [
    'delete from clients',
    '/* select */ update clients set a = 1',
    '-- select\ndrop table clients',
    "select * from clients into outfile '/tmp/x'",
    'set global read_only = 0',
    'call anything()',
    '',
  ];
  for (const query of writes) await assert.rejects(ask(closed, query), { code: 'bad_input' });
  const reads = [
    'select 1',
    ' SELECT 1;',
    '(select 1)',
    'with a as (select 1) select * from a',
    '# note\n/* of the\nday */ -- and\nselect 1',
  ];
  for (const query of reads) await assert.rejects(ask(closed, query), { code: 'unreachable' });
});

test('nothing that a server says is repeated: only a code that is one', () => {
  const said = (error: unknown) => mysqlRefusal(error, 'table t').message;
  assert.match(said({ code: 'ER_NO_SUCH_TABLE', message: 'Ada Byron' }), /\(ER_NO_SUCH_TABLE\)$/);
  assert.match(said({ code: 'Ada Byron', errno: 1105 }), /\(error 1105\)$/);
  assert.match(said('Ada Byron'), /\(unknown\)$/);
});
