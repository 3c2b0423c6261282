import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BODIES } from '../../estate/schema.ts';
import { membership } from '../membership.ts';
import { holdingMembers } from './scale.ts';
import { DIRECTORIES, LARGEST, scaledFacts } from './scaled-estate.ts';
import { seeded } from './random.ts';

test('the seeded numbers are these on every machine', () => {
  const random = seeded('holdfast');
  assert.deepEqual(
    [random.word(), random.word(), random.below(1000), random.part('x').word()],
    EXPECTED,
  );
});
const EXPECTED = [3_072_505_668, 726_797_128, 843, 2_644_989_864];

test('a scaled estate streams facts that fit the schema and refer to each other', () => {
  const size = { ...LARGEST, customers: 30, assets: 200, accounts: 500, holdings: 80, doors: 10 };
  const keys = new Set<string>();
  const counts = new Map<string, number>();
  for (const fact of scaledFacts(size, '2022-08-02T00:00:00Z')) {
    BODIES[fact.kind].parse(fact.body);
    keys.add(`${fact.kind} ${fact.key}`);
    counts.set(fact.kind, (counts.get(fact.kind) ?? 0) + 1);
    if (fact.kind === 'holding') assert.ok(keys.has(`asset ${fact.body.asset}`));
  }
  assert.equal(counts.get('asset'), 200 + DIRECTORIES);
  assert.equal(counts.get('account'), 500);
  assert.equal(counts.get('holding'), 80);
});

test('scaled holdings are sorted, distinct, and count the same by brute force', () => {
  for (const shape of ['customers', 'random'] as const) {
    const holdings = Array.from({ length: 40 }, (_, holding) =>
      holdingMembers({ seed: 's', holding, holdings: 40, hashes: 20_000, shape }),
    );
    const index = membership(holdings);
    const chosen = [0, 1, 2, 5, 39];
    const people = new Set(chosen.flatMap((i) => [...(holdings[i]?.people ?? [])]));
    assert.equal(index.union(chosen), people.size);
  }
});
