import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlainGraph } from '../../test/support/attack-graphs.ts';
import {
  attackGraphOf,
  plainGraphs,
  plainPeople,
  plainReach,
  populationOf,
} from '../../test/support/attack-graphs.ts';
import type { Assessment } from './assess.ts';
import { exposureEngine } from './assess.ts';
import { graphBuilder } from './graph.ts';
import type { AttackPath } from './model.ts';
import { likeliestPath, pathThrough, shortestPath } from './paths.ts';
import { rowOf } from './rows.ts';

/** A graph whose nodes have the likelihoods 1/1, 1/2, 1/3… in a mixed order. */
function assessed(plain: PlainGraph): Assessment {
  const graph = attackGraphOf(plain);
  graph.likelihood.forEach((_, node) => {
    if (node > 0) graph.likelihood[node] = 1 / (1 + ((node * 7) % 4));
  });
  return exposureEngine(populationOf(plain)).assess(graph);
}

function isWay({ graph }: Assessment, { nodes }: AttackPath): boolean {
  return nodes.every((node, i) => {
    const next = nodes[i + 1];
    const after = rowOf(graph.out, node);
    return next === undefined || after.includes(next);
  });
}

/** All ways without turning back, by walking everywhere. */
function allWays(plain: PlainGraph, target: number): number[][] {
  const found: number[][] = [];
  const walk = (way: number[]): void => {
    const last = way.at(-1);
    if (last === target) return void found.push(way);
    const next = plain.edges.flatMap(([from, to]) => (from === last ? [to] : []));
    for (const to of new Set(next)) if (!way.includes(to)) walk([...way, to]);
  };
  walk([0]);
  return found;
}

test('the shortest and the likeliest way are the best of all ways', () => {
  fc.assert(
    fc.property(plainGraphs(7), (plain) => {
      const state = assessed(plain);
      for (const node of plain.nodes.keys()) {
        const ways = allWays(plain, node);
        const shortest = shortestPath(state, node);
        const likeliest = likeliestPath(state, node);
        if (ways.length === 0) {
          assert.deepEqual([shortest, likeliest], [undefined, undefined]);
          continue;
        }
        assert.ok(shortest !== undefined && isWay(state, shortest));
        assert.equal(shortest.nodes.length, Math.min(...ways.map((way) => way.length)));
        assert.ok(likeliest !== undefined && isWay(state, likeliest));
        const chance = (way: number[]): number =>
          way.reduce((product, each) => product * (state.graph.likelihood[each] ?? 0), 1);
        const best = Math.max(...ways.map(chance));
        assert.ok(Math.abs(likeliest.likelihood - best) < 1e-12);
        assert.equal(
          likeliest.certainty,
          likeliest.nodes.some((each) => plain.nodes[each]?.assumed) ? 'assumed' : 'proven',
        );
      }
    }),
  );
});

test('a way through a gap passes it, and goes where most people are at every fork', () => {
  fc.assert(
    fc.property(plainGraphs(9), (plain) => {
      const state = assessed(plain);
      for (const node of plainReach(plain)) {
        const way = pathThrough(state, node);
        assert.ok(way !== undefined && way.nodes[0] === 0 && way.nodes.includes(node));
        assert.ok(isWay(state, way));
        const isHolding = (each: number): boolean => plain.nodes[each]?.holding !== undefined;
        const behind = [...plainReach(plain, new Set(), node)];
        const [first, onward] = [way.nodes.slice(0, way.nodes.indexOf(node)), way.nodes];
        assert.equal(behind.some(isHolding), isHolding(way.nodes.at(-1) ?? 0));
        if (behind.some(isHolding)) assertWidest(plain, first, onward.slice(first.length));
        else assert.equal(way.nodes.at(-1), node);
      }
    }),
  );
});

/** No step gives up people that another step from where the attacker could get to, with the same people in sight, would keep. */
function assertWidest(
  plain: PlainGraph,
  first: readonly number[],
  onward: readonly number[],
): void {
  const sightOf = (node: number): number => {
    const { people, unknown } = plainPeople(plain, plainReach(plain, new Set(), node));
    return people.size * 100 + unknown.size;
  };
  const isHolding = (node: number): boolean => plain.nodes[node]?.holding !== undefined;
  onward.slice(1).forEach((next, i) => {
    const at = onward[i] ?? 0;
    if (sightOf(next) === sightOf(at) || isHolding(at)) return;
    // Everything that is reached without losing sight of anybody, walked by hand.
    const stretch = new Set([at]);
    const ends: number[] = [];
    for (const each of stretch) {
      for (const [from, to] of plain.edges) {
        if (from !== each || to === 0 || (first.includes(to) && isHolding(to))) continue;
        if (sightOf(to) === sightOf(at) && !isHolding(to)) stretch.add(to);
        else ends.push(sightOf(to));
      }
    }
    assert.ok(sightOf(next) >= Math.max(...ends));
  });
}

test('a likely detour is preferred to an unlikely short cut, and the short cut is the shortest', () => {
  const builder = graphBuilder();
  const node = (key: string, likelihood: number): number =>
    builder.node({ kind: 'asset', key, certainty: 'proven', likelihood });
  const [cut, a, b, end] = [node('cut', 0.01), node('a', 0.5), node('b', 0.9), node('end', 1)];
  const edges: [number, number][] = [
    [builder.start, cut],
    [cut, end],
    [builder.start, a],
    [a, b],
    [b, end],
  ];
  for (const [from, to] of edges) builder.edge(from, to);
  const graph = builder.build();
  const state = exposureEngine(populationOf({ nodes: [], edges: [], people: [] })).assess(graph);
  const goal = graph.find('end') ?? -1;
  const named = (path: AttackPath | undefined): string[] =>
    (path?.nodes ?? []).map((each) => graph.keys[each] ?? '');
  assert.deepEqual(named(shortestPath(state, goal)), ['', 'cut', 'end']);
  assert.deepEqual(named(likeliestPath(state, goal)), ['', 'a', 'b', 'end']);
  assert.equal(likeliestPath(state, goal)?.likelihood, 0.45);
});
