/** A range walked step by step, for whoever wants to follow the verdict with a finger. */
import { compareVersions, schemeOf } from '../versions/index.ts';
import type { OsvAffected, OsvRange } from '../versions/range.ts';

export interface RangeStep {
  readonly event: 'introduced' | 'fixed' | 'last_affected' | 'limit' | 'listed' | 'commits';
  readonly version: string;
  /** How the version in question stands to it: `<`, `=`, `>`, or `?` where that cannot be told. */
  readonly stands: '<' | '=' | '>' | '?';
  readonly words: string;
}

const SIGNS = { '-1': '<', '0': '=', '1': '>' } as const;
const EVENTS = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

/** In the order of the record; a range of commits is one step. */
export function rangeSteps(ecosystem: string, version: string, row: OsvAffected): RangeStep[] {
  const { ranges = [], versions = [] } = row;
  const steps = ranges.flatMap((range) => stepsOf(ecosystem, version, range));
  if (versions.length === 0) return steps;
  const listed = versions.find((one) => stand(ecosystem, version, one) === '=');
  const words =
    listed === undefined
      ? `none of the ${versions.length} versions listed is ${version}`
      : `${listed} is listed`;
  return [
    ...steps,
    { event: 'listed', version: listed ?? '', stands: listed === undefined ? '?' : '=', words },
  ];
}

function stepsOf(ecosystem: string, version: string, range: OsvRange): RangeStep[] {
  if (range.type === 'GIT') {
    const words = 'commits only: they say nothing of a version';
    return [{ event: 'commits', version: '', stands: '?', words }];
  }
  const order = range.type === 'SEMVER' && schemeOf(ecosystem) === undefined ? 'semver' : ecosystem;
  return range.events.flatMap((event) =>
    EVENTS.flatMap((kind): RangeStep[] => {
      const mark = event[kind];
      if (mark === undefined) return [];
      const stands = isOpen(kind, mark) ? '>' : stand(order, version, mark);
      return [
        { event: kind, version: mark, stands, words: stepWords(kind, version, mark, stands) },
      ];
    }),
  );
}

function isOpen(kind: RangeStep['event'], mark: string): boolean {
  return kind === 'introduced' && mark === '0';
}

function stand(ecosystem: string, version: string, mark: string): RangeStep['stands'] {
  if (version === mark) return '=';
  const order = compareVersions(ecosystem, version, mark);
  return order === undefined ? '?' : SIGNS[order];
}

function stepWords(
  kind: (typeof EVENTS)[number],
  version: string,
  mark: string,
  stands: RangeStep['stands'],
): string {
  const own = version === '' ? '(no version)' : version;
  if (kind === 'limit' && mark === '*') return 'limit *: no end';
  if (stands === '?') return `${kind} ${mark}: cannot be compared with ${own}`;
  if (isOpen(kind, mark)) return 'introduced 0: every version from the first on';
  return `${kind.replace('_', ' ')} ${mark}: ${own} ${stands} ${mark}, ${MEANING[kind](stands)}`;
}

type Meaning = (stands: RangeStep['stands']) => string;

const MEANING: Readonly<Record<(typeof EVENTS)[number], Meaning>> = {
  introduced: (stands) => (stands === '<' ? 'before it began' : 'begun'),
  fixed: (stands) => (stands === '<' ? 'not yet repaired' : 'repaired'),
  last_affected: (stands) => (stands === '>' ? 'after it' : 'still affected'),
  limit: (stands) => (stands === '<' ? 'within' : 'beyond what is known'),
};
