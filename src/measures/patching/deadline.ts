/** The deadline of one item: the earliest demand of all adopted rules, which one it is, and what else is asked. */
import { applies, isGrave, type Case } from './applies.ts';
import type {
  Act,
  AssetFacts,
  Deadline,
  Demand,
  FlawFacts,
  RuleStart,
  SoftwareKind,
} from './model.ts';
import type { AdoptedRules, Alert, Limit, Rule, RuleSet } from './rules/schema.ts';
import type { Calendar } from '../../kernel/zone.ts';

/** What the rules see of one item. */
export interface DeadlineInput {
  /** Every flaw that the fix repairs: one that falls under a rule brings the whole fix under it (a bundle counts whole). */
  readonly flaws: readonly FlawFacts[];
  readonly asset: AssetFacts;
  readonly software: SoftwareKind | null;
  /** When support ended, where nobody repairs the product any more. */
  readonly unsupportedSince: Date | null;
  /** When the fix was released; null while there is none. */
  readonly released: Date | null;
  /** When we first saw that this asset needs it. */
  readonly firstSeen: Date;
}

/**
 * Rules that are not in force at `now` say nothing; of each set the earliest demand is told.
 *
 * @example deadlineOf(input, adopted, calendarOf('Europe/London'), now).binding?.set // 'cyber-essentials'
 */
export function deadlineOf(
  input: DeadlineInput,
  adopted: readonly AdoptedRules[],
  calendar: Calendar,
  now: Date,
): Deadline {
  const demands: Demand[] = [];
  const duties: Demand[] = [];
  for (const { set, version } of adopted) {
    if (!isInForce(set, now)) continue;
    const asked = set.rules.flatMap((rule) => demandOf(rule, set, version, input, calendar) ?? []);
    const [first] = asked.filter(({ act }) => act === 'fix').sort(byDue);
    if (first !== undefined) demands.push(withFollowUps(first, asked));
    duties.push(...asked.filter(({ act }) => act !== 'fix'));
  }
  demands.sort(byDue);
  duties.sort(byDue);
  const binding = demands[0] ?? null;
  const due = binding?.due ?? null;
  return { due, binding, demands, duties, bornOverdue: due !== null && due < input.firstSeen };
}

export function isInForce({ valid: { from, until } }: RuleSet, now: Date): boolean {
  const at = now.getTime();
  return (
    (from === undefined || at >= Date.parse(from)) &&
    (until === undefined || at < Date.parse(until))
  );
}

/** What every rule that falls due together with the first asks besides. */
function withFollowUps(first: Demand, asked: readonly Demand[]): Demand {
  const together = asked.filter(
    ({ act, due }) => act === 'fix' && due?.getTime() === first.due?.getTime(),
  );
  return { ...first, followUps: [...new Set(together.flatMap(({ followUps }) => followUps))] };
}

/** Earliest first, no date last; of the same time the one that most speaks for; then by name, so that the order of rules and facts does not matter. */
function byDue(a: Demand, b: Demand): number {
  return (
    (a.due?.getTime() ?? Infinity) - (b.due?.getTime() ?? Infinity) ||
    grounds(b) - grounds(a) ||
    compare(a.set, b.set) ||
    compare(a.rule, b.rule) ||
    compare(a.flaw ?? '', b.flaw ?? '') ||
    compare(a.reasons.join(), b.reasons.join())
  );
}

function grounds({ reasons, assumed }: Demand): number {
  return reasons.length + assumed.length;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rule's earliest demand over all flaws and alternatives. */
function demandOf(
  rule: Rule,
  set: RuleSet,
  version: string,
  input: DeadlineInput,
  calendar: Calendar,
): Demand | undefined {
  const demands = casesOf(set, input).flatMap((of) =>
    rule.when.flatMap((conditions) => {
      const found = applies(conditions, of);
      if (found === undefined) return [];
      const timed = timeOf(rule, of, input, calendar);
      return timed === undefined ? [] : [{ of, found, timed }];
    }),
  );
  return demands
    .map(({ of, found, timed }): Demand => ({
      set: set.id,
      rule: rule.id,
      version,
      act: rule.act,
      ...timed,
      startedBy: rule.start,
      followUps: rule.followUps,
      title: rule.title,
      flaw: of.flaw?.name ?? null,
      reasons: found.because,
      assumed: found.assumed,
    }))
    .sort(byDue)[0];
}

function casesOf(set: RuleSet, input: DeadlineInput): Case[] {
  const { asset, software } = input;
  const unsupported = input.unsupportedSince !== null;
  const about = { asset, software, unsupported };
  const cases = input.flaws.map((flaw): Case => ({ ...about, flaw, alert: alertFor(set, flaw) }));
  return unsupported ? [...cases, { ...about, flaw: null, alert: undefined }] : cases;
}

function alertFor({ alerts }: RuleSet, flaw: FlawFacts): Alert | undefined {
  return alerts.find(({ names }) => names.some((name) => flaw.names.includes(name.toUpperCase())));
}

/** Undefined where the rule's clock has not begun: no fix was released, no alert issued. */
function timeOf(
  rule: Rule,
  of: Case,
  input: DeadlineInput,
  calendar: Calendar,
): Pick<Demand, 'start' | 'due'> | undefined {
  const start = startFor(rule.start, of, input);
  if (start === undefined) return undefined;
  const due = dueOf(rule.limit, start, of, calendar);
  return due === undefined ? undefined : { start, due };
}

function startFor(start: RuleStart, { flaw, alert }: Case, input: DeadlineInput): Date | undefined {
  switch (start) {
    case 'fix-released':
      return input.released ?? undefined;
    case 'kev-added':
      return momentOf(flaw?.kev?.added);
    case 'alert-issued':
      return momentOf(alert?.issued);
    case 'support-ended':
      return input.unsupportedSince ?? undefined;
    case 'first-seen':
      return input.firstSeen;
  }
}

function momentOf(text: string | undefined): Date | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : new Date(at);
}

/** What a set asks of whoever receives one of its alerts, whether or not an asset has the flaw: the earliest demand. */
export function alertDemand(
  { rules }: RuleSet,
  alert: Alert,
  act: Act,
  calendar: Calendar,
): { readonly rule: string; readonly due: Date | null } | undefined {
  const issued = momentOf(alert.issued);
  if (issued === undefined) return undefined;
  return rules
    .filter(
      (rule) =>
        rule.act === act &&
        rule.start === 'alert-issued' &&
        rule.when.some(({ alert: wanted }) => wanted !== undefined && isGrave(alert, wanted)),
    )
    .flatMap(({ id, limit }) => {
      const due = dueOf(limit, issued, { flaw: null, alert }, calendar);
      return due === undefined ? [] : [{ rule: id, due }];
    })
    .sort((a, b) => (a.due?.getTime() ?? Infinity) - (b.due?.getTime() ?? Infinity))[0];
}

/** Null: no date. Undefined: the source that would give the date does not. */
function dueOf(
  limit: Limit,
  start: Date,
  { flaw, alert }: Pick<Case, 'flaw' | 'alert'>,
  calendar: Calendar,
): Date | null | undefined {
  switch (limit) {
    case 'at-once':
      return start;
    case 'next-upgrade':
      return null;
    case 'kev-due':
      return namedDay(flaw?.kev?.due, calendar);
    case 'alert-due':
      return namedDay(alert?.due, calendar);
    default:
      if ('hours' in limit) return new Date(start.getTime() + limit.hours * 3_600_000);
      if ('days' in limit) return calendar.addDays(start, limit.days);
      return calendar.addMonths(start, limit.months);
  }
}

/** A day is over at its end; a moment is itself. */
function namedDay(text: string | undefined, calendar: Calendar): Date | undefined {
  if (text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text)) return calendar.endOfDay(text);
  return momentOf(text);
}
