/** `holdfast estate …`: what is known, now or at a past moment. */
import { Option, InvalidArgumentError, type Command } from 'commander';
import { ageText, table, type Cli } from '../kernel/cli.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Entity, SourceRecord } from './model.ts';
import { KINDS, Kind } from './schema.ts';
import { exportCommand } from './commands-export.ts';
import { requireEntity } from './handlers.ts';
import { importCommand } from './commands-import.ts';
import { readEntities, readInventory, readSources } from './store-read.ts';
import { readSummary, type EstateSummary } from './summary.ts';

interface ReadOptions {
  readonly json?: boolean;
  readonly asAt?: Date;
}

export function estateCommands(program: Command, cli: Cli): void {
  const estate = program
    .command('estate')
    .description('what is known of customers, services, assets, doors, accounts and holdings');
  importCommand(estate, cli);
  exportCommand(estate, cli);
  estate
    .command('summary')
    .description('counts per kind, sources and what they could not see')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  holdfast estate summary --json')
    .action((options: ReadOptions) =>
      cli.withDatabase(async ({ database, clock }) => {
        const summary = await database.transaction('everything', (sql) =>
          readSummary(sql, clock.now()),
        );
        cli.answer(options, summary, () => summaryText(summary));
      }),
    );
  estate
    .command('list')
    .argument('<kind>', KINDS.join(', '), parseKind)
    .description('everything of one kind')
    .addOption(asAtOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast estate list door\n  holdfast estate list account --as-at 2026-10-01T00:00:00Z --json',
    )
    .action((kind: Kind, options: ReadOptions) =>
      cli.withDatabase(async ({ database }) => {
        const entities = await database.transaction('everything', (sql) =>
          readEntities(sql, { kind }, options.asAt),
        );
        cli.answer(options, entities, () => listText(kind, entities));
      }),
    );
  estate
    .command('show')
    .argument('<kind>', KINDS.join(', '), parseKind)
    .argument('<name>', 'the key, or a host name of an asset')
    .description('one thing with every fact, who says it, since when, and where sources disagree')
    .addOption(asAtOption())
    .option('--components', 'with the installed components of an asset')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast estate show asset citrix-gateway\n  holdfast estate show asset rota-web-1 --components --as-at 2026-10-01',
    )
    .action((kind: Kind, name: string, options: ReadOptions & { components?: boolean }) =>
      cli.withDatabase(async ({ database, clock }) => {
        const shown = await database.transaction('everything', async (sql) => {
          const entity = await requireEntity(sql, kind, name, options.asAt);
          const sources = await readSources(sql, clock.now(), options.asAt);
          const components =
            options.components === true
              ? await readInventory(sql, entity.id, options.asAt)
              : undefined;
          return {
            entity,
            sources: sources.filter((source) => entity.sources.includes(source.id)),
            components,
          };
        });
        cli.answer(options, shown, () => showText(shown.entity, shown.sources, shown.components));
      }),
    );
  estate
    .command('sources')
    .description('where facts come from, and how each last collection ended')
    .option('--json', 'print JSON')
    .action((options: ReadOptions) =>
      cli.withDatabase(async ({ database, clock }) => {
        const now = clock.now();
        const sources = await database.transaction('everything', (sql) => readSources(sql, now));
        cli.answer(options, sources, () => sourcesText(sources, now));
      }),
    );
}

export function asAtOption(): Option {
  return new Option(
    '--as-at <moment>',
    'as it was known at this moment (2026-10-01 or 2026-10-01T08:30:00Z)',
  ).argParser(parseMoment);
}

export function parseMoment(text: string): Date {
  const full = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
  const moment = new Date(full);
  // JavaScript takes 30 February for 2 March.
  const day = new Date(`${full.slice(0, 10)}T00:00:00Z`);
  const exists = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(full.slice(0, 10));
  const written = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(full);
  if (!written || !exists || Number.isNaN(moment.getTime())) {
    throw new InvalidArgumentError(
      'Give a date (2026-10-01, its first moment in UTC) or a moment with its zone (2026-10-01T08:30:00Z).',
    );
  }
  if (moment > systemClock.now()) {
    throw new InvalidArgumentError('This moment is still to come: nothing is known of it yet.');
  }
  return moment;
}

function parseKind(text: string): Kind {
  const kind = Kind.safeParse(text);
  if (!kind.success) throw new InvalidArgumentError(`The kinds are ${KINDS.join(', ')}.`);
  return kind.data;
}

export function summaryText(summary: EstateSummary): string {
  if (summary.kinds.every((kind) => kind.known === 0))
    return `Nothing is known yet.\n\n${sourcesText(summary.sources, summary.at)}`;
  const kinds = table(
    ['KIND', 'KNOWN', 'FRESH', 'STALE', 'NOT DESCRIBED', 'SEEN BY ONE SOURCE ONLY'],
    summary.kinds
      .filter((kind) => kind.known > 0)
      .map((kind) => [
        kind.kind,
        kind.known,
        kind.fresh,
        kind.stale,
        kind.undescribed,
        summary.seenBy.find((row) => row.kind === kind.kind)?.onlyOne ?? 0,
      ]),
  );
  const { distinct, installed, assets } = summary.components;
  const lines = [
    kinds,
    '',
    `${installed} components installed on ${assets} assets, ${distinct} distinct.`,
    '',
    sourcesText(summary.sources, summary.at),
  ];
  if (summary.unseen.length > 0) lines.push('', 'Could not be seen:', unseenText(summary));
  return lines.join('\n');
}

const MOST_LINES = 30;

function unseenText(summary: EstateSummary): string {
  const lines = summary.unseen.slice(0, MOST_LINES).map((each) => {
    const detail = each.detail === undefined ? '' : `: ${each.detail}`;
    return `  ${each.connector}/${each.name}: ${each.what} (${each.reason}${detail})`;
  });
  const more = summary.unseen.length - lines.length;
  return [
    ...lines,
    ...(more > 0 ? [`  and ${more} more (holdfast estate summary --json)`] : []),
  ].join('\n');
}

export function sourcesText(sources: readonly SourceRecord[], now: Date): string {
  if (sources.length === 0) return 'No source has been collected yet.';
  return table(
    ['SOURCE', 'LAST COLLECTION', 'ENDED', 'FRESHNESS', 'SEEN', 'CHANGED', 'GONE', 'UNSEEN'],
    sources.map((source) => sourceRow(source, now)),
  );
}

function sourceRow(source: SourceRecord, now: Date): (string | number)[] {
  const last = source.lastCollection;
  const seen =
    source.lastSeenAt === null
      ? 'never'
      : `${ageText(now.getTime() - source.lastSeenAt.getTime())} ago`;
  const outcome = last === null ? 'none' : (last.outcome ?? 'running');
  const counts =
    last === null ? [0, 0, 0, 0] : [last.observed, last.changed, last.gone, last.unseen.length];
  return [
    `${source.connector}/${source.name}`,
    outcome,
    seen,
    source.stale ? 'STALE' : 'fresh',
    ...counts,
  ];
}

function listText(kind: Kind, entities: readonly Entity[]): string {
  if (entities.length === 0) return `No ${kind} is known.`;
  return table(
    ['KEY', 'NAME', 'SOURCES', 'CONFLICTS', 'TRUE AT'],
    entities.map((entity) => [
      entity.key,
      nameOf(entity),
      entity.sources.length,
      entity.conflicts.length,
      entity.trueAt.toISOString(),
    ]),
  );
}

function nameOf(entity: Entity): string {
  for (const field of ['name', 'login', 'type']) {
    const value = entity.body[field];
    if (typeof value === 'string') return value;
  }
  return '';
}

function showText(
  entity: Entity,
  sources: readonly SourceRecord[],
  components: readonly { name: string; version: string; section: string }[] | undefined,
): string {
  const facts = Object.entries(entity.body).map(
    ([field, value]) => `  ${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const lines = [
    `${entity.kind} ${entity.key}`,
    ...facts,
    `  true at ${entity.trueAt.toISOString()}, learned at ${entity.learnedAt.toISOString()}`,
    `  from ${sources.map((source) => `${source.connector}/${source.name}${source.stale ? ' (stale)' : ''}`).join(', ')}`,
    ...entity.conflicts.map(
      (conflict) =>
        `  sources disagree on ${conflict.field}: ${conflict.values.map((voice) => JSON.stringify(voice.value)).join(' / ')}`,
    ),
  ];
  if (components !== undefined) {
    lines.push(
      '',
      table(
        ['SECTION', 'COMPONENT', 'VERSION'],
        components.map((each) => [each.section, each.name, each.version]),
      ),
    );
  }
  return lines.join('\n');
}
