import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { factsToAdd, isEvidence, startOf } from './clock.ts';
import { CLOCK_SOURCES, type ClockFact, type ClockSource } from './model.ts';

function aFact(at: string, source: ClockSource, from = 'a feed'): ClockFact {
  return { at: new Date(at), source, from, observedAt: new Date('2026-11-01T00:00:00Z') };
}

test('the earliest fact is the start, and it is said who says it', () => {
  const facts = [
    aFact('2026-10-03', 'repository', 'web1'),
    aFact('2026-10-01', 'vendor', 'debian'),
  ];
  assert.deepEqual(startOf(facts), {
    at: new Date('2026-10-01'),
    source: 'vendor',
    from: 'debian',
    assumed: false,
  });
  assert.equal(startOf([]), undefined);
  assert.equal(startOf([aFact('2026-10-03', 'first-known')])?.assumed, true);
});

test('what stands in is recorded only where there is no evidence; what was recorded stays', () => {
  const vendor = aFact('2026-10-05', 'vendor');
  const published = aFact('2026-10-01', 'advisory');
  assert.deepEqual(factsToAdd([], [published, vendor]), [vendor]);
  assert.deepEqual(factsToAdd([], [published]), [published]);
  assert.deepEqual(factsToAdd([published], [vendor, published]), [vendor]);
  assert.equal(startOf([published, vendor])?.at.toISOString(), published.at.toISOString());
  assert.deepEqual(factsToAdd([vendor], [vendor]), []);
  assert.deepEqual(factsToAdd([], [aFact('2027-01-01', 'vendor')]), [], 'not yet released');
});

const someFacts = fc.array(
  fc
    .record({
      day: fc.integer({ min: 1, max: 28 }),
      source: fc.constantFrom(...CLOCK_SOURCES),
      from: fc.constantFrom('a', 'b'),
    })
    .map(({ day, source, from }) => aFact(`2026-10-${String(day).padStart(2, '0')}`, source, from)),
  { minLength: 1, maxLength: 12 },
);

test('law: learning more never moves a start later, and evidence is learned the same in any order', () => {
  fc.assert(
    fc.property(someFacts, (facts) => {
      let known: ClockFact[] = [];
      let before = Infinity;
      for (const fact of facts) {
        known = [...known, ...factsToAdd(known, [fact])];
        const start = startOf(known)?.at.getTime() ?? Infinity;
        assert.ok(start <= before);
        before = start;
      }
      assert.deepEqual(startOf(facts.toReversed()), startOf(facts));
      const evidence = facts.filter(isEvidence);
      const learned = (list: readonly ClockFact[]) =>
        startOf(list.reduce<ClockFact[]>((all, each) => [...all, ...factsToAdd(all, [each])], []));
      assert.deepEqual(learned(evidence.toReversed()), learned(evidence));
    }),
  );
});
