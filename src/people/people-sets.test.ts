import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BY_NHS_NUMBER, CATEGORY_BIT, CHILD, DECEASED } from './categories.ts';
import { peopleCounter } from './count.ts';
import { extractOf } from './extract.ts';
import type { PersonSet } from './hash-set.ts';
import { personSet, rekeyedSet } from './hash-set.ts';
import { membership } from './membership.ts';
import { peopleSets } from './people-sets.ts';
import { personKey } from './person-key.ts';
import { openSet, sealSet } from './seal-set.ts';
import { RECORD_HEADER, syntheticRecords } from './synth/records.ts';

const key = personKey([Buffer.alloc(32, 1)]);
const asOf = new Date('2022-08-04T00:00:00Z');
const options = { key, source: 's', asOf, acceptTestNumbers: true };

/** A set of small invented hashes. */
function aSet(
  people: readonly number[],
  flagsOf: (each: number) => number = () => BY_NHS_NUMBER,
): PersonSet {
  const sorted = [...new Set(people)].sort((a, b) => spread(a) - spread(b));
  const none = new Uint32Array();
  return {
    keyId: key.id,
    keyLayers: 1,
    hi: Uint32Array.from(sorted, spread),
    lo: Uint32Array.from(sorted, (each) => each % 3),
    flags: Uint32Array.from(sorted, flagsOf),
    aliases: { hi: none, lo: none, of: none },
  };
}

function spread(each: number): number {
  return (each * 2_654_435_761) % 2 ** 32;
}

test('a union equals the brute-force union, for any holdings and any choice of them', () => {
  const holdings = fc.array(fc.array(fc.nat(60), { maxLength: 40 }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(holdings, fc.array(fc.nat(7)), (all, choice) => {
      const index = membership(all.map((people) => aSet(people)));
      const chosen = choice.filter((i) => i < all.length);
      assert.equal(index.union(chosen), new Set(chosen.flatMap((i) => all[i] ?? [])).size);
      assert.equal(index.total, new Set(all.flat()).size);
    }),
  );
});

test('a large index is cut into parts and stays exact', () => {
  const holdings = Array.from({ length: 40 }, (_, h) =>
    Array.from({ length: 5000 }, (__, i) => (h % 7) * 3000 + i),
  );
  const index = membership(holdings.map((people) => aSet(people)));
  for (const chosen of [[0], [0, 7], [1, 2, 3], [...holdings.keys()]]) {
    assert.equal(index.union(chosen), new Set(chosen.flatMap((i) => holdings[i] ?? [])).size);
  }
});

test('who died in one holding is not living in another; categories count where they are held', () => {
  const entry = CATEGORY_BIT['home-entry'];
  const sets = peopleSets([
    { set: aSet([1, 2, 3], (i) => (i === 1 ? DECEASED : 0)) },
    { set: aSet([1, 2, 4], (i) => (i === 2 || i === 1 ? entry : 0)) },
  ]);
  assert.equal(sets.count([1]), 2, 'number 1 died, as the other holding knows');
  assert.equal(sets.count([0, 1], 'persons'), 4);
  assert.equal(sets.count([0, 1], 'deceased'), 1);
  assert.equal(sets.count([0, 1], 'home-entry'), 1);
  assert.equal(sets.count([0], 'home-entry'), 0);
});

/** Distinct people of a facet by plain sets: dead in one holding is dead in all. */
function plainCount(
  all: readonly (readonly [number, number][])[],
  chosen: readonly number[],
  bits: number,
): number {
  const dead = new Set(all.flat().flatMap(([who, flags]) => (flags & DECEASED ? [who] : [])));
  const found = chosen.flatMap((i) => all[i] ?? []);
  const asked = found.filter(([who, flags]) => !dead.has(who) && (bits === 0 || flags & bits));
  return new Set(asked.map(([who]) => who)).size;
}

test('every facet of any choice equals plain sets, and its classes add up to the same', () => {
  const flagsOf = fc.constantFrom(0, 1, 4, 5, CHILD | 4, DECEASED, DECEASED | 1);
  const people = fc.dictionary(fc.nat(30).map(String), flagsOf, { maxKeys: 20 });
  const holdings = fc.array(people, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(holdings, fc.uniqueArray(fc.nat(5)), (dictionaries, choice) => {
      const all = dictionaries.map((each) =>
        Object.entries(each).map(([who, flags]): [number, number] => [Number(who), flags]),
      );
      const sets = peopleSets(
        all.map((each) => ({
          set: aSet(
            each.map(([who]) => who),
            (who) => each.find(([other]) => other === who)?.[1] ?? 0,
          ),
        })),
      );
      const chosen = choice.filter((i) => i < all.length);
      const facets = [
        ['living', 0],
        ['contact', CATEGORY_BIT.contact],
        ['home-entry', CATEGORY_BIT['home-entry']],
        ['children', CHILD],
      ] as const;
      for (const [facet, bits] of facets) {
        const expected = plainCount(all, chosen, bits);
        assert.equal(sets.count(chosen, facet), expected, facet);
        const { alone, starts, holdings: list, sizes } = sets.peopleClasses(facet);
        const isTouched = (_: number, c: number): boolean =>
          list.subarray(starts[c], starts[c + 1]).some((holding) => chosen.includes(holding));
        const touched = [...sizes].filter(isTouched);
        const summed = [...touched, ...chosen.map((i) => alone[i] ?? 0)];
        assert.equal(
          summed.reduce((sum, each) => sum + each, 0),
          expected,
          `classes of ${facet}`,
        );
        assert.ok([...sizes.keys()].every((c) => (starts[c + 1] ?? 0) - (starts[c] ?? 0) > 1));
      }
    }),
  );
});

test('a holding that stores no set is shown as bounds, one that nobody counted as unknown', () => {
  const sets = peopleSets([
    { set: aSet([1, 2, 3]), living: { low: 2, best: 3, high: 4 } },
    { living: { low: 5, best: 5, high: 6 } },
    {},
  ]);
  assert.deepEqual(sets.range([0]), { low: 2, best: 3, high: 4 });
  assert.deepEqual(sets.range([0, 1, 2]), { low: 5, best: 8, high: 10 });
  assert.deepEqual(sets.notCounted([0, 1, 2]), [2]);
  assert.deepEqual(sets.own(1), {
    living: { low: 5, best: 5, high: 6 },
    facets: {},
    hasSet: false,
  });
  assert.deepEqual(sets.own(2), { living: undefined, facets: {}, hasSet: false });
});

async function counted(rows: readonly (readonly string[])[]): Promise<PersonSet> {
  const counter = peopleCounter(options);
  await counter.add(extractOf('x.csv', RECORD_HEADER, rows));
  return personSet(counter.identities, key);
}

test('someone with a number here and none there is one person across holdings', async () => {
  const rows = [
    ...syntheticRecords({ seed: 'link', people: 300, duplicates: 0, missingNhsNumber: 0 }),
  ].map((record) => record.row);
  const bare = rows.map((row) => row.with(1, '').with(0, `other-${row[0] ?? ''}`));
  const sets = peopleSets([{ set: await counted(rows) }, { set: await counted(bare) }]);
  assert.equal(sets.count([0, 1], 'persons'), 300);
  assert.equal(sets.count([1], 'persons'), 300);
});

test('a sealed set opens with its key and holding only, and shows any change', async () => {
  const set = await counted([...syntheticRecords({ seed: 'seal', people: 50 })].map((r) => r.row));
  const sealed = sealSet(set, 'holding-1', key);
  assert.deepEqual(openSet(sealed, 'holding-1', key), set);
  assert.throws(() => openSet(sealed, 'holding-2', key), { code: 'tampered' });
  assert.throws(() => openSet(sealed, 'holding-1', personKey([Buffer.alloc(32, 2)])), {
    code: 'conflict',
  });
  assert.throws(() => openSet(sealed.subarray(0, 40), 'holding-1', key), { code: 'tampered' });
  for (const at of [6, 24, 60, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => openSet(changed, 'holding-1', key));
  }
  assert.notDeepEqual(sealSet(set, 'holding-1', key), sealed, 'a fresh salt each time');
});

test('a rotated key carries sets over without the source, an unrelated one does not', async () => {
  const rows = [...syntheticRecords({ seed: 'rotate', people: 120 })].map((r) => r.row);
  const rotated = personKey([Buffer.alloc(32, 1), Buffer.alloc(32, 9)]);
  const carried = rekeyedSet(await counted(rows), key, rotated);
  const counter = peopleCounter({ ...options, key: rotated });
  await counter.add(extractOf('x.csv', RECORD_HEADER, rows));
  assert.deepEqual(carried, personSet(counter.identities, rotated));
  const sealed = sealSet(await counted(rows), 'h', key);
  assert.deepEqual(
    openSet(sealed, 'h', rotated),
    carried,
    'a stored set opens under the newer key',
  );
  const other = personKey([Buffer.alloc(32, 7), Buffer.alloc(32, 8)]);
  const set = await counted(rows);
  assert.throws(() => rekeyedSet(set, key, other), { code: 'conflict' });
  assert.throws(() => peopleSets([{ set }, { set: carried }]), { code: 'conflict' });
});
