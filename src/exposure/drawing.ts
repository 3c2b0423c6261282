/** The graph while it is drawn: nodes with what allows them, kept until somebody asks. */
import type { EstateFacts, Fact, Told } from './facts.ts';
import type { Kind } from '../estate/schema.ts';
import { graphBuilder, type GraphBuilder } from './graph.ts';
import type { AttackGraph, AttackerModel, Certainty, Move, NodeInput } from './model.ts';
import { surroundingsOf, UNDESCRIBED, type Surroundings } from './standing.ts';

/** A fact that allows a node, or how to find them: a million accounts are not written out before somebody asks. */
export type Because = Told<Kind> | (() => readonly Fact[]);

/** What is drawn, and what is asked of it again and again. */
export interface Ground {
  readonly attacker: AttackerModel;
  readonly facts: EstateFacts;
  readonly around: Surroundings;
  readonly index: Index;
  /** Networks on which the attacker stands at the beginning. */
  readonly begins: ReadonlySet<string>;
}

export interface Drawing extends Ground {
  /** Adds a node with what allows it, and returns its key. */
  node(input: NodeInput, ...because: readonly Because[]): string;
  edge(from: string, to: string): void;
  /** Key of the network's node, which is added where it is not there yet. */
  network(key: string): string;
  moves(move: Move): boolean;
  /** Whether the node is to be drawn already. */
  has(key: string): boolean;
}

/** What is asked of the estate again and again, by key. */
export interface Index {
  readonly networks: ReadonlyMap<string, Told<'network'>>;
  readonly assets: ReadonlyMap<string, Told<'asset'>>;
  readonly doors: ReadonlyMap<string, Told<'door'>>;
  readonly doorsOf: ReadonlyMap<string, readonly Told<'door'>[]>;
  /** Doors by the asset on which whoever came in has a session. */
  readonly sessionsOn: ReadonlyMap<string, readonly Told<'door'>[]>;
  /** Dependencies between assets, by type. */
  readonly links: ReadonlyMap<string, readonly Link[]>;
  /** Assets that run on an asset. */
  readonly guestsOf: ReadonlyMap<string, readonly Link[]>;
  /** Services that an asset serves. */
  readonly servedBy: ReadonlyMap<string, readonly Link[]>;
  readonly holdingsOn: ReadonlyMap<string, readonly Told<'holding'>[]>;
  /** Holdings of a service by customer; '' is of none. */
  readonly dataOf: ReadonlyMap<string, ReadonlyMap<string, readonly Told<'holding'>[]>>;
  /** Machines that a directory is on, and why. */
  readonly controllers: ReadonlyMap<string, Link>;
}

export interface Link {
  readonly from: string;
  readonly to: string;
  readonly fact: Told<'dependency'>;
}

export interface Drawn {
  readonly graph: AttackGraph;
  /** What allows the node of this key. */
  readonly evidence: (key: string) => readonly Fact[];
  readonly ground: Ground;
  /** Keys of the nodes that were drawn for a door: nothing else leads to them. */
  readonly ofDoor: ReadonlyMap<string, ReadonlySet<string>>;
  /** What allows nodes by their numbers, and by key those that were drawn at first. */
  readonly reasons: Reasons;
}

export interface Canvas extends Drawing {
  done(ofDoor: Drawn['ofDoor']): Drawn;
}

export function drawing(told: EstateFacts, attacker: AttackerModel): Canvas {
  const facts = { ...told, assets: withUndescribed(told) };
  // Evidence holds on to the drawing for as long as the graph is asked; its drafts are not needed so long.
  let builder: GraphBuilder | undefined = graphBuilder();
  const numbers = new Map<string, number>();
  const ground: Ground = {
    attacker,
    facts,
    around: surroundingsOf(facts),
    index: indexOf(facts),
    begins: beginsOf(facts, attacker),
  };
  const gathered = gatherReasons();
  const tools = drawingTools(ground, {
    add: (input, because) => {
      numbers.set(input.key, builder?.node(input) ?? 0);
      gathered.add(input.key, because);
    },
    edge: (from, to) => {
      builder?.edge(numbers.get(from) ?? from, numbers.get(to) ?? to);
    },
    has: (key) => numbers.has(key),
  });
  return {
    ...tools,
    done(ofDoor) {
      const graph = (builder ?? graphBuilder()).build();
      builder = undefined;
      numbers.clear();
      const later = new Map<number, readonly Because[]>();
      const reasons = { drawn: graph.size, first: gathered.byKey, later };
      return { graph, evidence: evidenceOf(graph, reasons), reasons, ground, ofDoor };
    },
  };
}

/** Where a drawing goes. */
interface Paper {
  readonly add: (input: NodeInput, because: readonly Because[]) => void;
  readonly edge: (from: string, to: string) => void;
  readonly has: (key: string) => boolean;
}

export function drawingTools(ground: Ground, { add, edge, has }: Paper): Drawing {
  const moves = new Set(ground.attacker.moves);
  const node: Drawing['node'] = (input, ...because) => {
    add(input, because);
    return input.key;
  };
  return {
    ...ground,
    node,
    edge,
    has,
    moves: (move) => moves.has(move),
    network(key) {
      const place = `network:${key}`;
      if (has(place)) return place;
      const fact = ground.index.networks.get(key);
      const label = key === UNDESCRIBED ? 'a network that nobody described' : nameOf(fact, key);
      const because = fact === undefined ? [] : [fact];
      return node({ kind: 'network', key: place, label, certainty: 'proven' }, ...because);
    },
  };
}

/** What allows each node that was drawn at first, by key; of those drawn later, by number. */
interface Reasons {
  /** How many nodes were drawn at first. */
  readonly drawn: number;
  readonly first: ReadonlyMap<string, readonly Because[]>;
  readonly later: ReadonlyMap<number, readonly Because[]>;
}

/** Facts of the node of a key, where it is in this graph. */
export function evidenceOf(
  { find }: AttackGraph,
  { drawn, first, later }: Reasons,
): Drawn['evidence'] {
  return (key) => {
    const node = find(key);
    if (node === undefined) return [];
    const because = node < drawn ? first.get(key) : later.get(node);
    return because?.flatMap(factsOf) ?? [];
  };
}

/** Gathers what allows the nodes that are drawn. */
export function gatherReasons(): {
  add(key: string, because: readonly Because[]): void;
  readonly byKey: ReadonlyMap<string, readonly Because[]>;
} {
  const byKey = new Map<string, readonly Because[]>();
  return {
    byKey,
    add(key, because) {
      if (because.length === 0) return;
      const known = byKey.get(key);
      byKey.set(key, known === undefined ? because : [...known, ...because]);
    },
  };
}

/** Assets that something names and nobody describes may be anything: they are there, and nobody has looked at them. */
function withUndescribed(facts: EstateFacts): EstateFacts['assets'] {
  const known = new Set(facts.assets.map(({ key }) => key));
  const stubs: Told<'asset'>[] = [];
  const mention = (key: string | undefined, { trueAt, learnedAt, sources }: Told<Kind>): void => {
    if (key === undefined || known.has(key)) return;
    known.add(key);
    const when = { trueAt, learnedAt, sources, fresh: false, declared: false };
    stubs.push({ kind: 'asset', key, body: {}, ...when });
  };
  for (const holding of facts.holdings) mention(holding.body.asset, holding);
  for (const door of facts.doors) mention(door.body.asset, door);
  for (const dependency of facts.dependencies) {
    for (const end of [dependency.body.from, dependency.body.to])
      if (end?.kind === 'asset') mention(end.key, dependency);
  }
  return stubs.length === 0 ? facts.assets : [...facts.assets, ...stubs];
}

/** A step that starts at the attacker's beginning. */
export const BEGINNING = '';

function beginsOf({ networks }: EstateFacts, { from }: AttackerModel): Set<string> {
  const zones = from === 'internet' ? ['internet'] : ['internet', 'partner'];
  const found = networks
    .filter(({ body }) => zones.includes(body.zone ?? ''))
    .map(({ key }) => key);
  return new Set(['internet', ...found]);
}

/** The name that people gave it, else its key. */
export function nameOf(
  told: { readonly body: object; readonly key: string } | undefined,
  key: string,
): string {
  const name = told === undefined ? undefined : (told.body as { name?: string }).name;
  return name ?? key;
}

export function certain(...facts: readonly { readonly fresh: boolean }[]): Certainty {
  return facts.every(({ fresh }) => fresh) ? 'proven' : 'assumed';
}

function factsOf(because: Because): readonly Fact[] {
  return typeof because === 'function' ? because() : [{ ...because, text: textOf(because) }];
}

function textOf({ kind, key, body }: Told<Kind>): string {
  if (kind !== 'dependency') return `${kind} ${nameOf({ body, key }, key)}`;
  const { type, from, to } = body as Told<'dependency'>['body'];
  return `${from?.key ?? '?'} ${(type ?? '').replace('-', ' ')} ${to?.key ?? '?'}`;
}

function indexOf(facts: EstateFacts): Index {
  const links = linksOf(facts.dependencies, 'asset');
  const assets = new Map(facts.assets.map((asset) => [asset.key, asset]));
  return {
    assets,
    networks: new Map(facts.networks.map((network) => [network.key, network])),
    doors: new Map(facts.doors.map((door) => [door.key, door])),
    doorsOf: Map.groupBy(facts.doors, ({ body }) => body.asset ?? ''),
    sessionsOn: sessionsOn(facts.doors),
    links,
    guestsOf: Map.groupBy(links.get('runs-on') ?? [], ({ to }) => to),
    servedBy: Map.groupBy(
      linksOf(facts.dependencies, 'service').get('serves') ?? [],
      ({ from }) => from,
    ),
    holdingsOn: Map.groupBy(facts.holdings, ({ body }) => body.asset ?? ''),
    dataOf: dataOf(facts.holdings),
    controllers: controllersOf(links, assets),
  };
}

/** Doors by which somebody has a session on a machine. */
const SESSION = new Set(['remote-desktop', 'ssh']);

/** Assets on which somebody has a session who came in by this door. */
export function sessionsOf({ body }: Told<'door'>): string[] {
  if (!SESSION.has(body.type ?? '')) return [];
  const opened = (body.opens ?? []).filter(({ kind }) => kind === 'asset').map(({ key }) => key);
  return [...new Set([...(body.asset === undefined ? [] : [body.asset]), ...opened])];
}

function sessionsOn(doors: readonly Told<'door'>[]): Map<string, Told<'door'>[]> {
  const found = new Map<string, Told<'door'>[]>();
  for (const door of doors) {
    for (const asset of sessionsOf(door)) {
      const list = found.get(asset);
      if (list === undefined) found.set(asset, [door]);
      else list.push(door);
    }
  }
  return found;
}

function linksOf(
  dependencies: readonly Told<'dependency'>[],
  kind: 'asset' | 'service',
): Map<string, Link[]> {
  const links = new Map<string, Link[]>();
  for (const fact of dependencies) {
    const { type = '', from, to } = fact.body;
    if (from?.kind !== 'asset' || to?.kind !== kind) continue;
    const link = { from: from.key, to: to.key, fact };
    const list = links.get(type);
    if (list === undefined) links.set(type, [link]);
    else list.push(link);
  }
  return links;
}

function dataOf(holdings: readonly Told<'holding'>[]): Index['dataOf'] {
  const services = new Map<string, Map<string, Told<'holding'>[]>>();
  for (const holding of holdings) {
    const { service, customer = '' } = holding.body;
    if (service === undefined) continue;
    let customers = services.get(service);
    if (customers === undefined)
      services.set(service, (customers = new Map<string, Told<'holding'>[]>()));
    const list = customers.get(customer);
    if (list === undefined) customers.set(customer, [holding]);
    else list.push(holding);
  }
  return services;
}

/** A machine that administers a directory, or that a directory runs on, answers for it on its networks. */
function controllersOf(links: Index['links'], assets: Index['assets']): ReadonlyMap<string, Link> {
  const isDirectory = (key: string) => assets.get(key)?.body.type === 'directory';
  const isMachine = (key: string) => {
    const type = assets.get(key)?.body.type;
    return type === 'host' || type === 'device';
  };
  const controllers = new Map<string, Link>();
  for (const link of links.get('administers') ?? []) {
    if (isDirectory(link.to) && isMachine(link.from)) controllers.set(link.from, link);
  }
  for (const link of links.get('runs-on') ?? []) {
    if (isDirectory(link.from)) controllers.set(link.to, link);
  }
  return controllers;
}
