/** Doors, the classes of login paths by which the attacker comes in, and where each of them leads. */
import type { Kind } from '../estate/schema.ts';
import { canEnter, LIKELIHOOD } from './attackers.ts';
import { drawReading } from './draw-assets.ts';
import { nameOf, type Drawing } from './drawing.ts';
import type { Fact, Told } from './facts.ts';
import { landingOf, type Landing } from './landing.ts';
import { loginClasses, membersOfClass, type LoginClass } from './login-classes.ts';
import type { Certainty, NodeKind } from './model.ts';
import { drawLocalExploit } from './draw-exploits.ts';

/** Draws every door; returns the nodes that are each door's own. */
export function drawDoors(to: Drawing): Map<string, ReadonlySet<string>> {
  return new Map(to.facts.doors.map((door) => [door.key, drawDoor(to, door)]));
}

/** Draws one door with its login paths; returns the keys of the nodes to which nothing else leads. */
export function drawDoor(all: Drawing, door: Told<'door'>): ReadonlySet<string> {
  const own = new Set<string>();
  const to: Drawing = {
    ...all,
    node(input, ...because) {
      if (OWN.has(input.kind)) own.add(input.key);
      return all.node(input, ...because);
    },
  };
  const classes = loginClasses(to.facts.mfa, door.key);
  const usable = classes.flatMap((each): Entering[] => {
    const certainty = canEnter(to.attacker, each.population, each.verdict);
    return certainty === undefined ? [] : [{ ...each, certainty }];
  });
  const silent = door.body.accepts === undefined && isForPeople(door);
  if (usable.length === 0 && !silent && !isOfHeldDirectory(to, door)) return own;
  const place = drawPlace(to, door);
  if (place === undefined) return own;
  const at = { door, place, landing: landingOf(to, door) };
  for (const each of usable) drawEntering(to, at, each);
  if (silent && to.attacker.password !== 'none') drawSilent(to, at);
  drawHeldAccounts(to, at);
  return own;
}

const OWN: ReadonlySet<string> = new Set<NodeKind>(['door', 'enter', 'move']);

interface Entering extends LoginClass {
  readonly certainty: Certainty;
}

interface Place {
  readonly door: Told<'door'>;
  /** Key of the door's node. */
  readonly place: string;
  readonly landing: Landing;
}

/** Of which nobody says whose accounts it accepts, though it is of a kind that people sign in at. */
function isForPeople({ body }: Told<'door'>): boolean {
  return body.type !== undefined && body.type !== 'other';
}

function drawPlace(to: Drawing, door: Told<'door'>): string | undefined {
  const { networks, certainty } = to.around.reachOf(door);
  if (networks.length === 0) return undefined;
  const place = to.node(
    {
      kind: 'door',
      key: `door:${door.key}`,
      label: nameOf(door, door.key),
      certainty,
      subjects: [`door:${door.key}`],
    },
    door,
  );
  for (const network of networks) to.edge(to.network(network), place);
  return place;
}

const PRIVILEGE = { true: '-privileged', false: '', undefined: '-perhaps-privileged' } as const;

/** `customer/none`, `staff-privileged/unknown`: the name of a class at its door. */
export function classKey({
  population,
  privileged,
  verdict,
  fresh,
}: Omit<LoginClass, 'count' | 'customers' | 'identitySources'>): string {
  return `${population ?? 'unknown'}${PRIVILEGE[`${privileged}`]}/${verdict}${fresh ? '' : '/stale'}`;
}

function drawEntering(to: Drawing, at: Place, each: Entering): void {
  const { door, place, landing } = at;
  const name = classKey(each);
  const sources = [...each.identitySources].sort();
  const enter = to.node(
    {
      kind: 'enter',
      key: `enter:${door.key}/${name}`,
      label: `sign in at ${nameOf(door, door.key)} as ${who(each)} (${howMany(each.count)}, ${WORDS[each.verdict]})`,
      certainty: each.fresh && isAtBeginning(to, door) ? each.certainty : 'assumed',
      likelihood: LIKELIHOOD[each.verdict],
      gap: { measure: 'mfa', key: `${door.key}/${name}`, count: each.count },
      subjects: [
        `door:${door.key}`,
        ...sources.map((source) => `accounts:${source}/${each.population ?? 'unknown'}`),
      ],
    },
    () => accountFacts(to, door, each),
  );
  to.edge(place, enter);
  drawFoothold(to, enter, landing);
  drawPrivilege(to, enter, at, each);
  if (each.population === 'customer') drawCustomers(to, enter, at, each);
  else drawStaffData(to, enter, landing, each);
}

/**
 * The password that was stolen serves at the first door. At an inner door that takes another sign-in it may or may not:
 * that is assumed.
 */
function isAtBeginning(to: Drawing, door: Told<'door'>): boolean {
  return to.around.reachOf(door).networks.some((network) => to.begins.has(network));
}

const WORDS = {
  none: 'one factor',
  'registered-not-enforced': 'a second factor is not demanded',
  unknown: 'a second factor is not proved',
  enforced: 'with their own second factor',
} as const;

function who({ population, privileged }: LoginClass): string {
  const words = population === undefined ? 'an account of unknown kind' : `a ${population} account`;
  return privileged === true ? `a privileged ${words.replace(/^an? /, '')}` : words;
}

function howMany(count: number): string {
  return count === 1 ? '1 account' : `${count.toLocaleString('en-GB')} accounts`;
}

/** A few of the accounts, with the door's own evidence. */
function accountFacts(to: Drawing, door: Told<'door'>, each: LoginClass): Fact[] {
  const { mfa } = to.facts;
  const keys = membersOfClass(mfa, door.key, each, { limit: 3 });
  const judged = mfa.judged.get(door.key);
  const policies = judged?.door.policies ?? [];
  const fact = (
    text: string,
    origin: (typeof policies)[number]['origin'],
    key: string,
    kind: Kind,
  ): Fact => ({
    kind,
    key,
    text,
    sources: [origin.source],
    trueAt: new Date(origin.trueAt),
    learnedAt: new Date(origin.trueAt),
    fresh: origin.fresh,
    declared: origin.declared,
  });
  return [
    ...policies.map(({ origin }) =>
      fact(`policy of door ${door.key}: ${WORDS[each.verdict]}`, origin, door.key, 'door'),
    ),
    ...keys.flatMap((key) => {
      const at = mfa.table.indexOf(key);
      const origin =
        at === undefined ? undefined : mfa.table.samples[mfa.table.traits[at] ?? 0]?.origin;
      return origin === undefined
        ? []
        : [fact(`account ${key}, one of ${each.count}`, origin, key, 'account')];
    }),
  ];
}

/** A session stands on networks, and on a machine where a local flaw may make more of it. */
function drawFoothold(to: Drawing, enter: string, { networks, sessions }: Landing): void {
  for (const network of networks) to.edge(enter, to.network(network));
  for (const asset of sessions) {
    const exploit = drawLocalExploit(to, asset);
    for (const each of exploit) to.edge(enter, each);
  }
}

function drawPrivilege(
  to: Drawing,
  enter: string,
  { door, landing }: Place,
  each: LoginClass,
): void {
  if (each.privileged === false) return;
  if (each.privileged === true) {
    for (const asset of landing.controls) to.edge(enter, `asset:${asset}`);
    drawDirectoryPrivilege(to, enter, door, each);
  } else if (landing.controls.length > 0) {
    const step = to.node({
      kind: 'move',
      key: `move:privilege/${enter.slice('enter:'.length)}`,
      label: 'nobody says whether these accounts are privileged',
      certainty: 'assumed',
      likelihood: LIKELIHOOD.credential,
    });
    to.edge(enter, step);
    for (const asset of landing.controls) to.edge(step, `asset:${asset}`);
  }
}

/** A privileged account of a directory may administer the directory itself. */
function drawDirectoryPrivilege(
  to: Drawing,
  enter: string,
  door: Told<'door'>,
  each: LoginClass,
): void {
  if (!to.moves('admin')) return;
  for (const source of each.identitySources) {
    if (to.index.assets.get(source)?.body.type !== 'directory') continue;
    const step = to.node({
      kind: 'move',
      key: `move:privilege/${door.key}>${source}`,
      label: `a privileged account may administer ${source}`,
      certainty: 'assumed',
      likelihood: LIKELIHOOD.credential,
    });
    to.edge(enter, step);
    to.edge(step, `asset:${source}`);
  }
}

/** A customer's account sees its own customer's data: one node for each customer that has some behind this door. */
function drawCustomers(to: Drawing, enter: string, { landing }: Place, each: LoginClass): void {
  // What an insider is given to see as part of the work is no exposure.
  if (to.attacker.password === 'own') return;
  for (const [customer, count] of each.customers) {
    const data = dataOf(to, landing, customer);
    if (data.length === 0) continue;
    const step = to.node({
      kind: 'enter',
      key: `${enter}/${customer ?? '?'}`,
      label:
        customer === null
          ? `as a customer that nobody names (${howMany(count)})`
          : `as ${customer} (${howMany(count)})`,
      certainty: customer === null || landing.servicesAssumed ? 'assumed' : 'proven',
      subjects: customer === null ? [] : [`customer:${customer}`],
    });
    to.edge(enter, step);
    for (const place of data) to.edge(step, place);
  }
}

/** Nodes of the data that a customer's account sees; of an unknown customer, that of all. */
function dataOf(to: Drawing, { services, reads }: Landing, customer: string | null): string[] {
  const ofServices = services.flatMap((service) => {
    const customers = to.index.dataOf.get(service);
    if (customers === undefined) return [];
    if (customer === null) return [`data:service/${service}`];
    return customers.has(customer) ? [`data:service/${service}/${customer}`] : [];
  });
  const onAssets = reads.flatMap((asset) =>
    (to.index.holdingsOn.get(asset) ?? [])
      .filter(({ body }) => customer === null || body.customer === customer)
      .map(({ key }) => `holding:${key}`),
  );
  return [...ofServices, ...onAssets];
}

/** Staff sees every customer's data of a service; of whom it is not known what they may see, that is assumed. */
function drawStaffData(to: Drawing, enter: string, landing: Landing, each: LoginClass): void {
  const known =
    each.population === 'staff' || each.population === 'break-glass' || each.privileged === true;
  const services = landing.services.filter((service) => to.index.dataOf.has(service));
  const certainty = known && !landing.servicesAssumed ? 'proven' : 'assumed';
  const targets = services.map((service) => `data:service/${service}`);
  linkData(to, enter, certainty, targets, 'data');
  const reads = landing.reads.map((asset) => drawReading(to, asset));
  linkData(to, enter, each.privileged === true ? 'proven' : 'assumed', reads, 'files');
}

function linkData(
  to: Drawing,
  enter: string,
  certainty: Certainty,
  targets: readonly string[],
  what: string,
): void {
  if (targets.length === 0) return;
  let from = enter;
  if (certainty === 'assumed') {
    from = to.node({
      kind: 'move',
      key: `move:${what}/${enter.slice('enter:'.length)}`,
      label: 'nobody says what these accounts may see',
      certainty,
      likelihood: LIKELIHOOD.undescribed,
    });
    to.edge(enter, from);
  }
  for (const target of targets) to.edge(from, target);
}

/** Nobody says whose accounts the door accepts: somebody's password may open it. */
function drawSilent(to: Drawing, { door, place, landing }: Place): void {
  const enter = to.node(
    {
      kind: 'enter',
      key: `enter:${door.key}/?`,
      label: `sign in at ${nameOf(door, door.key)}: nobody says whose accounts it accepts`,
      certainty: 'assumed',
      likelihood: LIKELIHOOD.undescribed,
      gap: { measure: 'mfa', key: door.key, count: 1 },
      subjects: [`door:${door.key}`],
    },
    door,
  );
  to.edge(place, enter);
  drawFoothold(to, enter, landing);
  for (const asset of landing.controls) to.edge(enter, `asset:${asset}`);
  const services = landing.services.filter((service) => to.index.dataOf.has(service));
  for (const service of services) to.edge(enter, `data:service/${service}`);
  for (const asset of landing.reads) to.edge(enter, drawReading(to, asset));
}

/** Accepts accounts of a directory that an attacker may come to hold. */
function isOfHeldDirectory(to: Drawing, { body }: Told<'door'>): boolean {
  if (!to.moves('domain')) return false;
  return (body.accepts ?? []).some((source) => to.index.assets.has(source));
}

/** Who holds the directory has every account of it: whether a second factor lies elsewhere nobody says. */
function drawHeldAccounts(to: Drawing, { door, landing }: Place): void {
  if (!isOfHeldDirectory(to, door)) return;
  const step = to.node({
    kind: 'move',
    key: `move:accounts/${door.key}`,
    label: `any account of the directory, at ${nameOf(door, door.key)}`,
    certainty: 'assumed',
    likelihood: LIKELIHOOD.credential,
  });
  for (const source of door.body.accepts ?? []) {
    if (to.index.assets.has(source)) to.edge(`identity:${source}`, step);
  }
  for (const asset of landing.controls) to.edge(step, `asset:${asset}`);
  for (const service of landing.services) {
    if (to.index.dataOf.has(service)) to.edge(step, `data:service/${service}`);
  }
  for (const asset of landing.reads) to.edge(step, drawReading(to, asset));
}
