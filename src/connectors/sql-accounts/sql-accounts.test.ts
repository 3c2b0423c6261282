import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { collected } from '../../../test/support/collect.ts';
import { testConnection } from '../../../test/support/database.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { skipUnless } from '../../../test/support/machine.ts';
import { HAS_MARIADB, startMariadb } from '../../../test/support/mariadb.ts';
import { BODIES, Key } from '../../estate/schema.ts';
import { openPool } from '../../kernel/sql/database.ts';
import { sqlAccounts } from './index.ts';
import { MYSQL, POSTGRES, statementOf } from './statement.ts';

const SEED = 'JBSWY3DPEHPK3PXP';
const ROWS = `insert into logins values
  ('Anna', 'active', '${SEED}', false, '2026-11-20 08:00:00', 'RX1'),
  ('ben', 'closed', null, true, null, 'RX2'),
  ('cora', 'active', '', false, '2031-01-01 00:00:00', null),
  ('', 'active', null, false, null, null),
  ('anna', 'active', null, false, null, null)`;
const TABLE =
  'create table logins (name varchar(50), status varchar(20), totp_seed varchar(50), phone_on boolean, used timestamp null, org varchar(10))';
const MAPPING = {
  identitySource: 'app:rota',
  population: 'customer',
  factorsListed: true,
  customers: { RX2: 'trust-two' },
  columns: {
    login: 'name',
    enabled: { column: 'status', is: ['active'] },
    lastSignIn: 'used',
    customer: 'org',
    factors: [
      { column: 'totp_seed', type: 'totp' },
      { column: 'phone_on', type: 'sms', shownBy: 'yes' },
    ],
  },
};

async function reads(url: string): Promise<void> {
  process.env['HOLDFAST_TEST_SQL'] = url;
  const config = { ...MAPPING, url: { environment: 'HOLDFAST_TEST_SQL' } };
  for (const from of [{ table: 'logins' }, { query: 'select * from logins;' }]) {
    const { reports, outcome } = await collected(sqlAccounts, { ...config, ...from });
    for (const report of reports) {
      if (report.type !== 'observation') continue;
      Key.parse(report.key);
      BODIES[report.kind].parse(report.body);
    }
    const accounts = [...bodies('account', reports)].map(
      ([key, { enabled, customer, lastSignInAt }]) => [key, enabled, customer, lastSignInAt],
    );
    assert.deepEqual(accounts, [
      ['app:rota/anna', true, 'RX1', '2026-11-20T08:00:00.000Z'],
      ['app:rota/ben', false, 'trust-two', undefined],
      ['app:rota/cora', true, undefined, undefined],
    ]);
    assert.deepEqual(
      [...bodies('factor', reports).keys()],
      ['app:rota/anna/totp', 'app:rota/ben/sms'],
    );
    assert.equal(outcome, 'partial');
    assert.deepEqual(unseen(reports), [
      'rows without a login: invalid',
      'logins that come twice: invalid',
    ]);
    assert.ok(!JSON.stringify(reports).includes(SEED));
  }
  const lost = await collected(sqlAccounts, { ...config, table: 'nowhere' });
  assert.deepEqual(
    [lost.outcome, unseen(lost.reports)],
    ['failed', ['rows of the table: invalid']],
  );
}

test('accounts of a PostgreSQL table and query', async (t) => {
  const { connection } = await testConnection(t, { empty: true });
  const pool = openPool(connection, { connections: 1 });
  await pool.unsafe(TABLE);
  await pool.unsafe(ROWS);
  await pool.end();
  const { url, socketFolder = '', user = '', password = '', database = '' } = connection;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  await reads(
    url ?? `postgres://${login}@localhost/${database}?socket=${encodeURIComponent(socketFolder)}`,
  );
});

test(
  'accounts of a MariaDB table and query',
  skipUnless([HAS_MARIADB, 'mariadb-server']),
  async (t) => {
    const server = await startMariadb();
    t.after(() => server.stop());
    await server.root.query('create database care');
    await server.root.query("create user reader@'%' identified by 'for-tests'");
    await server.root.query('use care');
    await server.root.query("set time_zone = '+00:00'");
    await server.root.query(TABLE);
    await server.root.query(ROWS);
    await server.root.query("grant select on care.* to reader@'%'");
    await reads(`mysql://reader:for-tests@127.0.0.1:${server.port}/care`);
  },
);

test('the statement asks for no secret, and names cannot break out of it', () => {
  const columns = { login: 'a"b`c', factors: [{ column: 'seed', type: 'totp' as const }] };
  const mapping = { identitySource: 'x', columns, table: 's.t' };
  assert.equal(
    statementOf(mapping, POSTGRES).sql,
    `select source."a""b\`c"::text as "c0", case when trim(source."seed"::text) <> '' then 'filled' end as "c1" from "s"."t" as source`,
  );
  assert.match(statementOf(mapping, MYSQL).sql, /^select cast\(source\.`a"b``c` as char\) as `c0`/);
});

test('only one select', () => {
  const accepts = (query: string): boolean =>
    sqlAccounts.config.safeParse({ ...MAPPING, url: { environment: 'X' }, query }).success;
  const queries = [
    'select 1',
    'with a as (select 1) select * from a;',
    'delete from x',
    'select 1; drop table x',
    '',
  ];
  assert.deepEqual(queries.map(accepts), [true, true, false, false, false]);
});
