/** `holdfast network`: what listens on the networks, and what a scan would touch before it touches anything. */
import { InvalidArgumentError, type Command } from 'commander';
import type { CollectionRecord } from '../estate/model.ts';
import { readServicesPage, type ListedService, type ServicesPage } from '../estate/services.ts';
import { readNetworkRanges } from '../estate/store-sightings.ts';
import { Config as ScanConfig } from '../connectors/tcp-scan/config.ts';
import { planOf, portsTextOf } from '../connectors/tcp-scan/plan.ts';
import { table, type Cli } from '../kernel/cli.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { rangeText } from '../kernel/ip.ts';
import { collectShown, recordsText } from './collect.ts';
import { configuredSources, labelOf, type ConfiguredSource } from './sources.ts';

interface ListOptions {
  readonly network?: string;
  readonly asset?: string;
  readonly port?: number;
  readonly unknown?: boolean;
  readonly limit: number;
  readonly after?: string;
  readonly json?: boolean;
}

interface ScanOptions {
  readonly plan?: boolean;
  readonly json?: boolean;
}

export function networkCommands(program: Command, cli: Cli): void {
  const network = program
    .command('network')
    .description('services that listen on the networks, those of assets that nobody knows first')
    .option('--network <key>', 'only of this network')
    .option('--asset <key>', 'only of this asset')
    .option('--port <number>', 'only this port', number)
    .option('--unknown', 'only of assets that nobody knows')
    .option('--limit <count>', 'at most this many lines', number, 200)
    .option('--after <place>', 'what the page before gave as next')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast network --unknown\n  holdfast network --network ward --port 3389 --json\n  holdfast network scan --plan\n\nThe guide: docs/guide/network.md',
    )
    .action((options: ListOptions) => list(options, cli));
  network
    .command('scan')
    .argument('[names...]', 'tcp-scan sources of the configuration; all when none is named')
    .description(
      'look at declared ranges, where it is enabled; --plan only says what it would touch',
    )
    .option('--plan', 'say which addresses and ports, how fast and how long, and touch nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast network scan --plan\n  holdfast network scan ward\n\nIt is off until its source says enabled and authorisedBy (docs/guide/network.md).',
    )
    .action((names: string[], _options: ScanOptions, command: Command) =>
      // Of the parent's options one has the same name, and would keep it for itself.
      scan(names, command.optsWithGlobals<ScanOptions>(), cli),
    );
}

async function list(options: ListOptions, cli: Cli): Promise<void> {
  const { json, unknown, ...filter } = options;
  await cli.withDatabase(async ({ database, clock }) => {
    const page = await database.transaction('everything', (sql) =>
      readServicesPage(sql, { ...filter, ...(unknown === true ? { unknown } : {}) }, clock.now()),
    );
    cli.answer({ ...(json === undefined ? {} : { json }) }, page, () => servicesText(page));
  });
}

export function servicesText({ totals, services, next }: ServicesPage): string {
  const { services: all, assets, unknownAssets } = totals;
  const head = `${all} services on ${assets} assets; ${unknownAssets} assets are unknown: nobody knows what answers there.`;
  if (services.length === 0) return head;
  const rows = services.map((each) => [
    each.unknown ? `${each.asset} (unknown)` : each.asset,
    `${each.transport}/${each.port}`,
    each.loopbackOnly ? 'itself only' : each.address,
    each.program ?? each.product ?? each.banner ?? '-',
    answersText(each),
    certificateText(each),
    each.answeredAt?.slice(0, 16) ?? '-',
  ]);
  const header = ['ASSET', 'PORT', 'AT', 'WHAT', 'FROM OUTSIDE', 'CERTIFICATE', 'LAST ANSWERED'];
  const why = new Map(
    services.filter(({ unknown }) => unknown).map((each) => [each.asset, each.why]),
  );
  return [
    head,
    '',
    table(header, rows),
    ...(why.size === 0 ? [] : ['', ...[...why].map(([asset, text]) => `${asset}: ${text}`)]),
    ...(next === null ? [] : ['', `More: --after '${next}'`]),
  ].join('\n');
}

function answersText({ answers }: ListedService): string {
  const words = answers.map(({ from, state }) => `${state}${from === null ? '' : ` from ${from}`}`);
  return words.length === 0 ? '-' : [...new Set(words)].join(', ');
}

function certificateText({ certificate }: ListedService): string {
  if (certificate === null) return '-';
  const until = certificate.notAfter?.slice(0, 10) ?? 'unknown';
  return `${certificate.subject}, ${certificate.expired ? `EXPIRED ${until}` : `until ${until}`}`;
}

interface ShownPlan {
  readonly source: string;
  readonly enabled: boolean;
  readonly authorisedBy: string | null;
  /** Why nothing would be touched, and what to do; null where it may begin. */
  readonly refused: string | null;
  readonly ranges: readonly string[];
  readonly addresses: string;
  readonly ports: string;
  readonly connections: string;
  readonly connectionsPerSecond: number | null;
  readonly seconds: number | null;
  readonly carefulWith: readonly string[];
}

async function scan(names: readonly string[], options: ScanOptions, cli: Cli): Promise<void> {
  const scans = chosen(configuredSources(await cli.config()), names);
  await cli.withDatabase(async ({ database, clock, log }) => {
    const networks = await database.transaction('everything', readNetworkRanges);
    const plans = scans.map((source) => shownPlan(source, networks));
    if (options.plan === true) {
      cli.answer(options, plans, () => plans.map(planText).join('\n\n'));
      return;
    }
    const records: CollectionRecord[] = [];
    for (const [at, source] of scans.entries()) {
      const plan = plans[at];
      if (plan !== undefined) cli.say(planText(plan));
      records.push(await collectShown(source, { database, clock, log, signal: cli.signal }));
    }
    if (records.some((record) => record.outcome !== 'complete')) cli.exit(3);
    cli.answer(options, records, () => recordsText(records));
  });
}

function chosen(all: readonly ConfiguredSource[], names: readonly string[]): ConfiguredSource[] {
  const scans = all.filter(({ connector }) => connector === 'tcp-scan');
  const found = scans.filter((source) => names.length === 0 || names.includes(source.name));
  const stranger = names.find((name) => !scans.some((source) => source.name === name));
  if (stranger === undefined && found.length > 0) return found;
  throw new HoldfastError(
    'not_found',
    stranger === undefined
      ? 'No tcp-scan source is configured'
      : `No tcp-scan source is called ${stranger}`,
    { remedy: 'docs/guide/network.md tells how to configure one.' },
  );
}

function shownPlan(
  source: ConfiguredSource,
  networks: readonly { readonly key: string; readonly cidrs: readonly string[] }[],
): ShownPlan {
  const config = ScanConfig.parse(source.settings);
  const declared = networks.find(({ key }) => key === config.network)?.cidrs ?? [];
  const planned = planOf(config, declared);
  const enabled = config.enabled === true;
  const off = 'it is not enabled: set enabled: true and authorisedBy';
  const start = { source: labelOf(source), enabled, authorisedBy: config.authorisedBy ?? null };
  if ('refusal' in planned) {
    const { why, remedy } = planned.refusal;
    const none = { ranges: [], addresses: '0', ports: '', connections: '0', carefulWith: [] };
    return {
      ...start,
      refused: `${why}. ${remedy}`,
      ...none,
      connectionsPerSecond: null,
      seconds: null,
    };
  }
  const { plan } = planned;
  return {
    ...start,
    refused: enabled ? null : off,
    ranges: plan.ranges.map(rangeText),
    addresses: String(plan.addresses),
    ports: portsTextOf(plan.ports),
    connections: String(plan.connections),
    connectionsPerSecond: plan.connectionsPerSecond,
    seconds: plan.seconds,
    carefulWith: plan.fragile.map(({ ports, what, limit, why }) => {
      const kept = limit === 'never' ? 'never touched' : 'a connection, no byte';
      return `${ports.join(', ')} ${what}: ${kept}; ${why}`;
    }),
  };
}

function planText(plan: ShownPlan): string {
  const may =
    plan.refused === null ? `enabled by ${plan.authorisedBy ?? ''}` : `refused: ${plan.refused}`;
  if (plan.seconds === null) return `${plan.source}: ${may}`;
  return [
    `${plan.source}: ${may}`,
    `  addresses    ${plan.addresses}: ${plan.ranges.join(', ')}`,
    `  TCP ports    ${plan.ports}`,
    `  connections  ${plan.connections}, ${plan.connectionsPerSecond ?? 0} a second, about ${Math.ceil(plan.seconds / 60)} minutes`,
    ...plan.carefulWith.map((each) => `  careful with ${each}`),
  ].join('\n');
}

function number(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 100_000) return value;
  throw new InvalidArgumentError('must be a whole number.');
}
