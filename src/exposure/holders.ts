/** Which nodes of a graph are holdings, and at which position of the people sets. */
import type { AttackGraph } from './model.ts';
import { NODE_KINDS } from './model.ts';

export interface Holders {
  /** Positions run from 0 to below this. */
  readonly positions: number;
  /** Holding nodes, ascending; several may be one holding. */
  readonly nodes: Uint32Array;
  /** Position of each node, -1 where it is no holding. */
  readonly positionOf: Int32Array;
}

const HOLDING = NODE_KINDS.indexOf('holding');

/**
 * Finds holdings in graphs over people sets of this size. A holding that the people sets do not know gets a position of its own
 * after theirs, the same in every graph that has it: nobody has counted it, so its people are unknown.
 */
export function holdersKept(counted: number): (graph: AttackGraph) => Holders {
  const strangers = new Map<string, number>();
  // The next version of a graph shares its columns and mostly adds no holding.
  let last:
    { readonly kinds: Uint8Array; readonly size: number; readonly held: Holders } | undefined;
  return (graph) => {
    const { kinds, size } = graph;
    if (last?.kinds !== kinds || last.size > size || hasHolding(graph, last.size))
      last = { kinds, size, held: holders(graph, counted, strangers) };
    return last.held;
  };
}

function hasHolding({ kinds, size }: AttackGraph, from: number): boolean {
  for (let node = from; node < size; node++) if (kinds[node] === HOLDING) return true;
  return false;
}

function holders(graph: AttackGraph, counted: number, strangers: Map<string, number>): Holders {
  const { kinds, size } = graph;
  const positionOf = new Int32Array(kinds.length).fill(-1);
  const nodes: number[] = [];
  for (let node = 0; node < size; node++) {
    if (kinds[node] !== HOLDING) continue;
    nodes.push(node);
    const position = graph.holding[node] as number;
    positionOf[node] =
      position >= 0 && position < counted
        ? position
        : strange(graph.keys[node] as string, counted, strangers);
  }
  return { positions: counted + strangers.size, nodes: Uint32Array.from(nodes), positionOf };
}

function strange(key: string, counted: number, strangers: Map<string, number>): number {
  const position = strangers.get(key) ?? counted + strangers.size;
  strangers.set(key, position);
  return position;
}
