/** Which assets nobody has looked at, and since when: every asset × every kind of scan that it should have. */
import type { Feed } from '../../advisories/model.ts';
import { isStale } from './feeds.ts';
import type { Coverage, CoverageState, ScanKind } from './model.ts';
import type { AssetScan } from './store.ts';

/**
 * What each type of asset should have. A database, a share or a backup is looked at on the host that it runs on; what a SaaS
 * tenant runs is its provider's to look at, and no advisory of ours applies to it.
 */
const SHOULD_HAVE: Readonly<Record<string, readonly ScanKind[]>> = {
  host: ['packages', 'advisories', 'services'],
  'container-image': ['packages', 'advisories'],
  device: ['packages', 'advisories', 'services'],
  directory: ['packages', 'advisories', 'services'],
  other: ['packages', 'advisories', 'services'],
  'saas-tenant': [],
};
const HOSTED: ReadonlySet<string | null> = new Set(['database', 'file-share', 'backup']);
/** An asset that is known by name only may be anything. */
const UNDESCRIBED: readonly ScanKind[] = ['packages', 'advisories', 'services'];

export function coverageOf(asset: AssetScan, feeds: readonly Feed[], now: Date): Coverage[] {
  const kinds = asset.type === null ? UNDESCRIBED : (SHOULD_HAVE[asset.type] ?? UNDESCRIBED);
  return kinds.map((kind) => {
    const [state, reason, at] = asset.unidentified
      ? strange(asset)
      : judge(kind, asset, feeds, now);
    return { asset: asset.key, kind, state, reason, at, unidentified: asset.unidentified };
  });
}

export function isHosted({ type }: Pick<AssetScan, 'type'>): boolean {
  return HOSTED.has(type);
}

/** Which assets each asset runs on, and the evidence of all of them, by key. */
export interface Hosting {
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  readonly scans: ReadonlyMap<string, AssetScan>;
}

const WORST: readonly CoverageState[] = ['uncovered', 'unknown', 'covered'];

/** As its hosts are covered, the worst of them; without a known host nobody can tell. */
export function hostedCoverage(
  asset: AssetScan,
  hosting: Hosting,
  feeds: readonly Feed[],
  now: Date,
): Coverage[] {
  const all = hostsBelow(asset.key, hosting).flatMap((host) => coverageOf(host, feeds, now));
  return UNDESCRIBED.map((kind): Coverage => {
    const [worst] = all
      .filter((each) => each.kind === kind)
      .sort((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state));
    const { key, unidentified } = asset;
    if (worst === undefined) {
      const reason = 'no-host: nobody said on which host it runs';
      return { asset: key, kind, state: 'unknown', reason, at: null, unidentified };
    }
    const reason = worst.state === 'covered' ? '' : `on ${worst.asset}: ${worst.reason}`;
    return { ...worst, asset: key, reason, unidentified };
  });
}

/** Through whatever it runs on down to what is looked at by itself; a circle ends where it began. */
function hostsBelow(key: string, { hosts, scans }: Hosting): AssetScan[] {
  const seen = new Set([key]);
  const open = [...(hosts.get(key) ?? [])];
  const found: AssetScan[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const scan = scans.get(next);
    if (scan === undefined) continue;
    if (isHosted(scan)) open.push(...(hosts.get(next) ?? []));
    else found.push(scan);
  }
  return found;
}

type Judgement = readonly [CoverageState, string, Date | null];

function judge(kind: ScanKind, asset: AssetScan, feeds: readonly Feed[], now: Date): Judgement {
  if (kind === 'services') return services(asset);
  const packages = seen(asset.listedAt, asset.fresh, 'packages');
  if (kind === 'packages' || packages[0] !== 'covered') return packages;
  return answered(asset, feeds, now);
}

/** What answers and is described by nobody: no scan of it can be complete. */
function strange({ answering, answeredAt }: AssetScan): Judgement {
  const at = answering.length === 0 ? 'it answers' : shortened(answering);
  return ['uncovered', `unknown asset: nobody knows what it is (${at})`, answeredAt];
}

const MOST_PLACES = 6;

function shortened(places: readonly string[]): string {
  const more = places.length - MOST_PLACES;
  const first = places.slice(0, MOST_PLACES).join(', ');
  return more > 0 ? `${first} and ${more} more` : first;
}

/** From outside nobody sees what listens behind a filter, or for the machine itself only. */
function services({ servicesAt, servicesFresh, answeredAt }: AssetScan): Judgement {
  if (servicesAt === null && answeredAt !== null)
    return ['unknown', 'outside-only: its services were seen from the network only', answeredAt];
  return seen(servicesAt, servicesFresh, 'services');
}

function seen(at: Date | null, fresh: boolean, what: string): Judgement {
  if (at === null) return ['uncovered', `never: nobody has listed its ${what}`, null];
  return fresh
    ? ['covered', '', at]
    : ['unknown', `stale: its ${what} were listed too long ago`, at];
}

/** Every component must have a fresh feed that answers for it: one without is a place where a flaw would not be seen. */
function answered(asset: AssetScan, feeds: readonly Feed[], now: Date): Judgement {
  const silent = new Map<string, number>();
  for (const { ecosystem, reason, count } of asset.ecosystems) {
    const problem = reason ?? (isStale(feeds, ecosystem, now) ? 'stale-feed' : undefined);
    if (problem !== undefined) silent.set(problem, (silent.get(problem) ?? 0) + count);
  }
  if (silent.size === 0) return ['covered', '', asset.listedAt];
  const words = [...silent].sort().map(([problem, count]) => `${problem}: ${count} components`);
  return ['unknown', words.join(', '), asset.listedAt];
}

/** What is not covered: first the assets that nobody knows. */
export function gapsOf(all: readonly Coverage[]): Coverage[] {
  const open = all.filter(({ state }) => state !== 'covered');
  return [
    ...open.filter(({ unidentified }) => unidentified),
    ...open.filter(({ unidentified }) => !unidentified),
  ];
}

export interface CoverageTotals {
  readonly kind: ScanKind;
  readonly covered: number;
  readonly uncovered: number;
  readonly unknown: number;
}

/** Coverage = covered / known, for each kind of scan. */
export function coverageTotals(all: readonly Coverage[]): CoverageTotals[] {
  return (['packages', 'advisories', 'services'] as const).map((kind) => {
    const of = all.filter((each) => each.kind === kind);
    const count = (state: CoverageState): number =>
      of.filter((each) => each.state === state).length;
    return {
      kind,
      covered: count('covered'),
      uncovered: count('uncovered'),
      unknown: count('unknown'),
    };
  });
}

export interface CoverageFilter {
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  /** Only assets after this one, by key. */
  readonly after?: string | undefined;
}

/** About `limit` lines; a page ends between two assets, so that the next one can begin after a key. */
export function coveragePage(
  all: readonly Coverage[],
  { kind, state, after }: CoverageFilter,
  limit: number,
): { rows: Coverage[]; next: string | null } {
  const asked = all.filter(
    (each) =>
      (kind === undefined || each.kind === kind) &&
      (state === undefined || each.state === state) &&
      (after === undefined || each.asset > after),
  );
  const last = asked[limit - 1]?.asset;
  const past = asked.findIndex((row, at) => at >= limit && row.asset !== last);
  if (past < 0) return { rows: asked, next: null };
  const rows = asked.slice(0, past);
  return { rows, next: rows.at(-1)?.asset ?? null };
}
