/** `holdfast up` (npm start): the server on this machine's own estate, ending on what it found and where to look. */
import process from 'node:process';
import type { Command } from 'commander';
import { collectFrom } from './collections.ts';
import { DEMONSTRATION, isDemonstration } from './demonstration.ts';
import { openApp, type App } from './open.ts';
import { serve, type Serving } from './serve.ts';
import { configuredSources, labelOf, THIS_MACHINE, type ConfiguredSource } from './sources.ts';
import { readSummary } from '../estate/summary.ts';
import { ageText, type Cli } from '../kernel/cli.ts';
import { messageOf } from '../kernel/errors.ts';
import { findingsText } from '../measures/scanning/commands.ts';
import { readFindingsPage } from '../measures/scanning/read.ts';
import { estateViews } from '../server/views.ts';
import { sourcesText } from '../estate/commands.ts';
import { machineText, plural, unseenLines } from './machine-text.ts';
import { patchDeadlines } from './patch-deadlines.ts';
import { scanEstate } from './scan-estate.ts';
import {
  atRiskLine,
  coverageLine,
  deadlinesLine,
  exposureNow,
  pathsText,
  WORST,
} from './up-measures.ts';

export function upCommands(program: Command, cli: Cli): void {
  program
    .command('up')
    .description('start the server, look at this machine, and print where to look (npm start)')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast up\n  holdfast up --port 0 --data ./data\n  DATABASE_URL=postgres://… holdfast up',
    )
    .action(() => up(cli));
}

async function up(cli: Cli): Promise<void> {
  const config = await cli.config();
  const sources = configuredSources(config);
  const where =
    config.databaseUrl === undefined
      ? `data in ${config.data}`
      : 'on the PostgreSQL of DATABASE_URL';
  cli.say(`Starting Holdfast, ${where}`);
  const app = await openApp(config, {
    what: 'holdfast up',
    role: 'server',
    say: (line) => cli.say(`  ${line}`),
  });
  // Work in the background that fails (a database that goes away fails all of it at once) is logged, and does not end
  // the process before it has said what happened.
  const logged = (error: unknown): void => app.log.error('background work failed', { error });
  process.on('unhandledRejection', logged);
  let serving: Serving | undefined;
  let died = false;
  try {
    serving = await serve(app, sources);
    await lookAtThisMachine(app, sources, cli);
    await lookForFlaws(app, cli);
    await printSummary(app, serving, cli);
    died = (await untilStopped(app, cli)) === 'died';
    cli.say('Stopping…');
  } finally {
    for (const stop of [() => serving?.stop(), () => app.close()]) {
      try {
        await stop();
      } catch (error) {
        // Without a database nothing can be put in order; with one, failing to is a failure of ours.
        if (!died) throw error;
        logged(error);
      }
    }
    process.off('unhandledRejection', logged);
  }
}

async function lookAtThisMachine(
  app: App,
  sources: readonly ConfiguredSource[],
  cli: Cli,
): Promise<void> {
  const here = sources.find((source) => labelOf(source) === labelOf(THIS_MACHINE));
  if (here === undefined || cli.signal.aborted) return;
  cli.say('  Looking at this machine (read-only, nothing leaves it)');
  try {
    await collectFrom(here, { ...app, signal: cli.signal });
  } catch (error) {
    cli.say(`  This machine could not be looked at: ${messageOf(error)}`);
  }
}

/** What advisories say of everything the estate holds; without advisories that is said, and nothing is called clean. */
async function lookForFlaws(app: App, cli: Cli): Promise<void> {
  if (cli.signal.aborted) return;
  cli.say('  Matching what is installed against the advisories');
  try {
    await scanEstate({ ...app, signal: cli.signal });
    await patchDeadlines({ ...app, signal: cli.signal });
  } catch (error) {
    cli.say(`  The findings are those of before: ${messageOf(error)}`);
  }
}

async function printSummary(app: App, serving: Serving, cli: Cli): Promise<void> {
  const { database, clock } = app;
  const { machine } = await estateViews({ database, clock }).estate();
  const now = clock.now();
  const summary = await database.transaction('everything', (sql) => readSummary(sql, now));
  const link = await serving.sessions.createLink();
  const minutes = ageText(link.expiresAt.getTime() - now.getTime());
  const described = summary.kinds.filter((kind) => kind.known > 0 && kind.kind !== 'asset');
  cli.out('');
  if (isDemonstration(app.config.data)) cli.out(`${DEMONSTRATION}\n`);
  cli.out(
    machine === undefined ? 'This machine has not been looked at.' : machineText(machine, now),
  );
  if (described.length > 0)
    cli.out(
      `Known so far: ${described.map((kind) => `${kind.known} ${plural(kind.kind)}`).join(', ')}.`,
    );
  cli.out('');
  cli.out(await coverageLine(app, machine?.key));
  cli.out('');
  cli.out(await flawsText(app, machine?.key));
  cli.out('');
  cli.out(await deadlinesLine(app, machine?.key));
  cli.out('');
  const exposure = await exposureNow(app);
  cli.out(await pathsText(app, exposure));
  cli.out('');
  cli.out(atRiskLine(exposure));
  cli.out('');
  cli.out(sourcesText(summary.sources, now));
  for (const line of unseenLines(summary)) cli.out(line);
  cli.out('');
  cli.out(`  Console:  ${serving.address}`);
  if (serving.address.startsWith('http')) {
    cli.out(`  Sign in:  ${serving.address}/sign-in/${link.secret}`);
    cli.out(`            (once, within ${minutes}; holdfast sign-in prints a new link)`);
  }
  cli.out('  Stop:     Ctrl-C');
}

/** Findings that the lines are gathered from: one flaw of one source may be in many packages. */
const LOOKED_AT = 200;

async function flawsText({ database, clock }: App, machine: string | undefined): Promise<string> {
  const page = await database.transaction('everything', (sql) =>
    readFindingsPage(sql, { asset: machine, limit: LOOKED_AT }),
  );
  const where = machine === undefined ? '' : ' on this machine';
  return `Known flaws${where}: ${findingsText(page, clock.now(), WORST)}`;
}

/** Until somebody asks us to stop, or the database ends by itself: then this process is of no use and says so. */
function untilStopped(app: App, cli: Cli): Promise<'asked' | 'died'> {
  return new Promise((resolve) => {
    if (cli.signal.aborted) resolve('asked');
    cli.signal.addEventListener('abort', () => resolve('asked'), { once: true });
    void app.cluster?.died.then((why) => {
      cli.say(
        `${why} without being asked to. Everything acknowledged is on disk; start again with npm start.`,
      );
      cli.exit(4);
      resolve('died');
    });
  });
}
