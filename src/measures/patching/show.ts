/** Patching as API, command line and console show it. */
import type { PeopleRanking } from '../../estate/reached.ts';
import { comparePositions, type Position } from '../../kernel/cursor.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import { complianceOf } from './compliance.ts';
import type { Exception } from './model.ts';
import { notesOf, reasonsOf, type HostWords, type PatchState, type StandingItem } from './read.ts';
import type { Patch, PatchCounts, PatchException } from './schema.ts';

const DAY = 86_400_000;

export interface PatchFilter {
  readonly overdue?: boolean | undefined;
  /** Also what is proven done. */
  readonly fixed?: boolean | undefined;
}

/** `people`: most people behind the asset first; `rank`: by the deadline alone. */
export const PATCH_ORDERS = ['people', 'rank'] as const;
export type PatchOrder = (typeof PATCH_ORDERS)[number];

/** Where an item stands, by value: people, past its deadline or not, the deadline, and its name. */
export function itemPosition(
  { item, overdue }: StandingItem,
  people: PeopleRanking,
  order: PatchOrder = 'people',
): Position {
  const place = order === 'people' ? people.ofAsset(item.assetId) : 0;
  const due = item.due?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return [place, overdue ? 0 : 1, due, item.asset, item.fix.key];
}

/** Those to look at first first: of the same people the longest past their deadline. */
export function orderedItems(
  { items }: PatchState,
  filter: PatchFilter,
  people: PeopleRanking,
  order?: PatchOrder,
): StandingItem[] {
  const wanted = items.filter(
    ({ state, overdue }) =>
      (filter.overdue !== true || overdue) && (filter.fixed === true || state !== 'fixed-proven'),
  );
  return wanted
    .map((each) => ({ each, position: itemPosition(each, people, order) }))
    .sort((a, b) => comparePositions(a.position, b.position))
    .map(({ each }) => each);
}

export function shownPatch(
  standing: StandingItem,
  state: PatchState,
  words: HostWords,
  people: PeopleRanking,
): Patch {
  const { item, late, exception } = standing;
  const rollbacks = notesOf(item, words).flatMap(({ read }) => read.rollback ?? []);
  return {
    asset: item.asset,
    assetName: state.groups.assets.get(item.asset)?.name ?? item.asset,
    fix: { key: item.fix.key, kind: item.fix.kind, name: item.fix.subject.name, to: item.fix.to },
    flaws: [...item.flaws],
    certain: item.certain,
    state: standing.state,
    overdue: standing.overdue,
    due: time(item.due),
    late: late === null ? null : days(late),
    rule: item.binding === null ? null : { ...item.binding },
    start: { at: item.start.toISOString(), source: item.startSource, from: item.startFrom },
    bornOverdue: item.bornOverdue,
    reopened:
      item.reopened === null
        ? null
        : { at: item.reopened.at.toISOString(), cause: item.reopened.cause },
    firstSeen: item.firstSeen.toISOString(),
    effectiveAt: time(item.effectiveAt),
    lacks: [...item.lacks],
    acceptedBy: exception?.owner ?? null,
    reasons: reasonsOf(standing, state, words),
    rollback: ROLLBACK_ORDER.find((each) => rollbacks.includes(each)) ?? null,
    people: peopleFrom(item.assetId, people),
  };
}

/** null: unknown. */
export function peopleFrom(asset: number, people: PeopleRanking): Patch['people'] {
  const reached = people.places[people.ofAsset(asset)];
  return reached === undefined ? null : { ...reached };
}

/** Of several components the one whose way back is worst. */
const ROLLBACK_ORDER = ['not-available', 'unknown', 'available'] as const;

function time(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

/** Rounded to a tenth: a countdown in days, not a clock. */
export function days(ms: number): number {
  return Math.round((ms / DAY) * 10) / 10;
}

export function shownCounts({ items }: Pick<PatchState, 'items'>): PatchCounts {
  const count = (test: (each: StandingItem) => boolean): number => items.filter(test).length;
  const open = items.filter(({ state }) => state !== 'fixed-proven');
  return {
    open: open.length,
    overdue: count(({ overdue }) => overdue),
    accepted: count(({ overdue, exception }) => overdue && exception !== null),
    dueSoon: count(({ state }) => state === 'due-soon'),
    within: count(({ state }) => state === 'within'),
    noDate: count(({ state }) => state === 'no-date'),
    noFix: count(({ state }) => state === 'no-fix'),
    unproven: count(({ state }) => state === 'fixed-unproven'),
    proven: count(({ state }) => state === 'fixed-proven'),
    assets: new Set(open.map(({ item }) => item.asset)).size,
  };
}

export function shownException(exception: Exception): PatchException {
  const { id, asset, fix, owner, reason, mitigation, approvedBy, openedAt, expires, closed } =
    exception;
  return {
    id,
    asset,
    fix,
    owner,
    reason,
    mitigation,
    approvedBy,
    openedAt: openedAt.toISOString(),
    expires: expires.toISOString(),
    closed: closed === null ? null : { at: closed.at.toISOString(), cause: closed.cause },
  };
}

/** By division, service and customer; the first row is everything. */
export function shownCompliance({ items, groups, at }: PatchState) {
  const measured = items.map(({ item, state }) => ({
    asset: item.asset,
    state,
    start: item.start,
    due: item.due,
    effectiveAt: item.effectiveAt,
  }));
  return complianceOf(measured, groups.of, at);
}

/**
 * The one item that the words mean.
 *
 * @throws HoldfastError `not_found`, or `bad_input` where they mean several.
 */
export function theItem({ items }: PatchState, fix: string): StandingItem {
  const open = items.filter(({ state }) => state !== 'fixed-proven');
  const exact = items.filter(({ item }) => item.fix.key === fix);
  const found = exact.length > 0 ? exact : open.length > 0 ? open : items;
  const [only, another] = found;
  if (only === undefined)
    throw new HoldfastError('not_found', `Nothing on this asset is to be patched for ${fix}`, {
      remedy: 'holdfast patches --asset KEY lists what is.',
    });
  if (another === undefined) return only;
  const keys = found.slice(0, 5).map(({ item }) => item.fix.key);
  throw new HoldfastError('bad_input', `${fix} means ${found.length} fixes here`, {
    remedy: `Name one of them: ${keys.join(', ')}${found.length > 5 ? ', …' : ''}.`,
  });
}
