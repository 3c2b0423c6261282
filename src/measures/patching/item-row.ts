/** One item as the store keeps it, and how it goes from one state to the next. */
import type { Start } from './clock.ts';
import type { ClockSource, Deadline, Phase, ReopenCause, RuleName } from './model.ts';
import type { Proof } from './proof.ts';

/** Numbers stand for assets, fixes and components, as in the store. */
export interface ItemRow {
  readonly customer: number;
  readonly asset: number;
  readonly fix: number;
  readonly flaws: readonly string[];
  readonly components: readonly number[];
  readonly certain: boolean;
  readonly phase: Phase;
  readonly startAt: Date;
  readonly startSource: ClockSource;
  readonly startFrom: string;
  readonly due: Date | null;
  readonly ruleSet: string | null;
  readonly rule: string | null;
  readonly ruleVersion: string | null;
  readonly bornOverdue: boolean;
  readonly reopenedAt: Date | null;
  readonly reopenedCause: ReopenCause | null;
  readonly firstSeen: Date;
  readonly effectiveAt: Date | null;
  readonly lacks: readonly string[];
}

export const CHANGES = [
  'new',
  'reopened',
  'fixed',
  'proven',
  'unproven',
  'void',
  'deadline',
  'flaws',
] as const;
export type ItemChange = (typeof CHANGES)[number];

/** What is asked of an asset now. */
export interface Demanded {
  readonly customer: number;
  readonly asset: number;
  readonly fix: number;
  readonly flaws: readonly string[];
  readonly components: readonly number[];
  readonly certain: boolean;
  readonly fixable: boolean;
}

/**
 * Needed now. A start that was recorded stays: a computed one counts only where it is earlier. What had been fixed is open
 * again, with its clock as it was; a second fix of a flaw that the asset had repaired is a fix of its own.
 */
export function openItem(
  before: ItemRow | undefined,
  demanded: Demanded,
  start: Start,
  deadline: (released: Date | null, firstSeen: Date) => Deadline,
  context: {
    readonly now: Date;
    readonly secondFix: boolean;
    /** The same fix on the machine that had this one's name and is gone: the clock runs on. */
    readonly ancestor?: ItemRow | undefined;
  },
): ItemRow {
  const { fixable, ...what } = demanded;
  const past = before ?? context.ancestor;
  const firstSeen = past?.firstSeen ?? context.now;
  return {
    ...what,
    ...clockOf(past, start, deadline, firstSeen, fixable),
    phase: fixable ? 'open' : 'no-fix',
    ...reopening(before, context),
    firstSeen,
    effectiveAt: null,
    lacks: [],
  };
}

/** The start that counts, and the deadline that follows from it. */
export function clockOf(
  before: ItemRow | undefined,
  start: Start,
  deadline: (released: Date | null, firstSeen: Date) => Deadline,
  firstSeen: Date,
  fixable = true,
) {
  const clock = keptClock(before, start);
  const { due, binding } = deadline(fixable ? clock.startAt : null, firstSeen);
  return {
    ...clock,
    ...namesOf(binding),
    due,
    bornOverdue: due !== null && due < firstSeen,
  };
}

type Clock = Pick<ItemRow, 'startAt' | 'startSource' | 'startFrom'>;

function keptClock(before: ItemRow | undefined, { at, source, from }: Start): Clock {
  if (before === undefined || before.startAt > at)
    return { startAt: at, startSource: source, startFrom: from };
  const { startAt, startSource, startFrom } = before;
  return { startAt, startSource, startFrom };
}

function namesOf(binding: RuleName | null): Pick<ItemRow, 'ruleSet' | 'rule' | 'ruleVersion'> {
  if (binding === null) return { ruleSet: null, rule: null, ruleVersion: null };
  return { ruleSet: binding.set, rule: binding.rule, ruleVersion: binding.version };
}

function reopening(
  before: ItemRow | undefined,
  { now, secondFix, ancestor }: Parameters<typeof openItem>[4],
): Pick<ItemRow, 'reopenedAt' | 'reopenedCause'> {
  if (before === undefined && ancestor !== undefined && isFixed(ancestor.phase))
    return { reopenedAt: now, reopenedCause: 're-image' };
  if (before === undefined)
    return secondFix
      ? { reopenedAt: now, reopenedCause: 'second-fix' }
      : { reopenedAt: null, reopenedCause: null };
  if (!isFixed(before.phase))
    return { reopenedAt: before.reopenedAt, reopenedCause: before.reopenedCause };
  const cause = before.components.length === 0 ? 'returned' : 'downgrade';
  return { reopenedAt: now, reopenedCause: cause };
}

export function isFixed(phase: Phase): boolean {
  return phase === 'fixed-proven' || phase === 'fixed-unproven';
}

/** How the asset stands towards a fix that nothing asks for any more. */
export interface After {
  /** The asset is still part of the estate. */
  readonly present: boolean;
  /** Every component that had the flaws is still there as it was: the advisories changed, not the asset. */
  readonly unchanged: boolean;
  /** Components of the subject that are there now. */
  readonly components: readonly number[];
  readonly proof: Proof;
}

export function closeItem(before: ItemRow, after: After, now: Date): ItemRow {
  if (before.phase === 'fixed-proven' || before.phase === 'void') return before;
  if (!after.present || (after.unchanged && !isFixed(before.phase)))
    return { ...before, phase: 'void', lacks: [] };
  const { proven, lacks } = after.proof;
  return {
    ...before,
    components: after.components,
    phase: proven ? 'fixed-proven' : 'fixed-unproven',
    effectiveAt: proven ? now : null,
    lacks,
  };
}

/** Undefined where nothing changed that anybody could see. */
export function changeOf(before: ItemRow | undefined, after: ItemRow): ItemChange | undefined {
  if (before === undefined) return after.reopenedAt === null ? 'new' : 'reopened';
  if (before.reopenedAt?.getTime() !== after.reopenedAt?.getTime()) return 'reopened';
  if (before.phase !== after.phase) return phaseChange(before.phase, after.phase);
  if (datesOf(before) !== datesOf(after)) return 'deadline';
  if (flawsOf(before) !== flawsOf(after)) return 'flaws';
  return before.lacks.join() === after.lacks.join() ? undefined : 'unproven';
}

function datesOf({ due, startAt, ruleSet, rule, ruleVersion }: ItemRow): string {
  return JSON.stringify([due, startAt, ruleSet, rule, ruleVersion]);
}

function flawsOf({ flaws, certain }: ItemRow): string {
  return JSON.stringify([flaws, certain]);
}

function phaseChange(before: Phase, after: Phase): ItemChange {
  switch (after) {
    case 'fixed-proven':
      return 'proven';
    case 'fixed-unproven':
      return 'fixed';
    case 'void':
      return 'void';
    default:
      return before === 'void' ? 'new' : 'deadline';
  }
}

/** Several at once on one asset: not single packages went back, but the machine. */
const RE_IMAGED = 3;

/** Gives the cause that only shows over all items of an asset. */
export function withReImages(rows: readonly ItemRow[], now: Date): ItemRow[] {
  const went = rows.filter(
    ({ reopenedAt, reopenedCause }) =>
      reopenedAt?.getTime() === now.getTime() && reopenedCause !== 'second-fix',
  );
  const counts = Map.groupBy(went, ({ asset }) => asset);
  const marked = new Set(went);
  return rows.map((row) =>
    marked.has(row) && (counts.get(row.asset)?.length ?? 0) >= RE_IMAGED
      ? { ...row, reopenedCause: 're-image' }
      : row,
  );
}
