/** Assembles an attack graph from nodes and edges in any order. */
import { HoldfastError } from '../kernel/errors.ts';
import type { AttackGraph, NodeGap, NodeInput, NodeRef } from './model.ts';
import { columnsFor, writeNode, type Columns } from './columns.ts';
import { START } from './model.ts';
import { rowsOf } from './rows.ts';

export interface GraphBuilder {
  /** The attacker's start. */
  readonly start: number;
  /** Adds a node, or joins what is said to the node of the same key, and gives its number for `edge`. */
  node(input: NodeInput): number;
  edge(from: NodeRef, to: NodeRef): void;
  build(): AttackGraph;
}

interface Draft {
  readonly input: NodeInput;
  readonly subjects: Set<string>;
}

const START_KEY = '';

/**
 * An empty builder.
 *
 * @example
 * const builder = graphBuilder();
 * const door = builder.node({ kind: 'door', key: 'door:vpn', certainty: 'proven' });
 * builder.edge(builder.start, door);
 * const graph = builder.build();
 */
export function graphBuilder(): GraphBuilder {
  const numbers = new Map<string, number>([[START_KEY, START]]);
  const drafts: (Draft | undefined)[] = [undefined];
  const from: NodeRef[] = [];
  const to: NodeRef[] = [];
  return {
    start: START,
    node(input) {
      checkNode(input);
      const known = numbers.get(input.key);
      const draft = known === undefined ? undefined : drafts[known];
      if (known === undefined || draft === undefined) {
        numbers.set(input.key, drafts.length);
        drafts.push({ input, subjects: new Set(input.subjects) });
        return drafts.length - 1;
      }
      for (const subject of input.subjects ?? []) draft.subjects.add(subject);
      drafts[known] = { input: joined(draft.input, input), subjects: draft.subjects };
      return known;
    },
    edge(source, target) {
      from.push(source);
      to.push(target);
    },
    build: () => assembled(drafts, numbers, from, to),
  };
}

function checkNode({ key, likelihood = 1, kind, holding }: NodeInput): void {
  if (key === START_KEY) throw new HoldfastError('bad_input', 'a node of the graph has no key');
  if (!(likelihood > 0 && likelihood <= 1)) {
    throw new HoldfastError('bad_input', `the likelihood of ${key} is not above 0 and at most 1`);
  }
  if (holding !== undefined && kind !== 'holding') {
    throw new HoldfastError('bad_input', `${key} is no holding but has a holding's position`);
  }
}

/** What two sources say about one node, whichever came first: proof wins, the likelier way, the larger gap. */
function joined(a: NodeInput, b: NodeInput): NodeInput {
  if (a.kind !== b.kind || a.holding !== b.holding) {
    throw new HoldfastError('conflict', `two different nodes are called ${a.key}`);
  }
  const gap = largerGap(a.gap, b.gap);
  const label = [a.label ?? a.key, b.label ?? b.key].sort()[0] ?? a.key;
  return {
    ...a,
    label,
    certainty: a.certainty === 'proven' ? 'proven' : b.certainty,
    likelihood: Math.max(a.likelihood ?? 1, b.likelihood ?? 1),
    ...(gap === undefined ? {} : { gap }),
  };
}

function largerGap(a: NodeGap | undefined, b: NodeGap | undefined): NodeGap | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.count !== b.count) return a.count > b.count ? a : b;
  return `${a.measure}/${a.key}` <= `${b.measure}/${b.key}` ? a : b;
}

function assembled(
  drafts: readonly (Draft | undefined)[],
  numbers: ReadonlyMap<string, number>,
  from: readonly NodeRef[],
  to: readonly NodeRef[],
): AttackGraph {
  const { keys, place } = numbered(drafts);
  const size = drafts.length;
  const dangling = new Map<string, { from: string; to: string }>();
  const tails = new Uint32Array(from.length);
  const heads = new Uint32Array(from.length);
  let edges = 0;
  const resolve = (ref: NodeRef): number | undefined => {
    const draft = typeof ref === 'number' ? ref : numbers.get(ref);
    return draft === undefined ? undefined : place[draft];
  };
  const named = (ref: NodeRef): string =>
    typeof ref === 'string' ? ref : (keys[place[ref] ?? -1] ?? `number ${ref}`);
  for (let i = 0; i < from.length; i++) {
    const source = from[i] as NodeRef;
    const target = to[i] as NodeRef;
    const tail = resolve(source);
    const head = resolve(target);
    if (tail === undefined || head === undefined) {
      const ends = { from: named(source), to: named(target) };
      dangling.set(JSON.stringify(ends), ends);
      continue;
    }
    // A step from a node to itself and one back to the start change nothing.
    if (tail === head || head === START) continue;
    tails[edges] = tail;
    heads[edges++] = head;
  }
  const lost = [...dangling.values()].sort(
    (a, b) => compareText(a.from, b.from) || compareText(a.to, b.to),
  );
  const columns = columnsOf(drafts, place, keys);
  return {
    size,
    dangling: lost,
    ...columns,
    ...adjacency(size, tails, heads, edges),
    find: finder(keys),
  };
}

/** Numbers in the order of keys. */
function numbered(drafts: readonly (Draft | undefined)[]): { keys: string[]; place: Uint32Array } {
  const keyOf = (draft: number): string => drafts[draft]?.input.key ?? START_KEY;
  const order = [...drafts.keys()].sort((a, b) => compareText(keyOf(a), keyOf(b)));
  const place = new Uint32Array(drafts.length);
  order.forEach((draft, number) => (place[draft] = number));
  return { keys: order.map(keyOf), place };
}

function columnsOf(
  drafts: readonly (Draft | undefined)[],
  place: Uint32Array,
  keys: readonly string[],
): Columns {
  const columns = columnsFor(keys.length);
  const subjects = new Map<string, number[]>();
  keys.forEach((key, node) => (columns.keys[node] = key));
  columns.labels[START] = 'the attacker';
  drafts.forEach((draft, from) => {
    if (draft === undefined) return;
    const node = place[from] as number;
    writeNode(columns, node, draft.input);
    for (const subject of draft.subjects) {
      const held = subjects.get(subject);
      if (held === undefined) subjects.set(subject, [node]);
      else held.push(node);
    }
  });
  for (const nodes of subjects.values()) nodes.sort((a, b) => a - b);
  for (const [subject, nodes] of [...subjects].sort(([a], [b]) => compareText(a, b)))
    columns.subjects.set(subject, nodes);
  return columns;
}

/** Both directions of the edges. */
function adjacency(
  size: number,
  tails: Uint32Array,
  heads: Uint32Array,
  edges: number,
): Pick<AttackGraph, 'edges' | 'out' | 'into'> {
  // Going through the edges by head makes each list of heads ascending, and the other way round.
  const byHead = grouped(size, heads, tails, edges);
  const all = grouped(size, byHead.list, headsOf(size, byHead.starts, edges), edges);
  const { starts: outStart, list: out } = withoutRepetition(size, all.starts, all.list);
  const into = grouped(size, out, headsOf(size, outStart, out.length), out.length);
  return {
    edges: out.length,
    out: rowsOf(size, outStart, out),
    into: rowsOf(size, into.starts, into.list),
  };
}

interface Lists {
  readonly starts: Uint32Array;
  readonly list: Uint32Array;
}

/** Values in the order of the edges, gathered by group. */
function grouped(size: number, groups: Uint32Array, values: Uint32Array, edges: number): Lists {
  const starts = new Uint32Array(size + 1);
  for (let i = 0; i < edges; i++) {
    const after = (groups[i] as number) + 1;
    starts[after] = (starts[after] as number) + 1;
  }
  for (let v = 0; v < size; v++) starts[v + 1] = (starts[v + 1] as number) + (starts[v] as number);
  const next = starts.slice();
  const list = new Uint32Array(edges);
  for (let i = 0; i < edges; i++) {
    const group = groups[i] as number;
    const at = next[group] as number;
    list[at] = values[i] as number;
    next[group] = at + 1;
  }
  return { starts, list };
}

/** For each place in the lists the group it is in. */
function headsOf(size: number, starts: Uint32Array, edges: number): Uint32Array {
  const heads = new Uint32Array(edges);
  for (let v = 0; v < size; v++) {
    const end = starts[v + 1] as number;
    for (let i = starts[v] as number; i < end; i++) heads[i] = v;
  }
  return heads;
}

function withoutRepetition(size: number, starts: Uint32Array, list: Uint32Array): Lists {
  const kept = new Uint32Array(list.length);
  const ends = new Uint32Array(size + 1);
  let used = 0;
  for (let v = 0; v < size; v++) {
    const first = used;
    const end = starts[v + 1] as number;
    for (let i = starts[v] as number; i < end; i++) {
      const each = list[i] as number;
      if (used === first || kept[used - 1] !== each) kept[used++] = each;
    }
    ends[v + 1] = used;
  }
  return { starts: ends, list: kept.slice(0, used) };
}

/** Finds a key by halving: keys are in ascending order. */
function finder(keys: readonly string[]): AttackGraph['find'] {
  return (key) => {
    let low = 0;
    let high = keys.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compareText(keys[middle] as string, key);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
