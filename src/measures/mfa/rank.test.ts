import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rankByPeople, type Ranking } from './rank.ts';

const door = (key: string, peopleBehind: number) =>
  ({ door: { key }, counts: {}, peopleBehind }) as unknown as Ranking['doors'][number];

test('doors come by the people who are reached through them; of the same people the order of before stands', () => {
  const before: Ranking = {
    doors: [door('open', 5), door('quiet', 9), door('worst', 1), door('nowhere', 7)],
    accounts: new Float64Array(),
  };
  const reached = new Map([
    ['worst', 79_404],
    ['quiet', 12],
    ['open', 12],
  ]);
  const { doors } = rankByPeople(before, (key) => reached.get(key));
  assert.deepEqual(
    doors.map((each) => [each.door.key, each.peopleBehind]),
    [
      ['worst', 79_404],
      ['open', 12],
      ['quiet', 12],
      ['nowhere', 0],
    ],
  );
});
