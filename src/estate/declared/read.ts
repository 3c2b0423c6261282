/** Declared files to observations: all of them, or every problem and none. */
import { checkTogether, type IsKnown } from './checks.ts';
import { csvItems } from './csv-items.ts';
import { decode } from './decode.ts';
import { readItem, type Placed, type Reading, type Reference } from './item.ts';
import { collectProblems, type Problem, type Problems } from './problem.ts';
import { yamlItems } from './yaml-items.ts';

export interface DeclaredFile {
  /** As the person gave it; its ending says the format, a CSV file's name also the kind. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ReadOptions {
  /** The time of the import, RFC 3339. */
  readonly now: string;
  /** What is known beyond these files, so that they may refer to it; nothing unless given. */
  readonly isKnown?: IsKnown;
  readonly limits?: Partial<Limits>;
}

export interface Limits {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Items of all files together. */
  readonly items: number;
  /** Problems kept; the rest is counted. */
  readonly problems: number;
}

const LIMITS: Limits = { fileBytes: 64 * 1024 * 1024, items: 1_000_000, problems: 1000 };

export type ReadResult =
  | { readonly ok: true; readonly observations: readonly Placed[] }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** How many problems there were beyond those listed. */
      readonly omitted: number;
    };

/**
 * Reads declared files (docs/guide/declare-your-estate.md). Never throws for what a file holds.
 *
 * @example readDeclared([{ name: 'estate.yaml', bytes }], { now: '2026-11-21T09:00:00Z' })
 */
export function readDeclared(files: readonly DeclaredFile[], options: ReadOptions): ReadResult {
  const limits = { ...LIMITS, ...options.limits };
  const problems = collectProblems(limits.problems);
  const observations: Placed[] = [];
  const references: Reference[] = [];
  const failed: Reading['failed'] = [];
  const items = { left: limits.items, limit: limits.items };
  const names = new Set<string>();
  for (const file of files) {
    if (names.has(file.name)) {
      const message = 'this file is given twice';
      problems.add({ code: 'duplicate', file: file.name, line: 1, column: 1, message });
      continue;
    }
    names.add(file.name);
    const { now } = options;
    const reading = { file: file.name, now, problems, observations, references, failed };
    readFile(file, limits.fileBytes, reading, items);
  }
  const isKnown = options.isKnown ?? (() => false);
  checkTogether({ observations, references, failed, isKnown }, problems);
  if (problems.list.length === 0) return { ok: true, observations };
  return { ok: false, problems: sorted(problems, files), omitted: problems.omitted };
}

function readFile(
  { name, bytes }: DeclaredFile,
  maxBytes: number,
  reading: Reading,
  items: { left: number; readonly limit: number },
): void {
  const { problems } = reading;
  const refuse = (code: 'limit' | 'missing' | 'not-allowed', message: string) => {
    problems.add({ code, file: name, line: 1, column: 1, message });
  };
  const format = /\.(ya?ml|csv)$/i.exec(name)?.[1]?.toLowerCase();
  if (format === undefined) {
    refuse('not-allowed', 'the file name must end in .yaml, .yml or .csv');
    return;
  }
  if (bytes.length > maxBytes) {
    refuse('limit', `the file is larger than ${maxBytes / 1024 / 1024} MiB; cut it into several`);
    return;
  }
  const text = decode(name, bytes, problems);
  if (text === undefined) return;
  const read = format === 'csv' ? csvItems(name, text, problems) : yamlItems(name, text, problems);
  for (const { shape, node } of read) {
    if (items.left === 0) {
      const message = `more than ${items.limit} items in all files together`;
      const at = { line: node.line, column: node.column };
      problems.add({ code: 'limit', file: name, ...at, message });
      return;
    }
    items.left -= 1;
    readItem(shape, node, reading);
  }
  if (!/^[^#\s]/m.test(text)) refuse('missing', 'the file declares nothing');
}

/** In the order of the files, then of their lines. */
function sorted(problems: Problems, files: readonly DeclaredFile[]): readonly Problem[] {
  const order = new Map(files.map(({ name }, index) => [name, index]));
  const rank = (problem: Problem) => order.get(problem.file) ?? files.length;
  return problems.list.toSorted(
    (a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column,
  );
}
