/** The columns of a graph's nodes, which versions of it share: the latest writes behind its own nodes, and nobody over others'. */
import { NODE_KINDS, type AttackGraph, type NodeGap, type NodeInput } from './model.ts';

export type Columns = Pick<
  AttackGraph,
  'kinds' | 'assumed' | 'likelihood' | 'holding' | 'keys' | 'labels' | 'gaps' | 'subjects'
>;

/** Columns that may be written beyond the nodes of those who share them. */
interface Growing extends Columns {
  readonly keys: string[];
  readonly labels: string[];
  readonly gaps: Map<number, NodeGap>;
  readonly subjects: Map<string, number[]>;
}

/** Columns with how many of their nodes are in use, by any version: only the latest may write behind its own. */
const growing = new WeakMap<readonly string[], { readonly columns: Growing; used: number }>();

/** Columns of a graph and, behind them, of more nodes: written behind those of the graph where no other version was before. */
export function appended(graph: AttackGraph, put: readonly NodeInput[]): Columns {
  const size = graph.size + put.length;
  let state = growing.get(graph.keys);
  if (state?.used !== graph.size || state.columns.kinds.length < size) {
    state = { columns: copied(graph, size), used: size };
    growing.set(state.columns.keys, state);
  }
  const { columns } = state;
  put.forEach((input, i) => write(columns, graph.size + i, input));
  state.used = size;
  return columns;
}

/** Empty columns with room for some more than this many nodes, which are said to be in use. */
export function columnsFor(size: number): Growing {
  const room = size + (size >>> 3) + 1024;
  const columns = {
    kinds: new Uint8Array(room),
    assumed: new Uint8Array(room),
    likelihood: new Float64Array(room).fill(1),
    holding: new Int32Array(room).fill(-1),
    keys: new Array<string>(size).fill(''),
    labels: new Array<string>(size).fill(''),
    gaps: new Map<number, NodeGap>(),
    subjects: new Map<string, number[]>(),
  };
  growing.set(columns.keys, { columns, used: size });
  return columns;
}

function copied(graph: AttackGraph, size: number): Growing {
  const columns = columnsFor(size);
  columns.kinds.set(graph.kinds.subarray(0, graph.size));
  columns.assumed.set(graph.assumed.subarray(0, graph.size));
  columns.likelihood.set(graph.likelihood.subarray(0, graph.size));
  columns.holding.set(graph.holding.subarray(0, graph.size));
  for (let node = 0; node < graph.size; node++) {
    columns.keys[node] = graph.keys[node] as string;
    columns.labels[node] = graph.labels[node] as string;
  }
  const isHere = (node: number): boolean => node < graph.size;
  for (const [node, gap] of graph.gaps) if (isHere(node)) columns.gaps.set(node, gap);
  for (const [key, list] of graph.subjects) columns.subjects.set(key, list.filter(isHere));
  return columns;
}

/** Writes all but the subjects of a node. */
export function writeNode(columns: Growing, node: number, input: NodeInput): void {
  columns.kinds[node] = NODE_KINDS.indexOf(input.kind);
  columns.assumed[node] = input.certainty === 'assumed' ? 1 : 0;
  columns.likelihood[node] = input.likelihood ?? 1;
  columns.holding[node] = input.holding ?? -1;
  columns.keys[node] = input.key;
  columns.labels[node] = input.label ?? input.key;
  if (input.gap !== undefined) columns.gaps.set(node, input.gap);
}

function write(columns: Growing, node: number, input: NodeInput): void {
  writeNode(columns, node, input);
  for (const subject of new Set(input.subjects)) {
    const held = columns.subjects.get(subject);
    if (held === undefined) columns.subjects.set(subject, [node]);
    else held.push(node);
  }
}
