/** Estates with planted gaps of scanning, from a seed, and beside each asset what coverage must say of it. */
import type { Component, Observation, Report } from '../../src/estate/schema.ts';
import { ASSET_TYPES } from '../../src/estate/schema.ts';
import type { CoverageState, ScanKind } from '../../src/measures/scanning/model.ts';
import { seeded, type Random } from '../../src/people/synth/random.ts';

/**
 * Who tells: `passing` first, which later finds some assets gone; `old`, whose last word is stale by the end; `declared`,
 * a person; `fresh`; and `late`, whose components nobody has matched yet.
 */
export const SOURCES = ['passing', 'old', 'declared', 'fresh', 'late'] as const;
export type SourceName = (typeof SOURCES)[number];

/** What answers for a component: a fresh feed, one that is stale, none at all; or nobody has matched it yet. */
type Answer = 'fresh-feed' | 'stale-feed' | 'no-feed' | 'not-matched';

export interface PlantedAsset {
  readonly key: string;
  /** What each source tells of it. */
  readonly told: Readonly<Partial<Record<SourceName, readonly Report[]>>>;
  /** What coverage must say; nothing where the asset is gone, or should have no scan of its own. */
  readonly expected: Readonly<Partial<Record<ScanKind, CoverageState>>>;
}

export function* plantedAssets(
  seed: string,
  count: number,
  trueAt: string,
): Generator<PlantedAsset> {
  for (let i = 0; i < count; i++)
    yield plantedAsset(`${seed}-asset-${i}`, seeded(`${seed}/${i}`), trueAt);
}

function plantedAsset(key: string, random: Random, trueAt: string): PlantedAsset {
  const type = random.pick([...ASSET_TYPES, 'host', 'host', 'undescribed'] as const);
  const listed = listings(random);
  const services = random.pick([
    'never',
    'declared',
    'old',
    'fresh',
    'declared and fresh',
  ] as const);
  const isGone = type !== 'undescribed' && random.chance(1, 12);
  const told: Partial<Record<SourceName, Report[]>> = {};
  const tell = (source: SourceName, report: Report): void => {
    (told[source] ??= []).push(report);
  };
  if (type !== 'undescribed')
    tell(isGone ? 'passing' : random.pick(['old', 'declared', 'fresh']), {
      type: 'observation',
      kind: 'asset',
      key,
      trueAt,
      body: { name: key, type },
    });
  for (const [source, answers] of listed)
    tell(source, inventory(key, source, answers, random, trueAt));
  for (const source of ['declared', 'old', 'fresh'] as const)
    if (services.includes(source)) tell(source, door(key, source, trueAt));
  // One that nobody describes is known where something names it, and may be anything.
  const isKnown = type !== 'undescribed' || listed.length > 0 || services !== 'never';
  return { key, told, expected: isGone || !isKnown ? {} : expectedOf(type, listed, services) };
}

type Listing = readonly [source: SourceName, answers: readonly Answer[]];

function listings(random: Random): Listing[] {
  const how = random.pick(['never', 'old', 'fresh', 'fresh', 'old and fresh', 'late'] as const);
  const some = (): Answer[] =>
    random.chance(1, 2)
      ? ['fresh-feed', 'fresh-feed']
      : ['fresh-feed', random.pick(['stale-feed', 'no-feed'] as const)];
  if (how === 'never') return [];
  if (how === 'late')
    return [['late', random.chance(1, 2) ? ['not-matched', 'fresh-feed'] : some()]];
  return (['old', 'fresh'] as const).flatMap((source): Listing[] =>
    how.includes(source) ? [[source, some()]] : [],
  );
}

function inventory(
  asset: string,
  source: SourceName,
  answers: readonly Answer[],
  random: Random,
  trueAt: string,
): Report {
  const components = answers.map((answer) => component(answer, random));
  return { type: 'inventory', asset, section: `of ${source}`, trueAt, components };
}

function component(answer: Answer, random: Random): Component {
  const version = `1.${random.below(3)}`;
  const rest = { architecture: '', sourceName: '', sourceVersion: '' };
  const name = `${answer}-${random.below(40)}`;
  if (answer === 'stale-feed') return { type: 'npm', release: '', name, version, ...rest };
  const release = answer === 'no-feed' ? 'oddix-1' : 'debian-12';
  return { type: 'deb', release, name, version, ...rest };
}

function door(asset: string, source: SourceName, trueAt: string): Observation {
  const key = `${asset}/${source}`;
  return {
    type: 'observation',
    kind: 'door',
    key,
    trueAt,
    body: { name: key, type: 'other', asset },
  };
}

/** Looked at on the host that they run on, which nobody names here. */
const HOSTED: readonly string[] = ['database', 'file-share', 'backup'];

function expectedOf(
  type: string,
  listed: readonly Listing[],
  services: string,
): PlantedAsset['expected'] {
  if (type === 'saas-tenant') return {};
  if (HOSTED.includes(type))
    return { packages: 'unknown', advisories: 'unknown', services: 'unknown' };
  const isFresh = listed.some(([source]) => source !== 'old');
  const packages = listed.length === 0 ? 'uncovered' : isFresh ? 'covered' : 'unknown';
  const isAnswered = listed.every(([, answers]) => answers.every((each) => each === 'fresh-feed'));
  const advisories = packages === 'covered' && !isAnswered ? 'unknown' : packages;
  if (type === 'container-image') return { packages, advisories };
  const looked = services.includes('fresh')
    ? 'covered'
    : services === 'old'
      ? 'unknown'
      : 'uncovered';
  return { packages, advisories, services: looked };
}
