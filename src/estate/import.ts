/** Takes declared files into the estate: all of them in one transaction, or nothing. */
import type { Clock } from '../kernel/clock.ts';
import { sha256Hex } from '../kernel/ids.ts';
import type { Database, Sql } from '../kernel/sql/database.ts';
import { record } from '../ledger/record.ts';
import { applyDeclaredProducts } from './declared-products.ts';
import { diffDeclared, type EstateDiff } from './declared/diff.ts';
import type { DeclaredEntity } from './declared/entity.ts';
import type { Problem } from './declared/problem.ts';
import { readDeclared, type DeclaredFile } from './declared/read.ts';
import { DECLARED, type CollectionRecord } from './model.ts';
import { settleTouched } from './settle.ts';
import type { Unseen } from './schema.ts';
import {
  applyObservations,
  beginCollection,
  endCollection,
  lockEstate,
  markSeen,
  retract,
  type Writer,
} from './store.ts';
import { readAssertions, readKnownKeys, type AssertedEntity } from './store-read.ts';

/** Declared files are as good as the last person who looked at them: a quarter, then they are stale. */
const INTERVAL = 91 * 24 * 3600;
const BATCH = 5000;

export interface ImportOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Says what would change and changes nothing. */
  readonly dryRun?: boolean;
  /** The files are the whole declared estate: what they lack is no longer declared. */
  readonly complete?: boolean;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export type ImportResult =
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly omitted: number }
  | {
      readonly ok: true;
      readonly diff: EstateDiff;
      readonly applied: boolean;
      readonly collection: CollectionRecord | null;
    };

/** Imports declared files; a second import of the same files changes nothing. */
export async function importDeclared(
  files: readonly DeclaredFile[],
  options: ImportOptions,
): Promise<ImportResult> {
  const at = options.clock.now();
  // What complete files lack ends with this import, so nothing in them may lean on it.
  const without = options.complete === true ? DECLARED : null;
  const known = await options.database.transaction('everything', (sql) =>
    readKnownKeys(sql, without),
  );
  const names = new Set(known.map(({ kind, key }) => `${kind}\n${key}`));
  const read = readDeclared(files, {
    now: at.toISOString(),
    isKnown: (kind, key) => names.has(`${kind}\n${key}`),
  });
  if (!read.ok) return { ok: false, problems: read.problems, omitted: read.omitted };
  const result = await options.database.transaction('everything', async (sql) => {
    // From here to the commit nobody else changes the estate, so the difference that is shown is the one applied.
    await lockEstate(sql);
    const before = await readAssertions(sql, DECLARED);
    const diff = diffDeclared(before.map(asDeclared), read.observations, {
      complete: options.complete ?? false,
    });
    if (options.dryRun === true)
      return { ok: true as const, diff, applied: false, collection: null };
    // Files that change nothing are still looked at by somebody: the collection says so, and the facts stay fresh.
    const collection = await apply(sql, before, diff, options);
    await record(sql, 'estate.import', ledgerBody(files, collection), options.clock.now());
    return { ok: true as const, diff, applied: true, collection };
  });
  if (result.collection !== null) {
    const { database, clock } = options;
    await applyDeclaredProducts(database, clock, result.collection.id);
    await settleTouched({ database, clock, components: new Map() }, result.collection.id);
  }
  return result;
}

/** The files by their digest only: which bytes were imported can be shown later, what they say is not in the ledger. */
function ledgerBody(files: readonly DeclaredFile[], collection: CollectionRecord) {
  const digests = files.map(({ bytes }) => sha256Hex(bytes)).sort();
  return {
    import: collection.id,
    digest: sha256Hex(digests.join('\n')),
    accepted: collection.observed,
    changed: collection.changed,
    gone: collection.gone,
    dropped: collection.unseen.length,
  };
}

/** Without its time: somebody who edits an exported fact would else say that it was true all along. */
function asDeclared(entity: AssertedEntity): DeclaredEntity {
  return {
    kind: entity.kind,
    key: entity.key,
    body: entity.body,
    identifiers: entity.identifiers,
  };
}

async function apply(
  sql: Sql,
  before: readonly AssertedEntity[],
  diff: EstateDiff,
  options: ImportOptions,
): Promise<CollectionRecord> {
  const at = options.clock.now();
  const writer: Writer = await beginCollection(
    sql,
    { connector: DECLARED, name: 'files', interval: INTERVAL },
    at,
  );
  const total = { observed: diff.unchanged, changed: 0, gone: 0 };
  const unseen: Unseen[] = [];
  await markSeen(sql, writer, unchangedOf(before, diff));
  // What the difference calls unchanged is not stored anew, although its lists may stand in another order.
  const fresh = [...diff.added, ...diff.changed.map((change) => change.placed)];
  for (let from = 0; from < fresh.length; from += BATCH) {
    options.signal?.throwIfAborted();
    const batch = fresh.slice(from, from + BATCH).map((each) => each.observation);
    const done = await applyObservations(sql, writer, batch);
    total.observed += done.applied.observed;
    total.changed += done.applied.changed;
    unseen.push(...done.unseen);
    options.progress?.(Math.min(from + BATCH, fresh.length), fresh.length);
  }
  if (diff.complete) {
    const missing = new Set(diff.missing.map(({ kind, key }) => `${kind}\n${key}`));
    const gone = before.filter((entity) => missing.has(`${entity.kind}\n${entity.key}`));
    await retract(sql, writer, gone);
    total.gone = gone.length;
  }
  return endCollection(sql, writer.collection, {
    outcome: 'complete',
    at: options.clock.now(),
    applied: total,
    unseen,
  });
}

/** The numbers of what the files say again as it was. */
function unchangedOf(before: readonly AssertedEntity[], diff: EstateDiff): number[] {
  const touched = new Set(
    [...diff.changed.map(({ placed }) => placed.observation), ...diff.missing].map(
      ({ kind, key }) => `${kind}\n${key}`,
    ),
  );
  return before
    .filter(({ kind, key }) => !touched.has(`${kind}\n${key}`))
    .map((entity) => entity.id);
}

/** What is declared now, for an export that an import reads back unchanged. */
export async function readDeclaredEstate(database: Database): Promise<DeclaredEntity[]> {
  const entities = await database.transaction('everything', (sql) => readAssertions(sql, DECLARED));
  return entities.map(asDeclared);
}
