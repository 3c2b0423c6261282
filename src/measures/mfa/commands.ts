/** `holdfast mfa …` and `holdfast doors`. */
import { Option, type Command } from 'commander';
import { asAtOption } from '../../estate/commands.ts';
import type { Cli, Opened } from '../../kernel/cli.ts';
import { campaignCsv } from './campaign-csv.ts';
import { PATH_ORDERS, type PathOrder } from './paths.ts';
import { readMfa, type MfaState } from './read.ts';
import { shownCampaign, shownDoors, shownExplanation, shownPaths, shownSummary } from './show.ts';
import { doorsText, explanationText, summaryText } from './text.ts';

interface Options {
  readonly asAt?: Date;
  readonly json?: boolean;
}
interface FilterOptions extends Options {
  readonly customer?: string;
  readonly service?: string;
  readonly division?: string;
  readonly door?: string;
  readonly limit?: string;
  readonly by: PathOrder;
}

/** Brings doors into the order of the people at risk behind them: other parts know these. */
export type ByPeople = (opened: Opened, state: MfaState, asAt?: Date) => Promise<MfaState>;

type WithState = (options: Options, work: (state: MfaState) => void) => Promise<void>;

export function mfaCommands(byPeople: ByPeople): (program: Command, cli: Cli) => void {
  return (program, cli) => {
    addCommands(program, cli, (options, work) => withState(cli, byPeople, options, work));
  };
}

function addCommands(program: Command, cli: Cli, read: WithState): void {
  const mfa = filtered(program.command('mfa'))
    .description(
      'every account at every door: which login paths one factor opens, most people at risk first',
    )
    .option('--limit <count>', 'so many single login paths', '20')
    .addOption(
      new Option('--by <order>', 'single login paths by the people behind the door, or by verdict')
        .choices(PATH_ORDERS)
        .default('people'),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast mfa\n  holdfast mfa --door citrix --json\n  holdfast mfa --customer hollin-bank --as-at 2026-10-01\n  holdfast mfa explain anna.smith citrix',
    )
    .action((options: FilterOptions) =>
      read(options, (state) => {
        const { customer, service, division, door } = options;
        const filter = { customer, service, division, door };
        const summary = shownSummary(state, filter);
        const paths = shownPaths(state, filter, {
          order: options.by,
          count: Number(options.limit) || 20,
        });
        const doors = shownDoors(state).filter(
          ({ key, name }) => door === undefined || key === door || name === door,
        );
        cli.answer(options, { ...summary, worst: paths }, () =>
          summaryText(
            summary,
            customer === undefined && service === undefined && division === undefined ? doors : [],
            paths,
          ),
        );
      }),
    );
  mfa
    .command('explain')
    .argument('<account>', 'its key, or its login where only one account has it')
    .argument('<door>', 'its key or name')
    .description('why one account at one door has its verdict, with every piece of evidence')
    .action((account: string, door: string, _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return read(options, (state) => {
        const explained = shownExplanation(state, account, door);
        cli.answer(options, explained, () => explanationText(explained));
      });
    });
  mfa
    .command('campaign')
    .description('who must register a second factor, by owner, as CSV')
    .action((_: Options, command: Command) => {
      const options = command.optsWithGlobals<FilterOptions>();
      return read(options, (state) => {
        const { customer, service, division, door } = options;
        const rows = shownCampaign(state, { customer, service, division, door });
        cli.answer(options, rows, () => campaignCsv(rows));
      });
    });
  program
    .command('doors')
    .description(
      'doors with whose accounts they accept and their login paths by verdict, most people at risk first',
    )
    .addOption(asAtOption())
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  holdfast doors')
    .action((options: Options) =>
      read(options, (state) => {
        const doors = shownDoors(state);
        cli.answer(options, doors, () =>
          doors.length === 0 ? 'No door is known yet.' : doorsText(doors),
        );
      }),
    );
}

function filtered(command: Command): Command {
  return command
    .option('--customer <key>', 'only accounts of this customer')
    .option('--service <key>', 'only doors that open this service')
    .option('--division <key>', 'only this division')
    .option('--door <key>', 'only this door')
    .addOption(asAtOption());
}

function withState(
  cli: Cli,
  byPeople: ByPeople,
  options: Options,
  work: (state: MfaState) => void,
): Promise<void> {
  return cli.withDatabase(async (opened) => {
    const { database, clock } = opened;
    const state = await database.transaction('everything', (sql) =>
      readMfa(sql, clock.now(), options.asAt),
    );
    work(await byPeople(opened, state, options.asAt));
  });
}
