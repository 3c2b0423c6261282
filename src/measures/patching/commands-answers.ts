/** What people decide about fixes: exceptions, and alerts that they took notice of. */
import type { Command } from 'commander';
import { asAtOption } from '../../estate/commands.ts';
import type { Cli, Opened } from '../../kernel/cli.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import { acknowledgeAlert, standingAlerts } from './alerts.ts';
import { NewException, openException, withdrawException } from './exceptions.ts';
import { readPatches } from './read.ts';
import { shownException } from './show.ts';
import { alertsText, shownAlerts } from './show-alerts.ts';
import { exceptionText } from './text.ts';
import type { PatchingTools } from './tools.ts';

/** Lends what the composition knows for the length of one answer. */
export type Lend = <T>(opened: Opened, work: (tools: PatchingTools) => Promise<T>) => Promise<T>;

interface Options {
  readonly asset?: string;
  readonly asAt?: Date;
  readonly json?: boolean;
}

export function answerCommands(patches: Command, cli: Cli, lend: Lend): void {
  exceptionCommands(patches, cli, lend);
  alertCommands(patches, cli, lend);
}

function alertCommands(patches: Command, cli: Cli, lend: Lend): void {
  patches
    .command('alerts')
    .description('alerts of the adopted rules: who acknowledged each, and by when it had to be')
    .addOption(asAtOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nAlerts stand under "alerts" of a rule set: holdfast rules show nhs-cyber-alerts --yaml\n\nExample:\n  holdfast patches alerts --json',
    )
    .action((_: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return cli.withDatabase((opened) =>
        lend(opened, async ({ zone }) => {
          const { asAt } = options;
          const alerts = await opened.database.transaction('everything', async (sql) => {
            const state = await readPatches(sql, opened.clock.now(), { asAt });
            const question = { at: state.at, zone, past: asAt !== undefined };
            return shownAlerts(await standingAlerts(sql, question), state);
          });
          cli.answer(options, alerts, () => alertsText(alerts, zone));
        }),
      );
    });
  patches
    .command('acknowledge')
    .argument('<alert>', 'its number, as the alert itself gives it')
    .description('record that somebody took notice of an alert; late is recorded as late')
    .requiredOption('--by <who>', 'who took notice')
    .addHelpText('after', '\nExample:\n  holdfast patches acknowledge CC-4567 --by "Ada Byron"')
    .action((alert: string, _: Options & { by: string }, command: Command) => {
      const options = command.optsWithGlobals<Options & { by: string }>();
      const by = options.by.trim();
      if (by.length < 3 || by.length > 200)
        throw new HoldfastError('bad_input', '--by: name who took notice, in 3 to 200 characters');
      return cli.withDatabase((opened) =>
        lend(opened, async ({ zone }) => {
          const now = opened.clock.now();
          const alerts = await opened.database.transaction('everything', async (sql) =>
            shownAlerts(
              await acknowledgeAlert(sql, { alert, by }, zone, now),
              await readPatches(sql, now),
            ),
          );
          cli.answer(options, alerts, () => alertsText(alerts, zone));
        }),
      );
    });
}

interface AcceptOptions extends Options {
  readonly owner: string;
  readonly approvedBy: string;
  readonly reason: string;
  readonly mitigation: string;
  readonly until: string;
}

function exceptionCommands(patches: Command, cli: Cli, lend: Lend): void {
  patches
    .command('accept')
    .argument('<fix>', 'a flaw or the key of a fix')
    .description(
      'accept that a fix is late: it stays late in every total, and its clock does not move',
    )
    .requiredOption('--owner <who>', 'who answers for it')
    .requiredOption('--approved-by <who>', 'a second person')
    .requiredOption('--reason <text>', 'why it cannot be done in time')
    .requiredOption(
      '--mitigation <measure>',
      'a measure that is checked itself: mfa:door/KEY or scanning:asset/KEY',
    )
    .requiredOption('--until <date>', 'when it ends, a year from now at most')
    .addHelpText(
      'after',
      '\nWithout --asset it is for every asset.\n\nExample:\n  holdfast patches accept CVE-2024-1234 --asset lab-01 --owner "Ada Byron" --approved-by "Grace Hill" \\\n    --reason "the vendor certifies the fix in March" --mitigation mfa:door/lab --until 2027-03-31',
    )
    .action((fix: string, _: AcceptOptions, command: Command) => {
      const options = command.optsWithGlobals<AcceptOptions>();
      return cli.withDatabase((opened) =>
        lend(opened, async (tools) => {
          const asked = newException(fix, options);
          const made = await opened.database.transaction('everything', (sql) =>
            openException(sql, asked, tools, opened.clock.now()),
          );
          const shown = shownException(made);
          cli.answer(options, shown, () => exceptionText(shown, (at) => at.slice(0, 10)));
        }),
      );
    });
  patches
    .command('withdraw')
    .argument('<exception>', 'its id, as holdfast patches explain prints it')
    .description('end an exception before its time')
    .action((id: string) =>
      cli.withDatabase(async ({ database, clock }) => {
        await database.transaction('everything', (sql) => withdrawException(sql, id, clock.now()));
        cli.out(`The exception ${id} has ended.`);
      }),
    );
}

function newException(fix: string, options: AcceptOptions): NewException {
  const { owner, approvedBy, reason, mitigation, asset, until } = options;
  const expires = /^\d{4}-\d{2}-\d{2}$/.test(until) ? `${until}T23:59:59Z` : until;
  const asked = {
    fix,
    owner,
    approvedBy,
    reason,
    mitigation,
    expires,
    ...(asset === undefined ? {} : { asset }),
  };
  const read = NewException.safeParse(asked);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new HoldfastError(
    'bad_input',
    `${issue?.path.join('.') ?? 'exception'}: ${issue?.message ?? 'is wrong'}`,
  );
}
