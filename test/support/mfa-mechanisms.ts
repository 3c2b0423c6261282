/**
 * How doors of a made-up estate are guarded, each with the truth beside it, written down from what the product does and
 * not from what Holdfast makes of it: whether somebody with the password alone gets in.
 */
import type { Bodies } from '../../src/estate/schema.ts';

/** What is planned for an account; the facts that sources tell are made from it. */
export interface PlannedAccount {
  readonly key: string;
  readonly login: string;
  readonly source: string;
  readonly population: NonNullable<Bodies['account']['population']>;
  readonly customer: string | undefined;
  readonly factor: 'none' | 'sms' | 'app' | 'strong';
  readonly groups: readonly string[];
  readonly privileged: boolean;
  readonly hasKey: boolean;
  /** A service account that keeps no secret and may not sign in as a person does. */
  readonly workload: boolean;
  /** Told by a source that has fallen silent. */
  readonly silent: boolean;
  /** A number from 0 to 99 that decides who is picked where a few are. */
  readonly lot: number;
}

type DoorBody = Partial<Bodies['door']>;
/** `one`: the password is enough. `two`: it is not. `unsaid`: nobody can know from what sources tell. `no`: no way in. */
export type Truth = 'one' | 'two' | 'unsaid' | 'no';

export interface Mechanism {
  readonly id: string;
  readonly body: DoorBody;
  readonly truth: (account: PlannedAccount) => Truth;
  /** Who signed in with one factor, as the door's log shows. */
  readonly seen?: (account: PlannedAccount) => boolean;
  readonly canary?: 'accepted' | 'refused' | 'registration-offered';
  /** Which kind of source tells of the door; `found` unless said. */
  readonly told?: 'declared' | 'silent';
  /** The log that would show sign-ins has fallen silent. */
  readonly logSilent?: boolean;
}

type Rule = NonNullable<Bodies['door']['authentication']>['rules'][number];
type Settings = Readonly<Record<string, string>>;
const ALL = { everyone: true };
const rule = (more: Partial<Rule> = {}): Rule => ({
  id: 'mfa',
  demands: 'second-factor',
  for: ALL,
  unregistered: 'refused',
  ...more,
});
const always = (truth: Truth) => () => truth;
const unless = (test: (account: PlannedAccount) => boolean) => (account: PlannedAccount) =>
  test(account) ? ('one' as const) : ('two' as const);
const without = ({ factor }: PlannedAccount): Truth => (factor === 'none' ? 'one' : 'two');
const ruled = (
  id: string,
  rules: Rule[],
  truth: Mechanism['truth'],
  more: DoorBody = {},
): Mechanism => ({
  id,
  body: { authentication: { rules }, ...more },
  truth,
});
const set = (
  id: string,
  settings: Settings,
  truth: Mechanism['truth'],
  more: DoorBody = {},
): Mechanism => ({
  id,
  body: { settings, ...more },
  truth,
});
const onWays = (id: string, asked: string, left: string): Mechanism => ({
  id,
  body: {
    authentication: { ways: [{ id: asked }, { id: left }], rules: [rule({ ways: [asked] })] },
  },
  truth: always('one'),
});
/** sshd takes no password of an account whose password is locked. */
const typed = (truth: Mechanism['truth']) => (account: PlannedAccount) =>
  account.workload ? ('no' as const) : truth(account);
const sshd = (stack: string, methods = 'keyboard-interactive'): Settings => ({
  'sshd.port': '22',
  'sshd.usepam': 'yes',
  'sshd.authenticationmethods': methods,
  'sshd.kbdinteractiveauthentication': 'yes',
  'sshd.passwordauthentication': 'yes',
  'sshd.pubkeyauthentication': 'yes',
  'pam.sshd.auth': stack,
});

/** Guards that hold, as far as their factors go. */
export const SOUND: readonly Mechanism[] = [
  ruled('refuses', [rule()], always('two')),
  ruled('registers', [rule({ unregistered: 'registers' })], without),
  ruled('strict-beats-lax', [rule({ id: 'lax', unregistered: 'passes' }), rule()], always('two')),
  ruled(
    'strong-only',
    [rule({ demands: 'phishing-resistant', unregistered: 'registers' })],
    ({ factor }) => (factor === 'strong' ? 'two' : 'one'),
  ),
  {
    ...ruled('canary-settles', [rule({ unregistered: undefined })], always('two')),
    canary: 'refused',
  },
  {
    ...ruled('canary-registers', [{ id: 'mfa', demands: 'second-factor', for: ALL }], without),
    canary: 'registration-offered',
  },
  set('nps', { 'nps.REQUIRE_USER_MATCH': 'TRUE' }, always('two')),
  set('duo', { 'duo.failmode': 'secure', 'duo.newUserPolicy': 'deny' }, always('two')),
  set(
    'pam',
    sshd('required pam_unix.so\nrequired pam_google_authenticator.so'),
    typed(always('two')),
  ),
  set(
    'google',
    { 'google.enforcedFrom': '2020-01-01T00:00:00Z', 'google.enrollmentGracePeriod': '0s' },
    always('two'),
  ),
  ruled('admits', [rule()], ({ groups }) => (groups.includes('door-users') ? 'two' : 'no'), {
    admits: { groups: ['Door-Users'] },
  }),
];

/** Quiet bypasses and plain holes: domain settings that let an account in on one factor. */
export const PLANTED: readonly Mechanism[] = [
  set('password-only', { 'authentication.factors': 'password' }, always('one')),
  ruled('no-rule', [], always('one')),
  ruled(
    'excluded-group',
    [rule({ except: { groups: ['Service Desk'] } })],
    unless(({ groups }) => groups.includes('service desk')),
  ),
  ruled(
    'excluded-user',
    [rule({ except: { accounts: ['staff-0', 'staff-1', 'staff-2'] } })],
    unless(({ login }) => /^staff-[012]$/.test(login)),
  ),
  ruled(
    'excluded-role',
    [rule({ except: { privileged: true } })],
    unless(({ privileged }) => privileged),
  ),
  ruled(
    'excluded-guests',
    [rule({ except: { populations: ['guest', 'supplier'] } })],
    unless(({ population }) => population === 'guest' || population === 'supplier'),
  ),
  ruled(
    'only-staff',
    [rule({ for: { populations: ['staff', 'break-glass'] } })],
    unless(({ population }) => population !== 'staff' && population !== 'break-glass'),
  ),
  ruled(
    'excluded-break-glass',
    [rule({ except: { populations: ['break-glass'] } })],
    unless(({ population }) => population === 'break-glass'),
  ),
  ruled(
    'excluded-customer',
    [rule({ except: { customers: ['customer-7'] } })],
    unless(({ customer }) => customer === 'customer-7'),
  ),
  ruled('report-only', [rule({ state: 'report-only' })], always('one')),
  ruled('off', [rule({ state: 'off' })], always('one')),
  ruled('not-yet', [rule({ since: '2027-01-01T00:00:00Z' })], always('one')),
  onWays('legacy-clients', 'browser', 'other-clients'),
  onWays('excluded-location', 'anywhere', 'office'),
  onWays('excluded-platform', 'windows', 'android'),
  ruled('compliant-device', [rule({ instead: ['compliant-device'] })], always('one')),
  ruled('fails-open', [rule({ unreachable: 'passes' })], always('one')),
  {
    ...ruled(
      'not-applied',
      [rule()],
      unless(({ lot }) => lot < 3),
    ),
    seen: ({ lot }) => lot < 3,
  },
  { ...ruled('canary-comes-in', [rule()], always('one')), canary: 'accepted' },
  set('nps-unmatched', { 'nps.REQUIRE_USER_MATCH': 'FALSE' }, without),
  set('duo-failmode', { 'duo.newUserPolicy': 'deny' }, always('one')),
  set(
    'duo-groups',
    {
      'duo.failmode': 'secure',
      'duo.newUserPolicy': 'deny',
      'duo.groups': 'service\u00a0desk,vpn',
    },
    unless(({ groups }) => !groups.includes('vpn')),
  ),
  set(
    'duo-bypass',
    { 'duo.failmode': 'secure', 'duo.newUserPolicy': 'deny', 'duo.status': 'bypass' },
    always('one'),
  ),
  set(
    'pam-nullok',
    sshd(
      'required pam_unix.so\nrequired pam_google_authenticator.so nullok\nrequired pam_permit.so',
    ),
    typed(without),
  ),
  set('pam-nouserok', sshd('required pam_unix.so\nrequired pam_u2f.so nouserok'), typed(without)),
  set('pam-sufficient', sshd('sufficient pam_unix.so\nrequired pam_oath.so'), typed(always('one'))),
  set('pam-duo', sshd('required pam_unix.so\nrequired pam_duo.so'), typed(always('one'))),
  set('authentik', { 'authentik.not_configured_action': 'skip' }, without),
  set('kratos', { 'kratos.session.whoami.required_aal': 'highest_available' }, without),
  set('privacyidea-token', { 'privacyidea.passOnNoToken': 'true' }, without),
  set('privacyidea-user', { 'privacyidea.passOnNoUser': 'True' }, without),
  set('privacyidea-passthru', { 'privacyidea.passthru': 'userstore' }, without),
  set('keycloak-conditional', { 'keycloak.browser.otp': 'CONDITIONAL' }, without),
  set(
    'keycloak-direct-grant',
    { 'keycloak.browser.otp': 'REQUIRED', 'keycloak.directAccessGrantsEnabled': 'true' },
    always('one'),
  ),
  set('teleport-optional', { 'teleport.second_factor': 'optional' }, without),
  set('teleport-off', { 'teleport.second_factor': 'off' }, always('one')),
  set('rd-gateway', { 'rdgateway.AuthMethod': '1' }, always('one')),
  set('google-off', { 'google.enforcedFrom': '1970-01-01T00:00:00Z' }, always('one')),
  set(
    'google-grace',
    { 'google.enforcedFrom': '2020-01-01T00:00:00Z', 'google.enrollmentGracePeriod': '604800s' },
    without,
  ),
  set(
    'google-device',
    { 'google.enforcedFrom': '2020-01-01T00:00:00Z', 'google.allowTrustingDevice': 'true' },
    always('one'),
  ),
  set(
    'google-backup',
    { 'google.enforcedFrom': '2020-01-01T00:00:00Z', 'google.backupCodeExceptionPeriod': '86400s' },
    always('one'),
  ),
  set('netscaler', { 'netscaler.policies': 'ldap_pol' }, always('one')),
  {
    id: 'sshd-address',
    body: { settings: sshd('required pam_unix.so', 'publickey,keyboard-interactive publickey') },
    // A key alone is enough, and nobody has said that there is none.
    truth: always('one'),
  },
  {
    ...ruled(
      'api-keys',
      [rule()],
      unless(({ hasKey }) => hasKey),
    ),
    body: { type: 'api', authentication: { rules: [rule()] } },
  },
  {
    id: 'policy-silent',
    body: { authentication: { rules: [rule()] } },
    truth: always('unsaid'),
    told: 'silent',
  },
  {
    id: 'only-declared',
    body: { requires: 'second-factor' },
    truth: always('unsaid'),
    told: 'declared',
  },
  {
    id: 'log-silent',
    body: { authentication: { rules: [rule()] } },
    truth: always('unsaid'),
    logSilent: true,
  },
  {
    id: 'not-whole',
    body: { authentication: { whole: false, rules: [rule()] } },
    truth: always('unsaid'),
  },
  { id: 'nothing-said', body: {}, truth: always('unsaid') },
];

/** Doors at which some sign in elsewhere first: `federated` accounts come through the door of key `first`. */
export function federatedMechanisms(
  federated: string,
  first: string,
  there: Mechanism,
): readonly Mechanism[] {
  const through = [{ identitySource: federated, door: first }];
  const local = (own: Mechanism['truth']) => (account: PlannedAccount) =>
    account.source === federated ? there.truth(account) : own(account);
  return [
    set(
      'zitadel-local-only',
      { 'zitadel.forceMFA': 'true', 'zitadel.forceMFALocalOnly': 'true' },
      local(without),
      { through },
    ),
    set('keycloak-federated', { 'keycloak.browser.otp': 'REQUIRED' }, local(without), { through }),
    set('teleport-sso', { 'teleport.second_factor': 'on' }, local(without), { through }),
    ruled(
      'trusts-elsewhere',
      [rule({ except: { identitySources: [federated] } })],
      local(always('two')),
      { through },
    ),
  ];
}
