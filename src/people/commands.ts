/** `holdfast holdings …`: count the people of a holding from its data, and of any holdings together. */
import { Option, type Command } from 'commander';
import process from 'node:process';
import { systemClock } from '../kernel/clock.ts';
import type { Cli, Opened } from '../kernel/cli.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { systemFetch } from '../kernel/http/outgoing.ts';
import { newSecret } from '../kernel/ids.ts';
import { CATEGORY_BIT } from './categories.ts';
import { configuredKey, KEY_FILE_VARIABLE, KEY_VARIABLE } from './configured-key.ts';
import type { Format } from './count-files.ts';
import { FORMATS, fileExtracts } from './count-files.ts';
import { countText } from './count-text.ts';
import type { PeopleCount } from './count.ts';
import { peopleCounter } from './count.ts';
import type { Extract } from './extract.ts';
import type { PersonSet } from './hash-set.ts';
import { personSet } from './hash-set.ts';
import type { HoldingPlace } from './holding-fact.ts';
import { holdingKey } from './holding-fact.ts';
import { loadPeopleSets } from './load-sets.ts';
import type { Facet } from './people-sets.ts';
import type { PersonKey } from './person-key.ts';
import {
  createKeyFile,
  keyFromFile,
  loadPersonKey,
  personKey,
  rotateKeyFile,
} from './person-key.ts';
import { fhirServerExtract } from './read-fhir-server.ts';
import { SOURCE_VARIABLE, databaseExtract } from './source-database.ts';

/** What a count leaves behind; the composition stores it in the estate and in the people schema. */
export interface CountedPlace {
  readonly place: HoldingPlace;
  readonly count: PeopleCount;
  /** Absent in counts-only mode. */
  readonly set?: { readonly people: PersonSet; readonly key: PersonKey };
}

/** Stores a count; resolves to true when the estate took all of it. */
export type StoreCounted = (opened: Opened, counted: CountedPlace) => Promise<boolean>;

const TOKEN_VARIABLE = 'HOLDFAST_FHIR_TOKEN';
const ALL_FACETS: readonly Facet[] = [
  'persons',
  'deceased',
  'living',
  'children',
  'special',
  ...(Object.keys(CATEGORY_BIT) as Facet[]),
];

/** Adds `holdings count | union | key`. */
export function holdingsCommands(program: Command, cli: Cli, store: StoreCounted): void {
  const holdings = program
    .command('holdings')
    .description('how many people’s data a holding has, counted from the data itself');
  countCommand(holdings, cli, store);
  unionCommand(holdings, cli);
  const key = holdings.command('key').description('the person key: keep it away from the database');
  key
    .command('create')
    .argument('<file>', 'a new file, made with mode 0600')
    .description('make a person key')
    .action(async (file: string) => {
      await createKeyFile(file);
      cli.say(`Wrote ${file}. Keep a copy where no backup of the database goes.`);
      cli.out((await loadPersonKey(keyFromFile(file))).id);
    });
  key
    .command('rotate')
    .argument('<file>', 'the key file')
    .description('add a secret: hashes that leaked before match nothing counted from now on')
    .action(async (file: string) => {
      await rotateKeyFile(file);
      cli.out((await loadPersonKey(keyFromFile(file))).id);
    });
}

interface CountOptions {
  readonly format?: Format;
  readonly asset?: string;
  readonly customer?: string;
  readonly service?: string;
  readonly name?: string;
  readonly holding?: string;
  readonly table?: string;
  readonly query?: string;
  readonly fhirServer?: string;
  readonly keyFile?: string;
  readonly countsOnly?: boolean;
  readonly syntheticNumbers?: boolean;
  readonly json?: boolean;
}

function countCommand(holdings: Command, cli: Cli, store: StoreCounted): void {
  holdings
    .command('count')
    .argument('[files...]', 'CSV, JSON lines, FHIR bundles or folders of them: all of one holding')
    .description('count the people of a holding; nothing of anybody is kept but keyed hashes')
    .addOption(new Option('--format <format>', 'when the name does not say it').choices(FORMATS))
    .option('--table <name>', `count this table of the database in ${SOURCE_VARIABLE}`)
    .option(
      '--query <select>',
      `count the rows of this query of the database in ${SOURCE_VARIABLE}`,
    )
    .option('--fhir-server <url>', `count the patients of this server (token in ${TOKEN_VARIABLE})`)
    .option('--asset <key>', 'store the count as a holding on this asset')
    .option('--customer <key>', 'whose data it is')
    .option('--service <key>', 'the service that uses it')
    .option('--name <text>', 'tells holdings of one asset and customer apart')
    .option('--holding <key>', 'the key of the holding in the estate')
    .option('--key-file <file>', `the person key (or ${KEY_FILE_VARIABLE}, or ${KEY_VARIABLE})`)
    .option('--counts-only', 'store no set of hashes: unions with others are shown as bounds')
    .option('--synthetic-numbers', 'accept NHS numbers of the 999 range, which only test data have')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast holdings count clients.csv staff.csv\n  holdfast holdings count export/ --format fhir --json\n  holdfast holdings count visits.csv --asset db-rota --customer kestrel-care --key-file /etc/holdfast/person.key\n\nDatabases (PostgreSQL, MySQL, MariaDB) are named by the environment, never by arguments, which others can see:\n  HOLDFAST_SOURCE_DATABASE_URL=mysql://reader@db/care HOLDFAST_SOURCE_PASSWORD_FILE=/run/secrets/reader \\\n    holdfast holdings count --table clients',
    )
    .action(async (files: string[], options: CountOptions) => {
      const key = await keyFor(options);
      const counted = await count(files, options, key, cli);
      if (options.asset !== undefined) {
        const stored = await cli.withDatabase((opened) => store(opened, counted));
        if (!stored) cli.say('The estate could not take all of it: see holdfast estate sources.');
      }
      if (counted.count.partial) cli.exit(3);
      cli.answer(options, counted.count, () => countText(counted.count));
    });
}

/** Without a holding to store, any key gives the same counts, so one is drawn and forgotten. */
async function keyFor(options: CountOptions): Promise<PersonKey> {
  if (options.asset === undefined || options.countsOnly === true) {
    return personKey([Buffer.from(newSecret(32), 'base64url')]);
  }
  return configuredKey(options.keyFile);
}

async function count(
  files: readonly string[],
  options: CountOptions,
  key: PersonKey,
  cli: Cli,
): Promise<CountedPlace> {
  const place = placeOf(files, options);
  let told = 0;
  const counter = peopleCounter({
    key,
    source: place.key,
    asOf: systemClock.now(),
    acceptTestNumbers: options.syntheticNumbers === true,
    signal: cli.signal,
    progress: (rows) => {
      if (rows - told < 100_000) return;
      told = rows;
      cli.say(`  ${rows} rows`);
    },
  });
  for await (const extract of extractsOf(files, options, cli.signal)) await counter.add(extract);
  const result = { place, count: counter.count() };
  if (options.countsOnly === true || options.asset === undefined) return result;
  return { ...result, set: { people: personSet(counter.identities, key), key } };
}

function placeOf(files: readonly string[], options: CountOptions): HoldingPlace {
  const { customer, service, name } = options;
  const asset = options.asset ?? files[0] ?? 'query';
  const place = { asset, customer, service, name };
  return { ...place, key: options.holding ?? holdingKey(place) };
}

async function* extractsOf(
  files: readonly string[],
  options: CountOptions,
  signal: AbortSignal,
): AsyncGenerator<Extract> {
  const { format, table, query, fhirServer } = options;
  if (files.length === 0 && [table, query, fhirServer].every((each) => each === undefined)) {
    throw new HoldfastError(
      'bad_input',
      'nothing to count: name files, --table, --query or --fhir-server',
    );
  }
  yield* fileExtracts(files, format);
  if (table !== undefined) yield await databaseExtract({ table, signal }, process.env);
  if (query !== undefined) yield await databaseExtract({ query, signal }, process.env);
  if (fhirServer === undefined) return;
  if (!URL.canParse(fhirServer)) {
    throw new HoldfastError('bad_input', '--fhir-server is not an address');
  }
  const token = process.env[TOKEN_VARIABLE];
  yield fhirServerExtract(
    {
      base: fhirServer,
      fetch: systemFetch,
      signal,
      ...(token === undefined || token === '' ? {} : { token }),
    },
    `FHIR server ${new URL(fhirServer).host}`,
  );
}

interface UnionOptions {
  readonly keyFile?: string;
  readonly json?: boolean;
}

function unionCommand(holdings: Command, cli: Cli): void {
  holdings
    .command('union')
    .argument('[holdings...]', 'keys of counted holdings; all when none is named')
    .description('distinct people of these holdings together; the reading is recorded')
    .option('--key-file <file>', `the person key (or ${KEY_FILE_VARIABLE}, or ${KEY_VARIABLE})`)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast holdings union --key-file /etc/holdfast/person.key',
    )
    .action(async (names: string[], options: UnionOptions) => {
      const key = await configuredKey(options.keyFile);
      const united = await cli.withDatabase((opened) => unite(opened, key, names));
      cli.answer(options, united, () => unionText(united));
    });
}

interface United {
  readonly holdings: number;
  readonly living: { readonly low: number; readonly best: number; readonly high: number };
  /** Exact over holdings with a set; those in counts-only mode are in `living` as bounds. */
  readonly exact: Readonly<Partial<Record<Facet, number>>>;
  readonly withoutSet: readonly string[];
}

async function unite(
  { database, clock }: Opened,
  key: PersonKey,
  names: readonly string[],
): Promise<United> {
  const reading = { purpose: 'union', at: clock.now() } as const;
  const named = names.length === 0 ? undefined : new Set(names);
  const { holdings, sets, withoutSet } = await database.transaction('everything', (sql) =>
    loadPeopleSets(sql, key, reading, named),
  );
  const missing = names.find((name) => !holdings.some((each) => each.holding === name));
  if (missing !== undefined) {
    throw new HoldfastError('not_found', `No counted holding is called ${missing}`);
  }
  const all = [...holdings.keys()];
  return {
    holdings: holdings.length,
    living: sets.range(all),
    exact: Object.fromEntries(ALL_FACETS.map((facet) => [facet, sets.count(all, facet)])),
    withoutSet: holdings.filter((_, i) => withoutSet.has(i)).map((each) => each.holding),
  };
}

function unionText({ holdings, living, exact, withoutSet }: United): string {
  const lines = [
    `${holdings} holdings: ${living.best} living people (${living.low} to ${living.high})`,
  ];
  for (const [facet, people] of Object.entries(exact))
    if (people > 0) lines.push(`  ${facet}: ${people}`);
  if (withoutSet.length > 0) lines.push('', `Counts only, as bounds: ${withoutSet.join(', ')}`);
  return lines.join('\n');
}
