/** What patching looks like to API and command line. */
import * as z from 'zod';
import { PeopleBehind } from '../../estate/reached-schema.ts';
import { Instant } from '../../estate/schema.ts';
import { PATCH_REASONS, ROLLBACKS } from '../../estate/patching.ts';
import { ALERT_STATES } from './alerts.ts';
import { CLOCK_SOURCES, EXCEPTION_ENDS, FIX_KINDS, PATCH_STATES, REOPEN_CAUSES } from './model.ts';

const Rule = z.strictObject({ set: z.string(), rule: z.string(), version: z.string() });
const Days = z.number().describe('Days; negative: so many until then');

export const PatchException = z
  .strictObject({
    id: z.string(),
    asset: z.string().nullable().describe('null: every asset'),
    fix: z.string(),
    owner: z.string(),
    reason: z.string(),
    mitigation: z.string(),
    approvedBy: z.string(),
    openedAt: Instant,
    expires: Instant,
    closed: z.strictObject({ at: Instant, cause: z.enum(EXCEPTION_ENDS) }).nullable(),
  })
  .meta({ id: 'PatchException' });
export type PatchException = z.infer<typeof PatchException>;

export const ExceptionRequestShown = z
  .strictObject({
    id: z.string(),
    asset: z.string().nullable().describe('null: every asset'),
    fix: z.string(),
    owner: z.string().describe('The account that asked, and answers for it'),
    reason: z.string(),
    mitigation: z.string(),
    expires: Instant,
    requestedAt: Instant,
    decided: z
      .strictObject({ at: Instant, by: z.string(), decision: z.enum(['approved', 'withdrawn']) })
      .nullable()
      .describe('null: it waits for a second person, and accepts nothing until then'),
  })
  .meta({ id: 'PatchExceptionRequest' });
export type ExceptionRequestShown = z.infer<typeof ExceptionRequestShown>;

export const PatchAlert = z
  .strictObject({
    set: z.string().describe('The rules that hold it'),
    id: z.string(),
    issued: Instant,
    severity: z.enum(['low', 'medium', 'high']).nullable(),
    names: z.array(z.string()).describe('Flaws that it names'),
    state: z.enum(ALERT_STATES).describe('`not-asked`: no rule wants it acknowledged'),
    rule: z.string().nullable(),
    due: Instant.nullable().describe('By when it is to be acknowledged'),
    late: Days.nullable(),
    acknowledged: z.strictObject({ by: z.string(), at: Instant }).nullable(),
    assets: z.int().describe('Assets on which a flaw that it names is not proved mended'),
  })
  .meta({ id: 'PatchAlert' });
export type PatchAlert = z.infer<typeof PatchAlert>;

export const PatchAlertCounts = z
  .strictObject({
    asked: z.int().describe('Alerts that a rule wants acknowledged'),
    inTime: z.int(),
    late: z.int(),
    overdue: z.int().describe('Past their time, and nobody acknowledged them'),
    waiting: z.int(),
  })
  .meta({ id: 'PatchAlertCounts' });
export type PatchAlertCounts = z.infer<typeof PatchAlertCounts>;

export const Patch = z
  .strictObject({
    asset: z.string(),
    assetName: z.string(),
    fix: z.strictObject({
      key: z.string(),
      kind: z.enum(FIX_KINDS),
      name: z.string(),
      to: z.string().nullable(),
    }),
    flaws: z.array(z.string()),
    certain: z
      .boolean()
      .describe('false: whether the flaw is there is not known; it counts as there'),
    state: z.enum(PATCH_STATES),
    overdue: z.boolean().describe('Past its deadline and not proven done, accepted or not'),
    due: Instant.nullable(),
    late: Days.nullable(),
    rule: Rule.nullable().describe('The rule that binds'),
    start: z.strictObject({ at: Instant, source: z.enum(CLOCK_SOURCES), from: z.string() }),
    bornOverdue: z.boolean(),
    reopened: z.strictObject({ at: Instant, cause: z.enum(REOPEN_CAUSES) }).nullable(),
    firstSeen: Instant,
    effectiveAt: Instant.nullable(),
    lacks: z.array(z.string()).describe('What proof lacks'),
    acceptedBy: z.string().nullable(),
    reasons: z.array(z.enum(PATCH_REASONS)).describe('Why it is not on the asset'),
    rollback: z.enum(ROLLBACKS).nullable(),
    people: PeopleBehind.nullable().describe('Reached from this asset; null: unknown'),
  })
  .meta({ id: 'Patch' });
export type Patch = z.infer<typeof Patch>;

export const PatchCounts = z
  .strictObject({
    open: z.int(),
    overdue: z.int(),
    accepted: z.int().describe('Of the overdue ones, accepted by somebody'),
    dueSoon: z.int(),
    within: z.int(),
    noDate: z.int(),
    noFix: z.int(),
    unproven: z.int(),
    proven: z.int(),
    assets: z.int().describe('Assets with something open'),
  })
  .meta({ id: 'PatchCounts' });
export type PatchCounts = z.infer<typeof PatchCounts>;

const Demand = z.strictObject({
  ...Rule.shape,
  act: z.string(),
  due: Instant.nullable(),
  start: Instant,
  startedBy: z.string(),
  because: z.string(),
  assumed: z.array(z.string()),
  followUps: z.array(z.string()),
});
export const PatchExplanation = z
  .strictObject({
    patch: Patch,
    clock: z.array(
      z.strictObject({ at: Instant, source: z.string(), from: z.string(), observedAt: Instant }),
    ),
    demands: z.array(Demand),
    duties: z.array(Demand),
    exceptions: z.array(PatchException),
    history: z.array(
      z.strictObject({
        at: Instant,
        why: z.string(),
        phase: z.string(),
        due: Instant.nullable(),
        rule: z.string().nullable(),
        lacks: z.array(z.string()),
      }),
    ),
    components: z.array(
      z.strictObject({
        name: z.string(),
        version: z.string(),
        available: z.string().nullable(),
        from: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'PatchExplanation' });
export type PatchExplanation = z.infer<typeof PatchExplanation>;

const TimeToFix = z.strictObject({
  fixed: z.int(),
  median: z.number().nullable(),
  p90: z.number().nullable(),
  worst: z.number().nullable(),
  oldestOpen: z.number().nullable(),
});
export const PatchCompliance = z
  .strictObject({
    group: z.string().describe('`division:`, `service:` or `customer:` with its key; empty: all'),
    assets: z.int(),
    due: z.int(),
    inTime: z.int(),
    late: z.int(),
    overdue: z.int(),
    accepted: z.int(),
    unproven: z.int(),
    ahead: z.int(),
    share: z.number().nullable(),
    timeToFix: TimeToFix.describe('Days from the release of a fix to its proof'),
  })
  .meta({ id: 'PatchCompliance' });

export const PlannedVisit = z
  .strictObject({
    asset: z.string(),
    assetName: z.string(),
    fixes: z.int(),
    overdue: z.int(),
    due: Instant,
    window: z.strictObject({ name: z.string(), start: Instant, end: Instant }).nullable(),
    inTime: z.boolean(),
    slack: Days.nullable(),
    people: PeopleBehind.nullable(),
  })
  .meta({ id: 'PlannedVisit' });
export type PlannedVisit = z.infer<typeof PlannedVisit>;
