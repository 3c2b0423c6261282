/** Whether an OSV `affected[]` entry covers a version: every kind of range in any order, and the list of versions. */
import { schemeOf } from './index.ts';
import { parsedOnce, type Scheme } from './scheme.ts';
import { semver } from './semver.ts';

/** The part of the OSV schema (1.7) that decides; further fields do not harm. */
export interface OsvAffected {
  readonly ranges?: readonly OsvRange[];
  readonly versions?: readonly string[];
}

export interface OsvRange {
  /** `ECOSYSTEM`, `SEMVER`, `GIT`; another kind is unknown. */
  readonly type: string;
  readonly events: readonly OsvEvent[];
}

export interface OsvEvent {
  readonly introduced?: string;
  readonly fixed?: string;
  readonly last_affected?: string;
  readonly limit?: string;
}

export type RangeVerdict =
  | {
      readonly state: 'affected';
      /** The entry of `ranges` that says so, or `versions`. */
      readonly by: number | 'versions';
      /** The next version that repairs it, where the range names one. */
      readonly fixed?: string;
    }
  | { readonly state: 'not affected' }
  | { readonly state: 'unknown'; readonly reason: UnknownReason };

/**
 * `ecosystem`: no order is known. `version`: the version in question cannot be read. `advisory-version`: one in the range
 * cannot be read, or none says where it begins. `git-only`: only commits are named, and the version may be newer than
 * the list. `no-range`: nothing is named.
 */
export type UnknownReason = 'ecosystem' | 'version' | 'advisory-version' | 'git-only' | 'no-range';

/**
 * @example evaluateAffected('npm', '1.2.0', { ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] }).state
 */
export function evaluateAffected(
  ecosystem: string,
  version: string,
  affected: OsvAffected,
): RangeVerdict {
  const { ranges = [], versions = [] } = affected;
  const scheme = schemeOf(ecosystem);
  if (isListed(scheme, version, versions)) return { state: 'affected', by: 'versions' };
  const answers = ranges.map((range) => evaluateRange(range, schemeFor(range, scheme), version));
  const by = answers.findIndex((answer) => typeof answer === 'object');
  const hit = answers[by];
  if (typeof hit === 'object') return { state: 'affected', by, ...hit };
  const reason = RANGE_REASONS.find((one) => answers.includes(one));
  if (reason !== undefined) return { state: 'unknown', reason };
  if (answers.includes('outside')) return { state: 'not affected' };
  return withoutRange(scheme, version, affected);
}

/** Of ranges that are unknown for different reasons the first of these is told, whatever their order. */
const RANGE_REASONS = ['ecosystem', 'version', 'advisory-version'] as const;

/** The version lies inside. */
interface Inside {
  readonly fixed?: string;
}

type Answer = Inside | 'outside' | 'git' | 'ecosystem' | 'version' | 'advisory-version';

/** A SEMVER range speaks of semantic versions whatever the ecosystem's own are. */
function schemeFor({ type }: OsvRange, scheme: Scheme | undefined): Scheme | undefined {
  return type === 'SEMVER' && !SEMANTIC.has(scheme?.id ?? '') ? semver : scheme;
}

const SEMANTIC = new Set(['bitnami', 'go', 'nuget', 'pub', 'semver']);

function isListed(
  scheme: Scheme | undefined,
  version: string,
  versions: readonly string[],
): boolean {
  if (versions.includes(version)) return true;
  const value = scheme?.parse(version);
  if (scheme === undefined || value === undefined) return false;
  return versions.some((listed) => {
    const other = scheme.parse(listed);
    return other !== undefined && scheme.compare(value, other) === 0;
  });
}

function evaluateRange(range: OsvRange, scheme: Scheme | undefined, version: string): Answer {
  if (range.type === 'GIT') return 'git';
  if (range.type !== 'ECOSYSTEM' && range.type !== 'SEMVER') return 'advisory-version';
  if (isEverything(range.events)) return {};
  if (range.events.every(({ introduced }) => introduced === undefined)) return 'advisory-version';
  if (scheme === undefined) return 'ecosystem';
  const value = parsedOnce(scheme, version);
  if (value === undefined) return 'version';
  const marks = range.events
    .flatMap(marksOf)
    .map((mark) => ({ ...mark, value: markValue(scheme, mark) }));
  if (marks.some((mark) => mark.value === undefined)) return 'advisory-version';
  return walk(scheme, value, marks);
}

/** From the first version on, and no event ends it: true even of a version that cannot be read. */
function isEverything(events: readonly OsvEvent[]): boolean {
  return events.length > 0 && events.every(({ introduced }) => introduced === '0');
}

type Kind = 'introduced' | 'fixed' | 'last_affected' | 'limit';

interface Mark {
  readonly kind: Kind;
  readonly version: string;
}

const KINDS: readonly Kind[] = ['introduced', 'fixed', 'last_affected', 'limit'];

function marksOf(event: OsvEvent): Mark[] {
  return KINDS.flatMap((kind) => {
    const version = event[kind];
    return version === undefined ? [] : [{ kind, version }];
  });
}

/** `0` comes before every version and the limit `*` after; both stand for themselves. */
function markValue(scheme: Scheme, { kind, version }: Mark): unknown {
  return isOpen(kind, version) ? version : parsedOnce(scheme, version);
}

function isOpen(kind: Kind, version: string): boolean {
  return (kind === 'introduced' && version === '0') || (kind === 'limit' && version === '*');
}

type Valued = Mark & { readonly value: unknown };

function walk(scheme: Scheme, value: unknown, marks: readonly Valued[]): Answer {
  if (isBeyondLimits(scheme, value, marks)) return 'outside';
  const line = marks.filter(({ kind }) => kind !== 'limit');
  line.sort((a, b) => compareMarks(scheme, a, b));
  let inside = false;
  for (const [index, mark] of line.entries()) {
    const side = isOpen(mark.kind, mark.version) ? 1 : scheme.compare(value, mark.value);
    if (side < 0) return inside ? nextFix(line.slice(index)) : 'outside';
    if (mark.kind === 'introduced') inside = true;
    else if (mark.kind === 'fixed' || side > 0) inside = false;
  }
  return inside ? {} : 'outside';
}

function isBeyondLimits(scheme: Scheme, value: unknown, marks: readonly Valued[]): boolean {
  const limits = marks.filter(({ kind }) => kind === 'limit');
  return (
    limits.length > 0 &&
    limits.every((limit) => limit.version !== '*' && scheme.compare(value, limit.value) >= 0)
  );
}

function nextFix(ahead: readonly Valued[]): Inside {
  const fix = ahead.find(({ kind }) => kind === 'fixed');
  return fix === undefined ? {} : { fixed: fix.version };
}

function compareMarks(scheme: Scheme, a: Valued, b: Valued): number {
  const first = isOpen(a.kind, a.version);
  const second = isOpen(b.kind, b.version);
  return first || second ? Number(second) - Number(first) : scheme.compare(a.value, b.value);
}

/** Only commits, or only a list that does not hold the version. */
function withoutRange(
  scheme: Scheme | undefined,
  version: string,
  affected: OsvAffected,
): RangeVerdict {
  const { ranges = [], versions = [] } = affected;
  if (ranges.length === 0) {
    return versions.length > 0
      ? { state: 'not affected' }
      : { state: 'unknown', reason: 'no-range' };
  }
  if (versions.length === 0) return { state: 'unknown', reason: 'git-only' };
  const ended = ranges.every(({ events }) =>
    events.some((event) => event.introduced === undefined),
  );
  if (ended || !isAfterAll(scheme, version, versions)) return { state: 'not affected' };
  return { state: 'unknown', reason: 'git-only' };
}

/** Also true where it cannot be told: a list made before this version was released says nothing about it. */
function isAfterAll(
  scheme: Scheme | undefined,
  version: string,
  versions: readonly string[],
): boolean {
  const value = scheme?.parse(version);
  if (scheme === undefined || value === undefined) return true;
  return versions.every((listed) => {
    const other = scheme.parse(listed);
    return other === undefined || scheme.compare(value, other) > 0;
  });
}
