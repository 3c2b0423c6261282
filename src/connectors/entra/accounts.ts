/** Users, guests and their factors as accounts of the estate. */
import type { Bodies, Report } from '../../estate/schema.ts';
import { keyFrom, textOf } from '../keys.ts';
import { belongingOf, type PopulationRule } from '../population.ts';
import type { Registration, User } from './schema.ts';

type FactorType = Bodies['factor']['type'];

/**
 * `methodsRegistered` of userRegistrationDetails, and the types of authentication methods. E-mail resets passwords and is no
 * second factor; what is not listed is told as `other`, which counts as none.
 */
const METHODS: Readonly<Record<string, FactorType | undefined>> = {
  alternateMobilePhone: 'sms',
  certificateBasedAuthentication: 'certificate',
  email: undefined,
  fido2: 'security-key',
  fido2SecurityKey: 'security-key',
  hardwareOath: 'totp',
  hardwareOneTimePasscode: 'totp',
  macOsSecureEnclaveKey: 'passkey',
  microsoftAuthenticator: 'push',
  microsoftAuthenticatorPasswordless: 'push',
  microsoftAuthenticatorPush: 'push',
  mobilePhone: 'sms',
  officePhone: 'voice',
  passKeyDeviceBound: 'passkey',
  passKeyDeviceBoundAuthenticator: 'passkey',
  passKeyDeviceBoundWindowsHello: 'passkey',
  passKeySynced: 'passkey',
  password: undefined,
  phone: 'sms',
  platformCredential: 'passkey',
  securityQuestion: 'question',
  softwareOath: 'totp',
  softwareOneTimePasscode: 'totp',
  temporaryAccessPass: 'temporary-pass',
  windowsHelloForBusiness: 'passkey',
};

export interface Known {
  readonly identitySource: string;
  readonly now: Date;
  readonly populations: readonly PopulationRule[];
  /** Groups and roles by the user's id, as rules name them. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly privileged: ReadonlySet<string>;
  readonly eligible: ReadonlySet<string>;
  readonly perUser: ReadonlyMap<string, string>;
  /** By the user's id; undefined where the report could not be read. */
  readonly registrations: ReadonlyMap<string, Registration> | undefined;
  /** Whether roles could be read, without which nobody is known to be unprivileged. */
  readonly rolesRead: boolean;
}

export function accountReports(user: User, key: string, known: Known): Report[] {
  const trueAt = known.now.toISOString();
  const kind = guestType(user);
  const groups = [
    ...(known.groups.get(user.id) ?? []),
    ...(kind === undefined ? [] : [`guest-type:${kind}`]),
  ].sort();
  const registration = known.registrations?.get(user.id);
  const login = textOf(user.userPrincipalName);
  const told = belongingOf(known.populations, { login, groups });
  return [
    {
      type: 'observation',
      kind: 'account',
      key,
      trueAt,
      body: {
        login,
        identitySource: known.identitySource,
        ...(kind === undefined ? {} : { population: 'guest' }),
        ...told,
        ...(typeof user.accountEnabled === 'boolean' ? { enabled: user.accountEnabled } : {}),
        groups: groups.slice(0, 5000),
        ...privilegeOf(user.id, known),
        ...timesOf(user, known.now),
        flags: flagsOf(user, registration, known),
        ...(registration === undefined ? {} : { factorsListed: true }),
      },
    },
    ...factorReports(registration, key, known.now),
  ];
}

function privilegeOf(
  id: string,
  { privileged, eligible, rolesRead }: Known,
): Partial<Bodies['account']> {
  if (privileged.has(id) || eligible.has(id)) return { privileged: true };
  return rolesRead ? { privileged: false } : {};
}

function timesOf(user: User, now: Date): Partial<Bodies['account']> {
  const activity = user.signInActivity;
  const used = [
    activity?.lastSuccessfulSignInDateTime,
    activity?.lastSignInDateTime,
    activity?.lastNonInteractiveSignInDateTime,
  ].flatMap((each) => instantOf(each, now) ?? []);
  const lastSignInAt = used.sort().at(-1);
  const createdAt = instantOf(user.createdDateTime, now);
  const passwordChangedAt = instantOf(user.lastPasswordChangeDateTime, now);
  return {
    ...(lastSignInAt === undefined ? {} : { lastSignInAt }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(passwordChangedAt === undefined ? {} : { passwordChangedAt }),
  };
}

function flagsOf(user: User, registration: Registration | undefined, known: Known): string[] {
  const state = known.perUser.get(user.id);
  return [
    ...(registration?.isMfaCapable === true ? ['mfa-capable'] : []),
    ...(registration?.isMfaRegistered === true ? ['mfa-registered'] : []),
    ...(known.eligible.has(user.id) && !known.privileged.has(user.id) ? ['eligible-role'] : []),
    ...(user.onPremisesSyncEnabled === true ? ['synchronised'] : []),
    ...(state === undefined || state === 'disabled' ? [] : [`per-user-mfa-${textOf(state, 50)}`]),
  ].sort();
}

/** A method that the policy no longer allows is registered, and of no use. */
function factorReports(
  registration: Registration | undefined,
  account: string,
  now: Date,
): Report[] {
  if (registration === undefined) return [];
  const usable = registration.isMfaCapable !== false;
  const types = new Set(
    registration.methodsRegistered.flatMap((method) => factorType(method) ?? []),
  );
  // The report lags behind: what it says was true when it was last worked out.
  const trueAt = instantOf(registration.lastUpdatedDateTime, now) ?? now.toISOString();
  return [...types].sort().map((type) => ({
    type: 'observation',
    kind: 'factor',
    key: keyFrom(`${account}/${type}`),
    trueAt,
    body: { account, type, ...(usable ? {} : { status: 'disabled' as const }) },
  }));
}

export function factorType(method: string): FactorType | undefined {
  return Object.hasOwn(METHODS, method) ? METHODS[method] : 'other';
}

/** `#microsoft.graph.fido2AuthenticationMethod` as a method's name. */
export function methodOf(type: string): string {
  return type.replace(/^#microsoft\.graph\./, '').replace(/AuthenticationMethod$/, '');
}

/** Kinds of guest in the words of conditional access (conditionalAccessGuestOrExternalUserTypes). */
function guestType({ userType, creationType, userPrincipalName }: User): string | undefined {
  const outside = creationType === 'Invitation' || /#EXT#@/i.test(userPrincipalName);
  if (userType?.toLowerCase() === 'guest')
    return outside ? 'b2bCollaborationGuest' : 'internalGuest';
  return outside ? 'b2bCollaborationMember' : undefined;
}

/** A moment that has been, in the spelling of the estate; a clock that is ahead says nothing that can be used. */
export function instantOf(text: string | null | undefined, now: Date): string | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) || time > now.getTime() || time < 0
    ? undefined
    : new Date(time).toISOString();
}
