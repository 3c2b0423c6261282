/** The circumstances of a sign-in that policies tell apart: kind of client, place, platform; and which policies hold in each. */
import type { ConditionalAccessPolicy, NamedLocation } from './schema.ts';

export interface Circumstance {
  readonly client: string;
  /** A named location's id, `trusted` for any other trusted one, `elsewhere`. */
  readonly location: string;
  /** `other`: a platform that no policy names, or none that is told. */
  readonly platform: string;
}
export interface Way {
  readonly id: string;
  readonly title: string;
  /** Ids of the policies that hold. */
  readonly policies: ReadonlySet<string>;
}

export const CLIENTS = [
  'browser',
  'mobileAppsAndDesktopClients',
  'exchangeActiveSync',
  'other',
] as const;
const CLIENT_NAMES: Readonly<Record<string, string>> = {
  browser: 'browser',
  mobileAppsAndDesktopClients: 'apps',
  exchangeActiveSync: 'Exchange ActiveSync',
  other: 'older protocols',
};
/** Circumstances are all tried: a tenant that tells more apart is not worked out. */
const MOST_CIRCUMSTANCES = 4000;
export const MOST_WAYS = 100;

/** Circumstances in which the same policies hold are one way; undefined where there are too many to try. */
export function waysOf(
  policies: readonly ConditionalAccessPolicy[],
  locations: readonly NamedLocation[] | undefined,
): Way[] | undefined {
  const places = placesOf(policies, locations);
  const platforms = [...new Set(policies.flatMap(platformsNamed))].sort();
  const all = CLIENTS.flatMap((client) =>
    places.flatMap((location) =>
      [...platforms, 'other'].map((platform): Circumstance => ({ client, location, platform })),
    ),
  );
  if (all.length > MOST_CIRCUMSTANCES) return undefined;
  const trusted = new Set(locations?.filter((each) => each.isTrusted === true).map(({ id }) => id));
  const ways = new Map<string, { readonly policies: Set<string>; readonly when: Circumstance[] }>();
  for (const circumstance of all) {
    const holding = policies
      .filter((policy) => holds(policy, circumstance, trusted))
      .map(({ id }) => id);
    const key = holding.join(' ');
    const way = ways.get(key) ?? { policies: new Set(holding), when: [] };
    way.when.push(circumstance);
    ways.set(key, way);
  }
  if (ways.size > MOST_WAYS) return undefined;
  const names = new Map(locations?.map(({ id, displayName }) => [id, displayName ?? id]));
  const ids = new Set<string>();
  return [...ways.values()].map(({ policies: held, when }) => {
    const title = titleOf(when, { places, platforms, names });
    let id = title.slice(0, 190).trim();
    while (ids.has(id)) id = `${id}*`;
    ids.add(id);
    return { id, title: title.slice(0, 500), policies: held };
  });
}

/** Risk is nothing that a sign-in must show: a policy for risky ones only does not hold for the others. */
export function holds(
  { conditions }: ConditionalAccessPolicy,
  { client, location, platform }: Circumstance,
  trusted: ReadonlySet<string>,
): boolean {
  const {
    clientAppTypes: clients,
    locations,
    platforms,
    devices,
    authenticationFlows,
  } = conditions;
  if (!(clients.length === 0 || clients.includes('all') || meansClient(clients, client)))
    return false;
  if (isForRisk(conditions) || (authenticationFlows?.transferMethods ?? '') !== '') return false;
  // A device that the filter does not know of: included by none, excluded by one that asks for what it lacks.
  if (devices?.deviceFilter?.mode === 'include') return false;
  return inPlace(locations, location, trusted) && onPlatform(platforms, platform);
}

export function isForRisk(conditions: ConditionalAccessPolicy['conditions']): boolean {
  const { signInRiskLevels, userRiskLevels, servicePrincipalRiskLevels, insiderRiskLevels } =
    conditions;
  const insiders = typeof insiderRiskLevels === 'string' && insiderRiskLevels !== '';
  return (
    signInRiskLevels.length > 0 ||
    userRiskLevels.length > 0 ||
    servicePrincipalRiskLevels.length > 0 ||
    insiders
  );
}

/** `easSupported` is Exchange ActiveSync of platforms that the policy supports. */
function meansClient(clients: readonly string[], client: string): boolean {
  return (
    clients.includes(client) ||
    (client === 'exchangeActiveSync' && clients.includes('easSupported'))
  );
}

type Locations = ConditionalAccessPolicy['conditions']['locations'];
type Platforms = ConditionalAccessPolicy['conditions']['platforms'];

function inPlace(locations: Locations, place: string, trusted: ReadonlySet<string>): boolean {
  if (locations === null || locations === undefined) return true;
  const { includeLocations, excludeLocations } = locations;
  const among = (names: readonly string[]): boolean =>
    names.includes('All') ||
    names.includes(place) ||
    (isTrusted(place, trusted) && names.includes('AllTrusted'));
  const included = includeLocations.length === 0 || among(includeLocations);
  return included && !among(excludeLocations);
}

function isTrusted(place: string, trusted: ReadonlySet<string>): boolean {
  return place === 'trusted' || trusted.has(place);
}

function onPlatform(platforms: Platforms, platform: string): boolean {
  if (platforms === null || platforms === undefined) return true;
  const { includePlatforms, excludePlatforms } = platforms;
  const included =
    includePlatforms.length === 0 ||
    includePlatforms.includes('all') ||
    includePlatforms.includes(platform);
  return included && !excludePlatforms.includes(platform) && !excludePlatforms.includes('all');
}

/** Named locations that policies name, `trusted` where there is such a thing or nobody knows, and everywhere else. */
function placesOf(
  policies: readonly ConditionalAccessPolicy[],
  locations: readonly NamedLocation[] | undefined,
): string[] {
  const named = new Set(
    policies.flatMap(({ conditions }) => [
      ...(conditions.locations?.includeLocations ?? []),
      ...(conditions.locations?.excludeLocations ?? []),
    ]),
  );
  const speaksOfTrust = named.delete('AllTrusted');
  named.delete('All');
  const exists = locations === undefined || locations.some((each) => each.isTrusted === true);
  return [...[...named].sort(), ...(speaksOfTrust && exists ? ['trusted'] : []), 'elsewhere'];
}

function platformsNamed({ conditions }: ConditionalAccessPolicy): string[] {
  const { includePlatforms = [], excludePlatforms = [] } = conditions.platforms ?? {};
  return [...includePlatforms, ...excludePlatforms].filter((each) => each !== 'all');
}

interface Dimensions {
  readonly places: readonly string[];
  readonly platforms: readonly string[];
  readonly names: ReadonlyMap<string, string>;
}

function titleOf(when: readonly Circumstance[], { places, platforms, names }: Dimensions): string {
  const distinct = (values: readonly string[]): string[] => [...new Set(values)];
  const clients = distinct(when.map(({ client }) => client));
  const here = distinct(when.map(({ location }) => location));
  const on = distinct(when.map(({ platform }) => platform));
  const parts = [
    clients.length === CLIENTS.length
      ? 'any client'
      : clients.map((each) => CLIENT_NAMES[each] ?? each).join(', '),
    here.length === places.length
      ? ''
      : `from ${here.map((each) => names.get(each) ?? each).join(', ')}`,
    on.length === platforms.length + 1 ? '' : `on ${on.join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
