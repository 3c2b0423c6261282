/** What changed between two moments: who is in reach, and which gaps and holdings made it so. */
import type { Exposure } from './exposure.ts';
import { rankGaps, type RankedGap } from './gaps.ts';
import type { PeopleFigures } from './model.ts';

export interface ExposureCause {
  readonly what:
    | 'gap-opened'
    | 'gap-closed'
    | 'gap-grew'
    | 'gap-shrank'
    | 'holding-came'
    | 'holding-went'
    | 'holding-recounted';
  /** The measure and key of the gap, or the key of the holding. */
  readonly key: string;
  readonly label: string;
  /** Login paths or findings of a gap, people of a holding (null: nobody had counted them), before and after. */
  readonly before: number | null;
  readonly after: number | null;
  /** People reached through it, the larger of before and after: proven, and with what is assumed. */
  readonly proven: number;
  readonly assumed: number;
}

export interface ExposureChange {
  readonly from: Date;
  readonly to: Date;
  readonly proven: { readonly before: PeopleFigures; readonly after: PeopleFigures };
  readonly assumed: { readonly before: PeopleFigures; readonly after: PeopleFigures };
  /** Those with most people behind them first. */
  readonly causes: readonly ExposureCause[];
}

/** How far back changes are looked for where nobody says since when; milliseconds. */
export const WEEK = 7 * 86_400_000;

/** Both of the same estate and before the same attacker. */
export function changesBetween(before: Exposure, after: Exposure): ExposureChange {
  const causes = [...gapCauses(rankGaps(before), rankGaps(after)), ...holdingCauses(before, after)];
  return {
    from: before.at,
    to: after.at,
    proven: { before: before.proven.total, after: after.proven.total },
    assumed: { before: before.all.total, after: after.all.total },
    causes: causes.sort(
      (a, b) =>
        b.proven - a.proven ||
        b.assumed - a.assumed ||
        (`${a.what} ${a.key}` < `${b.what} ${b.key}` ? -1 : 1),
    ),
  };
}

function gapCauses(before: readonly RankedGap[], after: readonly RankedGap[]): ExposureCause[] {
  const named = (gap: RankedGap) => `${gap.measure} ${gap.key}`;
  return pairs(
    new Map(before.map((gap) => [named(gap), gap])),
    new Map(after.map((gap) => [named(gap), gap])),
  )
    .filter(([, old, young]) => old?.count !== young?.count)
    .map(([key, old, young]) => ({
      what: wordOf(old?.count, young?.count),
      key,
      label: labelOf(old, young, key),
      before: countOf(old),
      after: countOf(young),
      proven: Math.max(peopleOf(old, 'proven'), peopleOf(young, 'proven')),
      assumed: Math.max(peopleOf(old, 'assumed'), peopleOf(young, 'assumed')),
    }));
}

function countOf(gap: RankedGap | undefined): number {
  return gap?.count ?? 0;
}

function peopleOf(gap: RankedGap | undefined, belief: 'proven' | 'assumed'): number {
  return gap?.[belief].people ?? 0;
}

interface Labelled {
  readonly label: string;
}

function labelOf(old: Labelled | undefined, young: Labelled | undefined, key: string): string {
  return (young ?? old)?.label ?? key;
}

/** Everything that is in either, with what it was and what it is. */
function pairs<T>(
  then: ReadonlyMap<string, T>,
  now: ReadonlyMap<string, T>,
): (readonly [string, T | undefined, T | undefined])[] {
  const keys = new Set([...then.keys(), ...now.keys()]);
  return [...keys].map((key) => [key, then.get(key), now.get(key)] as const);
}

function wordOf(before: number | undefined, after: number | undefined): ExposureCause['what'] {
  if (before === undefined) return 'gap-opened';
  if (after === undefined) return 'gap-closed';
  return after > before ? 'gap-grew' : 'gap-shrank';
}

function holdingCauses(before: Exposure, after: Exposure): ExposureCause[] {
  return pairs(peopleOfHoldings(before), peopleOfHoldings(after)).flatMap(
    ([key, old, young]): ExposureCause[] => {
      const what = holdingWord(old, young);
      if (what === undefined) return [];
      return [
        {
          what,
          key,
          label: labelOf(old, young, key),
          before: old?.people ?? null,
          after: young?.people ?? null,
          proven: Math.max(heldIn(old, 'proven'), heldIn(young, 'proven')),
          assumed: Math.max(heldIn(old, 'assumed'), heldIn(young, 'assumed')),
        },
      ];
    },
  );
}

function holdingWord(
  old: HeldPeople | undefined,
  young: HeldPeople | undefined,
): ExposureCause['what'] | undefined {
  if (old === undefined) return 'holding-came';
  if (young === undefined) return 'holding-went';
  return old.people === young.people ? undefined : 'holding-recounted';
}

function heldIn(held: HeldPeople | undefined, belief: 'proven' | 'assumed'): number {
  return held?.[belief] === true ? (held.people ?? 0) : 0;
}

interface HeldPeople {
  readonly label: string;
  readonly people: number | null;
  readonly proven: boolean;
  readonly assumed: boolean;
}

function peopleOfHoldings({
  facts,
  graph,
  proven,
  all,
  people,
}: Exposure): Map<string, HeldPeople> {
  return new Map(
    facts.holdings.map(({ key }, position): [string, HeldPeople] => {
      const node = graph.find(`holding:${key}`) ?? -1;
      const counted = people.sets.own(position).living?.best ?? null;
      return [
        key,
        {
          label: graph.labels[node] ?? key,
          people: counted,
          proven: proven.reach.reached[node] === 1,
          assumed: all.reach.reached[node] === 1,
        },
      ];
    }),
  );
}
