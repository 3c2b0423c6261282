/** Users of a SCIM server as accounts of the estate. */
import type { Bodies, Report } from '../../estate/schema.ts';
import { textOf } from '../keys.ts';
import { accountReports as mappedReports, instantOf, type Mapping } from '../mapped-account.ts';
import type { Config } from './config.ts';
import type { Membership } from './groups.ts';
import { ENTERPRISE, EXTENSION, type Item, type User } from './schema.ts';

type Account = Bodies['account'];

/** What is asked for (RFC 7644 section 3.9): no name of a person, address, telephone number or certificate. */
export const USER_ATTRIBUTES: readonly string[] = [
  'userName',
  'active',
  'userType',
  'roles',
  'groups',
  'meta',
  ...['organization', 'division', 'department', 'costCenter'].map(
    (name) => `${ENTERPRISE}:${name}`,
  ),
];
export const GROUP_ATTRIBUTES: readonly string[] = ['displayName', 'members'];

/** The report of one user. `membership` is undefined where groups could not all be read. */
export function accountReports(
  user: User,
  config: Config,
  membership: Membership | undefined,
  now: Date,
): Report[] {
  const cells = cellsOf(user);
  const mapped = mappedReports((column) => cells[column] ?? undefined, mappingOf(config), now);
  return mapped.map((report) =>
    report.type === 'observation' && report.kind === 'account'
      ? { ...report, body: { ...report.body, ...detailsOf(user, config, membership, now) } }
      : report,
  );
}

function cellsOf(user: User): Readonly<Record<string, string | null | undefined>> {
  const enterprise = user[EXTENSION];
  return {
    userName: user.username,
    active: user.active,
    organization: enterprise?.organization,
    division: enterprise?.division,
    department: enterprise?.department,
    costCenter: enterprise?.costcenter,
  };
}

function mappingOf({
  identitySource,
  population,
  customer,
  customers,
  customerFrom,
}: Config): Mapping {
  return {
    identitySource,
    columns: {
      login: 'userName',
      enabled: 'active',
      ...(customerFrom === undefined ? {} : { customer: customerFrom }),
    },
    population,
    ...(customer === undefined ? {} : { customer }),
    ...(customers === undefined ? {} : { customers }),
  };
}

function detailsOf(
  user: User,
  { userTypes, divisions, privileged }: Config,
  membership: Membership | undefined,
  now: Date,
): Partial<Account> {
  const told = user.groups.flatMap(({ value }) => value ?? []);
  const groups = membership?.of(user.id, told);
  const population = valueOf(userTypes, user.usertype);
  const division = valueOf(divisions, user[EXTENSION]?.division);
  const createdAt = instantOf(user.meta?.created ?? undefined, now);
  return {
    ...(population === undefined ? {} : { population }),
    ...(division === undefined ? {} : { division }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(groups === undefined ? {} : { groups: listed([...groups, ...markedOf(user)]) }),
    ...privilegeOf(user.roles, groups, privileged),
  };
}

function listed(groups: readonly string[]): string[] {
  const names = new Set(groups.map((group) => textOf(group)));
  return [...names].sort().slice(0, 5000);
}

/** What rules of doors may name beside groups. */
function markedOf(user: User): string[] {
  const { organization, division, department } = user[EXTENSION] ?? {};
  const marks: readonly (readonly [string, string | null | undefined])[] = [
    ['user-type', user.usertype],
    ['organization', organization],
    ['division', division],
    ['department', department],
    ...user.roles.map(({ value, display }) => ['role', value ?? display] as const),
  ];
  return marks.flatMap(([mark, value]) => {
    const text = value?.trim() ?? '';
    return text === '' ? [] : [`${mark}:${text}`];
  });
}

/** Nobody is known to be unprivileged by a list that did not come. */
function privilegeOf(
  roles: readonly Item[],
  groups: readonly string[] | undefined,
  given: Config['privileged'],
): Pick<Account, 'privileged'> {
  const { roles: byRole = [], groups: byGroup = [] } = given ?? {};
  if (byRole.length + byGroup.length === 0) return {};
  const names = new Set(roles.flatMap(({ value, display }) => [value, display]));
  const has =
    byRole.some((each) => names.has(each)) || byGroup.some((each) => groups?.includes(each));
  if (has) return { privileged: true };
  const came =
    (byRole.length === 0 || names.size > 0) && (byGroup.length === 0 || groups !== undefined);
  return came ? { privileged: false } : {};
}

function valueOf<Value>(
  known: Readonly<Record<string, Value>> | undefined,
  name: string | null | undefined,
): Value | undefined {
  const text = name?.trim() ?? '';
  return known !== undefined && Object.hasOwn(known, text) ? known[text] : undefined;
}
