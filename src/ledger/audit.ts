/** Compares everything this Holdfast holds of its ledger: database, tiles, heads and records. */
import { openCheckpoint } from './checkpoint.ts';
import { openRecord } from './commitment.ts';
import { messageOf } from '../kernel/errors.ts';
import { parseVerifier } from './keys.ts';
import { openLedger, type LedgerPlace } from './sequence.ts';
import * as store from './store.ts';
import type { TileLog } from './tile-log.ts';
import { edgeReader, EMPTY_EDGE, grow, TILE_WIDTH, type Edge } from './tiles.ts';
import { leafHash, rootAt } from './tree.ts';

/** What was compared and what did not agree; `problems` holds at most a hundred. */
export interface Audit {
  readonly entries: number;
  readonly records: number;
  readonly erased: number;
  readonly waiting: number;
  readonly heads: number;
  readonly problems: readonly string[];
}

const MOST_PROBLEMS = 100;
const MOST_HEADS = 1_000_000;

export async function auditLedger(
  place: LedgerPlace,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<Audit> {
  const log = await openLedger(place);
  const { size, root } = log.checkpoint;
  const problems: string[] = [];
  const note = (problem: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  };
  let edge: Edge = EMPTY_EDGE;
  let records = 0;
  for (let from = 0; from < size; from += TILE_WIDTH) {
    const to = Math.min(from + TILE_WIDTH, size);
    const entries = await place.database.transaction('everything', (sql) =>
      store.readEntries(sql, from, to),
    );
    const written = attempt(() => log.files.bundle(from / TILE_WIDTH, size), note) ?? [];
    if (entries.length !== to - from) note(`Entries ${from} to ${to - 1}: rows are missing.`);
    records += compare(entries, written, note);
    const grown = grow(edge, written.map(leafHash));
    edge = grown.edge;
    for (const { level, index, width, bytes } of grown.tiles) {
      // Only the last partial tile of a level must be there.
      if (width < TILE_WIDTH && to < size) continue;
      const tile = attempt(() => log.files.tile(Number(level), index, edge.size), note);
      if (tile?.equals(bytes) === false) note(`Tile ${level}/${index} does not fit the entries.`);
    }
    progress(to, size);
  }
  if (!rootAt(edge.size, edgeReader(edge)).equals(root)) {
    note('The entries on disk do not give the signed root.');
  }
  const heads = await compareHeads(place, log, note);
  const waiting = await place.database.transaction('everything', store.countWaiting);
  return { entries: size, records, erased: size - records, waiting, heads, problems };
}

/** Rows against entries, and openings against both. */
function compare(
  entries: readonly store.PlacedEntry[],
  written: readonly Buffer[],
  note: (problem: string) => void,
): number {
  let opened = 0;
  for (const { index, commitment, opening } of entries) {
    if (written[index % TILE_WIDTH]?.equals(commitment) !== true) {
      note(`Entry ${index}: the database has another commitment than the ledger.`);
    }
    if (opening === undefined) continue;
    opened += 1;
    attempt(
      () => openRecord(commitment, opening),
      (why) => note(`Entry ${index}: ${why}`),
    );
  }
  return opened;
}

/** Every head that was ever made known must be a beginning of the log, and signed. */
async function compareHeads(
  place: LedgerPlace,
  log: TileLog,
  note: (problem: string) => void,
): Promise<number> {
  const [heads, known] = await place.database.transaction('everything', async (sql) => [
    await store.readHeads(sql, { most: MOST_HEADS }),
    await store.readKeys(sql),
  ]);
  const keys = known.map(({ vkey }) => parseVerifier(vkey));
  const retired = new Map(known.map(({ vkey, retiredAt }) => [vkey, retiredAt]));
  for (const head of heads) {
    const problem = (why: string) => note(`Head of ${head.size} entries: ${why}`);
    attempt(() => {
      const opened = openCheckpoint(head.note, keys);
      const same =
        head.size <= log.checkpoint.size &&
        rootAt(head.size, log.files.hashes(log.checkpoint.size)).equals(head.root);
      if (!same || !opened.root.equals(head.root) || opened.size !== head.size) {
        problem('it is not a beginning of this ledger.');
      }
      const inForce = opened.signatures.some(({ verifier }) => {
        const until = retired.get(verifier.vkey);
        return until === null || (until !== undefined && head.publishedAt <= until);
      });
      if (!inForce) problem('only a key that was retired before has signed it.');
    }, problem);
  }
  return heads.length;
}

function attempt<T>(work: () => T, note: (problem: string) => void): T | undefined {
  try {
    return work();
  } catch (error) {
    note(messageOf(error));
    return undefined;
  }
}
