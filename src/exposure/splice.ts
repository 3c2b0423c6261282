/** A graph with some nodes taken out and others put in, without assembling the rest again. */
import { adjacency } from './graph.ts';
import { NODE_KINDS, START, type AttackGraph, type NodeGap, type NodeInput } from './model.ts';

export interface Splice {
  /** Keys of nodes that are taken out, with every edge from and to them. */
  readonly gone: ReadonlySet<string>;
  /** Nodes that are put in; one of the key of a node taken out takes its place. */
  readonly nodes: readonly NodeInput[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/**
 * A node that is taken out keeps its number and loses its edges, so that nobody gets to it; new nodes are numbered after
 * all others.
 */
export function splicedGraph(graph: AttackGraph, { gone, nodes, edges }: Splice): AttackGraph {
  const numbers = new Map<string, number>();
  let size = graph.size;
  for (const { key } of nodes) numbers.set(key, graph.find(key) ?? size++);
  const find = (key: string): number | undefined => {
    const number = numbers.get(key);
    if (number !== undefined) return number;
    return gone.has(key) ? undefined : graph.find(key);
  };
  const out = new Uint8Array(size);
  for (const key of gone) out[graph.find(key) ?? START] = 1;
  out[START] = 0;
  return {
    ...columns(graph, size, nodes, numbers, out),
    ...splicedEdges(graph, size, out, edges, find),
    size,
    find,
  };
}

type Columns = Pick<
  AttackGraph,
  'kinds' | 'assumed' | 'likelihood' | 'holding' | 'keys' | 'labels' | 'gaps' | 'subjects'
>;

function columns(
  graph: AttackGraph,
  size: number,
  nodes: readonly NodeInput[],
  numbers: ReadonlyMap<string, number>,
  out: Uint8Array,
): Columns {
  const kinds = new Uint8Array(size);
  const assumed = new Uint8Array(size);
  const likelihood = new Float64Array(size).fill(1);
  const holding = new Int32Array(size).fill(-1);
  kinds.set(graph.kinds);
  assumed.set(graph.assumed);
  likelihood.set(graph.likelihood);
  holding.set(graph.holding);
  const keys = graph.keys.slice();
  const labels = graph.labels.slice();
  for (const input of nodes) {
    const node = numbers.get(input.key) ?? START;
    kinds[node] = NODE_KINDS.indexOf(input.kind);
    assumed[node] = input.certainty === 'assumed' ? 1 : 0;
    likelihood[node] = input.likelihood ?? 1;
    holding[node] = input.holding ?? -1;
    keys[node] = input.key;
    labels[node] = input.label ?? input.key;
  }
  return {
    kinds,
    assumed,
    likelihood,
    holding,
    keys,
    labels,
    ...marks(graph, nodes, numbers, out),
  };
}

function marks(
  graph: AttackGraph,
  nodes: readonly NodeInput[],
  numbers: ReadonlyMap<string, number>,
  out: Uint8Array,
): Pick<AttackGraph, 'gaps' | 'subjects'> {
  const gaps = new Map<number, NodeGap>();
  for (const [node, gap] of graph.gaps) if (out[node] === 0) gaps.set(node, gap);
  const subjects = new Map(graph.subjects);
  for (const { key, gap, subjects: named = [] } of nodes) {
    const node = numbers.get(key) ?? START;
    if (gap !== undefined) gaps.set(node, gap);
    for (const subject of named) {
      const held = subjects.get(subject) ?? [];
      if (!held.includes(node))
        subjects.set(
          subject,
          [...held, node].sort((a, b) => a - b),
        );
    }
  }
  return { gaps, subjects };
}

function splicedEdges(
  graph: AttackGraph,
  size: number,
  out: Uint8Array,
  added: Splice['edges'],
  find: (key: string) => number | undefined,
): Pick<AttackGraph, 'edges' | 'outStart' | 'out' | 'intoStart' | 'into' | 'dangling'> {
  const tails = new Uint32Array(graph.edges + added.length);
  const heads = new Uint32Array(graph.edges + added.length);
  let edges = 0;
  for (let node = 0; node < graph.size; node++) {
    if (out[node] === 1) continue;
    const end = graph.outStart[node + 1] as number;
    for (let i = graph.outStart[node] as number; i < end; i++) {
      const head = graph.out[i] as number;
      if (out[head] === 1) continue;
      tails[edges] = node;
      heads[edges++] = head;
    }
  }
  const dangling = [...graph.dangling];
  for (const [from, to] of added) {
    const tail = find(from);
    const head = find(to);
    if (tail === undefined || head === undefined) dangling.push({ from, to });
    else if (tail !== head && head !== START) {
      tails[edges] = tail;
      heads[edges++] = head;
    }
  }
  return { ...adjacency(size, tails, heads, edges), dangling };
}
