/** `holdfast exposure` and `holdfast plan`: who is at risk, through what, and what to do first. */
import { Option, type Command } from 'commander';
import { asAtOption, parseMoment } from '../estate/commands.ts';
import { collected, wholeNumber, type Cli, type Opened } from '../kernel/cli.ts';
import type { PersonKey } from '../people/person-key.ts';
import { ATTACKERS } from './attackers.ts';
import { changesBetween, WEEK } from './changes.ts';
import type { Exposure } from './exposure.ts';
import { readExposure } from './read.ts';
import { SUBJECT_KINDS, type SubjectKind } from './schema.ts';
import { planOf } from './show-plan.ts';
import { explainGap, shownChanges, shownGaps, shownSubjects, shownSummary } from './show.ts';
import { pathSvg, planSvg } from './svg.ts';
import { changesText, explanationText, planText, subjectsText, summaryText } from './text.ts';

/** The person key where one is at hand; without it unions are bounds. */
export type KeyAtHand = (opened: Opened, file?: string) => Promise<PersonKey | undefined>;

interface Options {
  readonly attacker?: string;
  readonly asAt?: Date;
  readonly keyFile?: string;
  readonly json?: boolean;
}
interface PictureOptions extends Options {
  readonly svg?: boolean;
}
interface ListOptions extends Options {
  readonly by?: SubjectKind;
  readonly limit: string;
}
interface PlanOptions extends PictureOptions {
  readonly if?: readonly string[];
  readonly steps: string;
  readonly assumed?: boolean;
}

export function exposureCommands(keyAtHand: KeyAtHand): (program: Command, cli: Cli) => void {
  return (program, cli) => {
    const read: Read = (options, work) =>
      cli.withDatabase(async (opened) => {
        const { database, clock } = opened;
        const key = await keyAtHand(opened, options.keyFile);
        const { attacker, asAt } = options;
        const at = (moment?: Date): Promise<Exposure> =>
          readExposure({ database, clock, key }, { attacker, asAt: moment });
        return work(await at(asAt), at);
      });
    const exposure = exposureCommand(program, cli, read);
    changesCommand(exposure, cli, read);
    planCommand(program, cli, read);
  };
}

/** Reads exposure, and hands on how to read it as at another moment. */
type Read = (
  options: Options,
  work: (exposure: Exposure, at: (moment: Date) => Promise<Exposure>) => void | Promise<void>,
) => Promise<void>;

function exposureCommand(program: Command, cli: Cli, read: Read): Command {
  const exposure = common(program.command('exposure'))
    .description('how many people an attacker reaches, and every gap by the people behind it')
    .addOption(
      new Option('--by <kind>', 'people reached by whom or what instead of by gap').choices(
        SUBJECT_KINDS,
      ),
    )
    .option('--limit <count>', 'so many lines', '25')
    .addHelpText(
      'after',
      `\nAttackers: ${ATTACKERS.map(({ id }) => id).join(', ')}\n\nExamples:\n  holdfast exposure\n  holdfast exposure --by door --attacker ransomware-affiliate\n  holdfast exposure --as-at 2026-10-01 --json\n  holdfast exposure explain CVE-2020-1472`,
    )
    .action((options: ListOptions) =>
      read(options, (state) => {
        const most = wholeNumber(options.limit, '--limit');
        if (options.by !== undefined) {
          const subjects = shownSubjects(state, options.by).slice(0, most);
          cli.answer(options, subjects, () => subjectsText(subjects, options.by ?? ''));
          return;
        }
        const summary = shownSummary(state);
        const gaps = shownGaps(state);
        const shown = gaps.slice(0, most);
        cli.answer(options, { ...summary, worst: shown }, () =>
          summaryText(summary, shown, { of: gaps.length }),
        );
      }),
    );
  exposure
    .command('explain')
    .argument('<gap>', 'its key, or words of its name: "citrix customer", CVE-2020-1472, dc-01')
    .description(
      'the way through one gap on which most of the people behind it are lost, each step with evidence',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast exposure explain "citrix customer"\n  holdfast exposure explain dc-01 --json\n  holdfast exposure explain dc-01 --svg > way.svg',
    )
    .option('--svg', 'print a picture of the way')
    .action((gap: string, _: Options, command: Command) => {
      const options = command.optsWithGlobals<PictureOptions>();
      return read(options, (state) => {
        const { shown } = explainGap(state, gap);
        cli.answer(options, shown, () =>
          options.svg === true ? pathSvg(shown) : explanationText({ shown }),
        );
      });
    });
  return exposure;
}

function changesCommand(exposure: Command, cli: Cli, read: Read): void {
  exposure
    .command('changes')
    .description('who came into reach since a week ago, or since a day, and what caused it')
    .addOption(new Option('--since <moment>', 'since this moment').argParser(parseMoment))
    .addHelpText('after', '\nExample:\n  holdfast exposure changes --since 2026-11-01')
    .action((_: Options, command: Command) => {
      const options = command.optsWithGlobals<Options & { since?: Date }>();
      return read(options, async (after, again) => {
        const since = options.since ?? new Date(after.at.getTime() - WEEK);
        const changes = shownChanges(changesBetween(await again(since), after));
        cli.answer(options, changes, () => changesText(changes));
      });
    });
}

function planCommand(program: Command, cli: Cli, read: Read): void {
  common(program.command('plan'))
    .description(
      'what to do first: the fixes that take most people out of reach, with the number left after each',
    )
    .option('--if <fix>', 'take a fix as done, by words of its name; may be given again', collected)
    .option('--steps <count>', 'so many steps', '5')
    .option('--assumed', 'count what nobody can rule out too, not only what evidence shows')
    .option('--svg', 'print a picture: bars of people left after each step')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast plan\n  holdfast plan --if "mfa citrix"\n  holdfast plan --if "patch dc-01" --if "patch dc-02" --assumed --json',
    )
    .action((options: PlanOptions) =>
      read(options, (state) => {
        const { shown } = planOf(state, {
          belief: options.assumed === true ? 'all' : 'proven',
          steps: wholeNumber(options.steps, '--steps'),
          whatIf: options.if ?? [],
          signal: cli.signal,
        });
        cli.answer(options, shown, () => (options.svg === true ? planSvg(shown) : planText(shown)));
      }),
    );
}

function common(command: Command): Command {
  return command
    .option('--attacker <id>', `who attacks; ${ATTACKERS[0]?.id ?? ''} unless named`)
    .addOption(asAtOption())
    .option(
      '--key-file <file>',
      'the person key (or HOLDFAST_PERSON_KEY_FILE, or HOLDFAST_PERSON_KEY)',
    )
    .option('--json', 'print JSON');
}
