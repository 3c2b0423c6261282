/** What the exposure of the estate looks like to API and command line. */
import * as z from 'zod';
import { CATEGORIES, Instant } from '../estate/schema.ts';

const Count = z.int().min(0);
const Range = z.strictObject({ low: Count, best: Count, high: Count });
export const Figures = z
  .strictObject({
    living: Range.describe('Distinct living people'),
    categories: z.record(z.enum(CATEGORIES), Count),
    children: Count,
    special: Count,
    holdings: Count,
    unknownHoldings: Count.describe('Holdings that nobody counted: their people come on top'),
  })
  .meta({ id: 'PeopleFigures' });
export type Figures = z.infer<typeof Figures>;

export const Reached = z
  .strictObject({ people: Count, unknownHoldings: Count })
  .meta({ id: 'PeopleReached' });

const SubjectKind = z.enum(['door', 'asset', 'accounts', 'customer', 'service']);
export type SubjectKind = z.infer<typeof SubjectKind>;
export const SUBJECT_KINDS = SubjectKind.options;

export const ExposureGap = z
  .strictObject({
    measure: z.enum(['mfa', 'scanning', 'patching', 'other']),
    key: z.string(),
    label: z.string(),
    count: Count.describe('Login paths or findings that it stands for'),
    proven: Reached.describe('Reached through it by steps that evidence shows'),
    assumed: Reached.describe('Reached through it when what nobody can rule out is assumed too'),
    savedProven: Reached.describe('Reached no more when it alone is closed'),
    savedAssumed: Reached,
  })
  .meta({ id: 'ExposureGap' });
export type ExposureGap = z.infer<typeof ExposureGap>;

export const ExposureSubject = z
  .strictObject({ kind: SubjectKind, key: z.string(), proven: Reached, assumed: Reached })
  .meta({ id: 'ExposureSubject' });

const Attacker = z.strictObject({ id: z.string(), title: z.string() });
const Heading = {
  at: Instant,
  attacker: Attacker,
  exact: z.boolean().describe('false: without the person key unions of holdings are bounds'),
};

export const ExposureSummary = z
  .strictObject({
    ...Heading,
    proven: Figures,
    assumed: Figures,
    gaps: Count,
    unknownHoldings: z.array(z.string()).describe('The first of them, by key'),
  })
  .meta({ id: 'ExposureSummary' });
export type ExposureSummary = z.infer<typeof ExposureSummary>;

const Evidence = z.strictObject({
  text: z.string(),
  kind: z.string(),
  key: z.string(),
  sources: z.array(z.string()),
  trueAt: Instant,
  learnedAt: Instant,
  fresh: z.boolean(),
  declared: z.boolean(),
});
export const ExposureStep = z.strictObject({
  kind: z.string(),
  key: z.string(),
  label: z.string(),
  certainty: z.enum(['proven', 'assumed']),
  likelihood: z.number(),
  evidence: z.array(Evidence),
  furtherEvidence: Count,
});
export type ExposureStep = z.infer<typeof ExposureStep>;

export const ExposureExplanation = z
  .strictObject({
    ...Heading,
    gap: ExposureGap,
    certainty: z.enum(['proven', 'assumed']),
    likelihood: z.number(),
    people: Figures,
    saved: Figures.nullable().describe(
      'Whom closing it alone saves; null where it is several steps',
    ),
    customers: z.array(z.string()),
    services: z.array(z.string()),
    steps: z.array(ExposureStep),
  })
  .meta({ id: 'ExposureExplanation' });
export type ExposureExplanation = z.infer<typeof ExposureExplanation>;

const BeforeAndAfter = z.strictObject({ before: Figures, after: Figures });
export const ExposureCause = z
  .strictObject({
    what: z.enum([
      'gap-opened',
      'gap-closed',
      'gap-grew',
      'gap-shrank',
      'holding-came',
      'holding-went',
      'holding-recounted',
    ]),
    key: z.string().describe('The measure and key of the gap, or the key of the holding'),
    label: z.string(),
    before: Count.nullable().describe(
      'Login paths or findings of a gap; people of a holding, null where nobody had counted them',
    ),
    after: Count.nullable(),
    proven: Count.describe('People reached through it, the larger of before and after'),
    assumed: Count,
  })
  .meta({ id: 'ExposureCause' });
export const ExposureChanges = z
  .strictObject({
    from: Instant,
    to: Instant,
    proven: BeforeAndAfter,
    assumed: BeforeAndAfter,
    causes: z.array(ExposureCause).describe('Those with most people behind them first'),
  })
  .meta({ id: 'ExposureChanges' });
export type ExposureChanges = z.infer<typeof ExposureChanges>;

const PlannedFix = z.strictObject({ key: z.string(), label: z.string(), cost: z.number() });
const Choice = {
  fixes: z.array(PlannedFix),
  cost: z.number(),
  people: Count,
  unknownHoldings: Count,
};
export const ExposurePlan = z
  .strictObject({
    ...Heading,
    belief: z.enum(['proven', 'all']),
    whatIf: z.array(PlannedFix).describe('Fixes that are taken as done'),
    today: Figures,
    before: Figures.describe('After what is taken as done'),
    steps: z.array(
      z.strictObject({
        ...Choice,
        left: Figures,
        alternatives: z.array(z.strictObject(Choice)),
      }),
    ),
    left: Figures,
    least: Figures.describe('With every fix done that is known here'),
  })
  .meta({ id: 'ExposurePlan' });
export type ExposurePlan = z.infer<typeof ExposurePlan>;
