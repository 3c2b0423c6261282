/**
 * Controls of CISA's Secure Configuration Baseline for Entra ID that bear on second factors (MS.AAD): whether each is met,
 * and by which policies. A policy with any exception or further condition meets none.
 */
import { textOf } from '../keys.ts';
import { demandOf } from './grants.ts';
import type { ConditionalAccessPolicy, MethodsPolicy } from './schema.ts';
import { isForRisk } from './ways.ts';

export interface Control {
  readonly id: string;
  readonly title: string;
  /** Undefined where what it is judged by could not be read. */
  readonly met: boolean | undefined;
  /** Names of the policies that meet it. */
  readonly by: readonly string[];
}

type Test = (policy: ConditionalAccessPolicy) => boolean;
/** Highly privileged roles of the baseline, by template. */
const PRIVILEGED_ROLES = [
  '62e90394-69f5-4237-9190-012177145e10',
  'e8611ab8-c189-46e8-94e1-60213ab1f814',
  'fe930be7-5e62-47db-91af-98c3a49a38b1',
  'f28a1f50-f6e7-4571-818b-6a12f2af6b6c',
  '29232cdf-9323-42fd-ade2-1d097af3e4de',
  '8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2',
  '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  '158c047a-c907-4556-b7ef-446551a6b5f7',
];
const WEAK_METHODS = ['Sms', 'Voice', 'Email'];

const BY_POLICY: readonly (readonly [string, string, Test])[] = [
  [
    'MS.AAD.1.1',
    'older protocols are blocked',
    (policy) => everyone(policy) && blocks(policy) && onlyOlder(policy),
  ],
  [
    'MS.AAD.2.1',
    'users at high risk are blocked',
    (policy) => everyone(policy) && blocks(policy) && onlyRisk(policy, 'user'),
  ],
  [
    'MS.AAD.2.3',
    'sign-ins at high risk are blocked',
    (policy) => everyone(policy) && blocks(policy) && onlyRisk(policy, 'sign-in'),
  ],
  [
    'MS.AAD.3.1',
    'a phishing-resistant factor is demanded of everyone',
    (policy) => everyone(policy) && always(policy) && demands(policy, ['phishing-resistant']),
  ],
  [
    'MS.AAD.3.2',
    'a second factor is demanded of everyone',
    (policy) =>
      everyone(policy) &&
      always(policy) &&
      demands(policy, ['second-factor', 'phishing-resistant']),
  ],
  [
    'MS.AAD.3.6',
    'a phishing-resistant factor is demanded of administrators',
    (policy) => administrators(policy) && always(policy) && demands(policy, ['phishing-resistant']),
  ],
  [
    'MS.AAD.3.7',
    'a managed device is demanded',
    (policy) => everyone(policy) && always(policy) && managedDevice(policy),
  ],
  [
    'MS.AAD.3.8',
    'a managed device is demanded to register a factor',
    (policy) => unexcepted(policy) && registers(policy) && managedDevice(policy),
  ],
  [
    'MS.AAD.3.9',
    'device codes are blocked',
    (policy) =>
      everyone(policy) &&
      blocks(policy) &&
      /deviceCodeFlow/.test(policy.conditions.authenticationFlows?.transferMethods ?? ''),
  ],
];

export function controlsOf(
  policies: readonly ConditionalAccessPolicy[] | undefined,
  methods: MethodsPolicy | undefined,
): Control[] {
  const enabled = policies?.filter(({ state }) => state === 'enabled');
  const judged = BY_POLICY.map(([id, title, test]): Control => {
    const by = (enabled ?? []).filter(test).map(({ displayName, id: own }) => displayName ?? own);
    return { id, title, met: enabled === undefined ? undefined : by.length > 0, by };
  });
  return [...judged, ...byMethods(methods)].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** `entra.control.MS.AAD.3.2` → `met by …`, for whoever reads a verdict. */
export function controlSettings(
  policies: readonly ConditionalAccessPolicy[] | undefined,
  methods: MethodsPolicy | undefined,
): Record<string, string> {
  return Object.fromEntries(
    controlsOf(policies, methods).flatMap(({ id, title, met, by }) => {
      if (met === undefined) return [];
      const why = by.length === 0 ? '' : ` by ${by.join(', ')}`;
      return [[`entra.control.${id}`, textOf(`${title}: ${met ? 'met' : 'not met'}${why}`, 4000)]];
    }),
  );
}

function byMethods(methods: MethodsPolicy | undefined): Control[] {
  const listed = methods?.authenticationMethodConfigurations ?? [];
  const of = (id: string) => listed.find((each) => each?.id === id);
  const app = of('MicrosoftAuthenticator');
  const shown = [
    app?.featureSettings?.displayAppInformationRequiredState,
    app?.featureSettings?.displayLocationInformationRequiredState,
  ].every((each) => each?.state === 'enabled' && each.includeTarget?.id === 'all_users');
  const known = methods !== undefined && listed.length > 0;
  const control = (id: string, title: string, met: boolean): Control => ({
    id,
    title,
    met: known ? met : undefined,
    by: [],
  });
  return [
    control(
      'MS.AAD.3.3',
      'the app shows where and what is signed in to',
      app?.state !== 'enabled' || shown,
    ),
    control(
      'MS.AAD.3.4',
      'methods are governed in one place',
      methods?.policyMigrationState === 'migrationComplete',
    ),
    control(
      'MS.AAD.3.5',
      'SMS, voice and e-mail are off',
      WEAK_METHODS.every((id) => of(id)?.state !== 'enabled'),
    ),
  ];
}

function unexcepted({ conditions: { users } }: ConditionalAccessPolicy): boolean {
  const { excludeUsers, excludeGroups, excludeRoles, excludeGuestsOrExternalUsers: guests } = users;
  const none = excludeUsers.length + excludeGroups.length + excludeRoles.length === 0;
  return (
    none && (guests?.guestOrExternalUserTypes ?? '') === '' && users.includeUsers.includes('All')
  );
}

function allApps({ conditions: { applications } }: ConditionalAccessPolicy): boolean {
  return (
    applications.includeApplications.includes('All') &&
    applications.excludeApplications.length === 0
  );
}

function everyone(policy: ConditionalAccessPolicy): boolean {
  return unexcepted(policy) && allApps(policy);
}

function administrators(policy: ConditionalAccessPolicy): boolean {
  const { includeRoles, excludeUsers, excludeGroups, excludeRoles } = policy.conditions.users;
  const excepted = excludeUsers.length + excludeGroups.length + excludeRoles.length > 0;
  const all = PRIVILEGED_ROLES.every((role) => includeRoles.includes(role));
  return (
    allApps(policy) && !excepted && (all || policy.conditions.users.includeUsers.includes('All'))
  );
}

function blocks({ grantControls }: ConditionalAccessPolicy): boolean {
  return grantControls?.builtInControls.includes('block') === true;
}

function demands(policy: ConditionalAccessPolicy, wanted: readonly string[]): boolean {
  const demand = demandOf(policy);
  return demand !== undefined && demand.instead === undefined && wanted.includes(demand.demands);
}

function managedDevice({ grantControls }: ConditionalAccessPolicy): boolean {
  const controls = grantControls?.builtInControls ?? [];
  const managed = new Set(['compliantDevice', 'domainJoinedDevice']);
  if (!controls.some((each) => managed.has(each))) return false;
  return (
    grantControls?.operator?.toUpperCase() === 'AND' || controls.every((each) => managed.has(each))
  );
}

function registers({ conditions: { applications } }: ConditionalAccessPolicy): boolean {
  return applications.includeUserActions.includes('urn:user:registersecurityinfo');
}

/** In every circumstance: no condition of place, platform, device, client, flow or risk. */
function always(policy: ConditionalAccessPolicy): boolean {
  const { clientAppTypes: clients } = policy.conditions;
  return (
    (clients.length === 0 || clients.includes('all')) &&
    unconditional(policy) &&
    !isForRisk(policy.conditions)
  );
}

function unconditional({ conditions }: ConditionalAccessPolicy): boolean {
  const { locations, platforms, devices, authenticationFlows } = conditions;
  const lists = [
    locations?.includeLocations,
    locations?.excludeLocations,
    platforms?.includePlatforms,
    platforms?.excludePlatforms,
  ];
  const words = [devices?.deviceFilter?.rule, authenticationFlows?.transferMethods];
  return (
    lists.every((list = []) => list.length === 0) && words.every((word) => (word ?? '') === '')
  );
}

function onlyOlder(policy: ConditionalAccessPolicy): boolean {
  const { clientAppTypes: clients } = policy.conditions;
  const both = clients.includes('exchangeActiveSync') && clients.includes('other');
  return both && unconditional(policy) && !isForRisk(policy.conditions);
}

function onlyRisk(policy: ConditionalAccessPolicy, kind: 'user' | 'sign-in'): boolean {
  const { userRiskLevels: users, signInRiskLevels: signIns } = policy.conditions;
  const [wanted, other] = kind === 'user' ? [users, signIns] : [signIns, users];
  return wanted.includes('high') && other.length === 0 && unconditional(policy);
}
