/** What an attacker gets on to from an asset held: its networks, its guests, its domain, its backups, and the data on it. */
import { LIKELIHOOD } from './attackers.ts';
import { certain, nameOf, type Drawing, type Link } from './drawing.ts';
import type { Told } from './facts.ts';
import type { Kind } from '../estate/schema.ts';

export function drawAssets(to: Drawing): void {
  for (const asset of to.facts.assets) {
    to.node(
      {
        kind: 'asset',
        key: `asset:${asset.key}`,
        label: nameOf(asset, asset.key),
        certainty: 'proven',
      },
      asset,
    );
    drawStanding(to, asset);
  }
  drawGuests(to);
  drawDirectories(to);
  drawAdministration(to);
  drawBackups(to);
  drawServices(to);
  drawHoldings(to);
}

function drawStanding(to: Drawing, { key }: Told<'asset'>): void {
  for (const network of to.around.standingOf(key).networks)
    to.edge(`asset:${key}`, to.network(network));
}

interface Step {
  readonly from: string;
  readonly target: string;
  readonly key: string;
  readonly label: string;
  readonly fact: Told<Kind>;
}

function step(to: Drawing, { from, target, key, label, fact }: Step): void {
  to.edge(from, to.node({ kind: 'move', key, label, certainty: certain(fact) }, fact));
  to.edge(key, target);
}

function drawGuests(to: Drawing): void {
  if (!to.moves('runs-on')) return;
  for (const { from, to: host, fact } of to.index.links.get('runs-on') ?? []) {
    step(to, {
      from: `asset:${host}`,
      target: `asset:${from}`,
      key: `move:runs-on/${from}>${host}`,
      label: `${from} runs on ${host}`,
      fact,
    });
  }
}

/** Who holds a directory holds its accounts, and every machine that is a member of it. */
function drawDirectories(to: Drawing): void {
  if (!to.moves('domain')) return;
  const members = Map.groupBy(
    to.index.links.get('member-of') ?? [],
    ({ to: directory }) => directory,
  );
  const sources = new Set(to.facts.doors.flatMap(({ body }) => body.accepts ?? []));
  const directories = new Set([
    ...members.keys(),
    ...[...sources].filter((key) => to.index.assets.has(key)),
  ]);
  for (const directory of directories) {
    const label = nameOf(to.index.assets.get(directory), directory);
    const identity = to.node({
      kind: 'identity',
      key: `identity:${directory}`,
      label: `every account of ${label}`,
      certainty: 'proven',
    });
    to.edge(`asset:${directory}`, identity);
    drawMembers(to, directory, members.get(directory) ?? []);
  }
}

function drawMembers(to: Drawing, directory: string, members: readonly Link[]): void {
  for (const certainty of ['proven', 'assumed'] as const) {
    const some = members.filter(({ fact }) => certain(fact) === certainty);
    if (some.length === 0) continue;
    const key = `move:domain/${directory}${certainty === 'proven' ? '' : '/stale'}`;
    to.node(
      {
        kind: 'move',
        key,
        label: `${some.length} assets are members of ${directory}`,
        certainty,
      },
      () =>
        some
          .slice(0, MANY)
          .map(({ fact, from }) => ({ ...fact, text: `${from} is a member of ${directory}` })),
    );
    to.edge(`identity:${directory}`, key);
    for (const { from } of some) to.edge(key, `asset:${from}`);
  }
}

/** Facts of one node that are told one by one. */
const MANY = 20;

function drawAdministration(to: Drawing): void {
  if (!to.moves('admin')) return;
  for (const { from, to: target, fact } of to.index.links.get('administers') ?? []) {
    step(to, {
      from: `asset:${from}`,
      target: `asset:${target}`,
      key: `move:admin/${from}>${target}`,
      label: `${from} administers ${target}`,
      fact,
    });
  }
}

/** A backup can be read, and what it holds is what stands on the things that it backs up. */
function drawBackups(to: Drawing): void {
  if (!to.moves('backup')) return;
  for (const { from, to: target, fact } of to.index.links.get('backs-up') ?? []) {
    const key = `move:backup/${from}>${target}`;
    step(to, {
      from: `asset:${from}`,
      target: drawReading(to, target),
      key,
      label: `${from} holds copies of ${target}`,
      fact,
    });
  }
}

/** Whoever holds a machine that serves a service may use what that machine uses to read the service's data. */
function drawServices(to: Drawing): void {
  if (!to.moves('credential')) return;
  const machines = new Map<string, Link[]>();
  for (const links of to.index.servedBy.values()) {
    for (const link of links) {
      if (!to.index.dataOf.has(link.to)) continue;
      const list = machines.get(link.to);
      if (list === undefined) machines.set(link.to, [link]);
      else list.push(link);
    }
  }
  for (const [service, links] of machines) {
    const key = to.node(
      {
        kind: 'move',
        key: `move:serves/${service}`,
        label: `a machine that serves ${service} reads its data`,
        certainty: 'assumed',
        likelihood: LIKELIHOOD.credential,
      },
      () =>
        links
          .slice(0, MANY)
          .map(({ fact, from }) => ({ ...fact, text: `${from} serves ${service}` })),
    );
    for (const { from } of links) to.edge(`asset:${from}`, key);
    to.edge(key, `data:service/${service}`);
  }
}

/** Holdings, reading them where they lie, and a service's data as a customer and as the supplier's staff see it. */
function drawHoldings(to: Drawing): void {
  to.facts.holdings.forEach((holding, position) => {
    const { asset, service, customer } = holding.body;
    to.node(
      {
        kind: 'holding',
        key: `holding:${holding.key}`,
        label: nameOf(holding, holding.key),
        certainty: 'proven',
        holding: position,
        subjects: [
          ...(customer === undefined ? [] : [`customer:${customer}`]),
          ...(service === undefined ? [] : [`service:${service}`]),
        ],
      },
      holding,
    );
    if (asset !== undefined) to.edge(drawReading(to, asset), `holding:${holding.key}`);
  });
  for (const [service, customers] of to.index.dataOf) drawData(to, service, customers);
}

function drawData(
  to: Drawing,
  service: string,
  customers: ReadonlyMap<string, readonly Told<'holding'>[]>,
): void {
  const whole = to.node({
    kind: 'data',
    key: `data:service/${service}`,
    label: `the data of every customer of ${service}`,
    certainty: 'proven',
  });
  for (const [customer, holdings] of customers) {
    let place = whole;
    if (customer !== '') {
      place = to.node({
        kind: 'data',
        key: `data:service/${service}/${customer}`,
        label: `the data of ${customer} in ${service}`,
        certainty: 'proven',
      });
      to.edge(whole, place);
    }
    for (const { key } of holdings) to.edge(place, `holding:${key}`);
  }
}

/** Reading what lies on an asset and on what runs on it; returns the node's key. */
export function drawReading(to: Drawing, asset: string): string {
  const key = `read:${asset}`;
  if (to.has(key)) return key;
  to.node({ kind: 'read', key, label: `read what lies on ${asset}`, certainty: 'proven' });
  to.edge(`asset:${asset}`, key);
  for (const { from } of to.index.guestsOf.get(asset) ?? []) to.edge(key, drawReading(to, from));
  return key;
}
