/** Takes one collection from a connector into the estate, batch by batch, and says how it ended. */
import type { Clock } from '../kernel/clock.ts';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Database } from '../kernel/sql/database.ts';
import { sourceCode } from '../ledger/kinds.ts';
import { record } from '../ledger/record.ts';
import type { Applied, CollectionRecord, SourceName } from './model.ts';
import { KINDS } from './schema.ts';
import type {
  Inventory,
  Kind,
  Observation,
  Outcome,
  Report,
  Sighting,
  Sweep,
  Unseen,
} from './schema.ts';
import { savePosition } from './store-sightings.ts';
import { settleSource, settleTouched, takeSightings, takeSweeps } from './settle.ts';
import {
  applyInventory,
  assetOf,
  numberComponents,
  type ComponentNumbers,
} from './store-inventory.ts';
import { applySystems, emptySystems } from './store-system.ts';
import { systemOf, TELLS_MORE } from './system.ts';
import {
  applyObservations,
  beginCollection,
  endCollection,
  lockEstate,
  retractUnseen,
  type Writer,
} from './store.ts';

const BATCH = 2000;
/** A collection that cannot see a million things has one problem, not a million. */
const MOST_UNSEEN = 1000;

export interface CollectOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly source: SourceName;
  /** Shared by the collections of one process. */
  readonly components?: ComponentNumbers;
  /** Called after each batch with the number of reports taken so far. */
  readonly progress?: (taken: number) => void;
}

/**
 * Runs `reports` to its end. What was stored before a failure stays: a partial or failed collection adds and changes,
 * and only one that saw everything of a kind can find that something of it is gone.
 */
export async function collect(
  options: CollectOptions,
  reports: AsyncGenerator<Report, Outcome, void>,
): Promise<CollectionRecord> {
  const { database, clock, log, source } = options;
  const writer = await database.transaction('everything', (sql) =>
    beginCollection(sql, source, clock.now()),
  );
  const taken: Taken = {
    applied: { observed: 0, changed: 0, gone: 0 },
    unseen: [],
    unseenCount: 0,
    hidden: new Set(),
    sighted: false,
  };
  const components = options.components ?? new Map<string, number>();
  const settling = { database, clock, components };
  const failed = (error: unknown): Outcome => {
    log.error('collection failed', { source: `${source.connector}:${source.name}`, error });
    const known = error instanceof HoldfastError && error.expose;
    note(taken, [
      {
        what: 'the rest of the collection',
        reason: 'unreadable',
        detail: known ? messageOf(error).slice(0, 500) : 'an internal error, see the log',
      },
    ]);
    return 'failed';
  };
  let outcome = await takeAll({ ...options, components }, writer, reports, taken).catch(failed);
  // Also of a look that broke: what answered until then did answer.
  if (taken.sighted) {
    const settled = settleSource(settling, writer).then((applied) => add(taken.applied, applied));
    outcome = await settled.then(() => outcome).catch(failed);
  }
  const ended = await end(options, writer, taken, outcome);
  if (!taken.sighted) await settleTouched(settling, writer.collection);
  return ended;
}

function add(total: Applied, more: Applied): void {
  total.observed += more.observed;
  total.changed += more.changed;
  total.gone += more.gone;
}

async function end(
  options: CollectOptions,
  writer: Writer,
  taken: Taken,
  outcome: Outcome,
): Promise<CollectionRecord> {
  const { database, clock } = options;
  return database.transaction('everything', async (sql) => {
    await lockEstate(sql);
    const complete = outcome === 'complete' && taken.unseenCount === 0;
    // What a scanner says follows from its sightings, and is retracted with them.
    const seen = taken.sighted ? [] : seenWhole(outcome, taken);
    taken.applied.gone += await retractUnseen(sql, { ...writer, at: clock.now() }, seen);
    const ended = outcome === 'complete' && !complete ? 'partial' : outcome;
    const at = clock.now();
    await record(sql, 'collection.ended', ledgerBody(options, writer, taken, ended), at);
    return endCollection(sql, writer.collection, {
      outcome: ended,
      at,
      applied: taken.applied,
      unseen: listed(taken),
    });
  });
}

function ledgerBody(
  { source }: CollectOptions,
  { collection }: Writer,
  { applied, unseenCount }: Taken,
  outcome: Outcome,
) {
  return {
    collection,
    source: sourceCode(source.connector),
    outcome,
    observed: applied.observed,
    changed: applied.changed,
    gone: applied.gone,
    notSeen: unseenCount,
  };
}

interface Taken {
  readonly applied: Applied;
  readonly unseen: Unseen[];
  unseenCount: number;
  /** Kinds of which something may not have been seen. */
  readonly hidden: Set<Kind>;
  /** It looks at addresses from outside. */
  sighted: boolean;
}

/** Kinds of which everything was seen. A source that is partial and does not say why hides everything. */
function seenWhole(outcome: Outcome, { unseenCount, hidden }: Taken): Kind[] {
  const says = outcome === 'complete' || (outcome === 'partial' && unseenCount > 0);
  return says ? KINDS.filter((kind) => !hidden.has(kind)) : [];
}

async function takeAll(
  options: CollectOptions & { readonly components: ComponentNumbers },
  writer: Writer,
  reports: AsyncGenerator<Report, Outcome, void>,
  taken: Taken,
): Promise<Outcome> {
  let batch: Observation[] = [];
  const inventories: Inventory[] = [];
  const sightings: Sighting[] = [];
  const sweeps: Sweep[] = [];
  let position: string | undefined;
  let count = 0;
  const flush = async (): Promise<void> => {
    if (sightings.length > 0 || sweeps.length > 0 || position !== undefined)
      await storeSightings(options, writer, sightings.splice(0), sweeps.splice(0), position);
    position = undefined;
    if (batch.length > 0) await storeBatch(options, writer, batch, options.components, taken);
    batch = [];
    if (inventories.length > 0)
      await storeInventories(options, writer, inventories.splice(0), options.components, taken);
    options.progress?.(count);
  };
  const sort = (report: Report): void => {
    if (report.type === 'observation') batch.push(report);
    else if (report.type === 'inventory') inventories.push(report);
    else if (report.type === 'unseen') note(taken, [report]);
    else if (report.type === 'sighting') sightings.push(report);
    else if (report.type === 'sweep') sweeps.push(report);
    else position = report.text;
  };
  for (;;) {
    // What a source told before it broke is evidence like any other.
    const next = await reports.next().catch(async (error: unknown) => {
      await flush();
      throw error;
    });
    if (next.done === true) {
      await flush();
      return next.value;
    }
    count += 1;
    sort(next.value);
    taken.sighted ||= next.value.type === 'sighting' || next.value.type === 'sweep';
    const full =
      position !== undefined ||
      batch.length >= BATCH ||
      sightings.length >= BATCH ||
      inventories.length >= 20;
    if (full) await flush();
  }
}

async function storeSightings(
  { database, clock }: CollectOptions,
  writer: Writer,
  sightings: readonly Sighting[],
  sweeps: readonly Sweep[],
  position: string | undefined,
): Promise<void> {
  await database.transaction('everything', async (sql) => {
    await lockEstate(sql);
    const now = { ...writer, at: clock.now() };
    await takeSightings(sql, now, sightings);
    await takeSweeps(sql, now, sweeps);
    // In the same transaction: what the place says was looked at has been stored.
    if (position !== undefined) await savePosition(sql, now, position);
  });
}

async function storeBatch(
  options: CollectOptions,
  writer: Writer,
  batch: readonly Observation[],
  components: ComponentNumbers,
  taken: Taken,
): Promise<void> {
  const systems = batch.flatMap((each) =>
    each.kind === 'asset'
      ? [{ asset: each.key, trueAt: each.trueAt, component: systemOf(each.body) }]
      : [],
  );
  const numbers = await numberComponents(
    options.database,
    components,
    systems.flatMap(({ component }) => component ?? []),
  );
  const { applied, unseen } = await options.database.transaction('everything', async (sql) => {
    await lockEstate(sql);
    // Learned when it is written and not before: a read in between must find the same again as at its moment.
    const at = options.clock.now();
    const done = await applyObservations(sql, { ...writer, at }, batch);
    await applySystems(sql, { ...writer, at }, systems, numbers);
    return done;
  });
  taken.applied.observed += applied.observed;
  taken.applied.changed += applied.changed;
  note(taken, unseen);
}

async function storeInventories(
  options: CollectOptions,
  writer: Writer,
  inventories: readonly Inventory[],
  components: ComponentNumbers,
  taken: Taken,
): Promise<void> {
  const all = inventories.flatMap((inventory) => inventory.components);
  const numbers = await numberComponents(options.database, components, all);
  const changed = await options.database.transaction('everything', async (sql) => {
    const at = options.clock.now();
    let from = 0;
    let count = 0;
    for (const inventory of inventories) {
      const ids = numbers.slice(from, (from += inventory.components.length));
      const asset = await assetOf(sql, inventory.asset, at);
      if (await applyInventory(sql, { ...writer, at }, asset, inventory, ids)) count += 1;
      if (TELLS_MORE.includes(inventory.section) && ids.length > 0)
        await emptySystems(sql, { ...writer, at }, asset, inventory.asset);
    }
    return count;
  });
  taken.applied.observed += inventories.length;
  taken.applied.changed += changed;
}

function note(taken: Taken, unseen: readonly Unseen[]): void {
  taken.unseenCount += unseen.length;
  const room = Math.max(0, MOST_UNSEEN - taken.unseen.length);
  for (const { what, reason, detail } of unseen.slice(0, room))
    taken.unseen.push({ what, reason, ...(detail === undefined ? {} : { detail }) });
  for (const kind of unseen.flatMap((item) => item.mayHide ?? KINDS)) taken.hidden.add(kind);
}

function listed(taken: Taken): Unseen[] {
  const more = taken.unseenCount - taken.unseen.length;
  if (more === 0) return taken.unseen;
  return [
    ...taken.unseen,
    {
      what: `${more} more`,
      reason: 'truncated',
      detail: `only the first ${MOST_UNSEEN} are listed`,
    },
  ];
}
