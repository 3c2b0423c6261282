/**
 * The quiet bypasses: settings by which an account comes in with one factor although a second one is "switched on". Data:
 * what shows it, where, and what it does to a verdict. Those of products are found in a door's settings
 * (`gatekeepers.ts`), those of rules in its rules (`demand.ts`), those of PAM by walking the stack (`pam.ts`).
 */

/**
 * `one-factor`: nobody is asked for a second. `unregistered-passes`: who has none is let in. `way-around`: something else
 * than a second factor satisfies it. `outside`: the rule does not speak of this account or this way in.
 */
export type Effect = 'one-factor' | 'unregistered-passes' | 'way-around' | 'outside';

export interface Bypass {
  readonly id: string;
  readonly title: string;
  readonly where: string;
  /** The setting, and the value that shows it; its default where leaving it out does the same. */
  readonly shows: string;
  readonly effect: Effect;
}

const bypass = (
  id: string,
  where: string,
  effect: Effect,
  title: string,
  shows: string,
): Bypass => ({
  id,
  where,
  effect,
  title,
  shows,
});

export const BYPASSES: readonly Bypass[] = [
  // Rules, of Entra conditional access and of everything that works like it.
  bypass(
    'excluded',
    'rules',
    'outside',
    'An exclusion takes the account out of the rule',
    'except',
  ),
  bypass(
    'report-only',
    'rules',
    'one-factor',
    'The rule only reports what it would demand',
    'state: report-only',
  ),
  bypass('rule-off', 'rules', 'one-factor', 'The rule is switched off', 'state: off'),
  bypass(
    'uncovered-way',
    'rules',
    'outside',
    'A client, network or platform that the rule leaves out',
    'ways',
  ),
  bypass(
    'way-around',
    'rules',
    'way-around',
    'Something else satisfies the rule instead',
    'instead',
  ),
  bypass(
    'fails-open',
    'rules',
    'way-around',
    'It opens when the checker cannot be reached',
    'unreachable: passes',
  ),
  bypass(
    'policy-not-applied',
    'sign-ins',
    'outside',
    'The policy says yes and the log says no',
    'a success with one factor',
  ),
  bypass(
    'access-keys',
    'accounts',
    'one-factor',
    'A long-lived key opens the door by itself',
    'keys',
  ),
  // Products, by their own settings.
  bypass(
    'nps-unmatched-user',
    'NPS extension',
    'unregistered-passes',
    'Users who are not enrolled pass',
    'REQUIRE_USER_MATCH=FALSE',
  ),
  bypass(
    'duo-fails-open',
    'Duo',
    'way-around',
    'It opens when Duo cannot be reached',
    'failmode=safe (default)',
  ),
  bypass('duo-groups', 'Duo', 'outside', 'Only members of the listed groups are asked', 'groups='),
  bypass(
    'duo-bypass-status',
    'Duo',
    'one-factor',
    'The account has the status bypass',
    'status=bypass',
  ),
  bypass(
    'pam-nullok',
    'PAM',
    'unregistered-passes',
    'Without a secret file no code is asked for',
    'nullok',
  ),
  bypass(
    'pam-nouserok',
    'PAM',
    'unregistered-passes',
    'Without a registered key none is asked for',
    'nouserok',
  ),
  bypass(
    'pam-sufficient',
    'PAM',
    'one-factor',
    'An earlier or other module suffices by itself',
    'sufficient',
  ),
  bypass(
    'authentik-skip',
    'authentik',
    'unregistered-passes',
    'Without a device the stage is skipped',
    'not_configured_action=skip (default)',
  ),
  bypass(
    'kratos-highest-available',
    'Ory Kratos',
    'unregistered-passes',
    'Without a factor one is enough',
    'required_aal=highest_available',
  ),
  bypass(
    'privacyidea-no-token',
    'privacyIDEA',
    'unregistered-passes',
    'Without a token every password passes',
    'passOnNoToken, passOnNoUser, passthru',
  ),
  bypass(
    'keycloak-conditional',
    'Keycloak',
    'unregistered-passes',
    'The code is conditional on having one',
    'browser flow OTP not REQUIRED',
  ),
  bypass(
    'keycloak-direct-grant',
    'Keycloak',
    'one-factor',
    'The direct grant asks for the password alone',
    'directAccessGrantsEnabled',
  ),
  bypass(
    'keycloak-federated',
    'Keycloak',
    'outside',
    'Who comes through another identity provider is not asked',
    'empty post login flow',
  ),
  bypass(
    'zitadel-local-only',
    'Zitadel',
    'outside',
    'Only local sign-ins are asked',
    'forceMFALocalOnly',
  ),
  bypass(
    'teleport-optional',
    'Teleport',
    'unregistered-passes',
    'The second factor is optional',
    'second_factor=optional',
  ),
  bypass('teleport-off', 'Teleport', 'one-factor', 'The second factor is off', 'second_factor=off'),
  bypass('teleport-sso', 'Teleport', 'outside', 'Who signs in by SSO is not asked', 'SSO users'),
  bypass(
    'rd-gateway-password',
    'RD Gateway',
    'one-factor',
    'The connection policy takes a password',
    'AuthMethod 0, 1 (default) or 3',
  ),
  bypass(
    'sshd-match',
    'OpenSSH',
    'one-factor',
    'A Match block gives this account or address fewer methods',
    'Match … AuthenticationMethods',
  ),
  bypass(
    'google-off',
    'Google',
    'one-factor',
    'Enforcement is off',
    'enforcedFrom=1970-01-01T00:00:00Z',
  ),
  bypass(
    'google-grace',
    'Google',
    'unregistered-passes',
    'New users have a grace period',
    'enrollmentGracePeriod',
  ),
  bypass(
    'google-trusted-device',
    'Google',
    'way-around',
    'A trusted device is not asked again',
    'allowTrustingDevice',
  ),
  bypass(
    'google-backup-code',
    'Google',
    'way-around',
    'Backup codes pass for a time',
    'backupCodeExceptionPeriod',
  ),
  bypass(
    'netscaler-one-policy',
    'Citrix NetScaler',
    'one-factor',
    'One policy is bound and no next factor',
    'no -nextFactor, no -secondary',
  ),
];

const BY_ID = new Map(BYPASSES.map((each) => [each.id, each]));

export function bypassOf(id: string): Bypass | undefined {
  return BY_ID.get(id);
}
