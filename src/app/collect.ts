/** `holdfast collect`: collect from one source, or from all, now. */
import process from 'node:process';
import type { Command } from 'commander';
import { collectFrom, type CollectTools } from './collections.ts';
import { configuredSources, labelOf, type ConfiguredSource } from './sources.ts';
import { table, type Cli } from '../kernel/cli.ts';
import { startProgress } from '../kernel/progress.ts';
import { HoldfastError } from '../kernel/errors.ts';
import type { CollectionRecord } from '../estate/model.ts';

export function collectCommands(program: Command, cli: Cli): void {
  program
    .command('collect')
    .argument('[sources...]', 'connector, or connector/name; all when none is named')
    .description('collect from the configured sources now')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast collect\n  holdfast collect linux-host/this-machine --json\n\nSources are listed in the configuration (docs/reference/configuration.md).',
    )
    .action(async (names: string[], options: { json?: boolean }) => {
      const sources = chosen(configuredSources(await cli.config()), names);
      const records = await cli.withDatabase(async ({ database, clock, log }) => {
        const done: CollectionRecord[] = [];
        for (const source of sources) {
          cli.say(`Collecting from ${labelOf(source)}`);
          done.push(await collectShown(source, { database, clock, log, signal: cli.signal }));
        }
        return done;
      });
      if (records.some((record) => record.outcome !== 'complete')) cli.exit(3);
      cli.answer(options, records, () => recordsText(records));
    });
}

/** Collects with a bar on standard error. */
export async function collectShown(
  source: ConfiguredSource,
  tools: CollectTools,
): Promise<CollectionRecord> {
  const bar = startProgress(process.stderr, tools.clock);
  try {
    return await collectFrom(source, { ...tools, progress: (...far) => bar.update(...far) });
  } finally {
    bar.end();
  }
}

function chosen(
  sources: readonly ConfiguredSource[],
  names: readonly string[],
): ConfiguredSource[] {
  if (names.length === 0) return [...sources];
  return names.flatMap((name) => {
    const found = sources.filter((source) => labelOf(source) === name || source.connector === name);
    if (found.length > 0) return found;
    throw new HoldfastError('not_found', `No configured source is called ${name}`, {
      remedy: `The sources are: ${sources.map(labelOf).join(', ')}.`,
    });
  });
}

export function recordsText(records: readonly CollectionRecord[]): string {
  const rows = records.map((record) => [
    labelOf(record),
    record.outcome ?? 'running',
    record.observed,
    record.changed,
    record.gone,
    record.unseen.length,
  ]);
  const unseen = records.flatMap((record) =>
    record.unseen.map(
      (each) =>
        `  ${labelOf(record)}: ${each.what} (${each.reason}${each.detail === undefined ? '' : `: ${each.detail}`})`,
    ),
  );
  const lines = [table(['SOURCE', 'OUTCOME', 'SEEN', 'CHANGED', 'GONE', 'UNSEEN'], rows)];
  if (unseen.length > 0) lines.push('', 'Could not be seen:', ...unseen);
  return lines.join('\n');
}
