/** Whether the silence of the feeds means anything for an ecosystem. */
import { schemeOf } from '../versions/index.ts';
import type { AdvisoryIndex } from './index-open.ts';
import { feedProblem, type Feed } from './model.ts';
import type { VerdictUnknownReason } from './verdict.ts';

export interface AskedFeed {
  readonly feed: Feed;
  readonly problem: ReturnType<typeof feedProblem>;
}

export interface Coverage {
  readonly ecosystem: string;
  readonly feeds: readonly AskedFeed[];
  /** Why no silence counts; undefined where a fresh feed answers. */
  readonly reason: VerdictUnknownReason | undefined;
  readonly limits: readonly string[];
}

const REASONS = { stale: 'stale-feed', canary: 'canary', empty: 'empty-feed' } as const;

export function coverageOf(index: AdvisoryIndex, ecosystem: string, now: Date): Coverage {
  const feeds = index
    .feedsFor(ecosystem)
    .map((feed) => ({ feed, problem: feedProblem(feed, now) }));
  return {
    ecosystem,
    feeds,
    reason: reasonOf(ecosystem, feeds),
    limits: limitsOf(ecosystem, feeds),
  };
}

function reasonOf(ecosystem: string, feeds: readonly AskedFeed[]): Coverage['reason'] {
  if (feeds.some(({ problem }) => problem === undefined)) return undefined;
  const problems = feeds.map(({ problem }) => problem);
  for (const problem of ['stale', 'canary', 'empty'] as const) {
    if (problems.includes(problem)) return REASONS[problem];
  }
  return ecosystem === '' || schemeOf(ecosystem) === undefined ? 'no-ecosystem' : 'no-feed';
}

function limitsOf(ecosystem: string, feeds: readonly AskedFeed[]): string[] {
  const fresh = feeds.filter(({ problem }) => problem === undefined);
  const limits = feeds
    .filter(({ problem }) => problem !== undefined)
    .map(({ feed, problem = 'stale' }) => problemWords(feed, problem));
  if (fresh.length > 0 && fresh.every(({ feed }) => !feed.seesUnfixed)) {
    const names = fresh.map(({ feed }) => feed.id).join(', ');
    limits.push(
      `for ${ecosystem} only flaws that a fix exists for are told (${names}): that none is found means no known fixed flaw`,
    );
  }
  return limits;
}

export function problemWords(feed: Feed, problem: 'stale' | 'canary' | 'empty'): string {
  if (problem === 'empty') return `${feed.id} is empty`;
  if (problem === 'stale')
    return `${feed.id} is whole only up to ${feed.asOf.slice(0, 10)}: too old`;
  return `${feed.id} lacks ${feed.canary?.id ?? 'its canary'}, which a whole feed holds`;
}
