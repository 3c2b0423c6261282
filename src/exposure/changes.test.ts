import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlainGraph } from '../../test/support/attack-graphs.ts';
import {
  attackGraphOf,
  keyOf,
  plainGraphs,
  plainReach,
  plainSaved,
  populationOf,
} from '../../test/support/attack-graphs.ts';
import type { Assessment } from './assess.ts';
import { exposureEngine } from './assess.ts';
import { changeBetween } from './changes.ts';
import { criticality } from './criticality.ts';
import { graphBuilder } from './graph.ts';

function assessed(plain: PlainGraph, closed: Iterable<number> = []): Assessment {
  return exposureEngine(populationOf(plain)).assess(attackGraphOf(plain), 'all', closed);
}

test('what was closed went, what was opened came, and together they explain the difference', () => {
  const node = fc.integer({ min: 1, max: 11 });
  fc.assert(
    fc.property(plainGraphs(12), fc.uniqueArray(node), fc.uniqueArray(node), (plain, one, two) => {
      const [old, now] = [one, two].map((each) => each.filter((n) => n < plain.nodes.length));
      assert.ok(old !== undefined && now !== undefined);
      const change = changeBetween(assessed(plain, old), assessed(plain, now));
      const keys = (what: string): string[] =>
        change.causes.filter((cause) => cause.what === what).map(({ key }) => key);
      const [reachedOld, reachedNow] = [
        plainReach(plain, new Set(old)),
        plainReach(plain, new Set(now)),
      ];
      const came = old.filter((each) => !now.includes(each) && reachedNow.has(each));
      const went = now.filter((each) => !old.includes(each) && reachedOld.has(each));
      assert.deepEqual(new Set(keys('came')), new Set(came.map(keyOf)));
      assert.deepEqual(new Set(keys('went')), new Set(went.map(keyOf)));
      assert.equal(change.throughCome, plainSaved(plain, new Set(now), came).people);
      assert.equal(change.throughGone, plainSaved(plain, new Set(old), went).people);
      if (went.length === 0) {
        const grown = change.after.living.best - change.before.living.best;
        assert.equal(grown, change.throughCome, 'only what came can have added people');
      }
    }),
  );
});

test('no change without a cause; an assumption that was proved, and a holding that was counted again, are told', () => {
  const plain: PlainGraph = {
    nodes: [{ assumed: false }, { assumed: true }, { assumed: false, holding: 0 }],
    edges: [
      [0, 1],
      [1, 2],
    ],
    people: [[1, 2]],
  };
  const same = changeBetween(assessed(plain), assessed(plain));
  assert.deepEqual([same.causes, same.holdings, same.throughCome], [[], [], 0]);
  const proved = {
    ...plain,
    nodes: plain.nodes.map((each) => ({ ...each, assumed: false })),
    people: [[1, 2, 3]],
  };
  const change = changeBetween(assessed(plain), assessed(proved));
  assert.deepEqual(
    change.causes.map(({ what, key, through, saved }) => [what, key, through, saved]),
    [['proven', keyOf(1), 3, 3]],
  );
  assert.deepEqual(change.holdings, [{ key: keyOf(2), label: keyOf(2), before: 2, after: 3 }]);
});

test('the worth of a subject is that of all its nodes together, worst first', () => {
  const ofNode = fc.array(fc.nat(3), { minLength: 14, maxLength: 14 });
  fc.assert(
    fc.property(plainGraphs(), ofNode, (plain, subjectOf) => {
      const builder = graphBuilder();
      plain.nodes.forEach(({ assumed, holding }, node) => {
        if (node === 0) return;
        builder.node({
          kind: holding === undefined ? 'asset' : 'holding',
          key: keyOf(node),
          certainty: assumed ? 'assumed' : 'proven',
          subjects: [`service:${subjectOf[node] ?? 0}`],
          ...(holding === undefined ? {} : { holding }),
        });
      });
      for (const [from, to] of plain.edges) builder.edge(from, to);
      const state = exposureEngine(populationOf(plain)).assess(builder.build());
      const found = criticality(state, 'service:');
      for (const { subject, through, saved, unknownSaved } of found) {
        const nodes = [...plain.nodes.keys()].filter(
          (node) => node > 0 && `service:${subjectOf[node] ?? 0}` === subject,
        );
        const reached = plainReach(plain);
        const behind = nodes.flatMap((node) =>
          reached.has(node) ? [...plainReach(plain, new Set(), node)] : [],
        );
        const expected = plainSaved(plain, new Set(), nodes);
        const people = behind.flatMap(
          (node) => plain.people[plain.nodes[node]?.holding ?? -1] ?? [],
        );
        assert.deepEqual(
          { through, saved, unknownSaved },
          { through: new Set(people).size, saved: expected.people, unknownSaved: expected.unknown },
        );
      }
      const order = found.map(({ through }) => through);
      assert.deepEqual(
        order,
        [...order].sort((a, b) => b - a),
      );
      assert.deepEqual(criticality(state, 'door:'), []);
    }),
  );
});
