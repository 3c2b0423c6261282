import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { graphBuilder } from './graph.ts';
import type { AttackGraph, NodeInput } from './model.ts';
import { START } from './model.ts';
import { rowOf, type Rows } from './rows.ts';

function asset(key: string, extra: Partial<NodeInput> = {}): NodeInput {
  return { kind: 'asset', key, certainty: 'proven', ...extra };
}

/** Everything of a graph as plain values. */
function plain(graph: AttackGraph): unknown {
  return JSON.parse(
    JSON.stringify({ ...graph, gaps: [...graph.gaps], subjects: [...graph.subjects] }),
  );
}

test('nodes and edges in any order give the same graph', () => {
  const inputs = ['c', 'a', 'b', 'd'].map((key, i) =>
    asset(key, { certainty: i % 2 === 0 ? 'assumed' : 'proven', subjects: [`service:${i % 2}`] }),
  );
  const edges: [string, string][] = [
    ['', 'a'],
    ['a', 'b'],
    ['b', 'a'],
    ['c', 'd'],
    ['a', 'nowhere'],
  ];
  const built = (nodes: readonly NodeInput[], links: readonly [string, string][]): unknown => {
    const builder = graphBuilder();
    for (const [from, to] of links) builder.edge(from, to);
    for (const node of nodes) builder.node(node);
    return plain(builder.build());
  };
  const expected = built(inputs, edges);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(inputs, { minLength: 4 }),
      fc.shuffledSubarray(edges, { minLength: 5 }),
      (nodes, links) =>
        assert.deepEqual(built([...nodes, ...nodes], [...links, ...links]), expected),
    ),
  );
});

test('edges are kept once in both directions; self loops and ways back to the start are dropped', () => {
  const pairs = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 40 });
  fc.assert(
    fc.property(pairs, (links) => {
      const builder = graphBuilder();
      const numbers = [builder.start];
      for (let i = 1; i <= 6; i++) numbers.push(builder.node(asset(`n${i}`)));
      for (const [from, to] of links) builder.edge(numbers[from] as number, numbers[to] as number);
      const graph = builder.build();
      const wanted = new Set(
        links.filter(([from, to]) => from !== to && to !== START).map((pair) => pair.join('>')),
      );
      const listed = (rows: Rows, turn: boolean): string[] =>
        [...graph.keys.keys()].flatMap((v) =>
          [...rowOf(rows, v)].map((w) => (turn ? `${w}>${v}` : `${v}>${w}`)),
        );
      const forward = listed(graph.out, false);
      assert.deepEqual(new Set(forward), wanted);
      assert.equal(forward.length, wanted.size);
      assert.deepEqual(listed(graph.into, true).sort(), forward.sort());
      assert.equal(graph.edges, wanted.size);
    }),
  );
});

test('an edge that names no node is listed and leaves the rest alone', () => {
  const builder = graphBuilder();
  const one = builder.node(asset('one', { label: 'Server one' }));
  builder.edge(builder.start, one);
  builder.edge(one, 'gone');
  builder.edge(77, 'one');
  const graph = builder.build();
  assert.equal(graph.edges, 1);
  assert.deepEqual(graph.dangling, [
    { from: 'number 77', to: 'one' },
    { from: 'one', to: 'gone' },
  ]);
  assert.equal(graph.find('one'), 1);
  assert.equal(graph.find('gone'), undefined);
  assert.equal(graph.labels[1], 'Server one');
});

test('of a node told twice proof wins, the likelier way and the larger gap; two different nodes are refused', () => {
  const builder = graphBuilder();
  const gap = (count: number): NodeInput['gap'] => ({ measure: 'mfa', key: 'door', count });
  builder.node(asset('x', { certainty: 'assumed', likelihood: 0.5, gap: gap(2) as never }));
  builder.node(asset('x', { likelihood: 0.2, gap: gap(9) as never }));
  const graph = builder.build();
  assert.deepEqual([graph.assumed[1], graph.likelihood[1]], [0, 0.5]);
  assert.equal(graph.gaps.get(1)?.count, 9);
  assert.throws(() => builder.node({ kind: 'door', key: 'x', certainty: 'proven' }), {
    code: 'conflict',
  });
  assert.throws(() => builder.node(asset('')), { code: 'bad_input' });
  assert.throws(() => builder.node(asset('y', { likelihood: 0 })), { code: 'bad_input' });
  assert.throws(() => builder.node(asset('y', { holding: 1 })), { code: 'bad_input' });
});
