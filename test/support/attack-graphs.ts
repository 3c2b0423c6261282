/** Small random graphs with invented people, and plain answers about them: nodes taken away, walked again, people in plain sets. */
import fc from 'fast-check';
import { graphBuilder } from '../../src/exposure/graph.ts';
import type { AttackGraph } from '../../src/exposure/model.ts';
import { population } from '../../src/exposure/population.ts';
import type { Population } from '../../src/exposure/population.ts';
import { CATEGORY_BIT } from '../../src/people/categories.ts';
import type { PersonSet } from '../../src/people/hash-set.ts';
import type { Random } from '../../src/people/synth/random.ts';
import { peopleSets } from '../../src/people/people-sets.ts';

export interface PlainGraph {
  /** Node 0 is the start. Of each other: whether it is assumed, and its holding's position. */
  readonly nodes: readonly { readonly assumed: boolean; readonly holding?: number }[];
  readonly edges: readonly (readonly [number, number])[];
  /** Who is in each holding; `undefined` where nobody counted. Even people are at home (home entry). */
  readonly people: readonly (readonly number[] | undefined)[];
}

export function aPersonSet(people: readonly number[]): PersonSet {
  const sorted = [...new Set(people)].sort((a, b) => spread(a) - spread(b));
  const none = new Uint32Array();
  return {
    keyId: 'invented',
    keyLayers: 1,
    hi: Uint32Array.from(sorted, spread),
    lo: Uint32Array.from(sorted),
    flags: Uint32Array.from(sorted, (each) => (each % 2 === 0 ? CATEGORY_BIT['home-entry'] : 0)),
    aliases: { hi: none, lo: none, of: none },
  };
}

function spread(each: number): number {
  return (each * 2_654_435_761) % 2 ** 32;
}

export function populationOf({ people }: PlainGraph): Population {
  return population(
    peopleSets(people.map((each) => (each === undefined ? {} : { set: aPersonSet(each) }))),
  );
}

/** Keys are `n001`…, so that number and key agree. */
export function keyOf(node: number): string {
  return `n${String(node).padStart(6, '0')}`;
}

export function attackGraphOf({ nodes, edges }: PlainGraph): AttackGraph {
  const builder = graphBuilder();
  nodes.forEach(({ assumed, holding }, node) => {
    if (node === 0) return;
    builder.node({
      kind: holding === undefined ? 'asset' : 'holding',
      key: keyOf(node),
      certainty: assumed ? 'assumed' : 'proven',
      ...(holding === undefined ? {} : { holding }),
    });
  });
  for (const [from, to] of edges) builder.edge(from, to);
  return builder.build();
}

/** Nodes reached from `from` when `closed` are away. Back at the start an attacker has gained nothing. */
export function plainReach(
  graph: PlainGraph,
  closed: ReadonlySet<number> = new Set(),
  from = 0,
): Set<number> {
  const reached = new Set(closed.has(from) ? [] : [from]);
  for (const node of reached) {
    for (const [tail, head] of graph.edges) {
      if (tail === node && head !== 0 && !closed.has(head)) reached.add(head);
    }
  }
  return reached;
}

export interface PlainPeople {
  readonly people: Set<number>;
  readonly unknown: Set<number>;
}

/** People of the holdings among these nodes, and the holdings that nobody counted. */
export function plainPeople(graph: PlainGraph, nodes: Iterable<number>): PlainPeople {
  const people = new Set<number>();
  const unknown = new Set<number>();
  for (const node of nodes) {
    const holding = graph.nodes[node]?.holding;
    if (holding === undefined) continue;
    const counted = graph.people[holding];
    if (counted === undefined) unknown.add(holding);
    else for (const person of counted) people.add(person);
  }
  return { people, unknown };
}

/** How many people fewer when `closed` are away too. */
export function plainSaved(
  graph: PlainGraph,
  closed: ReadonlySet<number>,
  also: Iterable<number>,
): { people: number; unknown: number } {
  const before = plainPeople(graph, plainReach(graph, closed));
  const after = plainPeople(graph, plainReach(graph, new Set([...closed, ...also])));
  return {
    people: before.people.size - after.people.size,
    unknown: before.unknown.size - after.unknown.size,
  };
}

/** Graphs of up to `most` nodes, sparse or dense, with holdings that share people, hold nobody or were not counted. */
export function plainGraphs(most = 14): fc.Arbitrary<PlainGraph> {
  return fc
    .record({ size: fc.integer({ min: 2, max: most }), holdings: fc.integer({ min: 1, max: 5 }) })
    .chain(({ size, holdings }) => {
      const number = fc.nat(size - 1);
      return fc.record({
        nodes: fc.array(
          fc.record(
            { assumed: fc.boolean(), holding: fc.nat(holdings - 1) },
            { requiredKeys: ['assumed'] },
          ),
          { minLength: size, maxLength: size },
        ),
        edges: fc.array(fc.tuple(number, number), { maxLength: size * 3 }),
        people: fc.array(
          fc.option(fc.array(fc.nat(12), { maxLength: 8 }), { nil: undefined, freq: 5 }),
          { minLength: holdings, maxLength: holdings },
        ),
      });
    })
    .map(({ nodes, ...rest }) => ({ ...rest, nodes: [{ assumed: false }, ...nodes.slice(1)] }));
}

/** Three rows of four between the start and four holdings that share people: several ways to most of them. */
export function layeredGraph(random: Random): PlainGraph {
  const rows = [[0], [1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]];
  return {
    nodes: Array.from({ length: 17 }, (_, node) => ({
      assumed: false,
      ...(node > 12 ? { holding: node - 13 } : {}),
    })),
    edges: rows.flatMap((from, i) =>
      from.flatMap((tail) =>
        (rows[i + 1] ?? []).flatMap((head) =>
          random.chance(i === 0 ? 8 : 4, 10) ? [[tail, head] as const] : [],
        ),
      ),
    ),
    people: rows
      .slice(0, 4)
      .map(() => Array.from({ length: 2 + random.below(20) }, () => random.below(30))),
  };
}
