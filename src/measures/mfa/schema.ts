/** What of MFA coverage crosses the edge: the API's answers, which are also those of `--json`. */
import * as z from 'zod';
import { PeopleBehind } from '../../estate/reached-schema.ts';
import { Instant, POPULATIONS } from '../../estate/schema.ts';
import { REASONS, STRENGTHS, VERDICTS } from './model.ts';

const Count = z.int().min(0);
export const PathCounts = z.strictObject({
  /** Login paths: the four verdicts together. */
  paths: Count,
  enforced: Count,
  registeredNotEnforced: Count,
  none: Count,
  unknown: Count,
  /** Accounts that a door knows and refuses: no login paths. */
  closed: Count,
});
const Share = z.strictObject({ name: z.string().nullable(), counts: PathCounts });

export const MfaSummary = z.strictObject({
  at: Instant,
  total: PathCounts,
  byDivision: z.array(Share),
  byCustomer: z.array(Share),
  byPopulation: z.array(Share),
  doors: Count,
  undeclaredDoors: Count,
  doorsWithoutAccounts: Count,
});
export type MfaSummary = z.infer<typeof MfaSummary>;

export const MfaDoor = z.strictObject({
  key: z.string(),
  name: z.string(),
  type: z.string().nullable(),
  reachableFrom: z.array(z.string()),
  /** null: no source says whose accounts it accepts. */
  accepts: z.array(z.string()).nullable(),
  declared: z.boolean(),
  /** Distinct living people whom an attacker reaches through it (docs/guide/exposure.md). */
  peopleBehind: PeopleBehind.nullable().describe('null: unknown'),
  counts: PathCounts,
});
export type MfaDoor = z.infer<typeof MfaDoor>;

export const LoginPath = z.strictObject({
  account: z.string(),
  login: z.string(),
  identitySource: z.string(),
  population: z.enum(POPULATIONS).nullable(),
  customer: z.string().nullable(),
  division: z.string().nullable(),
  enabled: z.boolean().nullable(),
  dormant: z.boolean().nullable(),
  privileged: z.boolean().nullable(),
  door: z.string(),
  verdict: z.enum(VERDICTS),
  strength: z.enum(STRENGTHS).nullable(),
  reasons: z.array(z.enum(REASONS)),
  bypasses: z.array(z.string()),
  contradicted: z.boolean(),
  sentence: z.string(),
});
export type LoginPath = z.infer<typeof LoginPath>;

const Evidence = z.strictObject({
  kind: z.enum(['account', 'registered', 'required', 'observed', 'proved']),
  source: z.string(),
  trueAt: Instant,
  fresh: z.boolean(),
  declared: z.boolean(),
  text: z.string(),
});
export const PathExplanation = z.strictObject({
  at: Instant,
  account: z.string(),
  door: z.string(),
  /** `closed`: the door refuses the account; there is no login path. */
  verdict: z.enum([...VERDICTS, 'closed']),
  strength: z.enum(STRENGTHS).nullable(),
  contradicted: z.boolean(),
  sentence: z.string(),
  bypasses: z.array(
    z.strictObject({ id: z.string(), title: z.string(), where: z.string(), shows: z.string() }),
  ),
  evidence: z.array(Evidence),
});
export type PathExplanation = z.infer<typeof PathExplanation>;

export const CampaignRow = z.strictObject({
  owner: z.string(),
  ownerKind: z.enum(['customer', 'division', 'identity-source']),
  account: z.string(),
  login: z.string(),
  population: z.enum(POPULATIONS).nullable(),
  enabled: z.boolean().nullable(),
  registered: z.enum(['none', 'weak', 'unknown']),
  action: z.enum(['register-a-factor', 'use-a-workload-identity']),
  openDoors: Count,
  unknownDoors: Count,
  worstDoor: z.string(),
});
export type CampaignRow = z.infer<typeof CampaignRow>;
