/** Fills the indexes of the reverse question from the database, and keeps them up to date by differences. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Sql } from '../../kernel/sql/database.ts';
import {
  readComponents,
  readEstateLinks,
  readEstateMarks,
  readInventoryDifferences,
  readInventoryLists,
  type EstateMarks,
} from '../../estate/store-columns.ts';
import { componentNames, type ComponentNames } from '../../measures/scanning/concerned.ts';
import type { Indexes } from './answer.ts';
import { holdersBuilder, type Holders } from './holders.ts';
import { linksOf, type Links } from './links.ts';
import { peopleSource, type PeopleSource, type PeopleTools } from './load-people.ts';
import type { People } from './people.ts';

/** Everything that the reverse question is answered from. */
export interface LoadedEstate extends Indexes {
  readonly holders: Holders;
  readonly names: ComponentNames;
  /** Everything that was stored by this moment is in it. */
  readonly asOf: Date;
  /** Why person sets could not be opened, where they could not. */
  readonly problem: string | undefined;
}

export interface EstateIndex {
  readonly current: LoadedEstate;
  /** Brings in what has changed since; true where anything had. */
  refresh(): Promise<boolean>;
}

export async function loadEstateIndex(tools: PeopleTools): Promise<EstateIndex> {
  const source = peopleSource(tools);
  let state = await load(tools, source);
  return {
    get current() {
      const { holders, names, links, people, asOf } = state;
      return { each: holders.each, holders, names, links, people, asOf, problem: source.problem };
    },
    async refresh() {
      const { database, clock } = tools;
      const at = clock.now();
      const now = await read(database, readEstateMarks);
      if (state.overtaken !== undefined && now.oldest >= state.overtaken) {
        state = await load(tools, source);
        return true;
      }
      const { changed, strangers } = await takeDifferences(database, state, now);
      const { links, people } = state;
      // Facts may come out of transactions that were at work when the marks were read: then they are read once more.
      const { observation, oldest, next } = state.marks;
      if (strangers || now.observation !== observation || oldest !== next)
        state.links = linksOf(await read(database, readEstateLinks));
      state.people = await source.of(state.links.holdingRows);
      state.marks = now;
      state.asOf = at;
      return changed || state.links !== links || state.people !== people;
    },
  };
}

interface State {
  readonly holders: Holders;
  readonly names: ComponentNames;
  links: Links;
  people: People;
  marks: EstateMarks;
  asOf: Date;
  /** Every difference up to this number is in the index. */
  settled: number;
  /** Marks of refreshes since, of which some writer had not ended. */
  open: EstateMarks[];
  /** Writers below this transaction were not waited for: when they have ended all is loaded once more. */
  overtaken: number | undefined;
}

async function load(tools: PeopleTools, source: PeopleSource): Promise<State> {
  const { database, clock } = tools;
  const asOf = clock.now();
  const { marks, overtaken } = await settledMarks(database);
  const holders = await read(database, holdersOf);
  const names = componentNames();
  for (const component of await read(database, (sql) => readComponents(sql))) names.add(component);
  const links = linksOf(await read(database, readEstateLinks));
  const people = await source.of(links.holdingRows);
  return { holders, names, links, people, marks, asOf, settled: marks.change, open: [], overtaken };
}

function read<T>(database: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  return database.transaction('everything', work);
}

async function holdersOf(sql: Sql): Promise<Holders> {
  const builder = holdersBuilder();
  await readInventoryLists(sql, (list) => builder.add(list));
  return builder.finish();
}

const WAIT_MS = 50;
const MOST_WAITS = 200;

/** Marks of which nothing is missing any more: every transaction that was at work when they were read has ended. */
async function settledMarks(
  database: Database,
): Promise<{ marks: EstateMarks; overtaken: number | undefined }> {
  const marks = await read(database, readEstateMarks);
  for (let waits = 0, now = marks; waits < MOST_WAITS; waits += 1) {
    if (now.oldest >= marks.next) return { marks, overtaken: undefined };
    await sleep(WAIT_MS);
    now = await read(database, readEstateMarks);
  }
  return { marks, overtaken: marks.next };
}

interface Taken {
  readonly changed: boolean;
  /** An inventory is of an asset that nobody has named before. */
  readonly strangers: boolean;
}

/** Differences from the last number on of which nothing was missing; one that is taken twice changes nothing. */
async function takeDifferences(database: Database, state: State, now: EstateMarks): Promise<Taken> {
  for (const { next, change } of state.open)
    if (next <= now.oldest) state.settled = Math.max(state.settled, change);
  state.open = [...state.open.filter(({ change }) => change > state.settled), now];
  if (now.change <= state.settled) return { changed: false, strangers: false };
  const differences = await read(database, (sql) => readInventoryDifferences(sql, state.settled));
  const missing = new Set<number>();
  for (const difference of differences) {
    state.holders.apply(difference);
    for (const id of difference.added) if (state.names.get(id) === undefined) missing.add(id);
  }
  if (missing.size > 0) {
    const found = await read(database, (sql) => readComponents(sql, [...missing]));
    for (const component of found) state.names.add(component);
  }
  return {
    changed: differences.length > 0,
    strangers: differences.some(({ asset }) => state.links.assetAt(asset) < 0),
  };
}
