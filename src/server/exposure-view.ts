/** What the pages of exposure show, read from the exposure that the server keeps. */
import type { Clock } from '../kernel/clock.ts';
import { ATTACKERS } from '../exposure/attackers.ts';
import { changesBetween } from '../exposure/changes.ts';
import { fixesOfWay } from '../exposure/closing.ts';
import type { Exposure } from '../exposure/exposure.ts';
import { fixesOf } from '../exposure/fixes.ts';
import { rankSubjects } from '../exposure/gaps.ts';
import { NODE_KINDS } from '../exposure/model.ts';
import type { ExposureReader } from '../exposure/read.ts';
import { reachedRecords } from '../exposure/records.ts';
import type { ExposureGap, SubjectKind } from '../exposure/schema.ts';
import { within } from '../exposure/scope.ts';
import {
  explainGap,
  shownChanges,
  shownGaps,
  shownSubjects,
  shownSummary,
} from '../exposure/show.ts';
import { planOf } from '../exposure/show-plan.ts';
import { pastMoment } from './moment.ts';
import type { ChangesView } from './pages/changes-page.ts';
import type { ExposureAsked, ExposureChoices } from './pages/exposure-parts.ts';
import type { ExposureView, MeasureShare } from './pages/exposure-page.ts';
import type { GapStep, GapView } from './pages/gap-page.ts';
import type { PlanView } from './pages/plan-page.ts';
import type { ReachedView } from './pages/reached-page.ts';
import type { RecordsView } from './pages/records-page.ts';
import { addressOf } from './pages/words.ts';

export interface ExposureViews {
  /** Whether anybody has told of records of people. */
  knowsRecords(): Promise<boolean>;
  exposure(question: GapsQuestion): Promise<ExposureView>;
  /** By `measure:key`. */
  gap(gap: string, asked: ExposureAsked): Promise<GapView>;
  plan(question: PlanQuestion): Promise<PlanView>;
  changes(question: ChangesQuestion): Promise<ChangesView>;
  records(question: RecordsQuestion): Promise<RecordsView>;
  reached(question: ReachedQuestion): Promise<ReachedView>;
}

export interface GapsQuestion extends ExposureAsked {
  readonly name?: string | undefined;
  readonly measure?: ExposureGap['measure'] | undefined;
  readonly after?: number | undefined;
}
export interface PlanQuestion extends ExposureAsked {
  readonly done?: readonly string[] | undefined;
  readonly assumed?: boolean | undefined;
}
export interface ChangesQuestion extends ExposureAsked {
  readonly since?: string | undefined;
  readonly after?: number | undefined;
}
export interface RecordsQuestion extends ExposureAsked {
  readonly category?: string | undefined;
  readonly after?: number | undefined;
}
export interface ReachedQuestion extends ExposureAsked {
  readonly by?: SubjectKind | undefined;
  readonly after?: number | undefined;
}

const PAGE_SIZE = 25;
const MOST_CHOICES = 200;
const PLAN_STEPS = 8;
const WEEK_MS = 7 * 86_400_000;
/** A first step is shown beside the figures only where it takes no longer. */
const FIRST_STEP_NODES = 200_000;

interface Tools {
  readonly reader: ExposureReader;
  readonly clock: Clock;
}

export function exposureViews({ reader, clock }: Tools): ExposureViews {
  const state = keptStates(reader, clock);
  const frame = async (asked: ExposureAsked) => {
    const whole = await state.whole(asked);
    const exposure = state.part(whole, asked);
    return {
      exposure,
      parts: {
        at: exposure.at,
        asked: askedOf(asked),
        choices: choicesOf(whole, clock.now()),
      },
    };
  };
  return {
    knowsRecords: async () => (await reader.read()).facts.holdings.length > 0,
    exposure: async (question) => {
      const { exposure, parts } = await frame(question);
      return gapsView(exposure, parts, question);
    },
    gap: async (gap, asked) => {
      const { exposure, parts } = await frame(asked);
      return gapView(exposure, parts, gap);
    },
    plan: async ({ done = [], assumed = false, ...asked }) => {
      const { exposure, parts } = await frame(asked);
      const known = new Set(fixesOf(exposure).map(({ key }) => key));
      const whatIf = done.filter((key) => known.has(key));
      const belief = assumed ? 'all' : 'proven';
      const { shown } = planOf(exposure, { belief, steps: PLAN_STEPS, whatIf });
      const needless = done.filter((key) => !known.has(key));
      return { ...parts, plan: shown, done, needless, assumed };
    },
    changes: async ({ since, after = 0, ...asked }) => {
      const { exposure, parts } = await frame(asked);
      const from = sinceOf(since, exposure.at);
      const before = await state.whole({ ...asked, asAt: from.toISOString() });
      const changes = shownChanges(changesBetween(state.part(before, asked), exposure));
      return { ...parts, changes, since: textOf(from), from: after, size: PAGE_SIZE };
    },
    records: async ({ category, after = 0, ...asked }) => {
      const { exposure, parts } = await frame(asked);
      const all = reachedRecords(exposure).filter(holds(category));
      const records = all.slice(after, after + PAGE_SIZE);
      return { ...parts, category, records, count: all.length, from: after, size: PAGE_SIZE };
    },
    reached: async ({ by = 'customer', after = 0, ...asked }) => {
      const { exposure, parts } = await frame(asked);
      const all = shownSubjects(exposure, by);
      const subjects = all.slice(after, after + PAGE_SIZE);
      return { ...parts, by, subjects, count: all.length, from: after, size: PAGE_SIZE };
    },
  };
}

interface Parts {
  readonly at: Date;
  readonly asked: ExposureAsked;
  readonly choices: ExposureChoices;
}

/** Reads, and keeps the last past moment and the last parts: who turns pages of a list asks for the same ones again. */
function keptStates(reader: ExposureReader, clock: Clock) {
  const pasts = new Map<string, Exposure>();
  const parts = new WeakMap<Exposure, Map<string, Exposure>>();
  return {
    async whole({ attacker, asAt }: ExposureAsked): Promise<Exposure> {
      if (asAt === undefined) return reader.read({ attacker });
      const moment = pastMoment(asAt, clock.now());
      const name = `${moment.toISOString()} ${attacker ?? ''}`;
      const known = pasts.get(name);
      if (known !== undefined) return known;
      const past = await reader.read({ attacker, asAt: moment });
      keep(pasts, name, past, 2);
      return past;
    },
    part(whole: Exposure, { customer, service }: ExposureAsked): Exposure {
      if (customer === undefined && service === undefined) return whole;
      const own = parts.get(whole) ?? new Map<string, Exposure>();
      parts.set(whole, own);
      const name = JSON.stringify([customer, service]);
      const part = own.get(name) ?? within(whole, { customer, service });
      keep(own, name, part, 4);
      return part;
    },
  };
}

/** The newest `most` stay. */
function keep<T>(all: Map<string, T>, name: string, value: T, most: number): void {
  all.delete(name);
  all.set(name, value);
  for (const oldest of all.keys()) {
    if (all.size <= most) return;
    all.delete(oldest);
  }
}

function sinceOf(since: string | undefined, at: Date): Date {
  if (since === undefined) return new Date(at.getTime() - WEEK_MS);
  return pastMoment(since, at);
}

function textOf(at: Date): string {
  return at.toISOString().slice(0, 16);
}

function askedOf({ attacker, customer, service, asAt }: ExposureAsked): ExposureAsked {
  return { attacker, customer, service, asAt };
}

function choicesOf(whole: Exposure, now: Date): ExposureChoices {
  const keys = (kind: SubjectKind) =>
    keptOf(whole, kind, () =>
      rankSubjects(whole, kind)
        .slice(0, MOST_CHOICES)
        .map(({ key }) => key),
    );
  return {
    attackers: ATTACKERS.map(({ id, title }) => ({ id, title })),
    customers: keys('customer'),
    services: keys('service'),
    now,
  };
}

const remembered = new WeakMap<Exposure, Map<string, unknown>>();

/** What was worked out of this state, once. */
function keptOf<T>(state: Exposure, name: string, work: () => T): T {
  const own = remembered.get(state) ?? new Map<string, unknown>();
  remembered.set(state, own);
  if (!own.has(name)) own.set(name, work());
  return own.get(name) as T;
}

/** Gaps that the attacker gets to, worst first; worked out once for a state. */
export function gapsOf(exposure: Exposure): readonly ExposureGap[] {
  return keptOf(exposure, 'gaps', () => shownGaps(exposure));
}

function gapsView(
  exposure: Exposure,
  parts: Parts,
  { name, measure, after = 0 }: GapsQuestion,
): ExposureView {
  const scoped = parts.asked.customer !== undefined || parts.asked.service !== undefined;
  const all = gapsOf(exposure).filter((gap) => !scoped || leadsSomewhere(gap));
  const words = (name ?? '').toLowerCase().split(/\s+/);
  const wanted = all.filter(
    (gap) =>
      (measure === undefined || gap.measure === measure) &&
      words.every((word) => `${gap.key} ${gap.label}`.toLowerCase().includes(word)),
  );
  const first = after === 0 && name === undefined && measure === undefined;
  return {
    ...parts,
    summary: { ...keptOf(exposure, 'summary', () => shownSummary(exposure)), gaps: all.length },
    recordsKnown: exposure.facts.holdings.length > 0,
    gaps: wanted.slice(after, after + PAGE_SIZE),
    gapCount: wanted.length,
    from: after,
    size: PAGE_SIZE,
    name,
    measure,
    measures: sharesOf(all),
    first: first ? firstStep(exposure) : undefined,
  };
}

function leadsSomewhere({ proven, assumed }: ExposureGap): boolean {
  return proven.people + proven.unknownHoldings + assumed.people + assumed.unknownHoldings > 0;
}

const MEASURES = ['mfa', 'patching', 'scanning', 'other'] as const;

function sharesOf(gaps: readonly ExposureGap[]): MeasureShare[] {
  return MEASURES.flatMap((measure) => {
    const own = gaps.filter((gap) => gap.measure === measure);
    if (own.length === 0) return [];
    const most = (people: (gap: ExposureGap) => number) =>
      own.reduce((so, gap) => Math.max(so, people(gap)), 0);
    const proven = most((gap) => gap.proven.people);
    const assumed = most((gap) => gap.assumed.people);
    return [{ measure, gaps: own.length, proven, assumed }];
  });
}

function firstStep(exposure: Exposure): ExposureView['first'] {
  if (exposure.graph.size > FIRST_STEP_NODES) return undefined;
  return keptOf(exposure, 'first', () => planOf(exposure, { steps: 1 }).shown.steps[0]);
}

function gapView(exposure: Exposure, parts: Parts, name: string): GapView {
  const { shown, path } = explainGap(exposure, name);
  const { graph } = exposure;
  const steps = shown.steps.map((step, i): GapStep => {
    const node = path.nodes[i + 1] ?? 0;
    const gap = graph.gaps.get(node);
    return {
      step,
      asset: graph.kinds[node] === ASSET ? step.key.replace(/^asset:/, '') : undefined,
      gap: gap === undefined ? undefined : `${gap.measure}:${gap.key}`,
    };
  });
  return {
    ...parts,
    explained: shown,
    steps,
    fixes: fixesOfWay(exposure, path),
    measured: measuredOf(shown.gap),
  };
}

const ASSET = NODE_KINDS.indexOf('asset');

/** The page of the measure that counts what the gap stands for. */
function measuredOf({ measure, key }: ExposureGap): GapView['measured'] {
  if (measure === 'mfa') {
    const door = /^(.*)\/[^/]+\/[^/]+?(?:\/stale)?$/.exec(key)?.[1];
    if (door === undefined) return undefined;
    return { path: addressOf('/login-paths', { door }), words: 'The login paths of this door' };
  }
  if (measure === 'patching')
    return { path: addressOf('/patches', { asset: key }), words: 'What is to be patched here' };
  if (measure === 'scanning')
    return { path: addressOf('/coverage', { asset: key }), words: 'What was looked at here' };
  return undefined;
}

function holds(category: string | undefined) {
  return ({ counted, categories }: RecordsView['records'][number]): boolean => {
    if (category === undefined) return true;
    if (category === 'unknown') return counted === 'nobody';
    return ((categories as Readonly<Record<string, number>>)[category] ?? 0) > 0;
  };
}
