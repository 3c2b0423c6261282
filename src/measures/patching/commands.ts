/** `holdfast patches`: what is to be patched by when, why, in which window, and what somebody accepted. */
import { Option, type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { asAtOption } from '../../estate/commands.ts';
import { collected, wholeNumber, type Cli, type Opened } from '../../kernel/cli.ts';
import { HoldfastError, messageOf } from '../../kernel/errors.ts';
import { writeCalendar } from './calendar/deadlines.ts';
import { readWindows, type MaintenanceWindow } from './calendar/windows.ts';
import { explainPatch } from './explain.ts';
import { standingAlerts } from './alerts.ts';
import { answerCommands, type Lend } from './commands-answers.ts';
import { readHostWords, readPatches, type PatchState } from './read.ts';
import {
  orderedItems,
  PATCH_ORDERS,
  shownCompliance,
  shownCounts,
  shownPatch,
  type PatchOrder,
} from './show.ts';
import { alertCounts, alertCountsText, shownAlerts } from './show-alerts.ts';
import { complianceText, explanationText, patchesText, visitsText } from './text.ts';
import type { PatchingTools } from './tools.ts';
import { calendarEntries, planVisits } from './visits.ts';

interface Options {
  readonly asset?: string;
  readonly service?: string;
  readonly customer?: string;
  readonly division?: string;
  readonly fix?: string;
  readonly asAt?: Date;
  readonly json?: boolean;
}
interface ListOptions extends Options {
  readonly by: PatchOrder;
  readonly overdue?: boolean;
  readonly fixed?: boolean;
  readonly limit: string;
}
interface PlanOptions extends Options {
  readonly windows?: readonly string[];
  readonly capacity: string;
  readonly days: string;
  readonly limit: string;
}

export function patchCommands(lend: Lend): (program: Command, cli: Cli) => void {
  return (program, cli) => {
    const read = (
      options: Options,
      work: (state: PatchState, tools: PatchingTools, opened: Opened) => Promise<void>,
    ): Promise<void> =>
      cli.withDatabase((opened) =>
        lend(opened, async (tools) => {
          const { asset, service, customer, division, fix, asAt } = options;
          const question = { asset, service, customer, division, fix, asAt };
          const state = await opened.database.transaction('everything', (sql) =>
            readPatches(sql, opened.clock.now(), question),
          );
          await work(state, tools, opened);
        }),
      );
    const patches = listCommand(program, cli, read);
    explainCommand(patches, cli, lend);
    planCommand(patches, cli, read);
    calendarCommand(patches, cli, read);
    complianceCommand(patches, cli, read);
    answerCommands(patches, cli, lend);
  };
}

type Read = (
  options: Options,
  work: (state: PatchState, tools: PatchingTools, opened: Opened) => Promise<void>,
) => Promise<void>;

function filtered(command: Command): Command {
  return command
    .option('--asset <key>', 'only this asset')
    .option('--service <key>', 'only assets that this service needs')
    .option('--customer <key>', "only assets that hold or serve this customer's data")
    .option('--division <key>', 'only assets of this division')
    .option('--fix <name>', 'only this flaw (CVE-2020-1472), package or fix')
    .addOption(asAtOption())
    .option('--json', 'print JSON');
}

function listCommand(program: Command, cli: Cli, read: Read): Command {
  return filtered(program.command('patches'))
    .description(
      'every fix that an asset lacks, by when it must be there and by which rule, most people at risk first',
    )
    .option('--overdue', 'only what is past its deadline')
    .option('--fixed', 'also what is proven done')
    .option('--limit <count>', 'so many lines', '40')
    .addOption(
      new Option('--by <order>', 'by the people at risk from the asset, or by the deadline alone')
        .choices(PATCH_ORDERS)
        .default('people'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast patches --overdue\n  holdfast patches --service urgent-care --json\n  holdfast patches --customer kestrel-care --as-at 2026-10-01\n  holdfast patches explain dc-01 CVE-2020-1472\n  holdfast patches plan --windows nights.ics --capacity 10\n  holdfast patches calendar > deadlines.ics\n  holdfast patches compliance',
    )
    .action((options: ListOptions) =>
      read(options, async (state, tools, { database }) => {
        const people = await tools.people(options.asAt);
        const items = orderedItems(state, options, people, options.by);
        const shown = items.slice(0, wholeNumber(options.limit, '--limit'));
        const words = await database.transaction('everything', (sql) => readHostWords(sql, shown));
        const list = shown.map((each) => shownPatch(each, state, words, people));
        const counts = shownCounts(state);
        const alerts = (await alertsOf(database, state, tools, options)).filter(
          ({ state: each }) => each === 'overdue' || each === 'due',
        );
        cli.answer(
          options,
          { at: state.at.toISOString(), alerts, counts, patches: list, total: items.length },
          () => patchesText(counts, list, tools.zone, items.length, alerts),
        );
      }),
    );
}

function explainCommand(patches: Command, cli: Cli, lend: Lend): void {
  patches
    .command('explain')
    .argument('<asset>', 'its key or name')
    .argument('<fix>', 'a flaw (CVE-2020-1472), a package, or the key of a fix')
    .description(
      'one deadline: who started the clock, what each rule asks, what happened, what proof lacks',
    )
    .addHelpText('after', '\nExample:\n  holdfast patches explain dc-01 CVE-2020-1472')
    .action((asset: string, fix: string, _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return cli.withDatabase((opened) =>
        lend(opened, async (tools) => {
          const people = await tools.people();
          const facts = { ...(await tools.facts()), zone: tools.zone, people };
          const told = await opened.database.transaction('everything', (sql) =>
            explainPatch(sql, opened.clock.now(), { asset, fix }, facts),
          );
          cli.answer(options, told, () => explanationText(told, tools.zone));
        }),
      );
    });
}

function withWindows(command: Command): Command {
  return command
    .option('--windows <file>', 'maintenance windows as iCalendar; may be given again', collected)
    .option('--capacity <count>', 'assets that can be patched in one window', '10')
    .option('--days <count>', 'how far ahead to plan', '90');
}

function planCommand(patches: Command, cli: Cli, read: Read): void {
  withWindows(patches.command('plan'))
    .description(
      'which assets make their deadlines in the maintenance windows, which do not, and what to do first',
    )
    .option('--limit <count>', 'so many lines', '40')
    .addHelpText(
      'after',
      '\nA window is for everybody, or for what its CATEGORIES name: asset:KEY, service:KEY, division:KEY, customer:KEY.\n\nExample:\n  holdfast patches plan --windows nights.ics --capacity 10',
    )
    .action((_: PlanOptions, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      return read(options, async (state, tools) => {
        const plan = await planned(cli, state, tools, options);
        cli.answer(options, plan, () =>
          visitsText(plan, tools.zone, wholeNumber(options.limit, '--limit')),
        );
      });
    });
}

function calendarCommand(patches: Command, cli: Cli, read: Read): void {
  withWindows(patches.command('calendar'))
    .description('deadlines, and planned visits where windows are given, as an iCalendar file')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast patches calendar --windows nights.ics > patching.ics',
    )
    .action((_: PlanOptions, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      return read(options, async (state, tools, { clock }) => {
        const plan = await planned(cli, state, tools, options);
        const entries = calendarEntries(state, plan.visits);
        process.stdout.write(await writeCalendar('Holdfast: patching', entries, clock.now()));
      });
    });
}

function complianceCommand(patches: Command, cli: Cli, read: Read): void {
  patches
    .command('compliance')
    .description('fixes proven in time by division, service and customer, and how long fixes took')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast patches compliance\n  holdfast patches compliance --as-at 2026-10-01 --json',
    )
    .action((_: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return read(options, async (state, tools, { database }) => {
        const groups = shownCompliance(state);
        const alerts = alertCounts(await alertsOf(database, state, tools, options));
        cli.answer(options, { alerts, groups }, () =>
          [...(alerts.asked === 0 ? [] : [alertCountsText(alerts)]), complianceText(groups)].join(
            '\n\n',
          ),
        );
      });
    });
}

function alertsOf(
  database: Opened['database'],
  state: PatchState,
  { zone }: PatchingTools,
  { asAt }: Options,
) {
  const question = { at: state.at, zone, past: asAt !== undefined };
  return database.transaction('everything', async (sql) =>
    shownAlerts(await standingAlerts(sql, question), state),
  );
}

async function planned(cli: Cli, state: PatchState, tools: PatchingTools, options: PlanOptions) {
  const ahead = wholeNumber(options.days, '--days');
  const to = new Date(state.at.getTime() + ahead * 86_400_000);
  const windows: MaintenanceWindow[] = [];
  for (const file of options.windows ?? []) {
    const read = await readWindows(await textOf(file), {
      file,
      from: state.at,
      to,
      zone: tools.zone,
    });
    for (const problem of read.problems) cli.say(problem);
    if (read.problems.length > 0) cli.exit(3);
    windows.push(...read.windows);
  }
  const perWindow = wholeNumber(options.capacity, '--capacity');
  const people = await tools.people(options.asAt);
  return planVisits(state, windows, { now: state.at, perWindow, people });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new HoldfastError('bad_file', `${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
