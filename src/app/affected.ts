/** `holdfast affected`: a flaw, and which assets, customers, services and people it concerns. */
import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { askDatabase, type AskedAnswer, type ReverseQuestion } from '../exposure/reverse/ask.ts';
import { questionOf } from '../exposure/reverse/handlers.ts';
import { REVERSE_LISTS, type ReverseList } from '../exposure/reverse/model.ts';
import { peopleText, shownAnswer } from '../exposure/reverse/show.ts';
import { table, type Cli } from '../kernel/cli.ts';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { keyIfConfigured } from '../people/configured-key.ts';

interface AffectedOptions {
  readonly advisory?: string;
  readonly package?: string;
  readonly range?: string;
  readonly list: ReverseList;
  readonly customer?: string;
  readonly service?: string;
  readonly division?: string;
  readonly after?: string;
  readonly limit: number;
  readonly keyFile?: string;
  readonly json?: boolean;
}

export function affectedCommands(program: Command, cli: Cli): void {
  program
    .command('affected')
    .argument('[name]', 'a CVE or another name of a flaw that was found in the estate')
    .description('which assets, customers, services and people a flaw concerns')
    .option('--advisory <file>', 'an advisory that need not be taken over yet: OSV or CSAF, JSON')
    .option('--package <purl>', 'a package URL without a version, with --range')
    .option('--range <vers>', 'versions of --package, as vers:npm/<4.17.21')
    .addOption(new Option('--list <what>', 'what to list').choices(REVERSE_LISTS).default('assets'))
    .option('--customer <key>', 'only what has to do with this customer')
    .option('--service <key>', 'only what has to do with this service')
    .option('--division <key>', 'only assets of this division')
    .option('--after <key>', 'only lines after this key: the next page')
    .option('--limit <count>', 'at most this many lines', count, 50)
    .option('--key-file <file>', 'the person key, for exact numbers of people')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, options: AffectedOptions) => {
      const question = await questionFrom(name, options);
      const personKey = await keyIfConfigured(options.keyFile);
      const { list, after, limit, customer, service, division } = options;
      const answer = await cli.withDatabase(({ database, clock }) =>
        askDatabase(
          { database, clock, personKey },
          question,
          { customer, service, division },
          { list, after, limit },
        ),
      );
      cli.answer(options, shownAnswer(answer), () => affectedText(answer, list));
    });
}

const EXAMPLES = `
Examples:
  holdfast affected CVE-2021-44228
  holdfast affected CVE-2020-1472 --list customers --json
  holdfast affected --advisory GHSA-jfh8-c2jp-5v3q.json
  holdfast affected --package pkg:npm/lodash --range 'vers:npm/<4.17.21'`;

async function questionFrom(
  name: string | undefined,
  { advisory, package: purl, range }: AffectedOptions,
): Promise<ReverseQuestion> {
  if (advisory === undefined) return questionOf(name, purl, range);
  if (name !== undefined || purl !== undefined || range !== undefined)
    throw new HoldfastError('bad_input', '--advisory asks by itself: name nothing else');
  return { advisory: await documentOf(advisory) };
}

async function documentOf(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new HoldfastError('bad_file', `${file} cannot be read (${systemCode(cause)})`, { cause });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new HoldfastError('bad_file', `${file} is not JSON`, {
      remedy: 'Give one record in the OSV schema, or a CSAF document.',
      cause,
    });
  }
}

function affectedText(answer: AskedAnswer, list: ReverseList): string {
  const { about, affected, possible, rows, next, problem } = answer;
  const lines = [`${about}: ${totalsText(affected)}.`];
  if (possible.assets > affected.assets)
    lines.push(`With what cannot be told from versions: ${totalsText(possible)}.`);
  const by = Object.entries(possible.people.by);
  if (by.length > 0)
    lines.push(`Of these people: ${by.map(([of, { best }]) => `${of} ${best}`).join(', ')}.`);
  if (problem !== undefined) lines.push(`Sets of people could not be opened: ${problem}`);
  if (rows.length > 0) {
    const columns = [list.slice(0, -1).toUpperCase(), 'NAME', 'STATE', 'ASSETS', 'HOLDINGS'];
    lines.push(
      '',
      table(
        list === 'assets' ? [...columns, 'COMPONENTS'] : columns,
        rows.map(({ key, name, state, assets, holdings, components }) => [
          key,
          name,
          state,
          assets,
          holdings,
          ...(list === 'assets' ? [componentsText(components, answer.purls)] : []),
        ]),
      ),
    );
  }
  if (next !== null) lines.push('', `More: --after '${next}'`);
  return lines.join('\n');
}

function totalsText({ assets, customers, services, people }: AskedAnswer['affected']): string {
  const counted = [
    many(assets, 'asset'),
    many(customers, 'customer'),
    many(services, 'service'),
    peopleText(people),
  ];
  return counted.join(', ');
}

function many(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

const SHOWN = 2;

function componentsText(ids: readonly number[], purls: ReadonlyMap<number, string>): string {
  const names = ids.slice(0, SHOWN).map((id) => (purls.get(id) ?? '').replace(/\?.*$/, ''));
  const more = ids.length - SHOWN;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100_000) return value;
  throw new InvalidArgumentError('must be a number from 1 to 100000.');
}
