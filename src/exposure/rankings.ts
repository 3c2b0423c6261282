/** Orders by people at risk for the lists of all measures: the present one, and those that pages before were of. */
import {
  peopleRanking,
  rankingGone,
  type PeopleRanking,
  type PeopleRankings,
  type RankedPlaces,
} from '../estate/reached.ts';
import { readAssetNumbers } from '../estate/store-read.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/sql/database.ts';
import type { Exposure } from './exposure.ts';
import type { ExposureReader } from './read.ts';
import { rankedPlaces, rankingName } from './ranking.ts';
import { putRanking, readRanking, touchRanking } from './store-ranking.ts';

interface Tools {
  readonly database: Database;
  readonly clock: Clock;
  readonly exposure: Pick<ExposureReader, 'read'>;
}

/** Orders held in memory besides the database's. */
const HELD = 8;

/** Equal states of exposure are ranked once; each order that was handed out is stored, so that any process knows it. */
export function peopleRankings({ database, clock, exposure }: Tools): PeopleRankings {
  const held = new Map<string, PeopleRanking>();
  const ofState = new WeakMap<Exposure, PeopleRanking>();

  function hold(id: string, ranked: RankedPlaces): PeopleRanking {
    const ranking = peopleRanking(id, ranked);
    held.delete(id);
    held.set(id, ranking);
    const [oldest] = held.keys();
    if (held.size > HELD && oldest !== undefined) held.delete(oldest);
    return ranking;
  }
  async function ranked(state: Exposure): Promise<PeopleRanking> {
    const known = ofState.get(state);
    if (known !== undefined) return known;
    const ranking = await database.transaction('everything', async (sql) => {
      const places = rankedPlaces(state, await readAssetNumbers(sql));
      const id = rankingName(places);
      await putRanking(sql, id, places, clock.now());
      return hold(id, places);
    });
    ofState.set(state, ranking);
    return ranking;
  }
  const present = askedAgain(async () => ranked(await exposure.read()), clock);
  return {
    current: present,
    asAt: async (moment) => ranked(await exposure.read({ asAt: moment })),
    named: (id) =>
      database.transaction('everything', async (sql) => {
        await touchRanking(sql, id, clock.now());
        const known = held.get(id);
        if (known !== undefined) return known;
        const stored = await readRanking(sql, id);
        if (stored === undefined) throw rankingGone();
        return hold(id, stored);
      }),
  };
}

/** Work that takes longer than this is not waited for where an answer is at hand, nor begun again before ten times as long. */
const QUICK_MS = 1_000;
const REST = 10;
/** An answer older than this is not given any more. */
const OLDEST_MS = 900_000;

/** A large estate answers with what it last knew, and says of when that is, while the next is worked out. */
function askedAgain(
  work: () => Promise<PeopleRanking>,
  clock: Clock,
): () => Promise<PeopleRanking> {
  let last:
    { readonly ranking: PeopleRanking; readonly took: number; readonly at: number } | undefined;
  let running: Promise<PeopleRanking> | undefined;
  const run = async (): Promise<PeopleRanking> => {
    const began = clock.elapsed();
    try {
      const ranking = await work();
      const took = ranking === last?.ranking ? last.took : clock.elapsed() - began;
      last = { ranking, took, at: clock.elapsed() };
      return ranking;
    } finally {
      running = undefined;
    }
  };
  return async () => {
    const rested = last === undefined || clock.elapsed() - last.at >= last.took * REST;
    if (running === undefined && rested) running = run();
    const isOld = last === undefined || clock.elapsed() - last.at > OLDEST_MS;
    if (last !== undefined && last.took > QUICK_MS && !isOld) {
      running?.catch(() => undefined);
      return last.ranking;
    }
    return running ?? last?.ranking ?? run();
  };
}
