/** Exposure as API and command line show it. */
import { HoldfastError } from '../kernel/errors.ts';
import type { ExposureChange } from './changes.ts';
import type { Exposure } from './exposure.ts';
import type { Fact } from './facts.ts';
import { rankGaps, rankSubjects, unknownHoldings, type RankedGap } from './gaps.ts';
import { NODE_KINDS, type AttackPath, type PeopleFigures } from './model.ts';
import { pathThrough } from './paths.ts';
import type {
  ExposureChanges,
  ExposureExplanation,
  ExposureGap,
  ExposureStep,
  ExposureSummary,
  Figures,
  SubjectKind,
} from './schema.ts';

/** Names that a summary lists of what may be thousands. */
const NAMED = 20;
const EVIDENCE = 3;

export function heading({ at, attacker, people }: Exposure) {
  const { id, title } = attacker;
  return { at: at.toISOString(), attacker: { id, title }, exact: people.bounds === 0 };
}

export function shownSummary(exposure: Exposure): ExposureSummary {
  return {
    ...heading(exposure),
    proven: shownFigures(exposure.proven.total),
    assumed: shownFigures(exposure.all.total),
    gaps: rankGaps(exposure).length,
    unknownHoldings: unknownHoldings(exposure).slice(0, NAMED),
  };
}

export function shownFigures(figures: PeopleFigures): Figures {
  return { ...figures, living: { ...figures.living }, categories: { ...figures.categories } };
}

/** @param only words that a gap's name must all hold */
export function shownGaps(exposure: Exposure, only?: string): ExposureGap[] {
  const gaps = rankGaps(exposure).map(shownGap);
  return only === undefined ? gaps : gaps.filter((gap) => named(gap, only));
}

function shownGap(gap: RankedGap): ExposureGap {
  const { measure, key, label, count, proven, assumed, savedProven, savedAssumed } = gap;
  return { measure, key, label, count, proven, assumed, savedProven, savedAssumed };
}

export function shownSubjects(exposure: Exposure, kind: SubjectKind) {
  return rankSubjects(exposure, kind).map((subject) => ({ ...subject, kind }));
}

function named({ measure, key, label }: ExposureGap, words: string): boolean {
  const text = `${measure}:${key} ${label}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function shownChanges({
  from,
  to,
  proven,
  assumed,
  causes,
}: ExposureChange): ExposureChanges {
  const both = ({ before, after }: ExposureChange['proven']) => ({
    before: shownFigures(before),
    after: shownFigures(after),
  });
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    proven: both(proven),
    assumed: both(assumed),
    causes: causes.map((cause) => ({ ...cause })),
  };
}

export interface ExplainedGap {
  readonly shown: ExposureExplanation;
  readonly path: AttackPath;
  readonly figures: PeopleFigures;
}

/**
 * The worst gap that is called so, with the way through it on which most of the people behind it are lost. By its key, by
 * `measure:key`, or by words of its name.
 *
 * @throws HoldfastError `not_found`
 */
export function explainGap(exposure: Exposure, name: string): ExplainedGap {
  const gap = gapCalled(exposure, name);
  const proven = gap.nodes.find((node) => exposure.proven.reach.reached[node] === 1);
  const state = proven === undefined ? exposure.all : exposure.proven;
  const node = proven ?? gap.nodes[0] ?? 0;
  const path = pathThrough(state, node);
  if (path === undefined) throw new HoldfastError('not_found', `no way leads to ${gap.label}`);
  const there = gap.nodes.filter((each) => state.reach.reached[each] === 1);
  const positions = [...new Set(there.flatMap((each) => [...state.holdingsThrough(each)]))];
  const figures = exposure.population.figures(positions);
  const touched = (field: 'customer' | 'service'): string[] =>
    [...new Set(positions.flatMap((at) => exposure.facts.holdings[at]?.body[field] ?? []))].sort();
  const shown: ExposureExplanation = {
    ...heading(exposure),
    gap: shownGap(gap),
    certainty: path.certainty,
    likelihood: path.likelihood,
    people: shownFigures(figures),
    saved: there.length === 1 ? shownFigures(state.figuresSaved(node)) : null,
    customers: touched('customer'),
    services: touched('service'),
    steps: path.nodes.slice(1).map((each) => stepOf(exposure, each)),
  };
  return { shown, path, figures };
}

function gapCalled(exposure: Exposure, name: string): RankedGap {
  const gaps = rankGaps(exposure);
  const found =
    gaps.find(({ measure, key }) => key === name || `${measure}:${key}` === name) ??
    gaps.find((gap) => named(shownGap(gap), name));
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', `no gap that this attacker gets to is called ${name}`, {
    remedy: 'holdfast exposure lists them; name the asset, the door or the flaw.',
  });
}

function stepOf({ graph, evidence, sources }: Exposure, node: number): ExposureStep {
  const key = graph.keys[node] ?? '';
  const facts = evidence(key);
  const sourceName = (id: number): string => sources.get(id)?.name ?? `source ${id}`;
  return {
    kind: NODE_KINDS[graph.kinds[node] ?? 0] ?? 'start',
    key,
    label: graph.labels[node] ?? key,
    certainty: graph.assumed[node] === 1 ? 'assumed' : 'proven',
    likelihood: graph.likelihood[node] ?? 1,
    evidence: facts.slice(0, EVIDENCE).map((fact) => evidenceOf(fact, sourceName)),
    furtherEvidence: Math.max(0, facts.length - EVIDENCE),
  };
}

function evidenceOf(fact: Fact, sourceName: (id: number) => string) {
  const { text, kind, key, sources, trueAt, learnedAt, fresh, declared } = fact;
  return {
    text,
    kind,
    key,
    sources: sources.map(sourceName),
    trueAt: trueAt.toISOString(),
    learnedAt: learnedAt.toISOString(),
    fresh,
    declared,
  };
}
