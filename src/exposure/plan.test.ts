import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlainGraph } from '../../test/support/attack-graphs.ts';
import {
  attackGraphOf,
  layeredGraph,
  plainGraphs,
  plainPeople,
  plainReach,
  plainSaved,
  populationOf,
} from '../../test/support/attack-graphs.ts';
import { seeded } from '../people/synth/random.ts';
import { exposureEngine } from './assess.ts';
import { cheapestCut } from './cut.ts';
import type { Fix } from './model.ts';
import type { Plan, PlanOptions } from './plan.ts';
import { fixesNamed, planFixes } from './plan.ts';
import { closedNodes, reach } from './reach.ts';

interface Case {
  readonly plain: PlainGraph;
  readonly fixes: readonly Fix[];
}

function layered(seed: number): PlainGraph {
  return layeredGraph(seeded(`layered/${seed}`));
}

/** Nine fixes, each of one node or of up to `wide`. */
function nineFixes(seed: number, wide: number): Fix[] {
  const random = seeded(`fixes/${seed}`);
  return Array.from({ length: 9 }, (_, i) => ({
    key: `fix-${i}`,
    label: `Fix ${i}`,
    nodes: Array.from({ length: 1 + random.below(wide) }, () => 1 + random.below(12)),
  }));
}

/** Up to nine fixes of one to three nodes each, on any graph or on one with several ways to most people. */
function cases(most: number, costs: readonly number[] = [1]): fc.Arbitrary<Case> {
  const nodes = fc.uniqueArray(fc.integer({ min: 1, max: most - 1 }), {
    minLength: 1,
    maxLength: 3,
  });
  const fix = fc.record({ nodes, cost: fc.constantFrom(...costs) });
  return fc
    .record({
      plain: fc.oneof(plainGraphs(most), fc.nat().map(layered)),
      list: fc.array(fix, { maxLength: 9, size: 'max' }),
    })
    .map(({ plain, list }) => ({
      plain,
      fixes: list.map((each, i) => ({ ...each, key: `fix-${i}`, label: `Fix ${i}` })),
    }));
}

function planned({ plain, fixes }: Case, options?: PlanOptions): Plan {
  return planFixes(exposureEngine(populationOf(plain)), attackGraphOf(plain), fixes, options);
}

function leftOf(plain: PlainGraph, fixes: readonly Fix[]): { people: number; unknown: number } {
  const closed = new Set(fixes.flatMap(({ nodes }) => nodes));
  const { people, unknown } = plainPeople(plain, plainReach(plain, closed));
  return { people: people.size, unknown: unknown.size };
}

function subsets(fixes: readonly Fix[]): Fix[][] {
  return fixes.reduce<Fix[][]>((all, fix) => [...all, ...all.map((each) => [...each, fix])], [[]]);
}

function cost(fixes: readonly Fix[]): number {
  return fixes.reduce((sum, fix) => sum + (fix.cost ?? 1), 0);
}

test('gains and numbers left after each step are exact, every step gains, and the end is the least there can be', () => {
  fc.assert(
    fc.property(cases(12, [1, 2, 0.5]), (each) => {
      const { plain, fixes } = each;
      const plan = planned(each);
      const done: Fix[] = [];
      const figures = (p: Plan['left']): unknown => ({
        people: p.living.best,
        unknown: p.unknownHoldings,
      });
      assert.deepEqual(figures(plan.before), leftOf(plain, []));
      for (const step of plan.steps) {
        const closed = new Set(done.flatMap(({ nodes }) => nodes));
        const nodes = step.fixes.flatMap((fix) => fix.nodes);
        const saved = plainSaved(plain, closed, nodes);
        assert.deepEqual({ people: step.people, unknown: step.unknownHoldings }, saved);
        assert.ok(saved.people > 0 || saved.unknown > 0);
        for (const other of step.alternatives) {
          const instead = plainSaved(
            plain,
            closed,
            other.fixes.flatMap((fix) => fix.nodes),
          );
          assert.deepEqual({ people: other.people, unknown: other.unknownHoldings }, instead);
          assert.ok(instead.people >= 0.9 * saved.people);
        }
        done.push(...step.fixes);
        assert.deepEqual(figures(step.left), leftOf(plain, done));
      }
      assert.deepEqual(figures(plan.left), leftOf(plain, done));
      assert.deepEqual(figures(plan.left), leftOf(plain, fixes), 'as if every fix were done');
      assert.deepEqual(figures(plan.least), leftOf(plain, fixes));
    }),
    { numRuns: 400 },
  );
});

test('each step saves at least as much for its cost as any single fix would', () => {
  fc.assert(
    fc.property(cases(10, [1, 3]), (each) => {
      const done = new Set<number>();
      for (const step of planned(each).steps) {
        const best = Math.max(
          ...each.fixes.map((fix) => plainSaved(each.plain, done, fix.nodes).people / cost([fix])),
        );
        assert.ok(step.people / step.cost >= best - 1e-9);
        for (const node of step.fixes.flatMap((fix) => fix.nodes)) done.add(node);
      }
    }),
  );
});

for (const [wide, least] of [
  [1, 0.98],
  [3, 0.95],
] as const) {
  test(`against the best of all subsets of fixes of up to ${wide} nodes: people that the plan saves at the cost of each step`, (t) => {
    let [ratios, count, worst, longer] = [0, 0, 1, 0];
    for (let seed = 0; seed < 80; seed++) {
      const plain = layered(seed);
      const fixes = nineFixes(seed, wide);
      const all = subsets(fixes).map((list) => ({ cost: list.length, ...leftOf(plain, list) }));
      const before = leftOf(plain, []).people;
      let spent = 0;
      let saved = 0;
      for (const step of planned({ plain, fixes }).steps) {
        spent += step.cost;
        saved += step.people;
        const affordable = all.filter((other) => other.cost <= spent);
        const optimum = before - Math.min(...affordable.map(({ people }) => people));
        ratios += saved / optimum;
        count++;
        worst = Math.min(worst, saved / optimum);
        if (saved < optimum) longer++;
      }
    }
    t.diagnostic(
      `${count} steps: ${((100 * ratios) / count).toFixed(2)} % of the optimum on average, ${(100 * worst).toFixed(0)} % at worst, ${longer} below it`,
    );
    assert.ok(count > 80 && ratios / count > least, 'greedy with cuts is near the optimum');
  });
}

test('two ways to the same people: neither alone saves anybody, so both are one step', () => {
  const plain: PlainGraph = {
    nodes: [
      { assumed: false },
      { assumed: false },
      { assumed: false },
      { assumed: false, holding: 0 },
    ],
    edges: [
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
    ],
    people: [[1, 2, 3]],
  };
  const fixes = [
    { key: 'mfa', label: 'MFA at Citrix', nodes: [1] },
    { key: 'patch', label: 'Patch the domain controller', nodes: [2] },
  ];
  const [step, ...more] = planned({ plain, fixes }).steps;
  assert.equal(more.length, 0);
  assert.deepEqual(
    step?.fixes.map(({ key }) => key),
    ['mfa', 'patch'],
  );
  assert.equal(step.left.living.best, 0);
  const after = planned({ plain, fixes }, { closed: [1] });
  assert.deepEqual(
    after.steps.map(({ fixes: [fix], people }) => [fix?.key, people]),
    [['patch', 3]],
    'with the door closed the patch alone is enough',
  );
  assert.deepEqual(
    fixesNamed(fixes, 'mfa at citrix').map(({ key }) => key),
    ['mfa'],
  );
  assert.deepEqual(fixesNamed(fixes, 'nothing like it'), []);
  assert.deepEqual(fixesNamed(fixes, 'at the'), []);
});

test('one door against fourteen patches: the door is the step, the patches the alternative', () => {
  const assets = Array.from({ length: 14 }, (_, i) => i + 2);
  const plain: PlainGraph = {
    nodes: [
      ...Array.from({ length: 16 }, () => ({ assumed: false })),
      { assumed: false, holding: 0 },
    ],
    edges: [
      [0, 1],
      ...assets.flatMap((asset): [number, number][] => [
        [1, asset],
        [asset, 16],
      ]),
    ],
    people: [[1, 2]],
  };
  const patches = assets.map((asset) => ({
    key: `patch-${asset}`,
    label: `Patch ${asset}`,
    nodes: [asset],
  }));
  const [step] = planned({
    plain,
    fixes: [...patches, { key: 'mfa', label: 'MFA', nodes: [1] }],
  }).steps;
  assert.deepEqual(
    step?.fixes.map(({ key }) => key),
    ['mfa'],
  );
  assert.equal(step.alternatives.length, 1);
  assert.equal(step.alternatives[0]?.fixes.length, 14);
});

test('the order in which fixes come changes nothing; a limit and a cancelled plan are kept', () => {
  fc.assert(
    fc.property(cases(10), (each) => {
      const keys = (plan: Plan): unknown =>
        plan.steps.map((step) => [step.people, step.fixes.map(({ key }) => key)]);
      const turned = { ...each, fixes: [...each.fixes].reverse() };
      assert.deepEqual(keys(planned(each)), keys(planned(turned)));
      const whole = planned(each).steps;
      assert.deepEqual(planned(each, { steps: 1 }).steps.length, Math.min(1, whole.length));
    }),
  );
  const cancelled = AbortSignal.abort();
  const one = { plain: { nodes: [{ assumed: false }], edges: [], people: [] }, fixes: [] };
  assert.throws(() => planned(one, { signal: cancelled }), { name: 'AbortError' });
});

test('a minimum cut costs what the best subset of nodes costs, or none exists', () => {
  const costs = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 8 });
  const fixable = fc.uniqueArray(fc.integer({ min: 1, max: 7 }));
  const targets = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(plainGraphs(8), costs, fixable, targets, (plain, prices, nodes, goals) => {
      const size = plain.nodes.length;
      const graph = attackGraphOf(plain);
      const closable = nodes.filter((node) => node < size);
      const groupOf = new Int32Array(size).fill(-1);
      for (const node of closable) groupOf[node] = node;
      const found = cheapestCut(graph, reach(graph, closedNodes(graph)), {
        groupOf,
        costs: prices,
        targets: goals.filter((node) => node < size),
      });
      const price = (list: readonly number[]): number =>
        list.reduce((sum, node) => sum + (prices[node] ?? 0), 0);
      const cuts = closable
        .reduce<number[][]>((all, node) => [...all, ...all.map((s) => [...s, node])], [[]])
        .filter((list) => {
          const reached = plainReach(plain, new Set(list));
          return goals.every((goal) => !reached.has(goal));
        });
      if (cuts.length === 0) assert.equal(found, undefined);
      else assert.equal(price(found ?? [99]), Math.min(...cuts.map(price)));
    }),
    { numRuns: 300 },
  );
});
