/** How an item stands at a moment: a stored item and the exceptions of that moment, judged by the clock. */
import type { Exception, Item, PatchState } from './model.ts';

export interface Standing {
  readonly state: PatchState;
  /** Past its deadline and not proved done, accepted or not: what the totals count. */
  readonly overdue: boolean;
  /** Milliseconds past the deadline; negative: so long until then; null without a date. */
  readonly late: number | null;
  /** The exception that accepts it. It takes nothing out of `overdue`. */
  readonly exception: Exception | null;
}

/** Items due within this time are due soon, unless a site says otherwise. */
export const DUE_SOON_MS = 3 * 86_400_000;

export function standingOf(
  item: Pick<Item, 'asset' | 'fix' | 'flaws' | 'phase' | 'due'>,
  exceptions: readonly Exception[],
  now: Date,
  dueSoonMs = DUE_SOON_MS,
): Standing {
  const late = item.due === null ? null : now.getTime() - item.due.getTime();
  const running =
    item.phase === 'open' || item.phase === 'no-fix' || item.phase === 'fixed-unproven';
  // The demand holds until proof: what is only said to be done is late all the same.
  const overdue = running && late !== null && late > 0;
  const exception = running
    ? (exceptions.find((each) => covers(each, item) && isActive(each, now)) ?? null)
    : null;
  return { state: stateOf(item.phase, late, exception, dueSoonMs), overdue, late, exception };
}

function stateOf(
  phase: Item['phase'],
  late: number | null,
  exception: Exception | null,
  dueSoonMs: number,
): PatchState {
  if (phase === 'fixed-proven' || phase === 'fixed-unproven' || phase === 'void') return phase;
  if (exception !== null) return 'excepted';
  if (phase === 'no-fix' && (late === null || late <= 0)) return 'no-fix';
  if (late === null) return 'no-date';
  if (late > 0) return 'overdue';
  return late > -dueSoonMs ? 'due-soon' : 'within';
}

export function covers(
  exception: Pick<Exception, 'asset' | 'fix'>,
  item: Pick<Item, 'asset' | 'fix' | 'flaws'>,
): boolean {
  const { asset, fix } = exception;
  return (
    (asset === null || asset === item.asset) && (fix === item.fix.key || item.flaws.includes(fix))
  );
}

export function isActive({ openedAt, expires, closed }: Exception, now: Date): boolean {
  return openedAt <= now && now < expires && (closed === null || now < closed.at);
}
