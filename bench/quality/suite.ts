/** What every suite of the quality gate answers: counts, and the rows that were missed with the reason in words. */
import { createHash } from 'node:crypto';

export interface Miss {
  readonly kind: 'missed' | 'too much';
  /** For the report only: rows of others are never kept in the repository. */
  readonly row: string;
  readonly why: string;
}

export interface Outcome {
  readonly suite: string;
  readonly found: number;
  readonly misses: readonly Miss[];
  /** Rows that cannot be judged with the feeds at hand, and why. */
  readonly beyond: Readonly<Record<string, number>>;
}

export interface Score {
  readonly found: number;
  readonly missed: number;
  readonly tooMuch: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
}

export function scoreOf({ found, misses }: Pick<Outcome, 'found' | 'misses'>): Score {
  const missed = misses.filter(({ kind }) => kind === 'missed').length;
  const tooMuch = misses.length - missed;
  const recall = ratio(found, found + missed);
  const precision = ratio(found, found + tooMuch);
  const f1 = ratio(2 * found, 2 * found + missed + tooMuch);
  return { found, missed, tooMuch, recall, precision, f1 };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.round((part / whole) * 1e6) / 1e6;
}

/** Names a row without telling it. */
export function rowHash(suite: string, row: string): string {
  return createHash('sha256').update(`${suite}\0${row}`).digest('hex').slice(0, 16);
}

/** Compares the rows that should be found with those that were. */
export function compareRows(
  expected: ReadonlySet<string>,
  found: ReadonlySet<string>,
  why: (row: string, kind: Miss['kind']) => string,
): Pick<Outcome, 'found' | 'misses'> {
  const misses: Miss[] = [];
  let hits = 0;
  for (const row of expected) {
    if (found.has(row)) hits += 1;
    else misses.push({ kind: 'missed', row, why: why(row, 'missed') });
  }
  for (const row of found) {
    if (!expected.has(row)) misses.push({ kind: 'too much', row, why: why(row, 'too much') });
  }
  return { found: hits, misses };
}
