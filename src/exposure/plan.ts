/** The ordered list of fixes that removes most people at risk first, with the exact number left after each step. */
import type { Assessment, Engine } from './assess.ts';
import type { AttackGraph, Belief, Fix, PeopleFigures } from './model.ts';
import type { FixList, Offer } from './offers.ts';
import {
  costOf,
  cutOffer,
  fixList,
  heavyGroups,
  isBetter,
  singleOffers,
  withoutNeedless,
} from './offers.ts';

/** Fixes that do (nearly) the same at this point of the plan. */
export interface PlanChoice {
  readonly fixes: readonly Fix[];
  readonly cost: number;
  /** Distinct living people saved at this point (best count), and holdings of unknown people. */
  readonly people: number;
  readonly unknownHoldings: number;
}

export interface PlanStep extends PlanChoice {
  /** Who is still in reach after this step and all before it. */
  readonly left: PeopleFigures;
  readonly alternatives: readonly PlanChoice[];
}

export interface Plan {
  readonly before: PeopleFigures;
  readonly steps: readonly PlanStep[];
  readonly left: PeopleFigures;
  /** Who would be in reach with every fix done: no plan goes below. */
  readonly least: PeopleFigures;
}

export interface PlanOptions {
  readonly belief?: Belief;
  /** Nodes that are closed already, e.g. of a what-if. */
  readonly closed?: Iterable<number>;
  /** At most this many steps; 10 when left out. */
  readonly steps?: number;
  /** An alternative saves at least this share of what the step saves; 0.9 when left out. */
  readonly nearly?: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (done: number) => void;
}

/**
 * Takes at each step what saves most people for its cost: a single fix, or several that only together cut every way. Stops when
 * nobody is left, when no fix saves anybody, or after so many steps.
 */
export function planFixes(
  engine: Engine,
  graph: AttackGraph,
  fixes: readonly Fix[],
  options: PlanOptions = {},
): Plan {
  const { belief = 'all', steps: most = 10, nearly = 0.9 } = options;
  const list = fixList([...fixes].sort(byKey));
  const closed = new Set(options.closed);
  const first = engine.assess(graph, belief, closed);
  const steps: PlanStep[] = [];
  let state = first;
  while (steps.length < most) {
    options.signal?.throwIfAborted();
    const singles = singleOffers(state, list);
    const best = bestOffer(state, list, singles);
    if (best === undefined) break;
    const alternatives = otherOffers(state, list, singles, best, nearly);
    for (const fix of best.fixes) for (const node of nodesOf(list, fix)) closed.add(node);
    state = engine.assess(graph, belief, closed);
    steps.push({
      ...choiceOf(list, best),
      left: state.total,
      alternatives: alternatives.map((offer) => choiceOf(list, offer)),
    });
    options.onStep?.(steps.length);
  }
  const every = new Set([...closed, ...fixes.flatMap(({ nodes }) => nodes)]);
  const least = engine.assess(graph, belief, every).total;
  return { before: first.total, steps, left: state.total, least };
}

function byKey(a: Fix, b: Fix): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}

function nodesOf({ all }: FixList, fix: number): readonly number[] {
  return all[fix]?.nodes ?? [];
}

function choiceOf({ all }: FixList, { fixes, cost, people, unknown }: Offer): PlanChoice {
  return { fixes: fixes.map((fix) => all[fix] as Fix), cost, people, unknownHoldings: unknown };
}

function bestOffer(state: Assessment, list: FixList, singles: readonly Offer[]): Offer | undefined {
  const [single] = singles;
  if (single !== undefined && !canBeBeaten(state, list, single)) return single;
  let best = single;
  for (const group of heavyGroups(state, list)) {
    const offer = cutOffer(state, list, group);
    if (offer === undefined || (offer.people === 0 && offer.unknown === 0)) continue;
    if (best === undefined || isBetter(offer, best)) best = offer;
  }
  return best === undefined ? undefined : withoutNeedless(state, list, best);
}

/** Several fixes cost at least twice the cheapest and save at most everybody. */
function canBeBeaten({ total }: Assessment, { all }: FixList, single: Offer): boolean {
  const cheapest = all.reduce((least, fix) => Math.min(least, costOf(fix)), Infinity);
  const { best } = total.living;
  return best === 0
    ? single.unknown < total.unknownHoldings
    : best * single.cost > single.people * cheapest * 2;
}

/** How many alternatives a step shows. */
const SHOWN = 5;

/** Single fixes that save nearly as much, and what would do instead of all the chosen ones. */
function otherOffers(
  state: Assessment,
  list: FixList,
  singles: readonly Offer[],
  best: Offer,
  nearly: number,
): Offer[] {
  const isNear = ({ people, unknown }: Offer): boolean =>
    people >= best.people * nearly && unknown >= best.unknown * nearly;
  const chosen = new Set(best.fixes);
  const others = singles
    .filter((offer) => isNear(offer) && !offer.fixes.some((fix) => chosen.has(fix)))
    .slice(0, SHOWN);
  const lost = state.losses(best.fixes.flatMap((fix) => nodesOf(list, fix))).holdings;
  const cut = cutOffer(state, list, lost, chosen);
  if (cut === undefined || !isNear(cut)) return others;
  const instead = withoutNeedless(state, list, cut);
  return instead.fixes.length < 2 ? others : [...others.slice(0, SHOWN - 1), instead];
}

/** Fixes whose label or key has every word of the phrase, e.g. `mfa citrix`. */
export function fixesNamed(fixes: readonly Fix[], phrase: string): Fix[] {
  const words = wordsOf(phrase);
  if (words.length === 0) return [];
  return fixes.filter(({ key, label }) => {
    const text = wordsOf(`${label} ${key}`);
    return words.every((word) => text.some((each) => each.startsWith(word)));
  });
}

/** Small words that a person writes between. */
const SKIPPED = new Set(['at', 'the', 'on', 'for', 'of', 'and', 'a', 'to', 'in']);

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !SKIPPED.has(word));
}
