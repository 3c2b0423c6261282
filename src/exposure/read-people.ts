/** The people of all holdings in the order of the graph's positions: with their sets where the key is at hand. */
import type { Sql } from '../kernel/sql/database.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { SPECIAL } from '../people/categories.ts';
import type { CountedHolding, OwnFacets, PeopleSets } from '../people/people-sets.ts';
import { peopleSets } from '../people/people-sets.ts';
import type { PersonKey } from '../people/person-key.ts';
import { openSet } from '../people/seal-set.ts';
import { readSets, type StoredCount } from '../people/store.ts';
import type { Told } from './facts.ts';

export interface HoldingPeople {
  readonly sets: PeopleSets;
  /** Holdings whose set could be opened: distinct people are exact over them. */
  readonly exact: number;
  /** Holdings with a number alone: the smallest possible union is the largest of them, the largest their sum. */
  readonly bounds: number;
  /** Holdings that nobody counted or declared, by key: people unknown. */
  readonly unknown: readonly string[];
  /** Holdings whose number a person typed, by key. */
  readonly declared: readonly string[];
  /** Holdings that were counted under another person key, by key: they are bounds. */
  readonly otherKey: readonly string[];
}

interface Reading {
  readonly at: Date;
  readonly asAt?: Date | undefined;
  /** Without it, no set is opened, and nothing is recorded as opened. */
  readonly key?: PersonKey | undefined;
}

export async function readPeople(
  sql: Sql,
  holdings: readonly Told<'holding'>[],
  { at, asAt, key }: Reading,
): Promise<HoldingPeople> {
  const reading = { purpose: 'exposure' as const, at, ...(asAt === undefined ? {} : { asAt }) };
  const stored = key === undefined ? [] : await readSets(sql, reading);
  const byHolding = new Map(stored.map((count) => [count.holding, count]));
  const otherKey: string[] = [];
  const opened = holdings.map((holding): CountedHolding => {
    const count = byHolding.get(holding.key);
    const set = count && key && openedSet(count, key);
    if (set === 'other') otherKey.push(holding.key);
    const living = count?.living ?? holding.body.people;
    return {
      ...(living === undefined ? {} : { living, facets: facetsOf(holding.body) }),
      ...(set === undefined || set === 'other' ? {} : { set }),
    };
  });
  const keysWhere = (wanted: (counted: CountedHolding, at: number) => boolean): string[] =>
    opened.flatMap((counted, at) => (wanted(counted, at) ? [holdings[at]?.key ?? ''] : []));
  const exact = opened.filter(({ set }) => set !== undefined).length;
  const unknown = keysWhere(({ set, living }) => set === undefined && living === undefined);
  return {
    sets: peopleSets(opened),
    exact,
    bounds: opened.length - exact - unknown.length,
    unknown,
    declared: keysWhere(
      ({ set, living }, position) =>
        set === undefined &&
        living !== undefined &&
        holdings[position]?.body.howCounted === 'declared',
    ),
    otherKey,
  };
}

/** A holding's own counts by category; of special categories at least as many as of the greatest one. */
function facetsOf({ categories = {}, children }: Told<'holding'>['body']): OwnFacets {
  const special = Math.max(0, ...SPECIAL.map((category) => categories[category] ?? 0));
  return { ...categories, special, ...(children === undefined ? {} : { children }) };
}

/** @throws HoldfastError `tampered` for a set that was changed. */
function openedSet({ sealed, holding }: StoredCount, key: PersonKey) {
  if (sealed === undefined) return undefined;
  try {
    return openSet(sealed.bytes, holding, key);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'conflict') return 'other';
    throw error;
  }
}
