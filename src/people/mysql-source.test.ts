import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { held } from '../../test/support/held.ts';
import { has, skipUnless } from '../../test/support/machine.ts';
import { HAS_MARIADB, startMariadb, type TestMariadb } from '../../test/support/mariadb.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { packageRoot } from '../kernel/paths.ts';
import { countPeople, type PeopleCount } from './count.ts';
import { extractOf, type Extract } from './extract.ts';
import { mysqlExtract, type MysqlSource } from './mysql-source.ts';
import { personKey } from './person-key.ts';
import { RECORD_HEADER, syntheticRecords } from './synth/records.ts';

const options = {
  key: personKey([Buffer.alloc(32, 6)]),
  source: 'db',
  asOf: new Date('2022-08-04T00:00:00Z'),
  acceptTestNumbers: true,
};
const records = [...syntheticRecords({ seed: 'mysql', people: 2500 })];
const rows = records.map((record) => record.row);
const PASSWORD = "pl4nted'pass%word";

test('a MariaDB table or query', skipUnless([HAS_MARIADB, 'mariadb-server']), async (t) => {
  const server = await startMariadb();
  t.after(() => server.stop());
  await fill(server);
  const login = `reader:${encodeURIComponent(PASSWORD)}`;
  const at = { url: `mysql://${login}@127.0.0.1:${server.port}/care` };

  await t.test('counts as the same people as the CSV of its rows', async () => {
    const expected = await countPeople([extractOf('x', RECORD_HEADER, rows)], options);
    const socket = { url: `mariadb://${login}@localhost/?socket=${server.socket}` };
    const sources: MysqlSource[] = [
      { ...at, table: 'care.cli`ents' },
      { ...socket, table: 'care.cli`ents' },
      { ...at, query: 'select * from `cli``ents` order by surname;' },
    ];
    for (const source of sources) {
      const counted = await countPeople([await mysqlExtract(source, 'x')], options);
      assert.deepEqual(
        { ...counted, columns: undefined },
        { ...expected, columns: undefined },
        source.table ?? 'query',
      );
    }
  });

  await t.test('gives values as they were written, whatever type they have', async () => {
    const { header, cells, problems } = await read(
      await mysqlExtract({ ...at, table: 'kinds' }, 'x'),
    );
    assert.deepEqual(header, [
      'id',
      'nhs_number',
      'name',
      'born',
      'seen',
      'changed',
      'dead',
      'fee',
      'kind',
      'notes',
      '',
      '',
      'extra',
    ]);
    assert.deepEqual(cells, [
      [
        '0000000042',
        '9223372036854775807',
        'Zoë Ünal 🦊',
        '1950-03-26',
        '2021-03-28 01:30:00',
        '2021-03-28 01:30:00',
        '1',
        '12.50',
        'day',
        'Key safe — 1066',
        '',
        '',
        '{"a": 1}',
      ],
      ['0000000043', '', '', '0000-00-00', '', '', '0', '', '', '', '', '', ''],
    ]);
    const columns = problems.map(({ column, reason }) => `${column ?? ''} ${reason}`);
    assert.deepEqual(columns, [
      'column 11 (photo) binary-column',
      'column 12 (digest) binary-column',
    ]);
    const computed = await read(
      await mysqlExtract({ ...at, query: "select binary 'Ada Byron', id from kinds" }, 'x'),
    );
    assert.deepEqual(computed.problems[0], {
      file: 'x',
      column: 'column 1',
      reason: 'binary-column',
    });
  });

  await t.test('is read as it comes: many rows take no more memory than few', async () => {
    const query = "select seq as client_id, repeat('x', 1000) as notes from seq_1_to_300000";
    const before = held();
    const most = 40e6;
    let count = 0;
    const extract = await mysqlExtract({ ...at, query }, 'x');
    for await (const batch of extract.batches) {
      // A reader that is slow must slow the server: given time, a driver that does not wait takes all of it in.
      for (let look = 0; count === 0 && look < 10; look++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        assert.ok(held() - before < most, 'rows that nobody asked for were taken in');
      }
      assert.ok(batch.rows.length <= 1000);
      count += batch.rows.length;
      if (count % 30_000 < 1000) assert.ok(held() - before < most, 'rows are kept');
    }
    assert.equal(count, 300_000);
  });

  await t.test('leaves out a row too long to hold, and says so', async () => {
    const query = "select seq as id, repeat('x', if(seq = 2, 5e6, 5)) as notes from seq_1_to_3";
    const { cells, problems } = await read(await mysqlExtract({ ...at, query }, 'x'));
    assert.deepEqual(
      cells.map(([id]) => id),
      ['1', '3'],
    );
    assert.deepEqual(problems, [{ file: 'x', row: 2, reason: 'row-too-long' }]);
  });

  await t.test(
    'is not limited by a setting of the server, and nothing can be written',
    async () => {
      await server.root.query('set global sql_select_limit = 10');
      const all = await read(await mysqlExtract({ ...at, table: 'cli`ents' }, 'x'));
      assert.equal(all.cells.length, rows.length);
      await server.root.query('set global sql_select_limit = default');
      const root = { url: `mysql://root@localhost/care?socket=${server.socket}` };
      await refused({ ...root, query: 'select nextval(care.written)' }, /READ_ONLY_TRANSACTION/);
      await refused({ ...root, query: 'select 1; drop table kinds' }, /ER_PARSE_ERROR/);
    },
  );

  await t.test('refuses what is wrong with a code and a remedy, and repeats no value', async () => {
    const port = server.port;
    const table = { table: 'kinds' };
    await refused(
      { ...table, url: `mysql://reader:no@127.0.0.1:${port}/care` },
      /ER_ACCESS_DENIED_ERROR/,
    );
    await refused({ ...table, url: `mysql://${login}@127.0.0.1:1/care` }, /ECONNREFUSED/);
    await refused(
      { ...table, url: `mysql://${login}@127.0.0.1:${port}/none` },
      /ER_DBACCESS_DENIED_ERROR/,
    );
    await refused({ ...table, url: `${at.url}?ssl-mode=REQUIRED` }, /HANDSHAKE_NO_SSL_SUPPORT/);
    await refused({ ...table, url: `mysql://r@x/?socket=${server.socket}.none` }, /ENOENT/);
    await refused({ ...at, table: 'absent' }, /ER_NO_SUCH_TABLE/);
    await refused({ ...at, table: 'mysql.global_priv' }, /ER_TABLEACCESS_DENIED_ERROR/);
    await refused({ ...at, query: 'select from' }, /ER_PARSE_ERROR/);
    await refused({ ...at, query: 'select 1 into @x' }, /gives no rows/);
    // The server's own message quotes the name of the person.
    const quoting = "select extractvalue(1, concat('~', surname)) from `cli``ents`";
    await refused({ ...at, query: quoting }, /ER_UNKNOWN_ERROR|error 1105/);
  });

  await t.test('is no count when the connection breaks, or when it is cancelled', async () => {
    const query = "select seq as client_id, repeat('x', 1000) as notes from seq_1_to_200000";
    const broken = await mysqlExtract({ ...at, query }, 'x');
    const [found] = await server.root.query(
      "select id from information_schema.processlist where user = 'reader' and info like '%seq_1_to_200000%'",
    );
    const [{ id }] = found as [{ id: number }];
    await server.root.query(`kill ${id}`);
    await assert.rejects(read(broken), /PROTOCOL_CONNECTION_LOST|ECONNRESET/);
    const stop = new AbortController();
    const cancelled = await mysqlExtract({ ...at, query, signal: stop.signal }, 'x');
    stop.abort();
    await assert.rejects(read(cancelled), { code: 'cancelled' });
  });

  await t.test(
    'is counted by the command; password, names and numbers are in no output',
    (inner) => {
      byCommand(inner, server);
    },
  );
});

test(
  'over TLS a certificate that nobody vouches for is refused, unless its authority is named',
  skipUnless([HAS_MARIADB, 'mariadb-server'], [has('openssl'), 'openssl']),
  async (t) => {
    const server = await startMariadb({ tls: true });
    t.after(() => server.stop());
    const { root, port, certificate } = server;
    await root.query("create user reader@'127.0.0.1' identified by 'x'");
    const query = `select variable_value as cipher from information_schema.session_status
      where variable_name = 'Ssl_cipher'`;
    const cipherOf = async (parameters: string): Promise<string | undefined> => {
      const url = `mysql://reader:x@localhost:${port}/?${parameters}`;
      return (await read(await mysqlExtract({ url, query }, 'x'))).cells[0]?.[0];
    };
    await assert.rejects(cipherOf('ssl-mode=VERIFY_IDENTITY'), /HANDSHAKE_SSL_ERROR/);
    assert.match((await cipherOf(`ssl-ca=${certificate ?? ''}`)) ?? '', /^TLS_/);
    assert.match((await cipherOf('ssl-mode=REQUIRED')) ?? '', /^TLS_/);
    assert.equal(await cipherOf('ssl-mode=DISABLED'), '');
  },
);

function byCommand(t: TestContext, server: TestMariadb): void {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-mysql-'));
  t.after(() => fs.rmSync(place, { recursive: true }));
  const [csv, password] = [path.join(place, 'clients.csv'), path.join(place, 'password')];
  fs.writeFileSync(password, `${PASSWORD}\n`, { mode: 0o600 });
  const quoted = (row: readonly string[]) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`);
  fs.writeFileSync(csv, [RECORD_HEADER, ...rows].map((row) => quoted(row).join(',')).join('\n'));
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [
        path.join(packageRoot(), 'src/main.ts'),
        'holdings',
        'count',
        '--synthetic-numbers',
        ...args,
      ],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          HOLDFAST_CONFIG: '/dev/null',
          HOLDFAST_SOURCE_DATABASE_URL: `mysql://reader@127.0.0.1:${server.port}/care`,
          HOLDFAST_SOURCE_PASSWORD_FILE: password,
        },
      },
    );
  const runs = [
    run(csv, '--json'),
    run('--table', 'cli`ents', '--json'),
    run('--query', 'select * from `cli``ents`'),
    run('--query', "select extractvalue(1, concat('~', surname)) from `cli``ents`"),
  ];
  assert.deepEqual(
    runs.map(({ status }) => status),
    [0, 0, 0, 4],
    runs.map(({ stderr }) => stderr).join('\n'),
  );
  const [file, table] = runs.slice(0, 2).map(({ stdout }) => JSON.parse(stdout) as PeopleCount);
  assert.ok((file?.persons.best ?? 0) > 2000);
  assert.deepEqual({ ...table, columns: undefined }, { ...file, columns: undefined });
  const seen = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  assert.equal(seen.includes(PASSWORD), false);
  for (const secret of records.flatMap((each) => each.secrets.filter((s) => s.length >= 7))) {
    assert.equal(seen.includes(secret), false);
  }
}

async function refused(source: MysqlSource, what: RegExp): Promise<void> {
  await assert.rejects(
    async () => read(await mysqlExtract(source, 'x')),
    (error: unknown) => {
      assert.ok(error instanceof HoldfastError);
      assert.match(error.message, what);
      assert.match(error.code, /^(?:unreachable|bad_input)$/);
      const said = inspect(error, { depth: 9 });
      for (const secret of [PASSWORD, ...records.flatMap((each) => each.secrets)]) {
        if (secret.length >= 5) assert.equal(said.includes(secret), false);
      }
      return true;
    },
  );
}

async function read(extract: Extract) {
  const all = { header: extract.header, cells: [] as string[][], problems: [] as object[] };
  const problems: { file: string; row?: number; column?: string; reason: string }[] = [];
  for await (const batch of extract.batches) {
    all.cells.push(...batch.rows.map((row) => [...row]));
    problems.push(...batch.problems);
  }
  return { ...all, problems };
}

async function fill({ root }: TestMariadb): Promise<void> {
  await root.query('create database care character set utf8mb4');
  await root.query('use care');
  for (const host of ['127.0.0.1', 'localhost']) {
    await root.query(`create user reader@'${host}' identified by ?`, [PASSWORD]);
    await root.query(`grant select on care.* to reader@'${host}'`);
  }
  const columns = RECORD_HEADER.map((name) => `${name} text`).join(', ');
  await root.query(`create table \`cli\`\`ents\` (${columns})`);
  await root.query('insert into `cli``ents` values ?', [rows]);
  await root.query('create sequence written');
  await root.query(`create table kinds (id int(10) unsigned zerofill, nhs_number bigint,
    name varchar(50) character set utf8mb4, born date, seen datetime, changed timestamp null, dead bit(1),
    fee decimal(8,2), kind enum('day','night') character set latin1, notes text character set cp1250,
    photo blob, digest varbinary(32), extra json)`);
  await root.query(`insert into kinds values (42, 9223372036854775807, 'Zoë Ünal 🦊', '1950-03-26',
    '2021-03-28 01:30:00', '2021-03-28 01:30:00', 1, 12.5, 'day', 'Key safe — 1066', 0xff00, 0xff01, '{"a": 1}')`);
  await root.query("set session sql_mode = ''");
  await root.query("insert into kinds (id, born, dead) values (43, '0000-00-00', 0)");
}
