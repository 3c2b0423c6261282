/** `holdfast rules`: which rules set deadlines, who adopted them, and how to change that by file. */
import type { Command } from 'commander';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { formatProblem } from '../../../estate/declared/problem.ts';
import { table, type Cli } from '../../../kernel/cli.ts';
import { HoldfastError, systemCode } from '../../../kernel/errors.ts';
import type { Sql } from '../../../kernel/sql/database.ts';
import { isInForce } from '../deadline.ts';
import {
  adoptRules,
  retireRules,
  standingRules,
  type RuleDecision,
  type StandingRules,
} from './adopted.ts';
import { builtInRule } from './built-in.ts';
import { readRules, requireRules, type RuleFile } from './read.ts';
import type { Conditions, Limit, Rule } from './schema.ts';
import { readRuleChanges, type RuleChange } from '../store-rules.ts';

interface Json {
  readonly json?: boolean;
}

export function ruleCommands(program: Command, cli: Cli): void {
  const rules = program
    .command('rules')
    .description(
      'rules that set the deadlines of fixes: which are adopted, by whom, in what version',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast rules list\n  holdfast rules show bod-26-04\n  holdfast rules validate own.yaml\n  holdfast rules adopt own.yaml --by "security board"\n  holdfast rules retire kev-due-dates --by "security board"\n  holdfast rules history --json',
    );
  rules
    .command('list', { isDefault: true })
    .description('every known set of rules, adopted or not')
    .option('--as-at <time>', 'as it was at this time (RFC 3339)')
    .option('--json', 'print JSON')
    .action((options: Json & { asAt?: string }) => list(options, cli));
  rules
    .command('show')
    .argument('<id>', 'the id that holdfast rules list prints')
    .description('one set: its source, its version, each rule and its conditions')
    .option('--yaml', 'print it as it is written, to copy and change')
    .option('--json', 'print JSON')
    .action((id: string, options: Json & { yaml?: boolean }) => show(id, options, cli));
  rules
    .command('validate')
    .argument('<file>', 'a rule file, YAML or JSON')
    .description('say what is wrong with a file, and change nothing')
    .option('--json', 'print JSON')
    .action((file: string, options: Json) => validate(file, options, cli));
  rules
    .command('adopt')
    .argument('<file-or-id>', 'a rule file, or the id of a set that Holdfast brings along')
    .description('put rules in force; a file with a mistake changes nothing')
    .option('--by <who>', 'who decided it')
    .option('--json', 'print JSON')
    .action((what: string, options: Json & { by?: string }) =>
      decide(options, cli, 'adopted', async (now, by) => {
        const file = await fileOrBuiltIn(what);
        return (sql) => adoptRules(sql, file, by, now);
      }),
    );
  rules
    .command('retire')
    .argument('<id>', 'the id that holdfast rules list prints')
    .description('take rules out of force; what they demanded stays in the history')
    .option('--by <who>', 'who decided it')
    .option('--json', 'print JSON')
    .action((id: string, options: Json & { by?: string }) =>
      decide(options, cli, 'retired', (now, by) =>
        Promise.resolve((sql: Sql) => retireRules(sql, id, by, now)),
      ),
    );
  rules
    .command('history')
    .description('who adopted or retired which rules, and when')
    .option('--json', 'print JSON')
    .action((options: Json) =>
      cli.withDatabase(async ({ database }) => {
        const changes = await database.transaction('everything', (sql) => readRuleChanges(sql));
        cli.answer(options, changes.map(shownChange), () => historyText(changes));
      }),
    );
}

function list(options: Json & { asAt?: string }, cli: Cli): Promise<void> {
  const asAt = options.asAt === undefined ? undefined : momentOf(options.asAt);
  return cli.withDatabase(async ({ database, clock }) => {
    const now = asAt ?? clock.now();
    const all = await database.transaction('everything', (sql) => standingRules(sql, asAt));
    cli.answer(
      options,
      all.map((each) => shownSet(each, now)),
      () => listText(all, now),
    );
  });
}

function momentOf(text: string): Date {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  throw new HoldfastError('bad_input', `${text} is not a time such as 2022-08-04T00:00:00Z`);
}

function show(id: string, options: Json & { yaml?: boolean }, cli: Cli): Promise<void> {
  return cli.withDatabase(async ({ database, clock }) => {
    const all = await database.transaction('everything', (sql) => standingRules(sql));
    const found = all.find(({ set }) => set.id === id);
    if (found === undefined)
      throw new HoldfastError('not_found', `There are no rules ${id}`, {
        remedy: 'holdfast rules list shows those that there are.',
      });
    if (options.yaml === true) cli.out(found.written.trimEnd());
    else
      cli.answer(options, { ...shownSet(found, clock.now()), rules: found.set }, () =>
        setText(found, clock.now()),
      );
  });
}

async function validate(file: string, options: Json, cli: Cli): Promise<void> {
  const result = readRules(path.basename(file), await bytesOf(file));
  if (result.ok) {
    const { set, digest } = result.file;
    const told = { ok: true, id: set.id, rules: set.rules.length, digest };
    cli.answer(options, told, () => `${set.id}: ${set.rules.length} rules, nothing wrong.`);
    return;
  }
  cli.answer(options, { ok: false, problems: result.problems }, () =>
    result.problems.map(formatProblem).join('\n'),
  );
  cli.exit(2);
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await fs.readFile(file);
  } catch (error) {
    throw new HoldfastError('bad_file', `${file} cannot be read (${systemCode(error)})`);
  }
}

async function fileOrBuiltIn(what: string): Promise<RuleFile> {
  return builtInRule(what) ?? requireRules(path.basename(what), await bytesOf(what));
}

type Decide = (now: Date, by: string) => Promise<(sql: Sql) => Promise<RuleDecision>>;

function decide(
  options: Json & { by?: string },
  cli: Cli,
  done: string,
  prepare: Decide,
): Promise<void> {
  return cli.withDatabase(async ({ database, clock }) => {
    // Read before anything is opened for writing: a bad file must find the old rules as they were.
    const work = await prepare(clock.now(), options.by ?? os.userInfo().username);
    const decision = await database.transaction('everything', work);
    const { id, version, changed } = decision;
    cli.answer(options, decision, () =>
      changed
        ? `${id} ${version} is ${done}. Deadlines follow with the next evaluation.`
        : `${id} ${version} was ${done} already; nothing changed.`,
    );
  });
}

function shownSet({ set, version, digest, state, by, at }: StandingRules, now: Date) {
  const { id, title, source, valid, rules } = set;
  const inForce = state === 'adopted' && isInForce(set, now);
  return {
    id,
    title,
    version,
    digest,
    state,
    inForce,
    by,
    at: at?.toISOString() ?? null,
    source,
    valid,
    count: rules.length,
  };
}

function shownChange({ set, change, number, digest, by, at }: RuleChange) {
  return { id: set.id, change, number, digest, by, at: at.toISOString() };
}

function listText(all: readonly StandingRules[], now: Date): string {
  return table(
    ['RULES', 'VERSION', 'STATE', 'FROM', 'UNTIL', 'BY', 'TITLE'],
    all.map(({ set, version, state, by }) => [
      set.id,
      version,
      state === 'adopted' ? (isInForce(set, now) ? 'in force' : 'adopted, not now') : state,
      set.valid.from ?? '-',
      set.valid.until ?? '-',
      by ?? '(by default)',
      set.title,
    ]),
  );
}

function setText(found: StandingRules, now: Date): string {
  const { set, version, state, by } = found;
  const { source, valid, notes } = set;
  const where = [source.section, source.url].filter((text) => text !== undefined).join(', ');
  return [
    set.title,
    `${set.id}, version ${version}, ${state}${isInForce(set, now) ? '' : ', not in its time now'}${by === null ? '' : `, by ${by}`}`,
    `Source: ${source.name}${where === '' ? '' : ` (${where})`}; ${STANDINGS[source.standing]}.`,
    `In force from ${valid.from ?? 'ever'} until ${valid.until ?? 'further notice'}.`,
    ...notes.map((note) => `Note: ${note}`),
    '',
    table(['RULE', 'ASKS', 'FROM', 'WITHIN', 'WHERE'], set.rules.map(ruleRow)),
  ].join('\n');
}

const STANDINGS = {
  read: 'read in the source itself',
  told: 'as others report it',
  own: 'our own',
} as const;

function ruleRow({ id, act, start, limit, when, followUps }: Rule): string[] {
  const asks = [act, ...followUps].join(' + ');
  return [id, asks, start, limitText(limit), when.map(conditionsText).join(' or ')];
}

function limitText(limit: Limit): string {
  if (typeof limit === 'string') return limit;
  return Object.entries(limit)
    .map(([unit, count]) => `${count} ${unit}`)
    .join('');
}

function conditionsText(conditions: Conditions): string {
  return Object.entries(conditions)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join('/') : String(value)}`)
    .join(' and ');
}

function historyText(changes: readonly RuleChange[]): string {
  if (changes.length === 0) return 'Nobody has changed the rules that Holdfast brings along.';
  return table(
    ['AT', 'RULES', 'VERSION', 'CHANGE', 'BY'],
    changes.map(({ set, number, digest, change, by, at }) => [
      at.toISOString(),
      set.id,
      `${number}-${digest.slice(0, 12)}`,
      change,
      by,
    ]),
  );
}
