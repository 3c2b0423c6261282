/**
 * Whether a CVE record says that a version of a product is affected: the algorithm of the CVE record format 5.1
 * (`affected[].versions`), made honest where vendors bend it: trains (`13.1` before `49.13`), words instead of bounds.
 */
import type { ProductRange, ProductRow, ProductStatus, ProductVerdict } from './model.ts';
import { compareProductVersions, tokensOf } from './order.ts';
import { spelling } from './names.ts';
import { isInside, readWords } from './words.ts';

/**
 * The verdict over every row that one CVE has for one product: affected where one says so, then not affected, then
 * unknown. A name without a version is unknown. `about` is what else is told of the product: its edition, what it runs on.
 *
 * @example judgeProduct([{ …, versions: [{ version: '13.1', lessThan: '49.13', type: 'patch', status: 'affected' }] }], '13.1-48.47')
 */
export function judgeProduct(
  rows: readonly ProductRow[],
  version: string,
  about = '',
): ProductVerdict {
  if (version.trim() === '') return { state: 'unknown', because: 'its version is not known' };
  const verdicts = rows.map((row) => conditioned(row, judgeRow(row, version), [version, about]));
  return (
    verdicts.find(({ state }) => state === 'affected') ??
    verdicts.find(({ state }) => state === 'not_affected') ??
    verdicts[0] ?? { state: 'unknown', because: 'no row speaks of it' }
  );
}

/** Inside the range, but what must be true besides is not known: nobody can tell. */
function conditioned(
  { only = [] }: ProductRow,
  verdict: ProductVerdict,
  told: readonly string[],
): ProductVerdict {
  if (verdict.state !== 'affected' || only.length === 0) return verdict;
  const known = `_${told.map(spelling).join('_')}_`;
  const open = only.filter((names) => !names.some((name) => known.includes(`_${name}_`)));
  if (open.length === 0) return verdict;
  const words = open.map((names) => names.slice(0, 5).join(' or ').replaceAll('_', ' '));
  const because = `it is so only together with ${words.join(', and ')}, which is not known`;
  return { state: 'unknown', because, platform: true };
}

function judgeRow(row: ProductRow, version: string): ProductVerdict {
  let doubt: string | undefined;
  let nearest: { readonly range: ProductRange; readonly answer: Answer } | undefined;
  for (const range of row.versions) {
    const answer = judgeRange(range, version);
    if (answer === 'doubt')
      doubt ??= `the record's range ${rangeText(range)} cannot be ordered against ${version}`;
    else if (answer !== undefined && (nearest === undefined || beginsAfter(range, nearest.range)))
      nearest = { range, answer };
  }
  if (nearest !== undefined)
    return verdictOf(nearest.answer.status, nearest.range, nearest.answer.until);
  if (doubt !== undefined) return { state: 'unknown', because: doubt };
  return outside(row, version);
}

/**
 * Ranges ought not to overlap. Some makers end none: `>= 8.0.0` affected, `>= 8.5.2` unaffected; there the one that
 * begins last is meant. Of others that overlap the first counts.
 */
function beginsAfter(range: ProductRange, other: ProductRange): boolean {
  const [own, theirs] = [range, other].map(openFrom);
  if (own === undefined || theirs === undefined) return false;
  return (compareProductVersions(own, theirs) ?? 0) > 0;
}

/** Where a range without an end begins. */
function openFrom({ version, lessThan, lessThanOrEqual }: ProductRange): string | undefined {
  if (lessThan !== undefined || lessThanOrEqual !== undefined) return undefined;
  return /^\s*>=?\s*(\S+)\s*$/.exec(version)?.[1];
}

interface Answer {
  readonly status: ProductStatus;
  /** Where the status ends. */
  readonly until?: string;
}

/** Undefined where the range does not hold the version, `doubt` where nobody can tell. */
function judgeRange(range: ProductRange, version: string): Answer | 'doubt' | undefined {
  if (range.type === 'git' || range.type === 'original_commit_for_fix') return undefined;
  if (range.lessThan === undefined && range.lessThanOrEqual === undefined)
    return range.type === 'exact' ? judgeExact(range, version) : judgeWords(range, version);
  const within = isTrain(range) ? inTrain(range, version) : inBounds(range, version);
  if (within === undefined) return 'doubt';
  return within ? statusAt(range, version) : undefined;
}

function judgeExact(range: ProductRange, version: string): Answer | 'doubt' | undefined {
  const order = compareProductVersions(version, range.version);
  if (order === undefined && !isSame(range.version, version)) return 'doubt';
  return order === undefined || order === 0 ? { status: range.status } : undefined;
}

function isSame(left: string, right: string): boolean {
  return left.trim().toLowerCase() === right.trim().toLowerCase();
}

function judgeWords(range: ProductRange, version: string): Answer | 'doubt' | undefined {
  if (isSame(range.version, version)) return { status: range.status };
  const words = readWords(range.version);
  if (words === undefined || words === 'unsaid') return 'doubt';
  if (words === 'all') return { status: range.status };
  const answers = words.map((each) => [each, isInside(version, each)] as const);
  const hit = answers.find(([, inside]) => inside === true)?.[0];
  if (hit !== undefined)
    return { status: range.status, ...(hit.below === undefined ? {} : { until: hit.below }) };
  return answers.some(([, inside]) => inside === undefined) ? 'doubt' : undefined;
}

/** The lower bound is a train and the upper one counts inside it: `13.1` and `49.13`, `13.0-RELEASE` and `p11`. */
function isTrain({ type, version, lessThan, lessThanOrEqual }: ProductRange): boolean {
  if (!/^(?:patch|release)$/i.test(type ?? '')) return false;
  const upper = (lessThan ?? lessThanOrEqual ?? '').trim();
  const train = version.trim();
  return (
    /\d/.test(train) &&
    /^[a-z]*\d/i.test(upper) &&
    !upper.startsWith(`${train}.`) &&
    upper !== '*' &&
    tokensOf(upper)?.[0] !== tokensOf(train)?.[0]
  );
}

function inTrain(range: ProductRange, version: string): boolean | undefined {
  const train = range.version.trim().toLowerCase();
  const rest = /^[-. ]?(.+)$/.exec(version.trim().toLowerCase().slice(train.length))?.[1];
  if (!version.trim().toLowerCase().startsWith(train) || rest === undefined) return false;
  // `13.1-FIPS-37.1` is of the train 13.1-FIPS and not of 13.1; `13.10` is not of 13.1.
  if (/^\d/.test(version.trim().slice(train.length))) return false;
  if (
    /^[a-z]{3,}/.test(rest) &&
    !/^[a-z]{3,}/i.test((range.lessThan ?? range.lessThanOrEqual ?? '').trim())
  )
    return false;
  return upperHolds(range, rest);
}

function inBounds(range: ProductRange, version: string): boolean | undefined {
  const words = readWords(range.version);
  const open = words === 'all' || words === 'unsaid' || range.version.trim() === '0';
  if (!open && isReversed(range)) return undefined;
  const low = open ? 1 : compareProductVersions(version, range.version);
  if (low !== undefined && low < (range.above === true ? 1 : 0)) return false;
  const high = upperHolds(range, version);
  if (high === false) return false;
  return low === undefined || high === undefined ? undefined : true;
}

/** The record names a lower bound above its upper one: nobody knows what it means. */
function isReversed({ version, lessThan, lessThanOrEqual }: ProductRange): boolean {
  return (compareProductVersions(version, lessThan ?? lessThanOrEqual ?? '') ?? -1) > 0;
}

function upperHolds(
  { lessThan, lessThanOrEqual }: ProductRange,
  version: string,
): boolean | undefined {
  const bound = lessThan ?? lessThanOrEqual ?? '';
  const words = readWords(bound);
  if (words === 'all') return true;
  if (words === 'unsaid') return undefined;
  const order = compareProductVersions(version, bound);
  if (order === undefined) return undefined;
  return lessThan === undefined ? order <= 0 : order < 0;
}

/** `changes` turn the status at given versions inside the range. */
function statusAt(range: ProductRange, version: string): Answer | 'doubt' {
  let status = range.status;
  let until = range.lessThan;
  for (const change of range.changes ?? []) {
    const order = compareProductVersions(version, change.at);
    if (order === undefined) return 'doubt';
    if (order >= 0) status = change.status;
    else if (change.status === 'unaffected') {
      until = change.at;
      break;
    }
  }
  return until === undefined || until === '*' ? { status } : { status, until };
}

function verdictOf(status: ProductStatus, range: ProductRange, until?: string): ProductVerdict {
  const because = `the record says ${rangeText(range)} is ${status}`;
  if (status === 'unaffected') return { state: 'not_affected', because };
  if (status === 'unknown') return { state: 'unknown', because };
  return { state: 'affected', because, ...(until === undefined ? {} : { fixed: until.trim() }) };
}

/**
 * No entry holds it. The record's own default decides; where that is unknown, a version at or above every upper bound is
 * past the last affected one, and of anything else nothing is said.
 */
function outside(row: ProductRow, version: string): ProductVerdict {
  if (row.otherwise === 'affected' && row.versions.every(({ status }) => status !== 'affected'))
    return { state: 'affected', because: 'the record says that every other version is affected' };
  if (row.otherwise === 'unaffected')
    return { state: 'not_affected', because: 'the record says that other versions are not' };
  const bounds = row.versions
    .filter(({ status }) => status === 'affected')
    .map((range) => upperBound(range));
  const past =
    bounds.length > 0 &&
    bounds.every(
      (bound) => bound !== undefined && (compareProductVersions(version, bound) ?? -1) >= 0,
    );
  if (past) return { state: 'not_affected', because: 'it is past the last affected version' };
  if (row.by === 'nvd' && isPastItsLine(row, version))
    return { state: 'not_affected', because: 'it is past the last affected version of its line' };
  return { state: 'unknown', because: 'the record says nothing of this version' };
}

/**
 * The NVD gives every line a range of its own: a version at or above the end of the range of its line, and in no other,
 * is repaired. Its line is what both bounds begin with; without a lower one, all but the last number of the upper.
 */
function isPastItsLine({ versions }: ProductRow, version: string): boolean {
  return versions.some(({ version: low, lessThan, lessThanOrEqual }) => {
    const bound = lessThan ?? lessThanOrEqual;
    const line = bound === undefined ? undefined : lineOf(low, bound);
    const own = tokensOf(version);
    if (bound === undefined || line === undefined || own === undefined) return false;
    return (
      line.every((token, at) => token === own[at]) &&
      (compareProductVersions(version, bound) ?? -1) > (lessThan === undefined ? 0 : -1)
    );
  });
}

function lineOf(low: string, bound: string): (number | string)[] | undefined {
  const upper = tokensOf(bound) ?? [];
  const lower = low === '*' ? upper.slice(0, -1) : (tokensOf(low) ?? []);
  const end = upper.findIndex((token, at) => token !== lower[at]);
  const line = end < 0 ? [] : upper.slice(0, end);
  return line.length === 0 ? undefined : line;
}

function upperBound(range: ProductRange): string | undefined {
  if (isTrain(range)) return undefined;
  const bound = range.lessThan ?? range.lessThanOrEqual;
  if (bound !== undefined) return readWords(bound) === 'all' ? undefined : bound;
  if (range.type === 'exact') return range.version;
  const words = readWords(range.version);
  if (words === undefined || typeof words === 'string' || words.length !== 1) return undefined;
  return words[0]?.below ?? words[0]?.to;
}

function rangeText({ version, lessThan, lessThanOrEqual }: ProductRange): string {
  if (lessThan !== undefined) return `from ${version} before ${lessThan}`;
  return lessThanOrEqual === undefined ? version : `from ${version} through ${lessThanOrEqual}`;
}
