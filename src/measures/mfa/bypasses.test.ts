/** Each quiet bypass, planted at a door: the gap shows, the detector says what it is, and without it the door holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aDoor, anAccount, judged, NOW, withFactor } from '../../../test/support/mfa-facts.ts';
import { BYPASSES, bypassOf } from './bypasses.ts';
import type { Account, Door, Rule } from './model.ts';

const everyone = { everyone: true };
const rule = (more: Partial<Rule> = {}): Rule => ({
  id: 'mfa',
  demands: 'second-factor',
  for: everyone,
  unregistered: 'refused',
  ...more,
});
const ruled = (more: Partial<Rule>, over: Partial<Door> = {}): Door =>
  aDoor({ authentication: { rules: [rule(more)] } }, over);
const set = (settings: Record<string, string>, over: Partial<Door> = {}): Door =>
  aDoor({ settings }, over);
const ssh = (stack: string, more: Record<string, string> = {}) => ({
  'sshd.port': '22',
  'sshd.usepam': 'yes',
  'sshd.authenticationmethods': 'keyboard-interactive',
  'sshd.kbdinteractiveauthentication': 'yes',
  'pam.sshd.auth': stack,
  ...more,
});
const through = new Map([['corp', 'elsewhere']]);
const open: Door = aDoor({ authentication: { rules: [] } }, { key: 'elsewhere' });
const registered = withFactor('totp');
const bare = anAccount();

interface Planted {
  readonly door: Door;
  /** The same door without the bypass. */
  readonly sound: Door;
  /** Whom it lets in with one factor. */
  readonly account: Account;
  readonly signIn?: { oneFactorAt: number };
}

const google = { 'google.enforcedFrom': '2020-01-01T00:00:00Z' };
const keycloak = { 'keycloak.browser.otp': 'REQUIRED' };
const duo = { 'duo.failmode': 'secure', 'duo.newUserPolicy': 'deny' };

const CASES: Readonly<Record<string, Planted>> = {
  excluded: {
    door: ruled({ except: { groups: ['Desk'] } }),
    sound: ruled({}),
    account: withFactor('totp', { groups: ['desk'] }),
  },
  'report-only': { door: ruled({ state: 'report-only' }), sound: ruled({}), account: registered },
  'rule-off': { door: ruled({ state: 'off' }), sound: ruled({}), account: registered },
  'uncovered-way': {
    door: aDoor({
      authentication: {
        ways: [{ id: 'browser' }, { id: 'other' }],
        rules: [rule({ ways: ['browser'] })],
      },
    }),
    sound: aDoor({
      authentication: {
        ways: [{ id: 'browser' }, { id: 'other' }],
        rules: [rule({ ways: ['browser', 'other'] })],
      },
    }),
    account: registered,
  },
  'way-around': {
    door: ruled({ instead: ['compliant-device'] }),
    sound: ruled({ instead: [] }),
    account: registered,
  },
  'fails-open': {
    door: ruled({ unreachable: 'passes' }),
    sound: ruled({ unreachable: 'refused' }),
    account: registered,
  },
  'policy-not-applied': {
    door: ruled({}),
    sound: ruled({ since: new Date(NOW).toISOString() }),
    account: registered,
    signIn: { oneFactorAt: NOW - 1000 },
  },
  'access-keys': {
    door: ruled({}, { type: 'api' }),
    sound: ruled({}),
    account: withFactor('totp', { oldestKeyAt: NOW - 1 }),
  },
  'nps-unmatched-user': {
    door: set({ 'nps.REQUIRE_USER_MATCH': 'FALSE' }),
    sound: set({ 'nps.REQUIRE_USER_MATCH': 'TRUE' }),
    account: bare,
  },
  'duo-fails-open': {
    door: set({ ...duo, 'duo.failmode': 'safe' }),
    sound: set(duo),
    account: registered,
  },
  'duo-groups': {
    door: set({ ...duo, 'duo.groups': 'vpn' }),
    sound: set(duo),
    account: registered,
  },
  'duo-bypass-status': {
    door: set({ ...duo, 'duo.status': 'bypass' }),
    sound: set(duo),
    account: registered,
  },
  'pam-nullok': {
    door: set(ssh('required pam_unix.so\nrequired pam_google_authenticator.so nullok')),
    sound: set(ssh('required pam_unix.so\nrequired pam_google_authenticator.so')),
    account: bare,
  },
  'pam-nouserok': {
    door: set(ssh('required pam_unix.so\nrequired pam_u2f.so nouserok cue')),
    sound: set(ssh('required pam_unix.so\nrequired pam_u2f.so cue')),
    account: bare,
  },
  'pam-sufficient': {
    door: set(ssh('sufficient pam_unix.so\nrequired pam_oath.so')),
    sound: set(ssh('required pam_unix.so\nrequired pam_oath.so')),
    account: registered,
  },
  'authentik-skip': {
    door: set({ 'authentik.stage': 'validate' }),
    sound: set({ 'authentik.not_configured_action': 'deny' }),
    account: bare,
  },
  'kratos-highest-available': {
    door: set({ 'kratos.session.whoami.required_aal': 'highest_available' }),
    sound: set({ 'kratos.session.whoami.required_aal': 'aal2' }),
    account: bare,
  },
  'privacyidea-no-token': {
    door: set({ 'privacyidea.passOnNoToken': 'true' }),
    sound: set({ 'privacyidea.passOnNoToken': 'false' }),
    account: bare,
  },
  'keycloak-conditional': {
    door: set({ 'keycloak.browser.otp': 'CONDITIONAL' }),
    sound: set(keycloak),
    account: bare,
  },
  'keycloak-direct-grant': {
    door: set({ ...keycloak, 'keycloak.directAccessGrantsEnabled': 'true' }),
    sound: set({
      ...keycloak,
      'keycloak.directAccessGrantsEnabled': 'true',
      'keycloak.direct-grant.otp': 'REQUIRED',
    }),
    account: registered,
  },
  'keycloak-federated': {
    door: set(keycloak, { through }),
    sound: set({ ...keycloak, 'keycloak.post-login-flow': 'otp' }, { through }),
    account: registered,
  },
  'zitadel-local-only': {
    door: set({ 'zitadel.forceMFALocalOnly': 'true' }, { through }),
    sound: set({ 'zitadel.forceMFA': 'true' }, { through }),
    account: registered,
  },
  'teleport-optional': {
    door: set({ 'teleport.second_factor': 'optional' }),
    sound: set({ 'teleport.second_factor': 'on' }),
    account: bare,
  },
  'teleport-off': {
    door: set({ 'teleport.second_factor': 'off' }),
    sound: set({ 'teleport.second_factor': 'otp' }),
    account: registered,
  },
  'teleport-sso': {
    door: set({ 'teleport.second_factor': 'on' }, { through }),
    sound: set({ 'teleport.second_factor': 'on' }),
    account: registered,
  },
  'rd-gateway-password': {
    door: set({ 'rdgateway.AuthMethod': '1' }),
    sound: set({ 'rdgateway.AuthMethod': '2' }),
    account: registered,
  },
  'sshd-match': {
    door: aDoor({
      settings: ssh('required pam_unix.so', {
        'sshd.authenticationmethods': 'publickey,keyboard-interactive',
      }),
      accountSettings: [
        {
          account: 'corp/anna',
          from: '10.8.0.1',
          settings: { 'sshd.authenticationmethods': 'publickey keyboard-interactive' },
        },
      ],
    }),
    sound: set(
      ssh('required pam_unix.so', {
        'sshd.authenticationmethods': 'publickey,keyboard-interactive',
      }),
    ),
    account: withFactor('ssh-key'),
  },
  'google-off': {
    door: set({ 'google.enforcedFrom': '1970-01-01T00:00:00Z' }),
    sound: set(google),
    account: registered,
  },
  'google-grace': {
    door: set({ ...google, 'google.enrollmentGracePeriod': '604800s' }),
    sound: set({ ...google, 'google.enrollmentGracePeriod': '0s' }),
    account: bare,
  },
  'google-trusted-device': {
    door: set({ ...google, 'google.allowTrustingDevice': 'true' }),
    sound: set(google),
    account: registered,
  },
  'google-backup-code': {
    door: set({ ...google, 'google.backupCodeExceptionPeriod': '86400s' }),
    sound: set(google),
    account: registered,
  },
  'netscaler-one-policy': {
    door: set({ 'netscaler.policies': 'ldap' }),
    sound: set({ 'netscaler.policies': 'ldap', 'netscaler.nextFactor': 'radius' }),
    account: registered,
  },
};

test('every detector has a case, and every case a detector', () => {
  assert.deepEqual(BYPASSES.map(({ id }) => id).sort(), Object.keys(CASES).sort());
});

for (const [id, { door, sound, account, signIn }] of Object.entries(CASES)) {
  test(`${id}: ${bypassOf(id)?.title ?? ''}`, () => {
    const around = { doors: [open], ...(signIn === undefined ? {} : { signIn }) };
    const found = judged(account, door, around);
    const expected = account.factors.length > 0 ? 'registered-not-enforced' : 'none';
    assert.equal(found.verdict, expected);
    assert.ok(found.bypasses.includes(id), `found ${found.bypasses.join(', ')}`);
    const strong = withFactor('passkey').factors;
    const without = judged({ ...account, factors: [...account.factors, ...strong] }, sound, around);
    assert.deepEqual([without.verdict, without.bypasses], ['enforced', []]);
  });
}

test('what a bypass does not concern stays enforced', () => {
  assert.equal(judged(registered, CASES['nps-unmatched-user']!.door).verdict, 'enforced');
  assert.equal(judged(registered, CASES['pam-nullok']!.door).verdict, 'enforced');
  assert.equal(judged(registered, CASES['excluded']!.door).verdict, 'enforced');
  assert.equal(
    judged(withFactor('totp', { groups: ['vpn'] }), CASES['duo-groups']!.door).verdict,
    'enforced',
  );
});

test('a product that is not told how is unknown, never sound', () => {
  assert.equal(judged(registered, set({ 'authentication.mode': 'strong' })).verdict, 'unknown');
  assert.equal(
    judged(registered, set({ 'duo.failmode': 'secure', 'duo.groups': '*,!wheel' })).verdict,
    'unknown',
  );
  assert.equal(judged(registered, set({})).verdict, 'unknown');
  assert.equal(judged(registered, aDoor([])).verdict, 'unknown');
});
