import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { collected } from '../../../test/support/collect.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { skipUnless } from '../../../test/support/machine.ts';
import { HAS_SLAPD, startSlapd, type TestSlapd } from '../../../test/support/slapd.ts';
import { BODIES, Key, type Bodies } from '../../estate/schema.ts';
import { ldap } from './index.ts';

const BASE = 'dc=care,dc=example';
const READER = `cn=reader,${BASE}`;
const PEOPLE = 1200;

const ENTRIES: readonly (readonly string[])[] = [
  [BASE, 'objectClass: dcObject', 'objectClass: organization', 'dc: care', 'o: Care'],
  [
    READER,
    'objectClass: applicationProcess',
    'objectClass: simpleSecurityObject',
    'userPassword: for-tests',
  ],
  [
    `cn=small,${BASE}`,
    'objectClass: applicationProcess',
    'objectClass: simpleSecurityObject',
    'userPassword: for-tests',
  ],
  [`ou=people,${BASE}`, 'objectClass: organizationalUnit'],
  [`ou=customers,${BASE}`, 'objectClass: organizationalUnit'],
  ...Array.from({ length: PEOPLE }, (_, n) => person(`uid=p${n},ou=people`)),
  person('uid=Trust-1,ou=customers'),
  person('uid=locked,ou=people', 'pwdAccountLockedTime: 000001010000Z'),
  person('uid=waiting,ou=people', 'pwdAccountLockedTime: 20261121100000Z'),
  person('uid=shell,ou=people', ...posix('shell', 5000, '/usr/sbin/nologin')),
  person(
    'uid=left,ou=people',
    ...posix('left', 5000, '/bin/sh'),
    'objectClass: shadowAccount',
    'shadowExpire: 19000',
  ),
  ['cn=inner', 'objectClass: groupOfNames', `member: uid=p7,ou=people,${BASE}`],
  [
    'cn=outer',
    'objectClass: groupOfNames',
    `member: cn=inner,${BASE}`,
    `member: uid=p8,ou=people,${BASE}`,
  ],
  ['cn=unique', 'objectClass: groupOfUniqueNames', `uniqueMember: uid=p9,ou=people,${BASE}`],
  ['cn=posix', 'objectClass: posixGroup', 'gidNumber: 5000', 'memberUid: p7'],
];
const LDIF = ENTRIES.map(
  ([dn = '', ...lines]) => `dn: ${dn.endsWith(BASE) ? dn : `${dn},${BASE}`}\n${lines.join('\n')}\n`,
).join('\n');

suite('a real slapd', { ...skipUnless([HAS_SLAPD, 'slapd and openssl']), timeout: 120_000 }, () => {
  let slapd: TestSlapd;
  let secret: { readonly file: string };
  const url = (): string => `ldap://127.0.0.1:${slapd.port}`;

  before(async () => {
    slapd = await startSlapd(LDIF, [
      'sizelimit unlimited',
      `limits dn.exact="cn=small,${BASE}" size.pr=100 size.prtotal=300`,
      'access to attrs=userPassword by anonymous auth',
      'access to * by users read',
    ]);
    secret = { file: path.join(slapd.directory, 'password') };
    writeFileSync(secret.file, 'for-tests\n', { mode: 0o600 });
  });
  after(() => slapd.stop());

  const config = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    url: url(),
    bindDn: READER,
    password: secret,
    caFile: slapd.caFile,
    pageSize: 100,
    ...more,
  });

  test('people over many pages, their groups, who is disabled, over StartTLS and LDAPS alike', async () => {
    const populations = [
      { under: `ou=customers,${BASE}`, population: 'customer', customer: 'trust-1' },
    ];
    const one = await collected(ldap, config({ populations }));
    assert.deepEqual([one.outcome, unseen(one.reports)], ['complete', []]);
    for (const report of one.reports) {
      if (report.type !== 'observation') continue;
      Key.parse(report.key);
      BODIES[report.kind].parse(report.body);
    }
    const accounts = bodies('account', one.reports);
    assert.equal(accounts.size, PEOPLE + 5);
    const of = (login: string): Bodies['account'] | undefined =>
      accounts.get(`ldap:${BASE}/${login}`);
    assert.deepEqual(of('p7')?.groups, ['inner', 'outer', 'posix']);
    assert.deepEqual(of('p8')?.groups, ['outer']);
    assert.deepEqual(of('p9')?.groups, ['unique']);
    assert.deepEqual(of('shell')?.groups, ['posix'], 'by its primary group');
    const enabled = ['p1', 'locked', 'waiting', 'shell', 'left'].map((login) => of(login)?.enabled);
    assert.deepEqual(enabled, [true, false, true, false, false]);
    assert.deepEqual(of('waiting')?.flags, ['locked-out']);
    assert.deepEqual([of('trust-1')?.population, of('trust-1')?.customer], ['customer', 'trust-1']);

    const two = await collected(
      ldap,
      config({ url: `ldaps://127.0.0.1:${slapd.securePort}`, populations }),
    );
    assert.deepEqual(two.reports, one.reports);
  });

  test('a limit of the server cuts the answer: partial, and accounts may be hidden', async () => {
    const cut = await collected(ldap, config({ bindDn: `cn=small,${BASE}` }));
    assert.equal(cut.outcome, 'partial');
    assert.equal(bodies('account', cut.reports).size, 300);
    const told = cut.reports.find((report) => report.type === 'unseen');
    assert.ok(told?.type === 'unseen');
    assert.deepEqual(
      [told.what, told.reason, told.mayHide],
      ['accounts', 'truncated', ['account', 'factor']],
    );
  });

  test('a stop in the middle ends the collection', async () => {
    const controller = new AbortController();
    const collecting = collected(ldap, config(), controller.signal, () => controller.abort());
    await assert.rejects(collecting, { code: 'cancelled' });
  });

  test('a certificate of nobody known, a wrong password, a base that is not there, nobody listening', async () => {
    const cases: readonly (readonly [Record<string, unknown>, string])[] = [
      [{ caFile: undefined }, 'directory: unreachable'],
      [{ bindDn: `cn=nobody,${BASE}` }, 'directory: not-permitted'],
      [{ url: 'ldap://127.0.0.1:1' }, 'directory: unreachable'],
      [{ password: { environment: 'HOLDFAST_TEST_NOT_SET' } }, 'directory: invalid'],
    ];
    for (const [more, expected] of cases) {
      const { outcome, reports } = await collected(ldap, config(more));
      assert.deepEqual([outcome, unseen(reports)], ['failed', [expected]]);
    }
    const nowhere = await collected(ldap, config({ base: 'dc=nowhere' }));
    assert.equal(nowhere.outcome, 'failed');
  });

  test('a password file that others can read is refused', async () => {
    chmodSync(secret.file, 0o644);
    const { reports, logged } = await collected(ldap, config());
    chmodSync(secret.file, 0o600);
    assert.deepEqual(unseen(reports), ['directory: invalid']);
    assert.ok(!(JSON.stringify(reports) + logged).includes('for-tests'));
  });
});

test('clear text is for this machine only', () => {
  const base = { bindDn: READER, password: { environment: 'X' }, startTls: false };
  const accepts = (address: string): boolean =>
    ldap.config.safeParse({ ...base, url: address }).success;
  assert.deepEqual(
    ['ldap://localhost', 'ldap://dc1.care.example', 'ldaps://dc1.care.example'].map(accepts),
    [true, false, true],
  );
});

function person(dn: string, ...lines: readonly string[]): string[] {
  const all = ['objectClass: inetOrgPerson', 'cn: Someone', 'sn: One', ...lines];
  // Values of one attribute must stand together.
  const isClass = (line: string): boolean => line.startsWith('objectClass:');
  return [dn, ...all.filter(isClass), ...all.filter((line) => !isClass(line))];
}

function posix(uid: string, gid: number, shell: string): string[] {
  return [
    'objectClass: posixAccount',
    'uidNumber: 5001',
    `gidNumber: ${gid}`,
    `homeDirectory: /home/${uid}`,
    `loginShell: ${shell}`,
  ];
}
