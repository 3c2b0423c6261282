/**
 * From when a fix's clock runs. Facts are only ever added. Evidence of the release counts; what merely stands in is
 * recorded where there is no evidence, and stays: the start is the earliest fact of all, so that learning more may make a
 * deadline earlier and never later, in whatever order it is learned.
 */
import type { ClockFact, ClockSource } from './model.ts';

export interface Start {
  readonly at: Date;
  readonly source: ClockSource;
  readonly from: string;
  /** No evidence: the fix may have been released earlier or later than this. */
  readonly assumed: boolean;
}

const EVIDENCE: Readonly<Record<ClockSource, boolean>> = {
  vendor: true,
  repository: true,
  changelog: true,
  catalogue: true,
  'support-end': true,
  advisory: false,
  'first-known': false,
};

export function isEvidence({ source }: Pick<ClockFact, 'source'>): boolean {
  return EVIDENCE[source];
}

/** The earliest fact; of two at the same time the evidence, then the better known source, then by name. */
export function startOf(facts: readonly ClockFact[]): Start | undefined {
  const [first] = [...facts].sort(byTime);
  if (first === undefined) return undefined;
  return { at: first.at, source: first.source, from: first.from, assumed: !isEvidence(first) };
}

function byTime(a: ClockFact, b: ClockFact): number {
  const order = (source: ClockSource): number => SOURCES.indexOf(source);
  return (
    a.at.getTime() - b.at.getTime() ||
    order(a.source) - order(b.source) ||
    (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)
  );
}

const SOURCES = Object.keys(EVIDENCE);

/**
 * What a fact that was just learned adds to those known: nothing where it says the same again, where it only stands in and
 * there is evidence, or where it lies in the future of its own observation.
 */
export function factsToAdd(
  known: readonly ClockFact[],
  learned: readonly ClockFact[],
): ClockFact[] {
  const sane = learned.filter(({ at, observedAt }) => at <= observedAt);
  const evidence = [...known, ...sane].some(isEvidence);
  const said = new Set(known.map(wordsOf));
  return sane.filter((fact) => {
    if (evidence && !isEvidence(fact)) return false;
    const words = wordsOf(fact);
    if (said.has(words)) return false;
    said.add(words);
    return true;
  });
}

function wordsOf({ source, from, at }: ClockFact): string {
  return `${source} ${from} ${at.toISOString()}`;
}
