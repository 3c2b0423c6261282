/** What one row says of one component: the smallest step of matching. */
import { compareVersions } from '../versions/index.ts';
import { isModular, withoutModuleBuild } from '../versions/rpm-module.ts';
import { evaluateAffected, type OsvRange, type RangeVerdict } from '../versions/range.ts';
import type { MatchPackage } from './match-model.ts';
import type { Lookup } from './match-names.ts';
import type { AdvisoryRow } from './model.ts';
import { affectedWords, rangeWords } from './range-words.ts';
import type { VerdictUnknownReason } from './verdict.ts';

export interface RowVerdict {
  readonly row: AdvisoryRow;
  readonly lookup: Lookup;
  readonly says: 'affected' | 'not_affected' | 'fixed' | 'outside' | 'unknown';
  readonly reason?: VerdictUnknownReason;
  /** Where it is not the range that decides: for another architecture, another module stream. */
  readonly apart?: string;
  /** The entry of `ranges` that holds the version, or the list. */
  readonly by?: number | 'versions';
  /** The next version that repairs it. */
  readonly fixed?: string;
}

export function judgeRow(item: MatchPackage, lookup: Lookup, row: AdvisoryRow): RowVerdict {
  const apart = otherArchitecture(item, lookup, row) ?? otherModule(item, lookup, row);
  if (apart !== undefined) return { row, lookup, says: 'outside', apart };
  const modular = item.type === 'rpm' && (isModular(lookup.version) || row.module !== undefined);
  const verdict = modular ? modularRange(item, lookup, row) : plainRange(item, lookup, row);
  return { row, lookup, ...said(row, lookup, verdict) };
}

type Judged = RangeVerdict | { readonly state: 'unknown'; readonly reason: 'module' };

/** Whether the row speaks of every version by saying nothing of versions. */
function isUnbounded({ ranges, versions }: AdvisoryRow): boolean {
  return ranges === undefined && versions === undefined;
}

function plainRange(
  { ecosystem }: MatchPackage,
  { version }: Lookup,
  row: AdvisoryRow,
): RangeVerdict {
  const verdict = evaluateAffected(ecosystem, version, row);
  if (verdict.state !== 'affected' || (row.ranges?.length ?? 0) < 2) return verdict;
  const fixed = nextRepair(ecosystem, version, row);
  return { state: 'affected', by: verdict.by, ...(fixed === undefined ? {} : { fixed }) };
}

/** Of several ranges: the first version after this one that ends a range and lies in no other. */
function nextRepair(ecosystem: string, version: string, row: AdvisoryRow): string | undefined {
  const after = [...new Set(fixesOf(row))].filter(
    (fix) => compareVersions(ecosystem, version, fix) === -1 && !isAffected(ecosystem, fix, row),
  );
  after.sort((a, b) => compareVersions(ecosystem, a, b) ?? 0);
  return after[0];
}

/** Whether the row's ranges hold a version, whatever is installed. */
export function isAffected(ecosystem: string, version: string, row: AdvisoryRow): boolean {
  return evaluateAffected(ecosystem, version, row).state === 'affected';
}

function said(
  row: AdvisoryRow,
  lookup: Lookup,
  verdict: Judged,
): Pick<RowVerdict, 'says' | 'reason' | 'by' | 'fixed'> {
  if (row.state === 'not_affected' || row.state === 'fixed') {
    const holds = isUnbounded(row) || verdict.state === 'affected';
    return { says: holds ? row.state : 'outside' };
  }
  if (row.state === 'wont_fix' && isUnbounded(row)) return { says: 'affected' };
  if (verdict.state === 'not affected') return { says: 'outside' };
  if (verdict.state === 'unknown') {
    return { says: 'unknown', reason: reasonOf(verdict.reason, lookup) };
  }
  const fixed = verdict.fixed === undefined ? {} : { fixed: verdict.fixed };
  return { says: 'affected', by: verdict.by, ...fixed };
}

function reasonOf(
  reason: Extract<Judged, { state: 'unknown' }>['reason'],
  { version }: Lookup,
): VerdictUnknownReason {
  if (reason === 'ecosystem') return 'no-ecosystem';
  return reason === 'version' && version === '' ? 'no-version' : reason;
}

function otherArchitecture(
  { arch = '' }: MatchPackage,
  { by }: Lookup,
  row: AdvisoryRow,
): string | undefined {
  if (row.arch === undefined || row.arch.length === 0) return undefined;
  const meant =
    by === 'source' && row.arch.includes('src')
      ? true
      : arch === '' || ANY_ARCHITECTURE.has(arch) || row.arch.includes(arch);
  return meant ? undefined : `only for ${row.arch.join(', ')}`;
}

const ANY_ARCHITECTURE = new Set(['all', 'any', 'noarch']);

/** A build of a module and a build outside of modules never repair each other; nor do two streams. */
function otherModule(
  item: MatchPackage,
  { version }: Lookup,
  row: AdvisoryRow,
): string | undefined {
  if (item.type !== 'rpm') return undefined;
  const label = item.module === '' ? undefined : item.module;
  const modular = label !== undefined || isModular(version);
  if (row.module === undefined) return otherBuild(row, modular);
  if (!modular) return `for module ${row.module}, and this is no modular build`;
  const stream = label?.split(':').slice(0, 2).join(':') ?? guessedStream(row.module, version);
  return stream === undefined || stream === row.module
    ? undefined
    : `for module ${row.module}, and this is of ${stream}`;
}

/** The row names no stream: the builds that it names tell whether it speaks of modules. */
function otherBuild(row: AdvisoryRow, modular: boolean): string | undefined {
  const builds = fixesOf(row);
  if (builds.length === 0 || builds.every(isModular) === modular) return undefined;
  return modular ? 'for builds outside of modules' : 'for builds of a module';
}

function fixesOf({ ranges = [] }: AdvisoryRow): string[] {
  return ranges.flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? []));
}

/**
 * Where the label was not read, a stream named by a number (`nodejs:18`) tells itself apart from other numbers; undefined
 * where it cannot be told.
 */
function guessedStream(module: string, version: string): string | undefined {
  const [name = '', stream = ''] = module.split(':');
  if (!/^\d+(\.\d+)*$/.test(stream)) return undefined;
  const upstream = version.replace(/^\d+:/, '');
  const numbers = upstream.split('.').slice(0, stream.split('.').length).join('.');
  return /^\d+(\.\d+)*$/.test(numbers) && numbers !== stream ? `${name}:${numbers}` : module;
}

/** Builds of one stream compare without the number of the build; the repair is named as it was given. */
function modularRange(item: MatchPackage, lookup: Lookup, row: AdvisoryRow): Judged {
  const original = new Map<string, string>();
  const ranges = row.ranges?.map((range): OsvRange => ({
    ...range,
    events: range.events.map((event) => {
      if (event.fixed === undefined) return event;
      const fixed = withoutModuleBuild(event.fixed);
      original.set(fixed, event.fixed);
      return { ...event, fixed };
    }),
  }));
  const verdict = evaluateAffected(item.ecosystem, withoutModuleBuild(lookup.version), {
    ...row,
    ...(ranges === undefined ? {} : { ranges }),
  });
  if (verdict.state !== 'affected') return verdict;
  const unsure = row.module !== undefined && item.module === undefined && !isNumbered(row.module);
  if (unsure) return { state: 'unknown', reason: 'module' };
  return verdict.fixed === undefined
    ? verdict
    : { ...verdict, fixed: original.get(verdict.fixed) ?? verdict.fixed };
}

function isNumbered(module: string): boolean {
  return /:\d+(\.\d+)*$/.test(module);
}

/** In words, what decided. */
export function rowWords({ row, says, apart, by, reason, lookup }: RowVerdict): string {
  const where = lookup.by === 'source' ? ` of source ${lookup.name}` : '';
  if (apart !== undefined) return apart;
  if (says === 'unknown') return `${unknownWords(reason)}: ${affectedWords(row)}${where}`;
  if (says === 'affected' && by === 'versions') return `lists this version${where}`;
  const hit = typeof by === 'number' ? row.ranges?.[by] : undefined;
  return (hit === undefined ? affectedWords(row) : rangeWords(hit)) + where + qualified(row);
}

const MOST_WORDS = 120;

function qualified({ qualifier, urgency }: AdvisoryRow): string {
  const words = [urgency, qualifier].filter((word) => word !== undefined && word !== '');
  if (words.length === 0) return '';
  const text = words.join('; ');
  return ` (${text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)}…` : text})`;
}

function unknownWords(reason: VerdictUnknownReason | undefined): string {
  switch (reason) {
    case 'no-version':
      return 'the version is not known';
    case 'version':
      return 'the version cannot be placed';
    case 'advisory-version':
      return 'its own versions cannot be read';
    case 'git-only':
      return 'it names only commits';
    case 'no-range':
      return 'it names no versions';
    case 'module':
      return 'the module stream is not known';
    default:
      return 'the order of versions is not known';
  }
}
