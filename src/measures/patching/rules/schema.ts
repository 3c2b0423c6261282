/** A rule set as a file holds it: who demands what of which flaw, until when, and from which day on. */
import * as z from 'zod';
import { ACTS, CRITICALITIES, RULE_STARTS, SEVERITY_WORDS, SOFTWARE_KINDS } from '../model.ts';

const Id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,79}$/, 'must be lower-case letters, digits, dots and hyphens');
const Line = z.string().trim().min(1).max(500);
/** A day (`2026-04-27`: from its start in UTC) or a moment with its offset. */
const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const Name = z
  .string()
  .regex(/^[A-Za-z0-9][\w.:-]{2,79}$/, 'must be the name of a flaw, such as CVE-2020-1472');

/**
 * Conditions that must all hold. What is worse meets what is milder: an exposed asset meets `exposed: false`, a critical
 * flaw meets `severity: high`, so that nothing gets more time by being worse. What is not known counts as the worst.
 */
export const Conditions = z.strictObject({
  /** At least this word, as rated from all vectors. */
  severity: z.enum(SEVERITY_WORDS).optional(),
  /** At least this base score. */
  cvss: z.number().min(0).max(10).optional(),
  /** The vendor's own word is at least this one. */
  vendor: z.enum(SEVERITY_WORDS).optional(),
  /** Neither the vendor nor anybody else rates it. */
  unrated: z.literal(true).optional(),
  kev: z.boolean().optional(),
  ransomware: z.boolean().optional(),
  exposed: z.boolean().optional(),
  automatable: z.boolean().optional(),
  impact: z.enum(['partial', 'total']).optional(),
  /** An alert of this set names the flaw; `high`: one of high severity, which an alert without a severity counts as. */
  alert: z.union([z.literal(true), z.literal('high')]).optional(),
  /** At least this clinical criticality of a service that depends on the asset. */
  criticality: z.enum(CRITICALITIES).optional(),
  software: z.array(z.enum(SOFTWARE_KINDS)).min(1).max(SOFTWARE_KINDS.length).optional(),
  /** Nobody repairs the product any more, entitlements included. */
  unsupported: z.literal(true).optional(),
  /** One of these flaws. */
  names: z.array(Name).min(1).max(10_000).optional(),
});
export type Conditions = z.infer<typeof Conditions>;

/**
 * Calendar time in the organisation's zone: a limit of days ends at the same time of day. `next-upgrade` has no date;
 * `kev-due` is the date that CISA's catalogue gives, `alert-due` the one of the alert.
 */
export const Limit = z.union([
  z.strictObject({ hours: z.int().min(0).max(10_000) }),
  z.strictObject({ days: z.int().min(0).max(3660) }),
  z.strictObject({ months: z.int().min(1).max(120) }),
  z.enum(['at-once', 'next-upgrade', 'kev-due', 'alert-due']),
]);
export type Limit = z.infer<typeof Limit>;

export const Rule = z.strictObject({
  id: Id,
  /** Where in the source it stands. */
  section: Line.optional(),
  /** What it says, in our own words. */
  title: Line,
  /** It applies where one of these holds. */
  when: z.array(Conditions).min(1).max(100),
  act: z.enum(ACTS).default('fix'),
  start: z.enum(RULE_STARTS).default('fix-released'),
  limit: Limit,
  /** What must be done besides: `forensic-triage`. */
  followUps: z.array(Id).max(10).default([]),
});
export type Rule = z.infer<typeof Rule>;

export const Alert = z.strictObject({
  id: z.string().trim().min(1).max(80),
  issued: Moment,
  names: z.array(Name).min(1).max(1000),
  severity: z.enum(['low', 'medium', 'high']).optional(),
  /** By when the alert itself wants the fix; else the rule's limit counts. */
  due: Moment.optional(),
});
export type Alert = z.infer<typeof Alert>;

export const RuleSet = z.strictObject({
  id: Id,
  title: Line,
  source: z.strictObject({
    name: Line,
    url: z.url({ protocol: /^https?$/ }).optional(),
    section: Line.optional(),
    /** How sure we are of what it says: read in the source itself, told by others, or our own choice. */
    standing: z.enum(['read', 'told', 'own']).default('own'),
  }),
  valid: z.strictObject({ from: Moment.optional(), until: Moment.optional() }).default({}),
  /** What the source leaves open, and how these rules read it. */
  notes: z.array(Line).max(20).default([]),
  alerts: z.array(Alert).max(10_000).default([]),
  rules: z.array(Rule).min(1).max(1000),
});
export type RuleSet = z.infer<typeof RuleSet>;

/** A rule set in force, with the version that deadlines name. */
export interface AdoptedRules {
  readonly set: RuleSet;
  readonly version: string;
}
