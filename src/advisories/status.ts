/** `holdfast advisories status`: how far each feed can be relied on. */
import { readManifest } from './manifest.ts';
import { feedProblem, type Feed } from './model.ts';
import { rulesFeed } from './rules/index.ts';
import { sources } from './sources/index.ts';

export interface FeedStatus extends Omit<Feed, 'segment' | 'sha256'> {
  readonly state: 'fresh' | 'stale' | 'empty' | 'canary';
  readonly ageSeconds: number;
  readonly licence: string;
  /** What its silence does not mean. */
  readonly blind: string;
}

export interface IndexStatus {
  readonly schema: 'holdfast.advisories.status/1';
  readonly feeds: readonly FeedStatus[];
  /** The hand-kept rules that come with the program. */
  readonly rules: FeedStatus;
  /** Sources that are on by default and have brought nothing yet. */
  readonly missing: readonly string[];
  /** Every feed's silence means something. */
  readonly healthy: boolean;
}

export function indexStatus(directory: string, now: Date): IndexStatus {
  const feeds = readManifest(directory).feeds.map((feed) => statusOf(feed, now));
  const present = new Set(feeds.map(({ source }) => source));
  const missing = sources.filter(({ byDefault, id }) => byDefault === true && !present.has(id));
  return {
    schema: 'holdfast.advisories.status/1',
    feeds,
    rules: statusOf(rulesFeed(), now),
    missing: missing.map(({ id }) => id),
    healthy: feeds.length > 0 && feeds.every(({ state }) => state === 'fresh'),
  };
}

function statusOf({ segment: _segment, sha256: _sha256, ...feed }: Feed, now: Date): FeedStatus {
  const source = sources.find(({ id }) => id === feed.source);
  const isOwn = feed.source === 'rules';
  return {
    ...feed,
    state: feedProblem({ ...feed, segment: _segment, sha256: _sha256 }, now) ?? 'fresh',
    ageSeconds: Math.max(0, Math.round((now.getTime() - Date.parse(feed.asOf)) / 1000)),
    licence: source?.licence.name ?? (isOwn ? "this program's" : 'unknown'),
    blind: source?.blind ?? (isOwn ? 'Every flaw and product that nobody wrote a rule for.' : ''),
  };
}

const BAR = 10;

/** How much of the allowed age is used up: `[====      ]`, `[==========!` beyond it. */
export function ageBar(ageSeconds: number, maxAgeSeconds: number): string {
  if (ageSeconds > maxAgeSeconds) return `[${'='.repeat(BAR)}!`;
  const used = maxAgeSeconds === 0 ? BAR : Math.round((ageSeconds / maxAgeSeconds) * BAR);
  return `[${'='.repeat(used)}${' '.repeat(BAR - used)}]`;
}
