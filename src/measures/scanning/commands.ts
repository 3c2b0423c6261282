/** `holdfast findings` and `holdfast coverage scanning`. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { feedProblem } from '../../advisories/model.ts';
import { PENDING_UPDATE, PENDING_UPLOAD } from '../../advisories/pending-upload.ts';
import { reachedText } from '../../estate/reached.ts';
import { ageText, table, type Cli, type Opened } from '../../kernel/cli.ts';
import { coveragePage, coverageTotals, gapsOf } from './coverage.ts';
import { cursorOf, cursorText } from './cursor.ts';
import type { FindingsReader } from './findings-reader.ts';
import type { Coverage, FindingOrder, ListedFinding } from './model.ts';
import {
  readCoverage,
  readFindingsPage,
  type FindingsPage,
  type FindingsQuestion,
  type Scope,
} from './read.ts';
import { SEVERITIES, SHOWN_STATES } from './schema.ts';
import { COVERAGE_STATES, FINDING_ORDERS, SCAN_KINDS } from './model.ts';

interface FindingOptions extends Scope {
  readonly name?: string;
  readonly state?: (typeof SHOWN_STATES)[number];
  readonly after?: string;
  readonly severity?: (typeof SEVERITIES)[number];
  readonly kev?: boolean;
  readonly fixable?: boolean;
  readonly by: FindingOrder;
  readonly limit: number;
  readonly json?: boolean;
}

interface CoverageOptions extends Scope {
  readonly kind?: string;
  readonly state?: string;
  readonly after?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

/** What restricts both to a part of the estate. */
function scoped(command: Command): Command {
  return command
    .option('--asset <name>', 'only of this asset (key or host name)')
    .option('--customer <key>', 'only of assets of this customer, or with its data')
    .option('--service <key>', 'only of assets that serve this service, or with its data')
    .option('--division <key>', 'only of assets of this division');
}

/** Findings with the people at risk behind them: other parts know these. */
export type ByPeople = (opened: Opened) => Promise<FindingsReader>;

export function scanningCommands(byPeople: ByPeople): (program: Command, cli: Cli) => void {
  return (program, cli) => {
    findingsCommand(program, cli, byPeople);
    coverageCommand(program, cli);
  };
}

function findingsCommand(program: Command, cli: Cli, byPeople: ByPeople): void {
  scoped(program.command('findings'))
    .description(
      'known flaws in what the assets of the estate hold, those with most people behind them first',
    )
    .option('--name <id>', 'only this flaw: a CVE or another of its names')
    .addOption(new Option('--severity <word>', 'only these').choices(SEVERITIES))
    .addOption(new Option('--state <state>', 'only these').choices(SHOWN_STATES))
    .option('--kev', 'only those that are known to be exploited')
    .option('--fixable', 'only those that a newer version repairs')
    .addOption(
      new Option('--by <order>', 'by the people behind it, or by exploitation and severity alone')
        .choices(FINDING_ORDERS)
        .default('people'),
    )
    .option('--limit <count>', 'at most this many lines', count, 50)
    .option('--after <next>', 'the page after the one that gave this as `next`')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast findings --kev\n  holdfast findings --asset web1 --fixable\n  holdfast findings --name CVE-2020-1472 --json',
    )
    .action((options: FindingOptions) => findings(options, cli, byPeople));
}

function coverageCommand(program: Command, cli: Cli): void {
  const coverage = program
    .command('coverage')
    .description('which assets a measure does not reach, and why');
  scoped(coverage.command('scanning'))
    .description('assets × kinds of scan that they should have; unknown is a gap')
    .addOption(new Option('--kind <kind>', 'only this kind').choices(SCAN_KINDS))
    .addOption(new Option('--state <state>', 'only these').choices(COVERAGE_STATES))
    .option('--limit <count>', 'at most this many lines', count)
    .option('--after <key>', 'only assets after this one: the next page')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast coverage scanning\n  holdfast coverage scanning --state uncovered --json\n  holdfast coverage scanning --customer kestrel-care --limit 100',
    )
    .action((options: CoverageOptions) => scanCoverage(options, cli));
}

async function scanCoverage(options: CoverageOptions, cli: Cli): Promise<void> {
  await cli.withDatabase(async ({ database, clock }) => {
    const all = await database.transaction('everything', (sql) =>
      readCoverage(sql, clock.now(), scopeOf(options)),
    );
    const { rows, next } = coveragePage(all, options, options.limit ?? Infinity);
    const totals = coverageTotals(all);
    cli.answer(options, { totals, coverage: rows, next }, () => {
      const text = coverageText(rows, all);
      return next === null ? text : `${text}\n\nMore: --after '${next}'`;
    });
  });
}

async function findings(options: FindingOptions, cli: Cli, byPeople: ByPeople): Promise<void> {
  await cli.withDatabase(async (opened) => {
    const { database, clock } = opened;
    const { by: order, after, limit } = options;
    const filter = {
      ...scopeOf(options),
      name: options.name,
      ...(options.state === undefined ? {} : { states: [options.state] }),
      ...(options.severity === undefined ? {} : { severities: [options.severity] }),
      ...(options.kev === undefined ? {} : { knownExploited: true }),
      ...(options.fixable === undefined ? {} : { fixable: true }),
    };
    const page =
      order === 'people'
        ? await (
            await byPeople(opened)
          )({ ...filter, order, after, limit })
        : await pageByRank(database, { ...filter, after: cursorOf(after, order), limit });
    cli.answer(options, withoutPlaces(page), () => {
      const text = findingsText(page, clock.now());
      return page.next === null ? text : `${text}\n\nMore: --after ${page.next}`;
    });
  });
}

/** People at risk take a while to work out: who asks for another order is not kept waiting for them. */
async function pageByRank(
  database: Opened['database'],
  question: FindingsQuestion,
): Promise<FindingsPage & { readonly next: string | null }> {
  const { limit } = question;
  const page = await database.transaction('everything', (sql) =>
    readFindingsPage(sql, { ...question, limit: limit + 1 }),
  );
  const findings = page.findings.slice(0, limit);
  const last = page.findings.length > limit ? findings.at(-1) : undefined;
  return { ...page, findings, next: last === undefined ? null : cursorText(last) };
}

/** Places are of one order only, and that is what `next` is for. */
function withoutPlaces<Page extends FindingsPage>(page: Page) {
  const findings = page.findings.map((each) => {
    const shown: Partial<ListedFinding> = { ...each };
    delete (shown as { place?: number }).place;
    return shown;
  });
  return { ...page, findings };
}

function scopeOf({ asset, customer, service, division }: Scope): Scope {
  return { asset, customer, service, division };
}

const NO_ADVISORIES =
  'unknown. There are no advisories here yet: holdfast advisories update brings them.';

const COLUMNS = [
  'FLAW',
  'SEVERITY',
  'EXPLOITED',
  'EPSS',
  'COMPONENT',
  'FIXED IN',
  'ASSETS',
  'SINCE',
] as const;

/** The counts first, then the worst, then what the feeds cannot tell. */
export function findingsText(page: FindingsPage, now: Date, most = Infinity): string {
  const { counts, feeds } = page;
  const isNothing = feeds.every(({ source }) => source === 'rules');
  if (isNothing && page.findings.length === 0) return NO_ADVISORIES;
  const stale = feeds.filter((feed) => feedProblem(feed, now) !== undefined);
  const lines = [
    ...(isNothing ? [NO_ADVISORIES] : []),
    `${counts.affected} findings, ${counts.knownExploited} known to be exploited, ${counts.critical} critical, ${counts.high} high; ${counts.fixable} have a fix; ${counts.undecided} undecided.`,
  ];
  const people = page.findings.some((each) => each.people !== undefined);
  if (page.findings.length > 0) {
    lines.push(
      '',
      table(
        [...(people ? ['PEOPLE'] : []), ...COLUMNS],
        grouped(page.findings)
          .slice(0, most)
          .map((each) => [...(people ? [reachedText(each.people)] : []), ...findingRow(each, now)]),
      ),
    );
  }
  if (stale.length > 0)
    lines.push(
      '',
      `Too old to prove that nothing else is wrong: ${stale.map(({ id, asOf }) => `${id} (${asOf.slice(0, 10)})`).join(', ')}.`,
    );
  return lines.join('\n');
}

interface Group extends ListedFinding {
  /** Further components with the same flaw, most often built from the same source. */
  readonly more: number;
}

/** One line a flaw and source: a library comes in many packages. */
function grouped(findings: readonly ListedFinding[]): Group[] {
  const groups = new Map<string, { -readonly [Field in keyof Group]: Group[Field] }>();
  for (const each of findings) {
    const { id, explain } = each.finding;
    const key = `${id} ${explain.matched.name} ${explain.matched.version}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { ...each, more: 0 });
    else {
      known.more += 1;
      known.assets = Math.max(known.assets, each.assets);
    }
  }
  return [...groups.values()];
}

const PENDING: Readonly<Record<string, string>> = {
  [PENDING_UPLOAD]: 'pending security upload',
  [PENDING_UPDATE]: 'pending security update',
};

function findingRow({ finding, assets, firstSeen, more }: Group, now: Date): (string | number)[] {
  const { aliases, upstream, severity, kev, epss, purl, fixed, state } = finding;
  const name =
    [finding.id, ...aliases, ...upstream].find((each) => /^CVE-/.test(each)) ??
    PENDING[finding.id] ??
    finding.id;
  const exploited = kev === null ? '-' : kev.ransomware ? 'ransomware' : 'yes';
  return [
    state === 'affected' ? name : `${name}?`,
    severity.score === null ? severity.word : `${severity.word} ${severity.score.toFixed(1)}`,
    exploited,
    epss === null ? '-' : epss.score.toFixed(3),
    more === 0 ? shortName(purl) : `${shortName(purl)} and ${more} more`,
    fixed[0] ?? '-',
    assets,
    ageText(now.getTime() - firstSeen.getTime()),
  ];
}

/** `pkg:deb/debian/openssl@3.0.15?arch=…` → `openssl 3.0.15`. */
function shortName(purl: string): string {
  const [path = ''] = purl.replace(/^pkg:[^/]+\//, '').split(/[?#]/);
  const at = path.lastIndexOf('@');
  const name = at < 1 ? path : path.slice(0, at);
  const version = at < 1 ? '' : ` ${path.slice(at + 1)}`;
  const last =
    purl.startsWith('pkg:deb/') || purl.startsWith('pkg:rpm/') || purl.startsWith('pkg:apk/')
      ? (name.split('/').at(-1) ?? name)
      : name;
  return decode(`${last}${version}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function coverageText(shown: readonly Coverage[], all: readonly Coverage[]): string {
  if (all.length === 0) return 'No asset is known yet.';
  const totals = table(
    ['SCAN', 'COVERED', 'UNCOVERED', 'UNKNOWN'],
    coverageTotals(all).map(({ kind, covered, uncovered, unknown }) => [
      kind,
      covered,
      uncovered,
      unknown,
    ]),
  );
  const gaps = gapsOf(shown);
  if (gaps.length === 0) return totals;
  const rows = gaps.map(({ asset, kind, state, reason, at }) => [
    asset,
    kind,
    state,
    reason,
    at === null ? 'never' : at.toISOString().slice(0, 16),
  ]);
  return `${totals}\n\n${table(['ASSET', 'SCAN', 'STATE', 'WHY', 'LAST LOOKED AT'], rows)}`;
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100_000) return value;
  throw new InvalidArgumentError('must be a number from 1 to 100000.');
}
