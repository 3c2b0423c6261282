/** `holdfast demo`: the estate of the 2022 case with invented names, in a data directory of its own, counted and stored. */
import type { Command } from 'commander';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { collect } from '../estate/collect.ts';
import type { Observation } from '../estate/schema.ts';
import type { Cli } from '../kernel/cli.ts';
import type { Config } from '../kernel/config.ts';
import { defaultDataDirectory } from '../kernel/paths.ts';
import type { DemoCount, DemoFigures } from '../people/demo.ts';
import { countDemo } from '../people/demo.ts';
import { holdingFact } from '../people/holding-fact.ts';
import type { PersonKey } from '../people/person-key.ts';
import { createKeyFile, keyFromFile, loadPersonKey } from '../people/person-key.ts';
import type { DemoEstate, DemoHolding } from '../people/synth/estate.ts';
import { demoEstate } from '../people/synth/estate.ts';
import {
  beginDemonstration,
  demoKeyFile,
  DEMONSTRATION,
  isDemonstration,
} from './demonstration.ts';
import { reportsOf, storeSet } from './holdings.ts';
import { openApp, type App } from './open.ts';
import { patchDeadlines } from './patch-deadlines.ts';
import { scanEstate } from './scan-estate.ts';

/** The day before the attack: everything of the demonstration is true from then on. */
const TRUE_AT = '2022-08-01T00:00:00.000Z';
const INTERVAL = 365 * 24 * 3600;

export function demoCommands(program: Command, cli: Cli): void {
  program
    .command('demo')
    .description('load the 2022 case with invented names into a data directory of its own')
    .option('--json', 'print the counted figures as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast demo\n  holdfast demo --json\n  holdfast --data ./demo demo && holdfast --data ./demo estate summary',
    )
    .action(async (options: { json?: boolean }) => {
      const config = demoConfig(await cli.config());
      cli.say(DEMONSTRATION);
      cli.say(`Loading it into ${config.data}`);
      const beginning = beginDemonstration(config);
      const app = await openApp(config, {
        what: 'holdfast demo',
        role: 'command',
        say: (line) => cli.say(`  ${line}`),
        clock: beginning.clock,
      });
      try {
        await beginning.mark();
        const { figures } = await load(app, cli);
        cli.say('  matching its machines with the flaws that are known without any download');
        await scanEstate({ ...app, signal: cli.signal });
        await patchDeadlines({ ...app, signal: cli.signal });
        cli.answer(options, figures, () => figuresText(figures, config.data));
      } finally {
        await app.close();
      }
    });
}

/**
 * The directory that was asked for, if nothing real is in it, else one beside it; never the database of
 * DATABASE_URL.
 */
export function demoConfig(config: Config): Config {
  const asked = config.data !== defaultDataDirectory(process.env);
  const free = !existsSync(config.data) || readdirSync(config.data).length === 0;
  const usable = asked && (free || isDemonstration(config.data));
  return { ...config, databaseUrl: undefined, data: usable ? config.data : `${config.data}-demo` };
}

async function load(app: App, cli: Cli): Promise<DemoCount> {
  const estate = demoEstate();
  const key = await demoKey(app.config.data);
  cli.say('  customers, services, machines, doors and accounts');
  await store(app, 'estate', estateFacts(estate));
  cli.say('  counting the people of its holdings');
  const counted = await countDemo(estate, {
    key,
    asOf: new Date(TRUE_AT),
    signal: cli.signal,
    progress: (done, of) => {
      if (done % 8 === 0) cli.say(`    ${done} of ${of} holdings`);
    },
  });
  const countedAt = new Date(TRUE_AT);
  await store(
    app,
    'holdings',
    counted.holdings.map(({ holding, count }) => holdingFact(placeOf(holding), count, countedAt)),
  );
  for (const { holding, count, set } of counted.holdings) {
    await storeSet(app, { place: placeOf(holding), count, set: { people: set, key } }, countedAt);
  }
  return counted;
}

async function demoKey(data: string): Promise<PersonKey> {
  const file = demoKeyFile(data);
  if (!existsSync(file)) {
    await mkdir(path.dirname(file), { recursive: true });
    await createKeyFile(file);
  }
  return loadPersonKey(keyFromFile(file));
}

async function store(app: App, name: string, facts: Iterable<Observation>): Promise<void> {
  const source = { connector: 'demo', name, interval: INTERVAL };
  await collect({ ...app, source }, reportsOf(facts, 'complete'));
}

function* estateFacts(estate: DemoEstate): Generator<Observation> {
  yield* estate.facts(TRUE_AT);
  for (const holding of estate.holdings) {
    if (holding.extract !== undefined) continue;
    const { asset, customer, service, name } = holding;
    yield {
      type: 'observation',
      kind: 'holding',
      key: holding.key,
      trueAt: TRUE_AT,
      // Nobody has counted it: its people are unknown, never zero.
      body: { asset, customer, service, name, howCounted: 'declared' },
    };
  }
}

function placeOf({ key, asset, customer, service, name }: DemoHolding) {
  return { key, asset, customer, service, name };
}

function figuresText(figures: DemoFigures, data: string): string {
  const line = (text: string, number: number): string => `${String(number).padStart(8)}  ${text}`;
  return [
    DEMONSTRATION,
    '',
    line('customers', figures.customers),
    line('of them lost data, not only the service', figures.customersExfiltrated),
    line('people in what was taken, counted', figures.persons),
    line('of them have died', figures.deceased),
    line('living people', figures.living),
    line('of them with special category data', figures.specialCategory),
    line('of them with how to enter their home', figures.homeEntry),
    '',
    'In it, it was the night of 4 August 2022 when you loaded it, and time goes on from there.',
    `Look around: holdfast --data ${data} exposure   (or plan, patches, mfa, findings, estate summary)`,
  ].join('\n');
}
