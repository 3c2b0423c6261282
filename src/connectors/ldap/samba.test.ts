import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { collected, type Collected } from '../../../test/support/collect.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { skipUnless } from '../../../test/support/machine.ts';
import { CAN_RUN_SAMBA, startSamba, type TestSamba } from '../../../test/support/samba.ts';
import { absent, sharedFile } from '../../../test/support/shared-data.ts';
import { BODIES, Key, type Bodies } from '../../estate/schema.ts';
import { ldap } from './index.ts';

const DOMAIN = 'samba-ad.ldif.zst';
const TRUTH = 'samba-ad-truth-citrix-without-mfa.txt';
const missing = absent(`identity/${DOMAIN}`, `identity/${TRUTH}`);
const BASE = 'DC=holdfast,DC=example';
/** 2026-11-20T00:00Z as hundreds of nanoseconds since 1601, and 2030, which is to come. */
const USED = '134085024000000000';
const TO_COME = '135379296000000000';
const OWN = [
  ['OU=Ours', 'objectClass: organizationalUnit'],
  user('nurse.one', 512, `lastLogonTimestamp: ${USED}`),
  user('smart.two', 0x4_0200, 'pwdLastSet: 0', `lastLogonTimestamp: ${TO_COME}`),
  user('off.three', 514),
  user('left.four', 512, `accountExpires: ${USED}`),
  user('svc.five', 0x41_0220, 'servicePrincipalName: HTTP/rota.holdfast.example'),
  user('admin.six', 512),
  group('Inner', 'nurse.one', 'svc.five'),
  group('Middle', 'Inner'),
  group('Outer', 'Middle', 'smart.two'),
  group('Round', 'Outer'),
] as const;
const LDIF = `${OWN.map(([name, ...lines]) => `dn: ${name},${BASE}\n${lines.join('\n')}\n`).join('\n')}
dn: CN=Outer,OU=Ours,${BASE}
changetype: modify
add: member
member: CN=Round,OU=Ours,${BASE}

dn: CN=Domain Admins,CN=Users,${BASE}
changetype: modify
add: member
member: CN=admin.six,OU=Ours,${BASE}
`;

suite(
  'a real Active Directory domain',
  { ...skipUnless([CAN_RUN_SAMBA, 'samba-ad-dc, run by root']), timeout: 300_000 },
  () => {
    let samba: TestSamba;
    let folder: string;
    let config: Record<string, unknown>;
    let whole: Collected;

    before(async () => {
      samba = await startSamba(LDIF, missing === false ? sharedDomain() : '');
      folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-ldap-'));
      const file = path.join(folder, 'password');
      writeFileSync(file, `${samba.password}\n`, { mode: 0o600 });
      const { bindDn, caFile } = samba;
      config = {
        url: `ldap://${samba.address}`,
        // The name in Samba's own certificate; this machine cannot look it up.
        serverName: 'dc1.holdfast.example',
        bindDn,
        password: { file },
        caFile,
      };
      whole = await collected(ldap, { ...config, pageSize: 100 });
    });
    after(async () => {
      rmSync(folder, { recursive: true });
      await samba.stop();
    });
    const account = (login: string): Bodies['account'] | undefined =>
      bodies('account', whole.reports).get(`ad:holdfast.example/${login}`);

    test('everything is read, and fits the schema', () => {
      assert.deepEqual(unseen(whole.reports), []);
      assert.equal(whole.outcome, 'complete');
      for (const report of whole.reports) {
        if (report.type !== 'observation') continue;
        Key.parse(report.key);
        BODIES[report.kind].parse(report.body);
      }
      assert.ok(!JSON.stringify(whole).includes(samba.password));
    });

    test('state: enabled, disabled, expired, flags, last use; a moment to come is no evidence', () => {
      const state = (login: string): unknown[] => {
        const { enabled, flags, lastSignInAt } = account(login) ?? {};
        return [enabled, flags, lastSignInAt];
      };
      assert.deepEqual(state('nurse.one'), [
        true,
        ['password-expired'],
        '2025-11-25T00:00:00.000Z',
      ]);
      assert.deepEqual(state('smart.two'), [true, ['smart-card-required'], undefined]);
      assert.deepEqual(state('off.three'), [false, ['password-expired'], undefined]);
      assert.deepEqual(state('left.four'), [
        false,
        ['account-expired', 'password-expired'],
        undefined,
      ]);
      const roastable = [
        'no-preauth',
        'password-never-expires',
        'password-not-required',
        'service-principal',
      ];
      assert.deepEqual(state('svc.five'), [true, roastable, undefined]);
      assert.equal(account('svc.five')?.population, 'service');
      assert.equal(account('krbtgt')?.population, 'system');
    });

    test('groups: nested, in a circle, primary, privileged', () => {
      const groups = (login: string): string[] => [...(account(login)?.groups ?? [])];
      for (const name of ['Domain Users', 'Inner', 'Middle', 'Outer', 'Round']) {
        assert.ok(groups('nurse.one').includes(name), name);
      }
      assert.ok(!groups('smart.two').includes('Middle'));
      assert.ok(groups('admin.six').includes('Administrators'), 'through Domain Admins');
      assert.deepEqual(
        ['nurse.one', 'admin.six', 'administrator'].map((login) => account(login)?.privileged),
        [false, true, true],
      );
    });

    test('a smart card that is demanded is a factor', () => {
      const factors = [...bodies('factor', whole.reports).values()];
      assert.deepEqual(
        factors.filter((each) => each.account.endsWith('/smart.two')).map(({ type }) => type),
        ['smart-card'],
      );
    });

    test(
      'members of the Citrix group, enabled and without MFA, are those of the truth',
      { skip: missing },
      () => {
        const found = [...bodies('account', whole.reports).values()].filter(
          ({ enabled, groups = [] }) =>
            enabled === true &&
            groups.includes('Citrix Remote Access') &&
            !groups.includes('MFA Enforced'),
        );
        const truth = sharedFile(`identity/${TRUTH}`).toString().trim().split('\n');
        assert.deepEqual(found.map(({ login }) => login).sort(), truth.sort());
        const assets = [...bodies('asset', whole.reports).values()];
        assert.equal(
          assets.filter(({ type }) => type === 'host').length,
          87 + 1,
          'and the controller',
        );
      },
    );

    test('a password that is refused, and an authority that is not trusted', async () => {
      const wrong = path.join(folder, 'wrong');
      writeFileSync(wrong, 'something else', { mode: 0o600 });
      const refused = await collected(ldap, { ...config, password: { file: wrong } });
      assert.deepEqual(
        [refused.outcome, unseen(refused.reports)],
        ['failed', ['directory: not-permitted']],
      );
      const { caFile, ...untrusted } = config;
      assert.ok(caFile !== undefined);
      const stranger = await collected(ldap, untrusted);
      assert.deepEqual(
        [stranger.outcome, unseen(stranger.reports)],
        ['failed', ['directory: unreachable']],
      );
    });
  },
);

function user(name: string, control: number, ...lines: readonly string[]): [string, ...string[]] {
  return [
    `CN=${name},OU=Ours`,
    'objectClass: user',
    `sAMAccountName: ${name}`,
    `userAccountControl: ${control}`,
    ...lines,
  ];
}

function group(name: string, ...members: readonly string[]): [string, ...string[]] {
  return [
    `CN=${name},OU=Ours`,
    'objectClass: group',
    `sAMAccountName: ${name}`,
    ...members.map((member) => `member: CN=${member},OU=Ours,${BASE}`),
  ];
}

/** The users, computers and groups of the domain that is kept beside the project, without what each domain has of its own. */
function sharedDomain(): string {
  const text = sharedFile(`identity/${DOMAIN}`).toString().replace(/\n /g, '');
  const kept =
    /^(?:dn|objectClass|cn|ou|sAMAccountName|userAccountControl|displayName|description|mail|lastLogonTimestamp|accountExpires|servicePrincipalName|operatingSystem|operatingSystemVersion|dNSHostName|member|userPrincipalName):/;
  const records = text.split(/\n\n+/).filter((record) => {
    const [, name = ''] = /^dn: (.*)$/m.exec(record) ?? [];
    return /(?:^|,)OU=/.test(name) && !name.includes('OU=Domain Controllers');
  });
  const lines = records.map((record) =>
    record
      .split('\n')
      .filter((line) => kept.test(line))
      .join('\n'),
  );
  const rank = (record: string): number =>
    /^dn: OU=/.test(record) ? 0 : /objectClass: group/.test(record) ? 2 : 1;
  return lines.sort((a, b) => rank(a) - rank(b)).join('\n\n');
}
