import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  policy,
  TENANT,
  user,
  type Before,
  type TenantData,
} from '../../../test/support/graph-server.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { ALL, fromTenant, key } from '../../../test/support/tenant.ts';
import type { Bodies } from '../../estate/schema.ts';

type Rule = NonNullable<Bodies['door']['authentication']>['rules'][number];

async function rulesOf(data: Partial<TenantData>, door = ALL): Promise<readonly Rule[]> {
  const { reports } = await fromTenant(data);
  return bodies('door', reports).get(door)?.authentication?.rules ?? [];
}

test('rules: users, groups, roles and guests, included and excluded', async () => {
  const { reports } = await fromTenant({
    users: [user('anna'), user('ben')],
    members: { exempt: ['id-ben'] },
    policies: [
      policy('p1', {
        users: {
          excludeUsers: ['id-anna', 'GuestsOrExternalUsers'],
          excludeGroups: ['exempt', 'gone'],
          excludeRoles: ['role-1'],
          excludeGuestsOrExternalUsers: {
            guestOrExternalUserTypes: 'internalGuest,serviceProvider',
            externalTenants: { membershipKind: 'all' },
          },
        },
      }),
    ],
  });
  const [rule] = bodies('door', reports).get(ALL)?.authentication?.rules ?? [];
  assert.deepEqual(rule?.for, { everyone: true });
  assert.deepEqual(rule.except, {
    accounts: [key('anna')],
    groups: [
      'group:exempt',
      'group:gone',
      'role:role-1',
      'guest-type:internalGuest',
      'guest-type:b2bCollaborationGuest',
      'guest-type:b2bCollaborationMember',
      'guest-type:otherExternalUser',
      'guest-type:internalGuest',
      'guest-type:serviceProvider',
    ],
  });
  assert.deepEqual([rule.demands, rule.unregistered], ['second-factor', 'registers']);
  assert.deepEqual(bodies('account', reports).get(key('ben'))?.groups, ['group:exempt']);
});

test('a group whose members are refused makes its rules unknown, not empty', async () => {
  const { reports, outcome } = await fromTenant(
    { members: { closed: [] }, policies: [policy('p1', { users: { excludeGroups: ['closed'] } })] },
    { before: ({ path }) => (path.includes('/groups/closed/') ? { status: 403 } : undefined) },
  );
  assert.equal(outcome, 'partial');
  assert.deepEqual(unseen(reports), ['members of groups that policies name: not-permitted']);
  assert.deepEqual(
    bodies('door', reports)
      .get(ALL)
      ?.authentication?.rules.map(({ demands }) => demands),
    ['unknown'],
  );
});

const STRENGTH = (...allowedCombinations: string[]) => ({
  operator: 'OR',
  builtInControls: [],
  authenticationStrength: { allowedCombinations },
});
const GRANTS: readonly (readonly [
  string,
  unknown,
  string | undefined,
  readonly string[] | undefined,
])[] = [
  ['block', { operator: 'OR', builtInControls: ['block'] }, 'refuse', undefined],
  [
    'mfa or a compliant device',
    { operator: 'OR', builtInControls: ['mfa', 'compliantDevice'] },
    'second-factor',
    ['compliant-device'],
  ],
  [
    'mfa and a compliant device',
    { operator: 'AND', builtInControls: ['mfa', 'compliantDevice'] },
    'second-factor',
    undefined,
  ],
  [
    'a compliant device',
    { operator: 'OR', builtInControls: ['compliantDevice'] },
    'one-factor',
    undefined,
  ],
  [
    'phishing-resistant',
    STRENGTH('fido2', 'windowsHelloForBusiness'),
    'phishing-resistant',
    undefined,
  ],
  ['a strength with codes', STRENGTH('fido2', 'password,softwareOath'), 'second-factor', undefined],
  ['a strength with a password', STRENGTH('fido2', 'password'), 'one-factor', undefined],
  [
    'a custom control',
    { operator: 'OR', builtInControls: [], customAuthenticationFactors: ['Duo'] },
    'unknown',
    undefined,
  ],
  ['session only', null, undefined, undefined],
];
for (const [name, grant, demands, instead] of GRANTS) {
  test(`grant: ${name}`, async () => {
    const [rule] = await rulesOf({ policies: [policy('p', { grant })] });
    assert.deepEqual([rule?.demands, rule?.instead], [demands, instead]);
  });
}

test('states: report-only and disabled demand nothing', async () => {
  const rules = await rulesOf({
    policies: [
      policy('a', { state: 'enabledForReportingButNotEnforced' }),
      policy('b', { state: 'disabled' }),
      policy('c'),
    ],
  });
  assert.deepEqual(
    rules.map(({ id, state }) => [id, state]),
    [
      ['a', 'report-only'],
      ['b', 'off'],
      ['c', 'on'],
    ],
  );
});

test('circumstances become ways: clients, trusted places, platforms; risk and device filters demand nothing of everybody', async () => {
  const { reports } = await fromTenant({
    locations: [{ id: 'l1', displayName: 'Ward', isTrusted: true }],
    policies: [
      policy('trusted', {
        conditions: { locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } },
      }),
      policy('old', {
        conditions: { clientAppTypes: ['exchangeActiveSync', 'other'] },
        grant: { operator: 'OR', builtInControls: ['block'] },
      }),
      policy('phones', {
        conditions: { platforms: { includePlatforms: ['android'], excludePlatforms: [] } },
      }),
      policy('risky', { conditions: { signInRiskLevels: ['high'] } }),
      policy('filtered', {
        conditions: { devices: { deviceFilter: { mode: 'include', rule: 'device.x -eq 1' } } },
      }),
    ],
  });
  const { ways = [], rules = [] } = bodies('door', reports).get(ALL)?.authentication ?? {};
  const on = (id: string): string[] => [...(rules.find((rule) => rule.id === id)?.ways ?? [])];
  assert.equal(ways.length, 8);
  assert.deepEqual(
    rules.map(({ id }) => id),
    ['trusted', 'old', 'phones'],
    'the others hold on no way',
  );
  assert.equal(on('trusted').length, 4);
  assert.ok(
    on('trusted').every((way) => /from elsewhere/.test(way)),
    on('trusted').join('|'),
  );
  assert.ok(on('old').every((way) => /older protocols/.test(way)));
  assert.ok(on('phones').every((way) => /on android/.test(way)));
  const open = ways.filter(({ id }) => !rules.some((rule) => rule.ways?.includes(id)));
  assert.deepEqual(
    open.map(({ id }) => id),
    ['browser, apps from trusted on other'],
  );
});

test('an application that a policy leaves out has a door of its own', async () => {
  const applications = { includeApplications: ['All'], excludeApplications: ['app-1'] };
  const { reports } = await fromTenant({
    policies: [policy('p', { conditions: { applications } })],
  });
  const doors = bodies('door', reports);
  assert.deepEqual(
    [...doors].map(([name, { authentication }]) => [name, authentication?.rules.length]),
    [
      [ALL, 1],
      [`entra:${TENANT}/app-1`, 0],
    ],
  );
});

test('security defaults and per-user MFA', async () => {
  const rules = await rulesOf({ securityDefaults: true, perUser: { 'id-anna': 'enforced' } });
  assert.deepEqual(
    rules.map(({ demands, for: scope }) => [demands, scope]),
    [
      ['unknown', { everyone: true }],
      ['second-factor', { privileged: true }],
      ['second-factor', { accounts: [key('anna')] }],
    ],
  );
});

test('policies that are refused: no rule is claimed', async () => {
  const before: Before = ({ path }) =>
    path.includes('Access/policies') ? { status: 403 } : undefined;
  const { reports } = await fromTenant({}, { before });
  assert.equal(bodies('door', reports).get(ALL)?.authentication, undefined);
});

test('a policy of another form makes the doors incomplete', async () => {
  const { reports } = await fromTenant({
    policies: [policy('p'), policy('q', { users: { excludeUsers: 'everybody' } })],
  });
  const { authentication } = bodies('door', reports).get(ALL) ?? {};
  assert.deepEqual([authentication?.whole, authentication?.rules.length], [false, 1]);
  assert.deepEqual(unseen(reports), ['policies of another form: invalid']);
});

test('Microsoft’s own evaluation that differs from ours makes the doors incomplete', async () => {
  const data = { users: [user('anna'), user('ben')], policies: [policy('p')] };
  const agreed = { evaluated: { 'id-anna': ['p'], 'id-ben': ['p'] } };
  const same = await fromTenant({ ...data, ...agreed }, { more: { whatIf: 5 } });
  assert.equal(same.outcome, 'complete');
  const other = await fromTenant(
    { ...data, evaluated: { 'id-anna': ['p'] } },
    { more: { whatIf: 5 } },
  );
  assert.deepEqual(unseen(other.reports), ['agreement with the evaluation by Microsoft: invalid']);
  assert.equal(bodies('door', other.reports).get(ALL)?.authentication?.whole, false);
});
