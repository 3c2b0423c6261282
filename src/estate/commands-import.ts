/** `holdfast estate import`: shows what declared files change, and applies all of it or nothing. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Command } from 'commander';
import type { Cli } from '../kernel/cli.ts';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { startProgress } from '../kernel/progress.ts';
import { formatProblem } from './declared/problem.ts';
import type { DeclaredFile } from './declared/read.ts';
import { diffJson, renderDiff } from './declared/render-diff.ts';
import { importDeclared, type ImportResult } from './import.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly complete?: boolean;
  readonly json?: boolean;
}

/** Files end in one of these; a folder is read for them. */
const DECLARED_FILE = /\.(ya?ml|csv)$/i;

export function importCommand(estate: Command, cli: Cli): void {
  estate
    .command('import')
    .argument('<files...>', 'YAML or CSV files, or folders of them')
    .description(
      'take declared files into the estate: shows the difference, applies everything or nothing',
    )
    .option('--dry-run', 'show the difference and change nothing')
    .option(
      '--complete',
      'the files are the whole declared estate: what they lack is no longer declared',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast estate import estate.yaml --dry-run\n  holdfast estate import declared/ customers.csv\n\nThe format: docs/guide/declare-your-estate.md',
    )
    .action((paths: string[], options: Options) => runImport(paths, options, cli));
}

async function runImport(paths: readonly string[], options: Options, cli: Cli): Promise<void> {
  const files = readFiles(paths);
  const result = await cli.withDatabase(async ({ database, clock }) => {
    const progress = startProgress(process.stderr, clock);
    try {
      return await importDeclared(files, {
        database,
        clock,
        dryRun: options.dryRun ?? false,
        complete: options.complete ?? false,
        signal: cli.signal,
        progress: (done, total) => progress.update(done, total, 'facts stored'),
      });
    } finally {
      progress.end();
    }
  });
  if (!result.ok) cli.exit(2);
  cli.answer(options, jsonOf(result), () => textOf(result, options));
}

function readFiles(paths: readonly string[]): DeclaredFile[] {
  const names = paths.flatMap((given) => {
    if (!isFolder(given)) return [given];
    const inside = fs.readdirSync(given).filter((name) => DECLARED_FILE.test(name));
    if (inside.length === 0)
      throw new HoldfastError('bad_file', `${given} holds no .yaml, .yml or .csv file`);
    return inside.sort().map((name) => path.join(given, name));
  });
  return names.map((name) => ({ name, bytes: readBytes(name) }));
}

function isFolder(given: string): boolean {
  try {
    return fs.statSync(given).isDirectory();
  } catch (error) {
    throw new HoldfastError('bad_file', `Cannot read ${given} (${systemCode(error)})`);
  }
}

function readBytes(name: string): Uint8Array {
  try {
    return fs.readFileSync(name);
  } catch (error) {
    throw new HoldfastError('bad_file', `Cannot read ${name} (${systemCode(error)})`);
  }
}

function jsonOf(result: ImportResult): unknown {
  if (!result.ok)
    return { ok: false, applied: false, problems: result.problems, omitted: result.omitted };
  return {
    ok: true,
    applied: result.applied,
    ...diffJson(result.diff),
    collection: result.collection,
  };
}

function textOf(result: ImportResult, options: Options): string {
  if (!result.ok) {
    const more = result.omitted > 0 ? [`… and ${result.omitted} more`] : [];
    const count = result.problems.length + result.omitted;
    return [
      ...result.problems.map(formatProblem),
      ...more,
      `${count} problem${count === 1 ? '' : 's'}; nothing was changed.`,
    ].join('\n');
  }
  const color = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const text = renderDiff(result.diff, { color }).trimEnd();
  return options.dryRun === true ? `${text}\nThis was a dry run; nothing was changed.` : text;
}
