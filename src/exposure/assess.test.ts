import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlainGraph } from '../../test/support/attack-graphs.ts';
import {
  attackGraphOf,
  keyOf,
  plainGraphs,
  plainPeople,
  plainReach,
  plainSaved,
  populationOf,
} from '../../test/support/attack-graphs.ts';
import { exposureEngine } from './assess.ts';
import type { Assessment } from './assess.ts';
import { dominatorsOf } from './dominators.ts';

function assessed(plain: PlainGraph, closed: Iterable<number> = []): Assessment {
  return exposureEngine(populationOf(plain)).assess(attackGraphOf(plain), 'all', closed);
}

const graphs = plainGraphs();
const choice = fc.uniqueArray(fc.integer({ min: 1, max: 13 }), { maxLength: 4 });

test('reached nodes, people through and saved by each node equal plain sets on any graph', () => {
  fc.assert(
    fc.property(graphs, choice, (plain, chosen) => {
      const closed = new Set(chosen.filter((node) => node < plain.nodes.length));
      const state = assessed(plain, closed);
      const reached = plainReach(plain, closed);
      assert.deepEqual(new Set(state.reach.order), reached);
      const all = plainPeople(plain, reached);
      assert.equal(state.total.living.best, all.people.size);
      assert.equal(state.total.unknownHoldings, all.unknown.size);
      for (const node of plain.nodes.keys()) {
        const through = reached.has(node)
          ? plainPeople(plain, plainReach(plain, closed, node))
          : { people: new Set(), unknown: new Set() };
        const saved =
          node === 0
            ? { people: all.people.size, unknown: all.unknown.size }
            : plainSaved(plain, closed, [node]);
        assert.deepEqual(
          state.impact(node),
          {
            through: through.people.size,
            unknownThrough: through.unknown.size,
            saved: saved.people,
            unknownSaved: saved.unknown,
          },
          `node ${node}`,
        );
      }
    }),
    { numRuns: 400 },
  );
});

test('closing several nodes at once loses exactly what walking the graph again says', () => {
  fc.assert(
    fc.property(graphs, choice, choice, (plain, chosen, also) => {
      const closed = new Set(chosen.filter((node) => node < plain.nodes.length));
      const state = assessed(plain, closed);
      // The same losses answer again and again, so an earlier question must leave no trace.
      for (const nodes of [also, also.slice(1), also]) {
        const loss = state.losses(nodes);
        const expected = plainSaved(plain, closed, nodes);
        assert.deepEqual({ people: loss.people, unknown: loss.unknown }, expected);
      }
      const through = new Set(
        also.flatMap((node) =>
          plainReach(plain, closed).has(node) ? [...plainReach(plain, closed, node)] : [],
        ),
      );
      assert.equal(state.throughAny(also).people, plainPeople(plain, through).people.size);
    }),
    { numRuns: 400 },
  );
});

test('figures by category of what a node leads to and of what closing it saves', () => {
  fc.assert(
    fc.property(graphs, (plain) => {
      const state = assessed(plain);
      const reached = plainReach(plain);
      const atHome = (nodes: Iterable<number>): number =>
        [...plainPeople(plain, nodes).people].filter((person) => person % 2 === 0).length;
      for (const node of reached) {
        const through = state.figuresThrough(node);
        assert.equal(through.categories['home-entry'], atHome(plainReach(plain, new Set(), node)));
        assert.equal(through.living.best, state.impact(node).through);
        const saved = state.figuresSaved(node);
        const left = node === 0 ? [] : plainReach(plain, new Set([node]));
        assert.equal(saved.categories['home-entry'], atHome(reached) - atHome(left));
        assert.deepEqual(saved.living, {
          low: state.impact(node).saved,
          best: state.impact(node).saved,
          high: state.impact(node).saved,
        });
        assert.equal(saved.unknownHoldings, state.impact(node).unknownSaved);
      }
    }),
  );
});

test('a node dominates another when no way is left without it', () => {
  fc.assert(
    fc.property(graphs, (plain) => {
      const { tree } = assessed(plain);
      const reached = plainReach(plain);
      const isNeeded = (node: number, target: number): boolean =>
        node === 0 || !plainReach(plain, new Set([node])).has(target);
      for (const target of plain.nodes.keys()) {
        const expected = reached.has(target)
          ? [...reached].filter((node) => isNeeded(node, target))
          : [];
        assert.deepEqual(new Set(dominatorsOf(tree, target)), new Set(expected));
      }
    }),
  );
});

test('only proven steps: assumed nodes are as if closed, and never lower what all steps reach', () => {
  fc.assert(
    fc.property(graphs, (plain) => {
      const engine = exposureEngine(populationOf(plain));
      const graph = attackGraphOf(plain);
      const assumed = [...plain.nodes.keys()].filter((node) => plain.nodes[node]?.assumed === true);
      const proven = engine.assess(graph, 'proven');
      const expected = plainReach(plain, new Set(assumed));
      assert.deepEqual(new Set(proven.reach.order), expected);
      assert.ok(proven.total.living.best <= engine.assess(graph).total.living.best);
    }),
  );
});

test('fixing never raises and opening another way never lowers, for everybody and for each node', () => {
  const link = fc.tuple(fc.nat(13), fc.nat(13));
  fc.assert(
    fc.property(graphs, choice, link, (plain, chosen, [from, to]) => {
      const whole = assessed(plain);
      const fixed = assessed(plain, chosen);
      assert.ok(fixed.total.living.best <= whole.total.living.best);
      for (const node of plain.nodes.keys()) {
        assert.ok(fixed.impact(node).through <= whole.impact(node).through);
      }
      const size = plain.nodes.length;
      const edges = [...plain.edges, [from % size, to % size] as const];
      const wider = assessed({ ...plain, edges });
      assert.ok(wider.total.living.best >= whole.total.living.best);
      for (const node of plain.nodes.keys()) {
        assert.ok(wider.impact(node).through >= whole.impact(node).through);
      }
    }),
  );
});

/** The start, then a chain; the last node is a holding of three people. */
function chain(length: number): PlainGraph {
  const nodes = Array.from({ length }, (_, i) =>
    i === length - 1 ? { assumed: false, holding: 0 } : { assumed: false },
  );
  return { nodes, edges: nodes.slice(1).map((_, i) => [i, i + 1] as const), people: [[1, 2, 3]] };
}

test('a chain of 100,000 steps, forwards and with a way back from each, needs no deep stack', () => {
  const plain = chain(100_000);
  const back = plain.edges.map(([from, to]) => [to, from] as const);
  for (const edges of [plain.edges, [...plain.edges, ...back]]) {
    const state = assessed({ ...plain, edges });
    assert.deepEqual(state.impact(50_000), {
      through: 3,
      saved: 3,
      unknownThrough: 0,
      unknownSaved: 0,
    });
    assert.equal(state.losses([77]).people, 3);
    assert.equal(dominatorsOf(state.tree, 99_999).length, 100_000);
  }
});

test('a door that opens everything, unreachable parts, empty and unknown holdings', () => {
  const state = assessed({
    nodes: [0, 1, 2, 3, 4, 5, 6].map((node) => ({
      assumed: false,
      ...(node > 1 && node < 6 ? { holding: node - 2 } : {}),
    })),
    edges: [
      [0, 1],
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 4],
      [6, 5],
      [2, 1],
    ],
    people: [[1, 2], [], undefined, [9]],
  });
  assert.deepEqual(state.impact(1), { through: 2, saved: 2, unknownThrough: 1, unknownSaved: 1 });
  assert.deepEqual(state.impact(6), { through: 0, saved: 0, unknownThrough: 0, unknownSaved: 0 });
  assert.deepEqual(state.impact(999), {
    through: 0,
    saved: 0,
    unknownThrough: 0,
    unknownSaved: 0,
  });
  assert.equal(state.total.holdings, 3);
  assert.equal(state.graph.keys[1], keyOf(1));
});

test('a holding without a place in the sets is unknown, and two nodes may be one holding', () => {
  const plain: PlainGraph = {
    nodes: [
      { assumed: false },
      { assumed: false },
      ...[0, 0, 77].map((holding) => ({ assumed: false, holding })),
    ],
    edges: [
      [0, 2],
      [0, 1],
      [1, 3],
      [1, 4],
    ],
    people: [[5, 6]],
  };
  const state = assessed(plain);
  assert.deepEqual(state.impact(2), { through: 2, saved: 0, unknownThrough: 0, unknownSaved: 0 });
  assert.deepEqual(state.impact(1), { through: 2, saved: 0, unknownThrough: 1, unknownSaved: 1 });
  assert.deepEqual(state.losses([2, 3]), { people: 2, holdings: [0], unknown: 0 });
});
