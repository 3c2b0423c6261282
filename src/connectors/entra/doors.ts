/** The tenant's doors: its applications, as far as policies tell them apart, and what each demands of whom. */
import type { Bodies } from '../../estate/schema.ts';
import { keyFrom, textOf } from '../keys.ts';
import { controlSettings } from './controls.ts';
import { demandOf, type Demand, type Rule } from './grants.ts';
import type { ConditionalAccessPolicy, MethodsPolicy, NamedLocation } from './schema.ts';
import { waysOf, type Way } from './ways.ts';

type Door = Bodies['door'];
type Scope = NonNullable<Rule['for']>;

export interface Tenant {
  readonly id: string;
  readonly identitySource: string;
  /** Undefined where they could not be read. */
  readonly policies: readonly ConditionalAccessPolicy[] | undefined;
  /** Some policies could not be understood. */
  readonly policiesDropped: number;
  readonly locations: readonly NamedLocation[] | undefined;
  readonly securityDefaults: boolean | undefined;
  readonly methods: MethodsPolicy | undefined;
  /** Groups and roles whose members could not be read, as accounts name them. */
  readonly unread: ReadonlySet<string>;
  /** Account keys by the id that policies use. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Accounts that per-user MFA is enforced for. */
  readonly perUser: readonly string[];
}

export const ALL_APPS = 'all-apps';
const MOST_APPS = 500;
/** A group of applications, not an application. */
const SUITES = new Set(['All', 'None', 'Office365', 'MicrosoftAdminPortals']);
const GUEST_TYPES = [
  'internalGuest',
  'b2bCollaborationGuest',
  'b2bCollaborationMember',
  'otherExternalUser',
];

export function doorKey(tenant: string, app: string): string {
  return keyFrom(`entra:${tenant}/${app}`);
}

/** Applications that an enabled policy names have a door of their own; all others share one. */
export function appsNamed(policies: readonly ConditionalAccessPolicy[]): string[] {
  const named = policies
    .filter(({ state }) => state !== 'disabled')
    .flatMap(({ conditions: { applications } }) => [
      ...applications.includeApplications,
      ...applications.excludeApplications,
    ]);
  const apps = [...new Set(named)].filter((each) => each !== 'All' && each !== 'None');
  return apps.sort().slice(0, MOST_APPS);
}

export function doorsOf(tenant: Tenant): { readonly key: string; readonly body: Door }[] {
  const apps = [ALL_APPS, ...appsNamed(tenant.policies ?? [])];
  return apps.map((app) => ({ key: doorKey(tenant.id, app), body: doorOf(app, tenant) }));
}

function doorOf(app: string, tenant: Tenant): Door {
  const named = SUITES.has(app) ? `the applications of ${app}` : `application ${app}`;
  const name = app === ALL_APPS ? 'sign-in to every other application' : named;
  const authentication = authenticationOf(app, tenant);
  return {
    name: textOf(`${name} of the tenant ${tenant.id}`),
    type: 'portal',
    asset: tenant.identitySource,
    accepts: [tenant.identitySource],
    program: 'Entra ID',
    ...(authentication === undefined ? {} : { authentication }),
    settings: {
      ...(tenant.securityDefaults === undefined
        ? {}
        : { 'entra.security-defaults': tenant.securityDefaults ? 'on' : 'off' }),
      ...(app === ALL_APPS ? controlSettings(tenant.policies, tenant.methods) : {}),
    },
  };
}

function authenticationOf(app: string, tenant: Tenant): Door['authentication'] {
  const { policies, policiesDropped, locations, perUser } = tenant;
  if (policies === undefined) return undefined;
  // Security defaults cannot be on beside a policy that is.
  const enabled = policies.some(({ state }) => state === 'enabled');
  const securityDefaults = tenant.securityDefaults ?? (enabled ? false : undefined);
  const here = policies.filter((policy) => isForPeople(policy) && covers(policy, app));
  const ways = waysOf(
    here.filter(({ state }) => state === 'enabled'),
    locations,
  );
  if (ways === undefined) return { rules: [], whole: false };
  const own = here.flatMap((policy) => {
    const rule = ruleOf(policy, ways, tenant);
    return rule === undefined ? [] : [rule];
  });
  return {
    ways: ways.map(({ id, title }) => ({ id, title })),
    rules: [
      ...own,
      ...(securityDefaults === true ? defaultRules(ways) : []),
      ...(perUser.length > 0 ? [perUserRule(perUser)] : []),
    ].slice(0, 1000),
    ...(policiesDropped > 0 || own.length > 990 || securityDefaults === undefined
      ? { whole: false }
      : {}),
  };
}

/** Policies for workload identities are not for accounts. */
function isForPeople({ conditions }: ConditionalAccessPolicy): boolean {
  return (conditions.clientApplications?.includeServicePrincipals ?? []).length === 0;
}

/** Policies for user actions and authentication contexts guard what is done inside, not the sign-in. */
function covers({ conditions: { applications } }: ConditionalAccessPolicy, app: string): boolean {
  const {
    includeApplications: include,
    excludeApplications: exclude,
    applicationFilter,
  } = applications;
  if (exclude.includes(app) || exclude.includes('All')) return false;
  if (applicationFilter !== undefined && applicationFilter !== null) return false;
  return include.includes('All') || include.includes(app);
}

function ruleOf(
  policy: ConditionalAccessPolicy,
  ways: readonly Way[],
  tenant: Tenant,
): Rule | undefined {
  const demand = demandOf(policy);
  const on = policy.state === 'enabled';
  const holding = ways.filter((way) => !on || way.policies.has(policy.id)).map(({ id }) => id);
  // A rule that holds on no way asks nobody.
  if (demand === undefined || (on && holding.length === 0)) return undefined;
  const { users } = policy.conditions;
  const meant = scopeOf(
    users.includeUsers,
    users.includeGroups,
    users.includeRoles,
    users.includeGuestsOrExternalUsers,
    tenant,
  );
  const except = scopeOf(
    users.excludeUsers,
    users.excludeGroups,
    users.excludeRoles,
    users.excludeGuestsOrExternalUsers,
    tenant,
  );
  const unsure = (meant.unsure || except.unsure) && demand.demands !== 'one-factor';
  const instead = waysAround(policy, demand);
  return {
    id: keyFrom(policy.id),
    title: textOf(policy.displayName ?? policy.id),
    state: STATES[policy.state] ?? 'report-only',
    demands: unsure ? 'unknown' : demand.demands,
    for: meant.scope,
    ...exceptionOf(except.scope),
    ...(holding.length === ways.length ? {} : { ways: holding }),
    // Whoever has no factor yet is asked to register one, after the password alone.
    ...(demand.demands === 'second-factor' ? { unregistered: 'registers' as const } : {}),
    ...(instead.length === 0 ? {} : { instead }),
  };
}

function exceptionOf(except: Scope): Pick<Rule, 'except'> {
  return Object.keys(except).length === 0 ? {} : { except };
}

const STATES: Readonly<Record<string, 'on' | 'off'>> = { enabled: 'on', disabled: 'off' };

function waysAround({ conditions }: ConditionalAccessPolicy, { instead = [] }: Demand): string[] {
  const filtered = conditions.devices?.deviceFilter?.mode === 'exclude';
  return filtered ? [...instead, 'device-filter'] : [...instead];
}

type Guests = ConditionalAccessPolicy['conditions']['users']['includeGuestsOrExternalUsers'];

/** Users, groups, roles and guests as a scope; unsure where the members of one could not be read. */
function scopeOf(
  users: readonly string[],
  groups: readonly string[],
  roles: readonly string[],
  guests: Guests,
  { accounts, unread }: Tenant,
): { readonly scope: Scope; readonly unsure: boolean } {
  const kinds = [
    ...(users.includes('GuestsOrExternalUsers') ? GUEST_TYPES : []),
    ...(guests?.guestOrExternalUserTypes ?? '').split(',').map((each) => each.trim()),
  ].filter((each) => each !== '' && each !== 'none');
  const named = [
    ...groups.map((id) => `group:${id}`),
    ...roles.map((id) => `role:${id}`),
    ...kinds.map((kind) => `guest-type:${kind}`),
  ];
  const ids = users.filter((each) => !['All', 'None', 'GuestsOrExternalUsers'].includes(each));
  const scope: Scope = {
    ...(users.includes('All') ? { everyone: true } : {}),
    // An account that the list of users does not have is named by its id: nobody that we know, or somebody unseen.
    ...(ids.length === 0 ? {} : { accounts: ids.map((id) => accounts.get(id) ?? keyFrom(id)) }),
    ...(named.length === 0 ? {} : { groups: named }),
  };
  // Which of the guests come from the tenants that are listed is not to be seen here.
  const someTenants = guests?.externalTenants?.membershipKind === 'enumerated';
  return { scope, unsure: someTenants || named.some((each) => unread.has(each)) };
}

/** Security defaults block older protocols, ask administrators always, and everybody else when Microsoft thinks it needed. */
function defaultRules(ways: readonly Way[]): Rule[] {
  const older = ways.filter(
    ({ title }) => /older|ActiveSync/.test(title) && !/browser|apps|any client/.test(title),
  );
  return [
    {
      id: 'security defaults',
      title: 'Security defaults',
      demands: 'unknown',
      for: { everyone: true },
    },
    {
      id: 'security defaults for administrators',
      demands: 'second-factor',
      for: { privileged: true },
      unregistered: 'registers',
    },
    ...(older.length === 0
      ? []
      : [
          {
            id: 'security defaults against older protocols',
            demands: 'refuse' as const,
            for: { everyone: true },
            ways: older.map(({ id }) => id),
          },
        ]),
  ];
}

function perUserRule(accounts: readonly string[]): Rule {
  return {
    id: 'per-user MFA',
    title: 'Per-user MFA, enforced',
    demands: 'second-factor',
    for: { accounts: [...accounts].sort().slice(0, 100_000) },
    unregistered: 'registers',
    // Older protocols take an app password instead of a second factor.
    instead: ['app-password'],
  };
}
