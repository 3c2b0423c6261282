/** From what a tenant told to reports: accounts with the groups that its policies name, its doors, its sign-ins. */
import type { Clock } from '../../kernel/clock.ts';
import type { Report, Unseen } from '../../estate/schema.ts';
import { accountKey, keyFrom } from '../keys.ts';
import { accountReports, type Known } from './accounts.ts';
import type { GraphConfig } from './config.ts';
import { ALL_APPS, appsNamed, doorKey, doorsOf, type Tenant } from './doors.ts';
import type { Graph } from './graph.ts';
import { isPrivilegedRole, Reader } from './read-tenant.ts';
import { SignIn, type ConditionalAccessPolicy, type Registration, type User } from './schema.ts';
import { SignIns } from './sign-ins.ts';
import { compare, type Sample } from './what-if.ts';

const SIGN_IN_DAYS = 7;
const WHAT_IF = 20;
const DAY_MS = 86_400_000;

export interface Progress {
  (done: number, total: number | undefined, what: string): void;
}

/** Yields reports and returns what could not be seen. */
export async function* readTenant(
  graph: Graph,
  config: GraphConfig,
  clock: Clock,
  progress: Progress,
): AsyncGenerator<Report, Unseen[], void> {
  const reader = new Reader(graph);
  const now = clock.now();
  const identitySource = `entra:${config.tenantId.toLowerCase()}`;
  progress(0, undefined, 'asking the tenant');
  const policies = await reader.policies();
  const users = await reader.users();
  const keys = keysOf(users, identitySource);
  const groups = await groupsOf(reader, policies ?? []);
  const ids = [...keys.keys()];
  const perUser =
    config.perUserMfa === false ? new Map<string, string>() : await reader.perUser(ids);
  const registrations = await registrationsOf(reader, ids);
  const known: Known = {
    identitySource,
    now,
    populations: config.populations ?? [],
    ...groups,
    perUser,
    registrations,
  };
  yield asset(identitySource, config.tenantId, now);
  const samples: Sample[] = [];
  const { whatIf = WHAT_IF } = config;
  let done = 0;
  for (const user of users?.values() ?? []) {
    const key = keys.get(user.id) ?? '';
    const reports = accountReports(user, key, known);
    if (samples.length < whatIf) samples.push(...sampleOf(user.id, key, reports));
    yield* reports;
    done += 1;
    if (done % 500 === 0) progress(done, keys.size, 'accounts');
  }
  const tenant: Tenant = {
    id: config.tenantId.toLowerCase(),
    identitySource,
    policies,
    policiesDropped: reader.dropped('policies'),
    locations: await reader.locations(),
    securityDefaults: await reader.securityDefaults(),
    methods: await reader.methods(),
    unread: groups.unread,
    accounts: keys,
    perUser: [...perUser]
      .filter(([, state]) => state === 'enforced')
      .flatMap(([id]) => keys.get(id) ?? []),
  };
  const different = yield* doors(graph, tenant, samples, now);
  yield* signIns(reader, config, tenant, now);
  return [...reader.admissions(), ...different];
}

function sampleOf(id: string, key: string, reports: readonly Report[]): Sample[] {
  return reports.flatMap((report) =>
    report.type === 'observation' && report.kind === 'account'
      ? [{ id, key, account: report.body }]
      : [],
  );
}

function asset(key: string, tenant: string, now: Date): Report {
  const body = { name: tenant, type: 'saas-tenant' } as const;
  return { type: 'observation', kind: 'asset', key: keyFrom(key), trueAt: now.toISOString(), body };
}

/** Where Microsoft's evaluation differs from ours, the tenant's doors are not read whole. */
async function* doors(
  graph: Graph,
  tenant: Tenant,
  samples: readonly Sample[],
  now: Date,
): AsyncGenerator<Report, Unseen[], void> {
  const all = doorsOf(tenant);
  const common = all.find(({ key }) => key === doorKey(tenant.id, ALL_APPS));
  const ruled = tenant.policies !== undefined && common !== undefined;
  const different = ruled ? await compare(graph, common.body, samples) : [];
  const trusted = !different.some(({ reason }) => reason === 'invalid');
  for (const { key, body } of all) {
    const { authentication } = body;
    const doubted =
      trusted || authentication === undefined
        ? {}
        : { authentication: { ...authentication, whole: false } };
    yield {
      type: 'observation',
      kind: 'door',
      key,
      trueAt: now.toISOString(),
      body: { ...body, ...doubted },
    };
  }
  return different;
}

async function* signIns(
  reader: Reader,
  { signInDays = SIGN_IN_DAYS }: GraphConfig,
  { id, policies, accounts }: Tenant,
  now: Date,
): AsyncGenerator<Report> {
  if (signInDays === 0) return;
  const rows = new SignIns(id, appsNamed(policies ?? []), accounts, now);
  const from = new Date(now.getTime() - signInDays * DAY_MS).toISOString();
  const filter = encodeURIComponent(`createdDateTime ge ${from} and status/errorCode eq 0`);
  // v1.0 tells no factors of a sign-in.
  const path = `beta/auditLogs/signIns?$filter=${filter}&$top=999`;
  await reader.each('sign-ins', ['signin'], path, SignIn, (signIn) => rows.add(signIn));
  yield* rows.reports();
}

/** The key of each account by its id, unless two share a name: then the id tells them apart. */
function keysOf(users: ReadonlyMap<string, User> | undefined, source: string): Map<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, userPrincipalName } of users?.values() ?? []) {
    const plain = accountKey(source, userPrincipalName);
    const key = taken.has(plain) ? accountKey(source, `${userPrincipalName} ${id}`) : plain;
    taken.add(key);
    keys.set(id, key);
  }
  return keys;
}

interface Groups {
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly privileged: ReadonlySet<string>;
  readonly eligible: ReadonlySet<string>;
  readonly rolesRead: boolean;
  /** Groups and roles whose members could not be read. */
  readonly unread: ReadonlySet<string>;
}

/** Members of the groups that policies name, and of every role; a role's group lends it to its members. */
async function groupsOf(
  reader: Reader,
  policies: readonly ConditionalAccessPolicy[],
): Promise<Groups> {
  const groups = new Map<string, Set<string>>();
  const unread = new Set<string>();
  const put = (user: string, group: string): void => {
    groups.set(user, (groups.get(user) ?? new Set()).add(group));
  };
  for (const id of groupsNamed(policies)) {
    const members = await reader.members(id);
    if (members === undefined) unread.add(`group:${id}`);
    for (const member of members ?? []) put(member, `group:${id}`);
  }
  const { active, eligible } = await reader.roles();
  if (active === undefined) for (const role of rolesNamed(policies)) unread.add(`role:${role}`);
  const privileged = new Set<string>();
  const lent = new Map<string, string[]>();
  for (const { principalId, roleDefinitionId } of active ?? []) {
    const holders = await holdersOf(reader, principalId, lent);
    for (const holder of holders) {
      put(holder, `role:${roleDefinitionId}`);
      if (isPrivilegedRole(roleDefinitionId)) privileged.add(holder);
    }
  }
  const may = (eligible ?? []).filter(({ roleDefinitionId }) => isPrivilegedRole(roleDefinitionId));
  return {
    groups,
    privileged,
    eligible: new Set(may.map(({ principalId }) => principalId)),
    rolesRead: active !== undefined,
    unread,
  };
}

/** The principal itself, and its members where it is a group; what is no group has none. */
async function holdersOf(
  reader: Reader,
  principal: string,
  lent: Map<string, string[]>,
): Promise<readonly string[]> {
  const known = lent.get(principal);
  if (known !== undefined) return known;
  const holders = [principal, ...((await reader.members(principal)) ?? [])];
  lent.set(principal, holders);
  return holders;
}

function groupsNamed(policies: readonly ConditionalAccessPolicy[]): Set<string> {
  return new Set(
    policies.flatMap(({ conditions: { users } }) => [
      ...users.includeGroups,
      ...users.excludeGroups,
    ]),
  );
}

function rolesNamed(policies: readonly ConditionalAccessPolicy[]): Set<string> {
  return new Set(
    policies.flatMap(({ conditions: { users } }) => [...users.includeRoles, ...users.excludeRoles]),
  );
}

/** The report of the whole tenant; where it is refused, each account is asked for its methods. */
async function registrationsOf(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Registration>> {
  return (await reader.registrations()) ?? (await reader.methodsOfEach(ids));
}
