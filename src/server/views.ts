/** What the console's pages show, read from the estate. */
import os from 'node:os';
import type { Entity, SourceRecord } from '../estate/model.ts';
import { countInventory, countLocalAccounts } from '../estate/store-asset.ts';
import { findEntity, readEntities, readSources } from '../estate/store-read.ts';
import { readSummary } from '../estate/summary.ts';
import type { EstateSummary } from '../estate/summary.ts';
import type { PeopleRankings } from '../estate/reached.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database, Sql } from '../kernel/sql/database.ts';
import { exposureReader } from '../exposure/read.ts';
import { peopleRankings } from '../exposure/rankings.ts';
import { findingsReader, type FindingsReader } from '../measures/scanning/findings-reader.ts';
import { mfaReader, type MfaReader } from '../measures/mfa/read.ts';
import { readFindingsView } from './findings-view.ts';
import type { Views } from './console.ts';
import type { AssetJoinedViews } from './asset-joined.ts';
import type { CoverageViews } from './coverage-view.ts';
import type { ExposureViews } from './exposure-view.ts';
import type { PatchViews } from './patches-view.ts';
import { readPathsView } from './paths-view.ts';
import { assetFacts, bodyOf, doorView, nameOf, osText, restartReasons } from './facts.ts';
import type { AssetsView, AssetView } from './pages/asset-page.ts';
import type { EstateView, MachineView, SeenBy, SourceView } from './pages/estate-page.ts';

const PAGE_SIZE = 200;

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  /** Host name of the machine we run on; its asset gets a place on the first page. */
  readonly hostname?: string;
  readonly mfa?: MfaReader;
  readonly rankings?: PeopleRankings;
  readonly findings?: FindingsReader;
}

/** What the estate and its lists alone can tell. */
export type EstateViews = Omit<
  Views,
  keyof ExposureViews | keyof PatchViews | keyof CoverageViews | keyof AssetJoinedViews
>;

export function estateViews({
  database,
  clock,
  hostname = os.hostname(),
  mfa = mfaReader({ database, clock }),
  rankings = peopleRankings({
    database,
    clock,
    exposure: exposureReader({ database, clock, mfa }),
  }),
  findings = findingsReader({ database, rankings }),
}: Options): EstateViews {
  const read = <T>(work: (sql: Sql) => Promise<T>) => database.transaction('everything', work);
  return {
    estate: () => read((sql) => readEstate(sql, clock.now(), hostname)),
    assets: (after) => read((sql) => readAssets(sql, clock.now(), after)),
    asset: (key) => read((sql) => readAsset(sql, clock.now(), key)),
    paths: (after, door) => readPathsView({ reader: mfa, rankings }, after, door),
    findings: (question) => readFindingsView({ database, findings }, clock.now(), question),
  };
}

async function readEstate(sql: Sql, now: Date, hostname: string): Promise<EstateView> {
  const summary = await readSummary(sql, now);
  return {
    at: now,
    kinds: summary.kinds.filter((kind) => kind.known > 0),
    machine: await readMachine(sql, hostname),
    sources: summary.sources.map(sourceView),
    seenBy: seenByView(summary),
  };
}

function seenByView(summary: EstateSummary): SeenBy {
  const connectors = [...new Set(summary.sources.map((source) => source.connector))].sort();
  const known = new Map(summary.kinds.map((kind) => [kind.kind, kind.known]));
  const rows = summary.seenBy
    .map((row) => ({
      kind: row.kind,
      counts: connectors.map((connector) => row.connectors[connector] ?? 0),
      onlyOne: row.onlyOne,
      known: known.get(row.kind) ?? 0,
    }))
    .filter((row) => row.known > 0);
  return { connectors, rows };
}

function sourceView(source: SourceRecord): SourceView {
  const last = source.lastCollection;
  return {
    connector: source.connector,
    name: source.name,
    intervalSeconds: source.interval,
    stale: source.stale,
    lastSeenAt: source.lastSeenAt ?? undefined,
    last:
      last === null
        ? undefined
        : { ...last, endedAt: last.endedAt ?? undefined, outcome: last.outcome ?? undefined },
  };
}

/** The asset that carries this machine's host name. */
async function readMachine(sql: Sql, hostname: string): Promise<MachineView | undefined> {
  // Connectors know a host by the first label of its name.
  const entity = await readNamed(sql, hostname.split('.')[0] ?? hostname);
  if (entity === undefined) return undefined;
  const body = bodyOf(entity);
  const inventory = await countInventory(sql, entity.id);
  return {
    key: entity.key,
    name: nameOf(entity),
    os: osText(body),
    kernelRunning: body.kernel?.running,
    architecture: body.architecture,
    bootedAt: body.bootedAt === undefined ? undefined : new Date(body.bootedAt),
    restart: restartReasons(body),
    packages: inventory.reduce((sum, section) => sum + section.count, 0),
    doors: (await readEntities(sql, { kind: 'door', asset: entity.id })).length,
    accounts: (await countLocalAccounts(sql, entity.id)).total,
  };
}

/** The asset of this key or host name. */
async function readNamed(sql: Sql, name: string): Promise<Entity | undefined> {
  const id = await findEntity(sql, 'asset', name);
  if (id === undefined) return undefined;
  return (await readEntities(sql, { kind: 'asset', ids: [id] }))[0];
}

async function readAssets(sql: Sql, now: Date, after: string | undefined): Promise<AssetsView> {
  const sources = await readSources(sql, now);
  const found = await readEntities(sql, { kind: 'asset', after, limit: PAGE_SIZE + 1 });
  const shown = found.slice(0, PAGE_SIZE);
  return {
    at: now,
    assets: shown.map((entity) => ({
      key: entity.key,
      name: nameOf(entity),
      type: bodyOf(entity).type ?? 'of unknown type',
      os: osText(bodyOf(entity)),
      sources: entity.sources.length,
      stale: isStale(entity, sources),
    })),
    next: found.length > PAGE_SIZE ? shown.at(-1)?.key : undefined,
  };
}

async function readAsset(sql: Sql, now: Date, name: string): Promise<AssetView | undefined> {
  const entity = await readNamed(sql, name);
  if (entity === undefined) return undefined;
  const sources = await readSources(sql, now);
  const own = sources.filter((source) => entity.sources.includes(source.id));
  const accounts = await countLocalAccounts(sql, entity.id);
  const body = bodyOf(entity);
  return {
    at: now,
    key: entity.key,
    name: nameOf(entity),
    type: body.type ?? 'of unknown type',
    facts: assetFacts(entity.key, body),
    restart: restartReasons(body),
    sources: own.map(sourceText),
    stale: isStale(entity, sources),
    trueAt: entity.trueAt,
    learnedAt: entity.learnedAt,
    conflicts: conflictViews(entity, sources),
    packages: await countInventory(sql, entity.id),
    doors: (await readEntities(sql, { kind: 'door', asset: entity.id })).map(doorView),
    accounts: accounts.total === 0 ? undefined : accounts,
    unseen: own.flatMap((source) => source.lastCollection?.unseen ?? []),
  };
}

function isStale(entity: Entity, sources: readonly SourceRecord[]): boolean {
  return !sources.some((source) => entity.sources.includes(source.id) && !source.stale);
}

function sourceText(source: SourceRecord): string {
  return `${source.connector}: ${source.name}`;
}

function conflictViews(entity: Entity, sources: readonly SourceRecord[]): AssetView['conflicts'] {
  const names = new Map(sources.map((source) => [source.id, sourceText(source)]));
  return entity.conflicts.map(({ field, values }) => ({
    field,
    values: values.map(({ source, value }) => ({
      source: names.get(source) ?? `source ${source}`,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  }));
}
