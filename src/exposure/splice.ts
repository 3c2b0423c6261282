/** Another version of a graph, with some nodes taken out and others put in: what does not change is shared, not copied. */
import { appended } from './columns.ts';
import { START, type AttackGraph, type NodeInput } from './model.ts';
import { changedRows, rowOf, type Rows } from './rows.ts';

export interface Splice {
  /** Keys of nodes that are taken out, with every edge from and to them. */
  readonly gone: ReadonlySet<string>;
  /** Nodes that are put in; one of the key of a node taken out takes its place. */
  readonly nodes: readonly NodeInput[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/**
 * A node that is taken out loses its edges, so that nobody gets to it, and its number is not used again; nodes that are put in
 * are numbered after all others, in the order of their keys. What a graph of the former size says of itself stays as it is.
 */
export function splicedGraph(graph: AttackGraph, { gone, nodes, edges }: Splice): AttackGraph {
  const put = [...nodes].sort((a, b) => (a.key < b.key ? -1 : 1));
  const size = graph.size + put.length;
  const find = finderOf(graph, gone, put);
  return { ...appended(graph, put), ...splicedEdges(graph, gone, edges, find), size, find };
}

/** Numbers of the keys that have changed since the graph was assembled: below 0 what is there no more. */
const changedKeys = new WeakMap<AttackGraph['find'], ReadonlyMap<string, number>>();
const wholeFinders = new WeakMap<AttackGraph['find'], AttackGraph['find']>();

function finderOf(
  graph: AttackGraph,
  gone: ReadonlySet<string>,
  put: readonly NodeInput[],
): AttackGraph['find'] {
  const whole = wholeFinders.get(graph.find) ?? graph.find;
  const changed = new Map(changedKeys.get(graph.find));
  for (const key of gone) changed.set(key, -1);
  put.forEach(({ key }, i) => changed.set(key, graph.size + i));
  const find = (key: string): number | undefined => {
    const number = changed.get(key);
    if (number === undefined) return whole(key);
    return number < 0 ? undefined : number;
  };
  changedKeys.set(find, changed);
  wholeFinders.set(find, whole);
  return find;
}

function splicedEdges(
  graph: AttackGraph,
  gone: ReadonlySet<string>,
  added: Splice['edges'],
  find: AttackGraph['find'],
): Pick<AttackGraph, 'edges' | 'out' | 'into' | 'dangling'> {
  const out = changedLists(graph.out);
  const into = changedLists(graph.into);
  for (const key of gone) {
    const node = graph.find(key);
    if (node === undefined || node === START) continue;
    for (const next of [...out.of(node)]) into.of(next).delete(node);
    for (const before of [...into.of(node)]) out.of(before).delete(node);
    out.of(node).clear();
    into.of(node).clear();
  }
  const dangling = [...graph.dangling];
  for (const [from, to] of added) {
    const tail = find(from);
    const head = find(to);
    if (tail === undefined || head === undefined) dangling.push({ from, to });
    else if (tail !== head && head !== START) {
      out.of(tail).add(head);
      into.of(head).add(tail);
    }
  }
  return {
    out: out.rows(),
    into: into.rows(),
    edges: graph.edges + out.more(),
    dangling,
  };
}

/** Lists that are about to change, as sets. */
function changedLists(rows: Rows): {
  of(node: number): Set<number>;
  rows(): Rows;
  more(): number;
} {
  const sets = new Map<number, Set<number>>();
  return {
    of(node) {
      let set = sets.get(node);
      if (set === undefined) sets.set(node, (set = new Set(rowOf(rows, node))));
      return set;
    },
    rows: () =>
      changedRows(
        rows,
        new Map([...sets].map(([node, set]) => [node, [...set].sort((a, b) => a - b)])),
      ),
    more: () =>
      [...sets].reduce((sum, [node, set]) => sum + set.size - rowOf(rows, node).length, 0),
  };
}
