/** All items of a scope at once: what is asked now against what was recorded, with a deadline for each. Pure. */
import type { KnownAsset, Unsupported } from './asset-facts.ts';
import { UNKNOWN_FACTS } from './asset-facts.ts';
import { startOf, type Start } from './clock.ts';
import { deadlineOf } from './deadline.ts';
import {
  clockOf,
  isFixed,
  openItem,
  withReImages,
  type Demanded,
  type ItemRow,
} from './item-row.ts';
import type { ClockFact, Deadline, Fix, FlawFacts, SoftwareKind } from './model.ts';
import type { AdoptedRules } from './rules/schema.ts';
import { siblingsOf } from './siblings.ts';
import { softwareOf } from './software.ts';
import type { Calendar } from '../../kernel/zone.ts';

export interface StoredNeed {
  readonly component: number;
  readonly fix: number;
  readonly certain: boolean;
  readonly fixable: boolean;
  readonly flaw: FlawFacts;
}

export interface Scope {
  readonly needs: readonly StoredNeed[];
  readonly holders: readonly {
    readonly customer: number;
    readonly asset: number;
    readonly components: readonly number[];
  }[];
  /** Assets whose operating system nobody repairs, with the number of the fix that says so. */
  readonly unsupported: readonly {
    readonly asset: KnownAsset;
    readonly fix: number;
    readonly since: Unsupported;
  }[];
  readonly before: readonly ItemRow[];
  /** Items of machines that are gone, as those of the one that has their name now. */
  readonly inherited: readonly ItemRow[];
  readonly fixes: ReadonlyMap<number, Fix>;
  readonly facts: ReadonlyMap<number, readonly ClockFact[]>;
  readonly assets: ReadonlyMap<number, KnownAsset>;
}

export interface Rules {
  readonly adopted: readonly AdoptedRules[];
  readonly calendar: Calendar;
  readonly now: Date;
}

export interface Judged {
  /** Every item that is asked for. */
  readonly open: readonly ItemRow[];
  /** Items of before that nothing asks for any more and that are not settled. */
  readonly closing: readonly ItemRow[];
}

export function judge(scope: Scope, rules: Rules): Judged {
  const before = new Map(scope.before.map((row) => [pair(row), row]));
  const inherited = new Map(scope.inherited.map((row) => [pair(row), row]));
  const beside = Map.groupBy(scope.before, (row) => subjectPair(row, scope.fixes));
  const deadlines = deadlineMemo(scope, rules);
  const demands = askedOf(scope);
  const asked = new Set(demands.map(({ what }) => pair(what)));
  const open = demands.map((demanded) => {
    const known = before.get(pair(demanded.what));
    const start = startFor(demanded, scope, rules.now);
    const { sameFlaw, replaced } = siblingsOf(
      demanded.what,
      beside.get(subjectPair(demanded.what, scope.fixes)) ?? [],
      (row) => asked.has(pair(row)),
    );
    return openItem(
      known,
      demanded.what,
      known === undefined ? carried(start, [...sameFlaw, ...replaced]) : start,
      (released, firstSeen) => deadlines(demanded, released, firstSeen),
      {
        now: rules.now,
        secondFix: sameFlaw.some(({ phase }) => isFixed(phase)),
        ancestor: inherited.get(pair(demanded.what)),
      },
    );
  });
  const needsOf = byFix(scope.needs);
  const closing = scope.before
    .filter((row) => !asked.has(pair(row)) && row.phase !== 'fixed-proven' && row.phase !== 'void')
    .map((row) => learnedOf(row, scope, needsOf, deadlines));
  return { open: withReImages(open, rules.now), closing };
}

/** What repairs it may tell, once it is there, that it was out earlier than was known: the deadline was earlier too. */
function learnedOf(
  row: ItemRow,
  { facts }: Scope,
  needsOf: ReturnType<typeof byFix>,
  deadlines: ReturnType<typeof deadlineMemo>,
): ItemRow {
  const known = startOf(facts.get(row.fix) ?? []);
  if (known === undefined || known.at >= row.startAt || row.startSource === 'support-end')
    return row;
  const own = needsOf(row.fix).filter(({ component }) => row.components.includes(component));
  if (!own.some(({ fixable }) => fixable)) return row;
  const { flaws, names, certain } = bundleOf(own);
  const { customer, asset, fix, components, firstSeen } = row;
  const what = { customer, asset, fix, flaws: names, components, certain, fixable: true };
  const deadline = (released: Date | null, first: Date): Deadline =>
    deadlines({ what, flaws, unsupported: null }, released, first);
  return { ...row, ...clockOf(row, known, deadline, firstSeen) };
}

/** Grouped when the first is asked for: mostly none is. */
function byFix(needs: Scope['needs']): (fix: number) => readonly StoredNeed[] {
  let grouped: Map<number, StoredNeed[]> | undefined;
  return (fix) => (grouped ??= Map.groupBy(needs, (need) => need.fix)).get(fix) ?? [];
}

interface Asked {
  readonly what: Demanded;
  readonly flaws: readonly FlawFacts[];
  readonly unsupported: Unsupported | null;
}

/** One for each asset and fix: all flaws that it repairs there. */
function askedOf({ needs, holders, unsupported }: Scope): Asked[] {
  const byComponent = Map.groupBy(needs, ({ component }) => component);
  const bundles = new Map<string, Bundle>();
  const asked: Asked[] = [];
  for (const { customer, asset, components } of holders) {
    const byFix = new Map<number, StoredNeed[]>();
    for (const component of components) {
      for (const need of byComponent.get(component) ?? []) {
        const known = byFix.get(need.fix);
        if (known === undefined) byFix.set(need.fix, [need]);
        else known.push(need);
      }
    }
    for (const [fix, own] of byFix) {
      const ids = [...new Set(own.map(({ component }) => component))].sort((a, b) => a - b);
      const key = `${fix} ${ids.join()}`;
      let bundle = bundles.get(key);
      if (bundle === undefined) bundles.set(key, (bundle = bundleOf(own)));
      const { flaws, names, certain, fixable } = bundle;
      const what = { customer, asset, fix, flaws: names, components: ids, certain, fixable };
      asked.push({ what, flaws, unsupported: null });
    }
  }
  for (const { asset, fix, since } of unsupported) {
    const what = { customer: asset.customer, asset: asset.id, fix, flaws: [], components: [] };
    asked.push({ what: { ...what, certain: true, fixable: true }, flaws: [], unsupported: since });
  }
  return asked;
}

interface Bundle {
  readonly flaws: readonly FlawFacts[];
  readonly names: readonly string[];
  readonly certain: boolean;
  readonly fixable: boolean;
}

/** Flaws by name; what is certain somewhere is certain. The same for every asset that holds the same components. */
function bundleOf(needs: readonly StoredNeed[]): Bundle {
  const flaws = new Map<string, FlawFacts>();
  for (const { flaw } of needs) if (!flaws.has(flaw.name)) flaws.set(flaw.name, flaw);
  const sorted = [...flaws.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    flaws: sorted,
    names: sorted.map(({ name }) => name),
    certain: needs.some(({ certain }) => certain),
    fixable: needs.some(({ fixable }) => fixable),
  };
}

function pair({ asset, fix }: { readonly asset: number; readonly fix: number }): string {
  return `${asset} ${fix}`;
}

function subjectPair(
  { asset, fix }: { readonly asset: number; readonly fix: number },
  fixes: Scope['fixes'],
): string {
  const subject = fixes.get(fix)?.subject;
  return `${asset} ${subject?.type ?? ''} ${subject?.release ?? ''} ${subject?.name ?? ''}`;
}

/**
 * A flaw that was open and is now said to need a newer version keeps its clock; one that had been repaired here by an
 * earlier fix has the clock of the second.
 */
function carried(start: Start, siblings: readonly ItemRow[]): Start {
  let first = start;
  for (const { phase, startAt, startSource, startFrom } of siblings) {
    if (phase !== 'open' || startAt >= first.at) continue;
    first = { at: startAt, source: startSource, from: startFrom, assumed: false };
  }
  return first;
}

function startFor({ what, unsupported }: Asked, { facts }: Scope, now: Date): Start {
  if (unsupported !== null) {
    const { since, product } = unsupported;
    return { at: new Date(since), source: 'support-end', from: product, assumed: false };
  }
  const known = startOf(facts.get(what.fix) ?? []);
  return known ?? { at: now, source: 'first-known', from: 'our own reading', assumed: true };
}

/** The same question is asked of thousands of assets: it is answered once. */
function deadlineMemo(scope: Scope, { adopted, calendar, now }: Rules) {
  const known = new Map<string, Deadline>();
  const bySeen = adopted.some(({ set }) => set.rules.some(({ start }) => start === 'first-seen'));
  return (
    { what, flaws, unsupported }: Asked,
    released: Date | null,
    firstSeen: Date,
  ): Deadline => {
    const facts = scope.assets.get(what.asset)?.facts ?? UNKNOWN_FACTS;
    const key = [
      what.fix,
      what.components.join(),
      facts.exposed,
      facts.criticality,
      unsupported?.since ?? '',
      released?.getTime() ?? '',
      bySeen ? firstSeen.getTime() : '',
    ].join('|');
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const input = {
      flaws,
      asset: facts,
      software: softwareFor(what.fix, scope),
      unsupportedSince: unsupported === null ? null : new Date(unsupported.since),
      released: unsupported === null ? released : null,
      firstSeen,
    };
    const found = deadlineOf(input, adopted, calendar, now);
    known.set(key, found);
    return found;
  };
}

function softwareFor(fix: number, { fixes }: Scope): SoftwareKind | null {
  const subject = fixes.get(fix)?.subject;
  return subject === undefined ? null : softwareOf(subject);
}
