/**
 * The closed list of what the ledger records. A body holds counts, references, digests, times and codes from fixed lists,
 * and no field that could hold a name, a number of a person or free text: personal data does not fit through the type.
 */
import * as z from 'zod';

/** SHA-256 as lower-case hex: of a file, a list, a policy or a stored row. */
const Digest = z.string().regex(/^[0-9a-f]{64}$/);
/** Under ten digits, so that no NHS number and no telephone number passes as a count. */
const Count = z.int().min(0).max(999_999_999);
/** The row meant: its UUID, its serial number, or a digest of its key where the key names a person. */
const Ref = z.union([z.uuid(), Digest, z.int().min(1).max(999_999_999)]);
/** A full UTC time; a date alone (of birth) does not pass. */
const Time = z.iso.datetime({ precision: 3 });

const MEASURES = ['mfa', 'scanning', 'patching'] as const;
const SOURCES = [
  'declared',
  'csv',
  'linux-host',
  'windows-host',
  'ldap',
  'entra',
  'okta',
  'google',
  'keycloak',
  'aws',
  'github',
  'citrix',
  'sql-accounts',
  'database',
  'files',
  'fhir',
  'oci',
  'agent',
  'manual',
  'other',
] as const;
const FACTORS = [
  'none',
  'one-time-link',
  'totp',
  'passkey',
  'security-key',
  'smart-card',
  'recovery-code',
  'upstream',
] as const;
const FACETS = ['confidentiality', 'integrity', 'availability'] as const;
const TARGETS = ['customer', 'team', 'service', 'door', 'account', 'asset'] as const;

const Verdicts = { covered: Count, uncovered: Count, unknown: Count };
const Exception = { exception: Ref, measure: z.enum(MEASURES), digest: Digest };
const Isolation = { isolation: Ref, target: z.enum(TARGETS), subject: Ref };
const Rollout = { rollout: Ref, ring: Count, hosts: Count };

/** Kind → body. Add at the end of a group; a kind once used is never renamed, its records outlive us. */
export const KINDS = {
  // The ledger itself.
  'ledger.opened': z.strictObject({ origin: Digest, key: Digest }),
  'ledger.key': z.strictObject({ change: z.enum(['added', 'retired']), key: Digest }),
  'ledger.witness': z.strictObject({ change: z.enum(['added', 'removed']), key: Digest }),
  'ledger.erased': z.strictObject({
    index: Count,
    reason: z.enum(['rights', 'retention', 'mistake']),
  }),
  'ledger.recovered': z.strictObject({ from: Count, entries: Count }),

  // Collect.
  'estate.import': z.strictObject({
    import: Ref,
    digest: Digest,
    accepted: Count,
    changed: Count,
    gone: Count,
    dropped: Count,
  }),
  'collection.ended': z.strictObject({
    collection: Ref,
    source: z.enum(SOURCES),
    outcome: z.enum(['complete', 'partial', 'failed', 'cancelled']),
    observed: Count,
    changed: Count,
    gone: Count,
    notSeen: Count,
  }),
  'advisories.updated': z.strictObject({
    source: z.enum([
      'osv',
      'debian',
      'ubuntu',
      'alpine',
      'redhat',
      'github',
      'kev',
      'epss',
      'vulnrichment',
      'windows',
      'endoflife',
      'other',
    ]),
    outcome: z.enum(['fresh', 'stale', 'failed']),
    advisories: Count,
    digest: Digest.optional(),
  }),
  'holdings.counted': z.strictObject({
    count: Ref,
    holdings: Count,
    people: Count,
    deceased: Count,
    digest: Digest,
  }),
  // Sealed sets of people were opened: by `people.set_reading`, what for, how many.
  'sets.opened': z.strictObject({
    reading: Ref,
    purpose: z.enum(['union', 'exposure', 'incident', 'rekey']),
    sets: Count,
  }),

  // Measure. One record a run: `digest` commits to the list of single changes, which the database holds.
  'verdict.changed': z.strictObject({
    measure: z.enum(MEASURES),
    run: Ref,
    ...Verdicts,
    changes: Count,
    digest: Digest,
  }),
  'exposure.computed': z.strictObject({
    run: Ref,
    gaps: Count,
    proven: Count,
    assumed: Count,
    digest: Digest,
  }),
  'plan.decided': z.strictObject({ plan: Ref, steps: Count, saved: Count, digest: Digest }),
  'exception.opened': z.strictObject({ ...Exception, expires: Time }),
  'exception.renewed': z.strictObject({ ...Exception, expires: Time }),
  'exception.closed': z.strictObject({
    ...Exception,
    cause: z.enum(['expired', 'withdrawn', 'fixed', 'mitigation-failed']),
  }),
  // Somebody asks for what another person must approve: `exception.opened` follows, or it is closed.
  'exception.requested': z.strictObject({ ...Exception, expires: Time, by: Ref }),
  'alert.acknowledged': z.strictObject({
    alert: Ref,
    issued: Time,
    due: Time.optional(),
    digest: Digest,
  }),
  'policy.changed': z.strictObject({
    policy: z.enum(['gate', 'deadlines', 'retention', 'rollout', 'witnesses', 'notices', 'other']),
    before: Digest.optional(),
    after: Digest,
  }),

  // Act.
  'rollout.started': z.strictObject(Rollout),
  'rollout.halted': z.strictObject({
    ...Rollout,
    cause: z.enum(['health', 'proof', 'person', 'window', 'error']),
  }),
  'rollout.finished': z.strictObject({ ...Rollout, proven: Count, unproven: Count }),
  'isolation.ordered': z.strictObject({ ...Isolation, ordered: Time }),
  'isolation.lifted': z.strictObject({ ...Isolation, lifted: Time }),
  'gate.refused': z.strictObject({
    door: Ref,
    reason: z.enum(['one-factor', 'isolated', 'locked', 'policy', 'proof-expired']),
    from: Time,
    until: Time,
    times: Count,
  }),

  // Account for it. `aware` and `happened` are facts of law: when, not when written down.
  'incident.opened': z.strictObject({ incident: Ref, happened: Time.optional(), aware: Time }),
  'incident.scope': z.strictObject({
    incident: Ref,
    customer: Ref,
    facet: z.enum(FACETS),
    scope: z.enum(['unknown', 'possible', 'confirmed', 'excluded']),
    people: Count,
    digest: Digest,
  }),
  'incident.closed': z.strictObject({ incident: Ref, digest: Digest }),
  'notice.sent': z.strictObject({
    notice: Ref,
    incident: Ref,
    to: z.enum(['controller', 'regulator', 'people', 'national-authority', 'insurer']),
    receipt: z.enum(['sent', 'delivered', 'read', 'failed']),
    sent: Time,
    letters: Count,
    digest: Digest,
  }),
  'entry-code.changed': z.strictObject({ incident: Ref, case: Ref, changed: Time }),
  'reconnection.decided': z.strictObject({
    reconnection: Ref,
    customer: Ref,
    wave: Count,
    decision: z.enum(['granted', 'refused', 'withdrawn']),
    met: Count,
    unmet: Count,
    overriddenByTwo: z.boolean(),
    digest: Digest,
  }),
  'continuity.started': z.strictObject({ downtime: Ref, service: Ref, began: Time }),
  'continuity.replayed': z.strictObject({
    downtime: Ref,
    written: Count,
    accepted: Count,
    refused: Count,
    digest: Digest,
  }),

  // Who used Holdfast, and what left it.
  'sign-in': z.strictObject({
    /** Absent when no such account exists: what was typed there may be anything, even a password. */
    account: Ref.optional(),
    factor: z.enum(FACTORS),
    outcome: z.enum(['accepted', 'refused', 'locked']),
    reason: z
      .enum([
        'password',
        'factor',
        'isolated',
        'unknown-account',
        'rate',
        'link-unknown',
        'link-used',
        'link-expired',
      ])
      .optional(),
    /** How many of the same within a minute; absent: one. */
    times: Count.optional(),
  }),
  'account.changed': z.strictObject({
    account: Ref,
    change: z.enum(['created', 'role', 'factor-added', 'factor-removed', 'disabled', 'removed']),
    by: Ref.optional(),
  }),
  export: z.strictObject({
    export: Ref,
    what: z.enum(['ledger', 'pack', 'estate', 'findings', 'letters', 'evidence', 'other']),
    kilobytes: Count,
    digest: Digest,
    by: Ref.optional(),
  }),
  backup: z.strictObject({ backup: Ref, kilobytes: Count, digest: Digest }),
  restore: z.strictObject({ backup: Ref, digest: Digest, taken: Time }),
} as const;

export type Kind = keyof typeof KINDS;
export type Body<K extends Kind = Kind> = z.infer<(typeof KINDS)[K]>;

/** A connector's id as the ledger's fixed list has it; a connector of somebody's own is `other`. */
export function sourceCode(connector: string): (typeof SOURCES)[number] {
  return SOURCES.find((known) => known === connector) ?? 'other';
}

export function isKind(text: string): text is Kind {
  return Object.hasOwn(KINDS, text);
}
