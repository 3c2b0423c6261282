/** Rows as they stand in the index: positions instead of names, one letter for an event. */
import { evaluateAffected, type OsvEvent, type OsvRange } from '../versions/range.ts';
import { ROW_STATES, type AdvisoryRow } from './model.ts';

type Extras = Pick<AdvisoryRow, 'module' | 'arch' | 'qualifier' | 'urgency'>;

/** `[id, state, ranges, versions, extras]`, without what is empty at the end. */
export type RowCode = readonly [
  id: string,
  state?: number,
  ranges?: readonly RangeCode[],
  versions?: readonly string[],
  extras?: Extras,
];

/** `[type, event…]`; an event is its kind's letter and the version: `i0`, `f1.2.3`. */
type RangeCode = readonly [type: number | string, ...events: string[]];

const TYPES = ['SEMVER', 'ECOSYSTEM', 'GIT'];
const KINDS = { introduced: 'i', fixed: 'f', last_affected: 'l', limit: 'm' } as const;
const LETTERS: Readonly<Record<string, keyof typeof KINDS>> = {
  i: 'introduced',
  f: 'fixed',
  l: 'last_affected',
  m: 'limit',
};

export function encodeRow(row: AdvisoryRow): RowCode {
  const extras: Extras = {
    ...(row.module === undefined ? {} : { module: row.module }),
    ...(row.arch === undefined ? {} : { arch: row.arch }),
    ...(row.qualifier === undefined ? {} : { qualifier: row.qualifier }),
    ...(row.urgency === undefined ? {} : { urgency: row.urgency }),
  };
  const code = [
    row.id,
    ROW_STATES.indexOf(row.state),
    (row.ranges ?? []).map(encodeRange),
    row.versions ?? [],
    extras,
  ] as const;
  let length: number = code.length;
  while (length > 1 && isEmpty(code[length - 1])) length -= 1;
  return code.slice(0, length) as unknown as RowCode;
}

function isEmpty(part: unknown): boolean {
  if (Array.isArray(part)) return part.length === 0;
  return part === 0 || (typeof part === 'object' && Object.keys(part ?? {}).length === 0);
}

function encodeRange(range: OsvRange): RangeCode {
  const type = TYPES.indexOf(range.type);
  const events = range.events.flatMap((event) => eventLetters(event, range.type === 'GIT'));
  return [type < 0 ? range.type : type, ...events];
}

/** Of commits only their kind decides anything. */
function eventLetters(event: OsvEvent, git: boolean): string[] {
  return (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((kind) => {
    const version = event[kind];
    return version === undefined ? [] : [KINDS[kind] + (git ? version.slice(0, 12) : version)];
  });
}

export function decodeRow(code: RowCode): AdvisoryRow {
  const [id, state = 0, ranges = [], versions = [], extras = {}] = code;
  return {
    id,
    state: ROW_STATES[state] ?? 'affected',
    ...(ranges.length === 0 ? {} : { ranges: ranges.map(decodeRange) }),
    ...(versions.length === 0 ? {} : { versions }),
    ...extras,
  };
}

function decodeRange([type, ...events]: RangeCode): OsvRange {
  return {
    type: typeof type === 'number' ? (TYPES[type] ?? '') : type,
    events: events.map((event) => ({ [LETTERS[event.charAt(0)] ?? '']: event.slice(1) })),
  };
}

/**
 * The row without the listed versions that its ranges hold anyway: the same answers from a fraction of the bytes. The
 * list stays where only commits or unreadable ranges stand beside it, since there it is all that can be judged.
 */
export function withoutImpliedVersions(ecosystem: string, row: AdvisoryRow): AdvisoryRow {
  const { ranges = [], versions = [] } = row;
  const judged = ranges.filter(({ type }) => type === 'ECOSYSTEM' || type === 'SEMVER');
  if (versions.length === 0 || judged.length === 0) return row;
  const further = versions.filter(
    (version) => evaluateAffected(ecosystem, version, { ranges: judged }).state !== 'affected',
  );
  return { ...row, versions: further };
}

/** The fix of a row that says no more than "affected up to it"; undefined of every other row. */
export function onlyFix(code: RowCode): string | undefined {
  const [, state = 0, ranges] = code;
  if (code.length !== 3 || state !== 0 || ranges?.length !== 1) return undefined;
  const [range] = ranges;
  if (range?.length !== 3 || range[0] !== ECOSYSTEM || range[1] !== 'i0') return undefined;
  return range[2]?.charAt(0) === 'f' ? range[2].slice(1) : undefined;
}

const ECOSYSTEM = TYPES.indexOf('ECOSYSTEM');
