/** What a command of the command line works with, and how it speaks: text for people, JSON for programs. */
import type { Command } from 'commander';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { HoldfastError } from './errors.ts';
import type { Log } from './log.ts';
import type { Connection, Database } from './sql/database.ts';

export interface Opened {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  /** The login that owns the tables, for backups and migrations. */
  readonly admin: Connection;
}

export interface Cli {
  /** Opens the database for the length of `work`; joins the running server where there is one. */
  withDatabase<T>(work: (opened: Opened) => Promise<T>): Promise<T>;
  readonly config: () => Promise<Config>;
  /** Where the data are, found without reading the rest of the configuration. */
  readonly dataDirectory: () => Promise<string>;
  /** A line on standard output: the answer. */
  out(line: string): void;
  /** A line on standard error: progress, advice, problems. */
  say(line: string): void;
  /** The answer in the form that was asked for. */
  answer(
    options: { readonly json?: boolean | undefined },
    value: unknown,
    text: () => string,
  ): void;
  /** Ends with this exit code (docs/reference/cli.md) once everything is written. */
  exit(code: ExitCode): void;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/**
 * The value of an option that counts.
 *
 * @throws HoldfastError `bad_input` for anything but a whole number above 0.
 */
export function wholeNumber(text: string, option: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new HoldfastError('bad_input', `${option} must be a whole number above 0`);
}

/** For an option that may be given again and again. */
export function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Adds a domain's commands to the program. */
export type Commands = (program: Command, cli: Cli) => void;

/** The meaning of each exit code; scripts may rely on them. */
export const EXIT_CODES = {
  0: 'done',
  1: 'an internal failure: please report it',
  2: 'the command, a file or the configuration is wrong; nothing was changed',
  3: 'done in part: what could not be seen or done is listed',
  4: 'the database or a remote side cannot be reached or is in use',
  5: 'found what --fail-on names',
  130: 'cancelled',
} as const;
export type ExitCode = keyof typeof EXIT_CODES;

/** Rows as columns: numbers to the right, the rest to the left, two spaces between, no trailing space. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = rows.map((row) => row.map(String));
  const widths = header.map((title, at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const numeric = header.map(
    (_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number'),
  );
  const line = (row: readonly string[]) =>
    widths
      .map((width, at) =>
        numeric[at] === true ? (row[at] ?? '').padStart(width) : (row[at] ?? '').padEnd(width),
      )
      .join('  ')
      .trimEnd();
  return [line(header), ...cells.map(line)].join('\n');
}

/** "3 minutes", "2 hours", "5 days": an age as people say it. */
export function ageText(ms: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ];
  for (const [name, size] of units) {
    const count = Math.floor(ms / size);
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  return 'less than a second';
}
