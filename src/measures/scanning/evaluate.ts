/** Brings the verdicts of the whole estate up to date: only what is new, or whose feeds changed, is matched again. */
import { answers } from './feeds.ts';
import type { Database } from '../../kernel/sql/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import { sha256Hex } from '../../kernel/ids.ts';
import { packageOf, type NumberedComponent } from './component.ts';
import { evaluateWindows, isWindows, WINDOWS } from './evaluate-windows.ts';
import { matchApart } from './match-apart.ts';
import type { Matcher } from './model.ts';
import { readComponents, readGroups, readUnmatched, replaceFeeds } from './store.ts';
import { replaceVerdicts, type Evaluated } from './store-verdicts.ts';

export interface EvaluateTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly matcher: Matcher;
  readonly signal: AbortSignal;
  readonly progress?: (done: number, total: number | undefined, what: string) => void;
}

export interface Evaluation {
  /** Distinct components that were matched in this run. */
  readonly matched: number;
  /** Findings that came, changed or went. */
  readonly changes: number;
}

/** Each chunk is one transaction: an end in the middle leaves the former verdicts of the rest whole. */
const CHUNK = 500;

/** @throws HoldfastError `cancelled` */
export async function evaluateFindings(tools: EvaluateTools): Promise<Evaluation> {
  const { database, clock, matcher, signal, progress } = tools;
  const groups = await database.transaction('everything', readGroups);
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  let matched = 0;
  let changes = 0;
  for (const group of groups) {
    if (group.first === null) continue;
    const numbers = [group.first];
    const [sample] = await database.transaction('everything', (sql) =>
      readComponents(sql, numbers),
    );
    if (sample === undefined) continue;
    const ecosystem = isWindows(sample) ? WINDOWS : packageOf(sample).ecosystem;
    const feeds = feedDigest(matcher, ecosystem);
    const unmatched = await database.transaction('everything', (sql) =>
      readUnmatched(sql, group, feeds),
    );
    for (let at = 0; at < unmatched.length; at += CHUNK) {
      if (signal.aborted) throw new HoldfastError('cancelled', 'The evaluation was cancelled');
      const some = unmatched.slice(at, at + CHUNK);
      const found = await database.transaction('everything', (sql) => readComponents(sql, some));
      const chunk = found.filter(isComplete);
      const evaluated = evaluateChunk(matcher, chunk);
      changes += await database.transaction('everything', (sql) =>
        replaceVerdicts(sql, evaluated, feeds, clock.now()),
      );
      matched += chunk.length;
      progress?.(matched, total, 'components matched');
    }
  }
  await database.transaction('everything', (sql) => replaceFeeds(sql, matcher.feeds));
  return { matched, changes };
}

/** A Windows system without its updates is one that no asset holds any more. */
function isComplete({ type, sourceVersion, updates }: NumberedComponent): boolean {
  return type !== 'windows' || sourceVersion === '' || (updates ?? null) !== null;
}

function evaluateChunk(matcher: Matcher, chunk: readonly NumberedComponent[]): Evaluated[] {
  const systems = chunk.filter(isWindows);
  if (systems.length === 0) return evaluatePackages(matcher, chunk);
  const others = chunk.filter((component) => !isWindows(component));
  return [
    ...systems.map((component) => evaluateWindows(matcher, component)),
    ...(others.length === 0 ? [] : evaluatePackages(matcher, others)),
  ];
}

function evaluatePackages(matcher: Matcher, chunk: readonly NumberedComponent[]): Evaluated[] {
  const packages = chunk.map(packageOf);
  const matched = matchApart((some) => matcher.match(some), packages);
  return chunk.map(({ id }, at) => ({
    component: id,
    ecosystem: packages[at]?.ecosystem ?? '',
    verdict: matched[at]?.verdict ?? {
      purl: packages[at]?.purl ?? '',
      state: 'unknown',
      limits: [],
    },
    findings: matched[at]?.findings ?? [],
  }));
}

/** Of the content of every feed that could say something of this ecosystem, intelligence included. */
function feedDigest({ feeds }: Matcher, ecosystem: string): string {
  const concerned = feeds.filter((feed) => feed.ecosystem === '' || answers(feed, ecosystem));
  return sha256Hex(
    concerned
      .map(({ id, sha256, segment }) => `${id} ${sha256} ${segment}`)
      .sort()
      .join('\n'),
  );
}
