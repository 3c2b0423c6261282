/** What is wrong in a declared file, and where; the messages are what people read in the terminal. */
import type { Position } from './node.ts';

export const PROBLEM_CODES = [
  'encoding',
  'limit',
  'syntax',
  'unknown-section',
  'unknown-field',
  'missing',
  'not-allowed',
  'duplicate',
  'overlap',
  'dangling',
  'cycle',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface Problem extends Position {
  readonly code: ProblemCode;
  /** The field concerned, as a path inside its item: `ods`, `people.low`. */
  readonly field?: string;
  /** One sentence that names the item, the field and what is allowed. */
  readonly message: string;
}

/** Collects every problem, up to a bound that keeps a wholly wrong file readable. */
export interface Problems {
  readonly list: readonly Problem[];
  /** How many more there were than the list holds. */
  readonly omitted: number;
  add(problem: Problem): void;
}

/** @example const problems = collectProblems(1000); problems.add({ … }); problems.list.length // 1 */
export function collectProblems(limit: number): Problems {
  const list: Problem[] = [];
  let omitted = 0;
  return {
    list,
    get omitted() {
      return omitted;
    },
    add(problem) {
      if (list.length < limit) list.push(problem);
      else omitted += 1;
    },
  };
}

/** @example 'customers.yaml:12:10' */
export function formatPosition(at: Position): string {
  return `${at.file}:${at.line}:${at.column}`;
}

/** @example 'customers.yaml:12:10: customer "rx1": ods "rx1" is not …' */
export function formatProblem(problem: Problem): string {
  return `${formatPosition(problem)}: ${escapeHidden(problem.message)}`;
}

/** A value inside a message: quoted, cut at 60 characters, control characters shown as escapes. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return escapeHidden(JSON.stringify(short));
}

/** Characters that a terminal would obey or that turn text around, as `\u009b`. */
function escapeHidden(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
