/** `holdfast advisories`: brings the advisories here, and tells how far they can be relied on. */
import type { Command } from 'commander';
import path from 'node:path';
import type { FeedReport } from '../advisories/install.ts';
import type { IndexStatus } from '../advisories/status.ts';
import type { OnlineOptions } from '../advisories/update-online.ts';
import type { UpdateOptions, UpdateReport } from '../advisories/update.ts';
import { ageText, table, type Cli } from '../kernel/cli.ts';
import { systemClock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { bundleCommands } from './advisory-bundle.ts';
import { kevCommand } from './advisory-kev.ts';

export function advisoryCommands(program: Command, cli: Cli): void {
  const advisories = program
    .command('advisories')
    .description('the advisories that scans are answered from');
  updateCommand(advisories, cli);
  statusCommand(advisories, cli);
  kevCommand(advisories, cli);
  bundleCommands(advisories, cli);
}

/** Where the index lies. */
async function directoryOf(cli: Cli): Promise<string> {
  return path.join(await cli.dataDirectory(), 'advisories');
}

interface UpdateFlags {
  readonly from?: string;
  readonly only?: string;
  readonly asOf?: string;
  readonly acceptShrink?: boolean;
  readonly whole?: boolean;
  readonly json?: boolean;
}

function updateCommand(advisories: Command, cli: Cli): void {
  advisories
    .command('update')
    .description('bring advisories from their sources, a mirror, a directory or a file')
    .option('--from <place>', 'a directory, a file, or the address of a mirror or a file')
    .option('--only <sources>', 'ids of sources, with commas between them')
    .option('--as-of <date>', 'the day that the content is of, where the files do not say')
    .option('--accept-shrink', 'put feeds in place that have shrunk or lost their canary')
    .option('--whole', 'download everything again, also what has not changed')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast advisories update\n  holdfast advisories update --only osv,kev,epss\n' +
        '  holdfast advisories update --from /media/usb/advisories --as-of 2026-08-22\n' +
        '  holdfast advisories update --from https://mirror.example/advisories',
    )
    .action(async (flags: UpdateFlags) => {
      const { startProgress } = await import('../kernel/progress.ts');
      const progress = startProgress(process.stderr, systemClock);
      const options = {
        directory: await directoryOf(cli),
        clock: systemClock,
        signal: cli.signal,
        progress: (done: number, total: number | undefined, what: string) =>
          progress.update(done, total, what),
        ...chosen(flags),
      };
      const report = await runUpdate(cli, flags, options).finally(() => progress.end());
      cli.answer(flags, report, () => updateText(report));
      if (!report.complete) cli.exit(3);
    });
}

async function runUpdate(
  cli: Cli,
  flags: UpdateFlags,
  options: UpdateOptions,
): Promise<UpdateReport> {
  const { from } = flags;
  if (from !== undefined && !/^https?:\/\//.test(from)) {
    const { updateFromFiles } = await import('../advisories/update.ts');
    return updateFromFiles(from, options);
  }
  const { updateFromAddress, updateFromSources } = await import('../advisories/update-online.ts');
  const { advisoryMirror, advisorySources } = await cli.config();
  const online: OnlineOptions = {
    ...options,
    network: await networkOf(cli),
    whole: flags.whole === true,
  };
  if (from !== undefined && /\.(json|jsonl|zip|csv|tsv|gz|zst)$/.test(new URL(from).pathname)) {
    return updateFromAddress(from, online);
  }
  const mirror = from ?? advisoryMirror;
  await tellTerms(cli, options.only ?? advisorySources ?? []);
  return updateFromSources({
    ...online,
    ...(mirror === undefined ? {} : { mirror }),
    ...(options.only === undefined && advisorySources !== undefined
      ? { only: advisorySources }
      : {}),
  });
}

/** Who switches on a source whose terms restrict reuse is told so each time. */
async function tellTerms(cli: Cli, ids: readonly string[]): Promise<void> {
  const { sources } = await import('../advisories/sources/index.ts');
  for (const { id, title, licence } of sources) {
    if (licence.restricted === undefined || !ids.includes(id)) continue;
    cli.say(`${title}: ${licence.restricted} (${licence.name}, ${licence.url})`);
  }
}

async function networkOf(cli: Cli): Promise<OnlineOptions['network']> {
  const { systemFetch, useEnvironmentProxy } = await import('../kernel/http/outgoing.ts');
  const { setTimeout: sleep } = await import('node:timers/promises');
  if (useEnvironmentProxy(process.env) === 'unsupported') {
    cli.say(
      'A proxy is set, and this Node cannot use it: run Node 24.14 or newer, or set NODE_USE_ENV_PROXY=1.',
    );
  }
  return {
    fetch: systemFetch,
    now: () => systemClock.now(),
    // An aborted wait ends early; who waited looks at the signal next.
    sleep: (ms) => sleep(ms, undefined, { signal: cli.signal }).catch(() => undefined),
  };
}

function chosen({ only, asOf, acceptShrink }: UpdateFlags): {
  only?: string[];
  asOf?: string;
  acceptShrink: boolean;
} {
  if (
    asOf !== undefined &&
    !(/^\d{4}-\d{2}-\d{2}/.test(asOf) && Number.isFinite(Date.parse(asOf)))
  ) {
    throw new HoldfastError('bad_input', `--as-of ${asOf}: not a date`, {
      remedy: 'Write it as 2026-08-22.',
    });
  }
  return {
    ...(only === undefined
      ? {}
      : {
          only: only
            .split(',')
            .map((id) => id.trim())
            .filter((id) => id !== ''),
        }),
    ...(asOf === undefined ? {} : { asOf }),
    acceptShrink: acceptShrink === true,
  };
}

function updateText({ feeds, files }: UpdateReport): string {
  const rows = feeds.map((feed) => [
    feed.id,
    feed.outcome,
    feed.records,
    feed.rows,
    feed.asOf.slice(0, 10),
  ]);
  const lines = [table(['feed', 'outcome', 'records', 'rows', 'as of'], rows)];
  for (const feed of feeds) if (feed.why !== undefined) lines.push(feedLine(feed));
  for (const { shown, damaged } of files) {
    if (damaged !== undefined) lines.push(`${shown}: ${damaged}`);
  }
  const unknown = files.filter(({ unrecognised }) => unrecognised).map(({ shown }) => shown);
  if (unknown.length > 0) lines.push(`Not recognised and left out: ${named(unknown)}`);
  for (const [reason, count] of droppedOf(files)) lines.push(`${count} × ${reason}`);
  return lines.join('\n');
}

function feedLine({ id, outcome, why = '' }: FeedReport): string {
  const verb =
    outcome === 'refused'
      ? 'was not put in place'
      : outcome === 'failed'
        ? 'was not renewed'
        : 'is in place, but';
  const remedy = outcome === 'refused' ? ' (--accept-shrink puts it in place)' : '';
  return outcome === 'refused' || outcome === 'failed'
    ? `${id} ${verb}: ${why}${remedy}`
    : `${id} ${verb} ${why}`;
}

const MOST_NAMED = 20;

function named(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function droppedOf(files: UpdateReport['files']): [string, number][] {
  const sums = new Map<string, number>();
  for (const { dropped } of files) {
    for (const [reason, count] of Object.entries(dropped))
      sums.set(reason, (sums.get(reason) ?? 0) + count);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

function statusCommand(advisories: Command, cli: Cli): void {
  advisories
    .command('status')
    .description('age, size and canary of every feed; exit code 3 where one cannot be relied on')
    .option('--json', 'print JSON')
    .action(async (flags: { json?: boolean }) => {
      const { ageBar, indexStatus } = await import('../advisories/status.ts');
      const status = indexStatus(await directoryOf(cli), systemClock.now());
      cli.answer(flags, status, () => statusText(status, ageBar));
      if (!status.healthy) cli.exit(3);
    });
}

function statusText(
  { feeds, missing, rules }: IndexStatus,
  bar: (age: number, most: number) => string,
): string {
  const lines: string[] = [];
  if (feeds.length === 0) {
    lines.push('There are no advisories here yet: run holdfast advisories update.');
  } else {
    const rows = feeds.map((feed) => [
      feed.id,
      feed.state,
      feed.asOf.startsWith('1970') ? 'unknown' : ageText(feed.ageSeconds * 1000),
      bar(feed.ageSeconds, feed.maxAgeSeconds),
      feed.records,
      feed.rows,
      feed.seesUnfixed ? 'yes' : 'no',
      feed.from,
      feed.licence,
    ]);
    lines.push(
      table(
        [
          'feed',
          'state',
          'age',
          'of allowed',
          'records',
          'rows',
          'sees unfixed',
          'from',
          'licence',
        ],
        rows,
      ),
    );
  }
  lines.push(
    `Hand-kept rules: ${rules.records} flaws of products, compared with their publishers' pages on ${rules.asOf.slice(0, 10)}.`,
  );
  if (missing.length > 0) lines.push(`Never updated: ${missing.join(', ')}`);
  return lines.join('\n');
}
