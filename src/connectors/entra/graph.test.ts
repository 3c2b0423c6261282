import assert from 'node:assert/strict';
import { test } from 'node:test';
import { user, type Before } from '../../../test/support/graph-server.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { ALL, fromTenant, key } from '../../../test/support/tenant.ts';

test('accounts: guests, disabled, privileged by a role or a group that has one, and all pages of them', async () => {
  const { reports, outcome } = await fromTenant({
    users: [
      user('anna'),
      user('ben', { accountEnabled: false }),
      user('cora_partner.example#EXT#', { userType: 'Guest', creationType: 'Invitation' }),
      user('dan'),
      user('eve', { signInActivity: { lastSignInDateTime: '2031-01-01T00:00:00Z' } }),
    ],
    members: { admins: ['id-dan'] },
    roles: [
      ['id-anna', 'administrator'],
      ['admins', 'administrator'],
    ],
  });
  assert.equal(outcome, 'complete');
  const accounts = bodies('account', reports);
  assert.equal(accounts.size, 5);
  const seen = ['anna', 'ben', 'cora_partner.example#ext#', 'dan', 'eve'].map((name) => {
    const { enabled, population, privileged, lastSignInAt } = accounts.get(key(name)) ?? {};
    return [enabled, population, privileged, lastSignInAt?.slice(0, 10)];
  });
  assert.deepEqual(seen, [
    [true, undefined, true, '2026-11-20'],
    [false, undefined, false, '2026-11-20'],
    [true, 'guest', false, '2026-11-20'],
    [true, undefined, true, '2026-11-20'],
    [true, undefined, false, undefined],
  ]);
});

test('factors: each kind, e-mail is none, what is not known counts as other, no longer allowed is disabled', async () => {
  const methodsRegistered = [
    'microsoftAuthenticatorPush',
    'email',
    'passKeyDeviceBound',
    'mobilePhone',
    'telepathy',
  ];
  const { reports } = await fromTenant({
    users: [user('anna'), user('ben'), user('cora')],
    registrations: [
      {
        id: 'id-anna',
        isMfaRegistered: true,
        isMfaCapable: true,
        methodsRegistered,
        lastUpdatedDateTime: '2026-11-19T00:00:00Z',
      },
      {
        id: 'id-ben',
        isMfaRegistered: true,
        isMfaCapable: false,
        methodsRegistered: ['officePhone'],
      },
    ],
  });
  const factors = [...bodies('factor', reports).values()].map(({ account, type, status }) => [
    account,
    type,
    status,
  ]);
  assert.deepEqual(factors, [
    ...['other', 'passkey', 'push', 'sms'].map((type) => [key('anna'), type, undefined]),
    [key('ben'), 'voice', 'disabled'],
  ]);
  const listed = ['anna', 'ben', 'cora'].map(
    (name) => bodies('account', reports).get(key(name))?.factorsListed,
  );
  assert.deepEqual(listed, [true, true, undefined], 'of cora nothing is known');
});

test('sign-ins: successes only, two factors in one, the newest of each kind, no address', async () => {
  const signIn = (more: Record<string, unknown>) => ({
    userId: 'id-anna',
    appId: 'x',
    createdDateTime: '2026-11-20T10:00:00Z',
    clientAppUsed: 'Browser',
    ipAddress: '203.0.113.9',
    authenticationRequirement: 'singleFactorAuthentication',
    status: { errorCode: 0 },
    authenticationDetails: [],
    ...more,
  });
  const { reports } = await fromTenant({
    users: [user('anna'), user('ben')],
    signIns: [
      signIn({ status: { errorCode: 50126 }, createdDateTime: '2026-11-21T10:00:00Z' }),
      signIn({}),
      signIn({ createdDateTime: '2026-11-19T10:00:00Z', ipAddress: '10.0.0.1' }),
      signIn({
        authenticationRequirement: 'multiFactorAuthentication',
        createdDateTime: '2026-11-21T11:00:00Z',
      }),
      signIn({
        userId: 'id-ben',
        authenticationDetails: [{ authenticationMethod: 'FIDO2 security key', succeeded: true }],
      }),
      signIn({ userId: 'id-ben', authenticationRequirement: null }),
      signIn({ userId: 'id-nobody' }),
      'no sign-in',
    ],
  });
  const told = [...bodies('signin', reports).values()];
  assert.deepEqual(told, [
    {
      account: key('anna'),
      door: ALL,
      oneFactorAt: '2026-11-20T10:00:00.000Z',
      oneFactorCount: 2,
      addressClass: 'internet',
      way: 'Browser',
      twoFactorAt: '2026-11-21T11:00:00.000Z',
      twoFactorCount: 1,
    },
    {
      account: key('ben'),
      door: ALL,
      twoFactorAt: '2026-11-20T10:00:00.000Z',
      twoFactorCount: 1,
      unknownCount: 1,
    },
  ]);
  assert.deepEqual(unseen(reports), ['sign-ins of another form: invalid']);
  assert.ok(!JSON.stringify(reports).includes('203.0.113.9'));
});

test('throttled, and a token that ends in the middle: waited for, renewed, complete', async () => {
  let throttled = 0;
  const expired = new Set<string>();
  const before: Before = ({ path, headers }) => {
    if (path.includes('conditionalAccess/policies') && throttled < 2) {
      throttled += 1;
      return { status: 429, headers: { 'retry-after': '0' } };
    }
    if (path.includes('skiptoken') && headers.authorization === 'Bearer token-1') {
      expired.add(path);
      return { status: 401 };
    }
    return undefined;
  };
  const { reports, outcome } = await fromTenant(
    { users: [user('a'), user('b'), user('c')] },
    { before },
  );
  assert.deepEqual([outcome, bodies('account', reports).size, throttled], ['complete', 3, 2]);
  assert.ok(expired.size > 0);
});

test('one endpoint that is refused hides itself only; the report of factors is then asked of each account', async () => {
  const before: Before = ({ path }) =>
    /userRegistrationDetails|auditLogs/.test(path) ? { status: 403 } : undefined;
  const { reports, outcome } = await fromTenant({}, { before });
  assert.equal(outcome, 'partial');
  assert.deepEqual(unseen(reports), [
    'registered factors: not-permitted',
    'sign-ins: not-permitted',
  ]);
  assert.deepEqual(
    [...bodies('factor', reports).values()].map(({ type }) => type),
    ['security-key'],
  );
});

const BROKEN: readonly (readonly [string, Before, string])[] = [
  [
    'pages in a circle',
    ({ path }, url) =>
      path.includes('/users?')
        ? { body: { value: [], '@odata.nextLink': `${url}/v1.0/users?$top=1` } }
        : undefined,
    'accounts: invalid',
  ],
  [
    'a next page elsewhere',
    ({ path }) =>
      path.includes('/users?')
        ? { body: { value: [], '@odata.nextLink': 'https://elsewhere.example/' } }
        : undefined,
    'accounts: invalid',
  ],
  [
    'half a page',
    ({ path }) => (path.includes('/users?') ? { body: '{"value": [' } : undefined),
    'accounts: invalid',
  ],
  [
    'a server that is broken',
    ({ path }) =>
      path.includes('/users?') ? { status: 500, headers: { 'retry-after': '0' } } : undefined,
    'accounts: unreachable',
  ],
  [
    'a server that does not answer',
    ({ path }) => (path.includes('/users?') ? { silent: true } : undefined),
    'accounts: timeout',
  ],
];
for (const [name, before, expected] of BROKEN) {
  test(`broken: ${name}`, async () => {
    const { outcome, reports } = await fromTenant({}, { before, more: { timeoutSeconds: 1 } });
    assert.equal(outcome, 'failed');
    assert.ok(unseen(reports).includes(expected), unseen(reports).join());
  });
}

test('a secret that is refused is a failed collection', async () => {
  const { outcome, reports } = await fromTenant(
    {},
    { before: ({ path }) => (path.includes('oauth2') ? { status: 401 } : undefined) },
  );
  assert.deepEqual([outcome, unseen(reports)], ['failed', ['tenant: not-permitted']]);
});
