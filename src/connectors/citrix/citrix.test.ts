import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { collected } from '../../../test/support/collect.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { BODIES, Key, type Bodies } from '../../estate/schema.ts';
import { formulaOf, isMet } from './expression.ts';
import { citrix } from './index.ts';
import { statementOf } from './statement.ts';
import { words } from './words.ts';

const FIXTURE = path.join(import.meta.dirname, 'fixtures/gateway.conf');
type Door = Bodies['door'];
type Rules = NonNullable<Door['authentication']>['rules'];

const whole = await collected(citrix, { file: FIXTURE });
const doors = bodies('door', whole.reports);
const at = (name: string): Door => {
  const found = doors.get(`citrix:adc1/${name}`);
  assert.ok(found, name);
  return found;
};
const rulesAt = (name: string): Rules => at(name).authentication?.rules ?? [];

test('every report fits the schema, and nothing secret is in one', () => {
  for (const report of whole.reports) {
    if (report.type !== 'observation') continue;
    Key.parse(report.key);
    BODIES[report.kind].parse(report.body);
  }
  assert.doesNotMatch(JSON.stringify(whole.reports) + whole.logged, /hunter2/);
});

test('the appliance: name, version, its own users and who of them may do what', () => {
  const asset = bodies('asset', whole.reports).get('citrix:adc1');
  assert.equal(asset?.os?.versionId, '13.1-48.47');
  const accounts = [...bodies('account', whole.reports).values()].map((each) => [
    each.identitySource,
    each.login,
    each.privileged,
    each.groups,
  ]);
  assert.deepEqual(accounts, [
    ['aaa:citrix:adc1', 'kiosk', undefined, ['wards']],
    ['local:citrix:adc1', 'nsroot', true, []],
    ['local:citrix:adc1', 'watcher', false, ['helpdesk']],
  ]);
});

test('doors: gateways, applications that ask, applications that do not, management; no DNS, no server without an address', () => {
  assert.deepEqual(
    [...doors].map(([key, door]) => `${key.slice('citrix:adc1/'.length)} ${door.type}`).sort(),
    [
      'lb/lb_record portal',
      'lb/lb_rota portal',
      'management admin-console',
      'vpn/gw_classic_swap vpn',
      'vpn/gw_classic_two vpn',
      'vpn/gw_lost vpn',
      'vpn/gw_members vpn',
      'vpn/gw_network vpn',
      'vpn/gw_off vpn',
      'vpn/gw_open vpn',
      'vpn/gw_or_local vpn',
      'vpn/gw_radius vpn',
      'vpn/gw_single remote-desktop',
    ],
  );
});

test('one password: no rule asks for more, and the group of the search filter is who comes in', () => {
  const door = at('vpn/gw_single');
  assert.deepEqual(door.authentication, { rules: [] });
  assert.deepEqual(door.accepts, ['ad:corp.example']);
  assert.deepEqual(door.admits, { groups: ['Citrix Remote Access'] });
  assert.equal(
    door.settings?.['citrix.policy.1'],
    'classic_ldap if ns_true: ldap ldap_corp 10.20.0.5 SSL',
  );
  assert.match(door.settings['citrix.session.1'] ?? '', /^sess_pol_ica if ns_true: icaproxy ON/);
});

test('a second factor for a group only: everybody else has one', () => {
  assert.deepEqual(rulesAt('vpn/gw_members'), [
    {
      id: 'second-factor for MFA Enforced',
      demands: 'second-factor',
      for: { groups: ['MFA Enforced'] },
    },
  ]);
});

test('a second factor from outside only: two ways in', () => {
  const { authentication, address } = at('vpn/gw_network');
  assert.equal(address, '192.0.2.12', 'reached through the content-switching server');
  assert.deepEqual(
    authentication?.ways?.map(({ title }) => title),
    ['not CLIENT.IP.SRC.IN_SUBNET(10.0.0.0/8)', 'CLIENT.IP.SRC.IN_SUBNET(10.0.0.0/8)'],
  );
  assert.deepEqual(
    authentication.rules.map(({ demands, ways }) => [demands, ways]),
    [['second-factor', ['way 1']]],
  );
});

test('own one-time codes whose first device is registered with a password', () => {
  assert.deepEqual(rulesAt('lb/lb_record'), [
    {
      id: 'second-factor for everyone',
      demands: 'second-factor',
      for: { everyone: true },
      unregistered: 'registers',
    },
  ]);
});

test('classic banks: both must pass, and a bank that is swapped by client covers both clients', () => {
  assert.deepEqual(
    rulesAt('vpn/gw_classic_two').map(({ demands, ways }) => [demands, ways]),
    [['second-factor', undefined]],
  );
  // The second bank has nothing for Receiver, whose RADIUS answer alone may be one factor or two.
  assert.deepEqual(
    rulesAt('vpn/gw_classic_swap').map(({ demands, ways }) => [demands, ways]),
    [
      ['second-factor', ['way 1']],
      ['unknown', ['way 2']],
    ],
  );
});

test('a local user is asked for the second factor too where the bank asks everybody', () => {
  const door = at('vpn/gw_or_local');
  assert.deepEqual(door.accepts, ['aaa:citrix:adc1', 'ad:corp.example']);
  assert.deepEqual(
    rulesAt('vpn/gw_or_local').map(({ demands }) => demands),
    ['second-factor'],
  );
});

test('what another system decides, nobody asks, is switched off or is not defined', () => {
  assert.deepEqual(
    rulesAt('vpn/gw_radius').map(({ demands }) => demands),
    ['unknown'],
  );
  assert.deepEqual(at('vpn/gw_open').authentication, { rules: [] });
  assert.deepEqual(
    rulesAt('vpn/gw_off').map(({ demands }) => demands),
    ['refuse'],
  );
  assert.deepEqual(at('vpn/gw_lost').authentication, { rules: [], whole: false });
  assert.equal(at('lb/lb_rota').authentication, undefined);
  assert.deepEqual(unseen(whole.reports), ['authentication policies: invalid']);
  assert.equal(whole.outcome, 'partial');
});

test('management: a password of the appliance opens it', () => {
  assert.deepEqual(at('management').authentication, { rules: [] });
  assert.deepEqual(at('management').accepts, ['local:citrix:adc1']);
});

test('identity sources and federations as the configuration says', async () => {
  const { reports } = await from(
    [
      'add authentication ldapAction a -serverName dc1.corp.example -ldapBase "dc=corp,dc=example"',
      'add authentication samlAction s -samlRedirectUrl https://idp.example',
      'add authentication Policy p -rule true -action a',
      'add authentication Policy ps -rule true -action s',
      'add vpn vserver gw SSL 192.0.2.1 443',
      'bind vpn vserver gw -policy p -priority 1 -gotoPriorityExpression NEXT',
      'bind vpn vserver gw -policy ps -priority 2 -gotoPriorityExpression NEXT',
    ],
    {
      identitySources: { 'dc1.corp.example': 'ad:elsewhere.example' },
      federations: { s: { identitySource: 'entra:one', door: 'entra:one/all-apps' } },
    },
  );
  const door = bodies('door', reports).get('citrix:unnamed/vpn/gw');
  assert.deepEqual(door?.accepts, ['ad:elsewhere.example', 'entra:one']);
  assert.deepEqual(door.through, [{ identitySource: 'entra:one', door: 'entra:one/all-apps' }]);
  assert.deepEqual(
    door.authentication?.rules.map(({ demands, for: scope }) => [demands, scope]),
    [['unknown', { identitySources: ['entra:one'] }]],
  );
});

const VPN = ['add vpn vserver gw SSL 192.0.2.1 443'];
const LDAP = [
  'add authentication ldapAction l -ldapBase dc=a,dc=b',
  'add authentication radiusAction r -serverIP 10.0.0.1',
];
const FLOWS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    'the second policy is tried when the first fails',
    [
      'add authentication Policy p1 -rule true -action l',
      'add authentication Policy p2 -rule true -action l',
      'add authentication policylabel more',
      'add authentication Policy pr -rule true -action r',
      'bind authentication policylabel more -policyName pr -priority 1 -gotoPriorityExpression END',
      'bind vpn vserver gw -policy p1 -priority 1 -nextFactor more -gotoPriorityExpression NEXT',
      'bind vpn vserver gw -policy p2 -priority 2 -gotoPriorityExpression NEXT',
    ],
    [],
  ],
  [
    'but not after END',
    [
      'add authentication Policy p1 -rule true -action l',
      'add authentication Policy p2 -rule true -action l',
      'add authentication policylabel more',
      'add authentication Policy pr -rule true -action r',
      'bind authentication policylabel more -policyName pr -priority 1 -gotoPriorityExpression END',
      'bind vpn vserver gw -policy p2 -priority 2 -gotoPriorityExpression NEXT',
      'bind vpn vserver gw -policy p1 -priority 1 -nextFactor more -gotoPriorityExpression END',
    ],
    ['second-factor'],
  ],
  [
    'a next factor in which nothing applies is unknown',
    [
      'add authentication Policy p1 -rule true -action l',
      'add authentication policylabel more',
      'bind vpn vserver gw -policy p1 -priority 1 -nextFactor more -gotoPriorityExpression END',
    ],
    ['unknown'],
  ],
  [
    'a next factor that leads to itself is unknown',
    [
      'add authentication Policy p1 -rule true -action l',
      'add authentication policylabel more',
      'bind authentication policylabel more -policyName p1 -priority 1 -nextFactor more -gotoPriorityExpression END',
      'bind vpn vserver gw -policy p1 -priority 1 -nextFactor more -gotoPriorityExpression END',
    ],
    ['unknown'],
  ],
  [
    'two passwords are one kind of factor',
    [
      'add authentication Policy p1 -rule true -action l',
      'add authentication policylabel more',
      'bind authentication policylabel more -policyName p1 -priority 1 -gotoPriorityExpression END',
      'bind vpn vserver gw -policy p1 -priority 1 -nextFactor more -gotoPriorityExpression END',
    ],
    [],
  ],
  [
    'a certificate and then a password',
    [
      'add authentication certAction c -twoFactor ON',
      'add authentication certPolicy pc ns_true c',
      'add authentication ldapPolicy pl ns_true l',
      'bind vpn vserver gw -policy pc -priority 1',
      'bind vpn vserver gw -policy pl -priority 2',
    ],
    ['second-factor'],
  ],
  [
    'a certificate that TLS demands of everybody',
    [
      'add authentication ldapPolicy pl ns_true l',
      'bind vpn vserver gw -policy pl -priority 2',
      'set ssl vserver gw -clientAuth ENABLED -clientCert Mandatory',
    ],
    ['second-factor'],
  ],
  [
    'an expression that cannot be read',
    [
      'add authentication Policy p1 -rule "(true" -action l',
      'bind vpn vserver gw -policy p1 -priority 1 -gotoPriorityExpression END',
    ],
    ['unknown'],
  ],
  [
    'a policy that asks for nothing, after one that may have failed, is unknown',
    [
      'add authentication Policy p1 -rule true -action l',
      'add authentication policylabel more',
      'add authentication Policy pr -rule true -action r',
      'add authentication Policy pn -rule true -action NO_AUTHN',
      'bind authentication policylabel more -policyName pr -priority 1 -gotoPriorityExpression NEXT',
      'bind authentication policylabel more -policyName pn -priority 2 -gotoPriorityExpression NEXT',
      'bind vpn vserver gw -policy p1 -priority 1 -nextFactor more -gotoPriorityExpression NEXT',
    ],
    ['unknown'],
  ],
  ['no policy at all: local users by password', [], []],
];
for (const [name, lines, demands] of FLOWS) {
  test(`flow: ${name}`, async () => {
    const { reports } = await from([...LDAP, ...VPN, ...lines]);
    const door = bodies('door', reports).get('citrix:unnamed/vpn/gw');
    assert.deepEqual(
      door?.authentication?.rules.map((rule) => rule.demands),
      demands,
    );
  });
}

test('an unreadable line makes every door incomplete, by its number', async () => {
  const { reports, outcome } = await from([
    ...VPN,
    'bind vpn vserver gw -policy "p',
    'add lb vserver x HTTP',
  ]);
  assert.equal(outcome, 'partial');
  assert.equal(bodies('door', reports).get('citrix:unnamed/vpn/gw')?.authentication?.whole, false);
  const told = reports.find((report) => report.type === 'unseen');
  assert.equal(told?.type === 'unseen' ? told.detail : '', 'line 2');
});

test('a file of something else is not an empty appliance', async () => {
  const { outcome, reports } = await from(['hello', 'world']);
  assert.equal(outcome, 'failed');
  assert.deepEqual(unseen(reports), ['configuration: invalid']);
});

test('more conditions than can be tried: unknown', async () => {
  const many = Array.from({ length: 12 }, (_, n) => [
    `add authentication Policy p${n} -rule "CLIENT.IP.SRC.EQ(10.0.0.${n})" -action l`,
    `bind vpn vserver gw -policy p${n} -priority ${n + 1} -gotoPriorityExpression NEXT`,
  ]).flat();
  const { reports } = await from([...LDAP, ...VPN, ...many]);
  const { authentication } = bodies('door', reports).get('citrix:unnamed/vpn/gw') ?? {};
  assert.deepEqual([authentication?.whole, authentication?.rules[0]?.demands], [false, 'unknown']);
});

test('words: quotes, escapes, verbatim quotes', () => {
  assert.deepEqual(words(String.raw`a "b \"c\" d" 'e f' q{g {h} i} q/j k/ l`), [
    'a',
    'b "c" d',
    'e f',
    'g {h} i',
    'j k',
    'l',
  ]);
  assert.equal(words('a "b'), undefined);
});

test('secrets are dropped while reading, whatever their option is called', () => {
  const secret =
    'add authentication radiusAction r -serverIP 10.0.0.1 -radKey s3cret -encrypted -newThing s3cret';
  const statement = statementOf(secret, 1);
  assert.ok(statement !== undefined && statement !== 'unreadable');
  assert.deepEqual([...statement.options], [['serverip', '10.0.0.1']]);
});

test('formulas: the same answer as the connectives of JavaScript', () => {
  const text = fc.letrec<{ formula: string }>((tie) => ({
    formula: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('a.b("x && y")', 'c', 'd', 'true', 'false'),
      fc
        .tuple(tie('formula'), fc.constantFrom('&&', '||'), tie('formula'))
        .map((parts) => `(${parts.join(' ')})`),
      tie('formula').map((inner) => `!(${inner})`),
      tie('formula').map((inner) => `(${inner}).NOT`),
    ),
  })).formula;
  const conditions = ['a.b("x && y")', 'c', 'd'];
  fc.assert(
    fc.property(text, fc.subarray(conditions), (formula, met) => {
      const value = formulaOf(formula);
      assert.ok(value);
      const javascript = formula
        .replaceAll('.NOT', ' === false')
        .replaceAll('a.b("x && y")', String(met.includes(conditions[0] ?? '')))
        .replace(/\bc\b/g, String(met.includes('c')))
        .replace(/\bd\b/g, String(met.includes('d')));
      // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the oracle is the language itself, on text made here
      assert.equal(isMet(value, new Set(met)), new Function(`return ${javascript}`)());
    }),
  );
});

async function from(lines: readonly string[], more: Record<string, unknown> = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-ns-'));
  try {
    const file = path.join(folder, 'ns.conf');
    writeFileSync(file, `${lines.join('\r\n')}\n`);
    return await collected(citrix, { file, ...more });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
