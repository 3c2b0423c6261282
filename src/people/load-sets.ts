/** All counted holdings out of the database, ready to be asked for unions; exposure and incident begin here. */
import type { Sql } from '../kernel/sql/database.ts';
import type { PeopleSets } from './people-sets.ts';
import { peopleSets } from './people-sets.ts';
import type { PersonKey } from './person-key.ts';
import { openSet } from './seal-set.ts';
import type { ReadingPurpose, StoredCount } from './store.ts';
import { readSets } from './store.ts';

export interface LoadedSets {
  /** In the order of the positions that `sets` takes. */
  readonly holdings: readonly StoredCount[];
  readonly sets: PeopleSets;
  /** Positions of holdings in counts-only mode: unions with them are bounds. */
  readonly withoutSet: ReadonlySet<number>;
}

/**
 * Opens the latest set of every holding (or the latest by `asAt`); the opening is recorded in this transaction. Holdings
 * that are not among `named`, where names are given, are left out.
 *
 * @throws HoldfastError `conflict` for a set of an unrelated person key, `tampered` for a changed one.
 */
export async function loadPeopleSets(
  sql: Sql,
  key: PersonKey,
  reading: { readonly purpose: ReadingPurpose; readonly at: Date; readonly asAt?: Date },
  named?: ReadonlySet<string>,
): Promise<LoadedSets> {
  const stored = await readSets(sql, reading);
  const chosen = stored.filter(({ holding }) => named?.has(holding) ?? true);
  const counted = chosen.map(({ living, sealed, holding }) => ({
    living,
    ...(sealed === undefined ? {} : { set: openSet(sealed.bytes, holding, key) }),
  }));
  return {
    holdings: chosen,
    sets: peopleSets(counted),
    withoutSet: new Set(chosen.flatMap((each, i) => (each.sealed === undefined ? [i] : []))),
  };
}
