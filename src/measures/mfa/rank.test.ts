import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOBODY, peopleRanking, placesOf } from '../../estate/reached.ts';
import { thatMany } from '../../../test/support/a-ranking.ts';
import { pagedDoors, rankByPeople, type Ranking } from './rank.ts';

const door = (key: string, danger: number) =>
  ({
    door: { key },
    counts: {},
    danger: [danger, 0, 0, 0],
    place: 0,
    reached: undefined,
  }) as unknown as Ranking['doors'][number];

test('doors come by the people who are reached through them, unknown before nobody; of the same people by danger', () => {
  const before: Ranking = {
    doors: [door('open', 1), door('quiet', 2), door('worst', 3), door('lost', 4), door('shut', 5)],
    accounts: new Float64Array(),
  };
  const { places, placeOf } = placesOf(
    new Map([
      ['worst', thatMany(79_404)],
      ['quiet', thatMany(12)],
      ['open', thatMany(12)],
      ['shut', NOBODY],
    ]),
  );
  const people = peopleRanking('a', {
    at: new Date(0),
    places,
    assets: new Int32Array(),
    assetPlaces: new Int32Array(),
    doors: Object.fromEntries(placeOf),
  });
  const ranking = rankByPeople(before, people);
  assert.deepEqual(
    ranking.doors.map((each) => [each.door.key, each.reached?.best]),
    [
      ['worst', 79_404],
      ['open', 12],
      ['quiet', 12],
      ['lost', undefined],
      ['shut', 0],
    ],
  );
  const keys = (order: 'people' | 'rank') => {
    const first = pagedDoors({ ranking }, { order, after: undefined, count: 2 });
    const rest = pagedDoors({ ranking }, { order, after: first.end, count: 5 });
    assert.equal(rest.end, undefined);
    return [...first.doors, ...rest.doors].map((each) => each.door.key);
  };
  assert.deepEqual(keys('people'), ['worst', 'open', 'quiet', 'lost', 'shut']);
  assert.deepEqual(keys('rank'), ['open', 'quiet', 'worst', 'lost', 'shut']);
});
