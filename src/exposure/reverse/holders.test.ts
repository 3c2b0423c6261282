import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holdersBuilder, type Holders } from './holders.ts';

const component = fc.nat(12);
const list = fc.record({
  asset: fc.nat(5),
  of: fc.constantFrom('1 deb', '2 deb'),
  components: fc.uniqueArray(component, { maxLength: 8 }),
});

function heldBy(holders: Holders, id: number): number[] {
  const found = new Set<number>();
  holders.each(id, (asset) => found.add(asset));
  return [...found].sort((a, b) => a - b);
}

test('the index says what the lists say, through any differences, worked in or not, taken twice or not', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(list, { selector: ({ asset, of }) => `${asset} ${of}`, maxLength: 10 }),
      fc.array(list, { maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(2, 1000),
      (lists, later, chunk, fewest) => {
        const builder = holdersBuilder(chunk, fewest);
        const model = new Map<string, Set<number>>();
        for (const { asset, of, components } of lists) {
          builder.add({ asset, of, components: Uint32Array.from(components) });
          model.set(`${asset} ${of}`, new Set(components));
        }
        const holders = builder.finish();
        const differences = later.map(({ asset, of, components }) => {
          const before = model.get(`${asset} ${of}`) ?? new Set<number>();
          const after = new Set(components);
          model.set(`${asset} ${of}`, after);
          const added = components.filter((each) => !before.has(each));
          const removed = [...before].filter((each) => !after.has(each));
          return { asset, of, added, removed };
        });
        for (const each of differences) holders.apply(each);
        // As after a refresh that did not know whether it had them all.
        for (const each of differences.slice(later.length >> 1)) holders.apply(each);
        for (let id = 0; id <= 13; id++) {
          const expected = new Set<number>();
          for (const [name, held] of model)
            if (held.has(id)) expected.add(Number(name.split(' ')[0]));
          assert.deepEqual(
            heldBy(holders, id),
            [...expected].sort((a, b) => a - b),
          );
        }
      },
    ),
    { numRuns: 500 },
  );
});
