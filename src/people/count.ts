/**
 * Counts the people of a holding from its extracts. Nothing but keyed hashes, flags and counts stays in memory, and
 * nothing of the content comes out: not in results, problems or errors.
 */
import { HoldfastError } from '../kernel/errors.ts';
import type { Category } from './categories.ts';
import { CATEGORY_BIT, CHILD, DECEASED, SPECIAL_BITS } from './categories.ts';
import type { Role } from './column-words.ts';
import type { Column, DetectOptions } from './detect-columns.ts';
import { detectColumns } from './detect-columns.ts';
import type { Batch, Extract, Problem, ProblemReason } from './extract.ts';
import type { Identities } from './identities.ts';
import { identities } from './identities.ts';
import type { PersonKey } from './person-key.ts';
import { rowReader } from './read-row.ts';
import type { People } from './resolve.ts';
import { resolvePeople } from './resolve.ts';
import { watchColumns } from './watch-columns.ts';

/** Certain merges and all possible ones; the method's answer; no uncertain merge (README.md, "Who is the same person"). */
export interface Range {
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

export interface PeopleCount {
  readonly persons: Range;
  readonly deceased: Range;
  /** Everything from here to `categories` counts living people only. */
  readonly living: Range;
  readonly children: Range;
  readonly specialCategory: Range;
  readonly homeEntry: Range;
  readonly categories: Readonly<Record<Category, Range>>;
  readonly rows: number;
  /** Rows that say of nobody whom they are about. */
  readonly recordsNotTied: number;
  readonly rowsUnread: number;
  /** Something was not read or not understood: the counts are of the rest. */
  readonly partial: boolean;
  /** The first hundred; `problemsTotal` says how many there were. */
  readonly problems: readonly Problem[];
  readonly problemsTotal: number;
  readonly columns: readonly ColumnReport[];
}

export interface ColumnReport {
  readonly file: string;
  readonly column: string;
  readonly role: Role;
  readonly categories: readonly Category[];
}

export interface CountOptions {
  readonly key: PersonKey;
  /** Names the system that the extracts come from: local ids mean something only within it. */
  readonly source: string;
  /** The day of the count, for ages. */
  readonly asOf: Date;
  /** Accept the 999 range, for synthetic data only. */
  readonly acceptTestNumbers?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: (rows: number) => void;
}

export interface PeopleCounter {
  add(extract: Extract): Promise<void>;
  count(): PeopleCount;
  /** The distinct identities, from which a set is made (`hash-set.ts`). */
  readonly identities: Identities;
}

/** Rows looked at before deciding what the columns are. */
const SAMPLE = 2000;
const MOST_PROBLEMS = 100;

/** Counts one or several extracts of one holding. */
export async function countPeople(
  extracts: Iterable<Extract> | AsyncIterable<Extract>,
  options: CountOptions,
): Promise<PeopleCount> {
  const counter = peopleCounter(options);
  for await (const extract of extracts) await counter.add(extract);
  return counter.count();
}

/** A counter to which extracts are added one after the other. */
export function peopleCounter(options: CountOptions): PeopleCounter {
  const people = identities(options.key);
  const problems: Problem[] = [];
  const columns: ColumnReport[] = [];
  const total = { rows: 0, notTied: 0, unread: 0, problems: 0 };
  const today = dayNumber(options.asOf);
  const detect: DetectOptions = {
    acceptTestRange: options.acceptTestNumbers === true,
    thisYear: Math.floor(today / 10_000),
  };

  function report(problem: Problem): void {
    total.problems++;
    if (LOSES_ROW.has(problem.reason)) total.unread++;
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  }

  async function add(extract: Extract): Promise<void> {
    const { held, rest } = await sampleOf(extract.batches, options.signal);
    const sample = held.flatMap((batch) => batch.rows);
    const decided = detectColumns(extract.header, sample, detect);
    const file = extract.name;
    for (const problem of columnProblems(decided, file, sample.length)) report(problem);
    columns.push(...decided.map((column) => columnReport(file, column)));
    const reader = rowReader(decided, {
      acceptTestRange: detect.acceptTestRange,
      today,
      source: options.source,
    });
    const watch = watchColumns(decided, detect);
    const take = (batch: Batch): void => {
      batch.problems.forEach(report);
      batch.rows.forEach((row, i) => {
        watch.look(row, batch.numbers[i] ?? 0);
        const flags = reader.read(row);
        if (!people.add(reader.evidence, flags)) total.notTied++;
      });
      total.rows += batch.rows.length;
      options.progress?.(total.rows);
    };
    held.forEach(take);
    for await (const batch of rest) {
      stopIfCancelled(options.signal);
      take(batch);
    }
    for (const change of watch.finish()) report({ file, ...change });
  }

  return {
    add,
    identities: people,
    count: () => ({
      ...figures(people),
      rows: total.rows,
      recordsNotTied: total.notTied,
      rowsUnread: total.unread,
      partial: total.problems > 0,
      problems,
      problemsTotal: total.problems,
      columns,
    }),
  };
}

const LOSES_ROW: ReadonlySet<ProblemReason> = new Set([
  'ragged-row',
  'row-too-long',
  'not-an-object',
  'invalid-json',
]);

async function sampleOf(
  batches: AsyncIterable<Batch>,
  signal: AbortSignal | undefined,
): Promise<{ held: Batch[]; rest: AsyncIterable<Batch> }> {
  const iterator = batches[Symbol.asyncIterator]();
  const held: Batch[] = [];
  let rows = 0;
  while (rows < SAMPLE) {
    stopIfCancelled(signal);
    const next = await iterator.next();
    if (next.done === true) break;
    held.push(next.value);
    rows += next.value.rows.length;
  }
  return { held, rest: { [Symbol.asyncIterator]: () => iterator } };
}

function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new HoldfastError('cancelled', 'the count was cancelled; nothing was stored');
  }
}

function columnProblems(columns: readonly Column[], file: string, rows: number): Problem[] {
  const problems: Problem[] = columns.flatMap((column) =>
    column.fault === undefined ? [] : [{ file, column: column.label, reason: column.fault }],
  );
  const identifies: readonly Role[] = [
    'nhs-number',
    'full-name',
    'family-name',
    'local-id',
    'email',
  ];
  if (rows === 0) problems.push({ file, reason: 'empty-file' });
  else if (!columns.some((column) => identifies.includes(column.role))) {
    problems.push({ file, reason: 'no-identity-columns' });
  }
  return problems;
}

function columnReport(file: string, column: Column): ColumnReport {
  return { file, column: column.label, role: column.role, categories: column.categories };
}

function dayNumber(date: Date): number {
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}

type Figures = Pick<
  PeopleCount,
  'persons' | 'deceased' | 'living' | 'children' | 'specialCategory' | 'homeEntry' | 'categories'
>;

/** The figures of distinct identities at all three levels. */
export function figures(people: Identities): Figures {
  const levels = (['low', 'best', 'high'] as const).map((level) => resolvePeople(people, level));
  const [low, best, high] = levels as [People, People, People];
  const range = (holds: (flags: number) => boolean): Range => {
    const counts = [low, best, high].map((each) => countWhere(each, holds));
    const [l, b, h] = counts as [number, number, number];
    return { low: Math.min(l, b), best: b, high: Math.max(b, h) };
  };
  const living = (bits: number): Range =>
    range((flags) => (flags & DECEASED) === 0 && (bits === 0 || (flags & bits) !== 0));
  return {
    persons: range(() => true),
    deceased: range((flags) => (flags & DECEASED) !== 0),
    living: living(0),
    children: living(CHILD),
    specialCategory: living(SPECIAL_BITS),
    homeEntry: living(CATEGORY_BIT['home-entry']),
    categories: Object.fromEntries(
      Object.entries(CATEGORY_BIT).map(([category, bit]) => [category, living(bit)]),
    ) as Record<Category, Range>,
  };
}

function countWhere(people: People, holds: (flags: number) => boolean): number {
  let count = 0;
  for (const flags of people.flags) if (holds(flags)) count++;
  return count;
}
