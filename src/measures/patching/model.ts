/** What patching measures: one fix on one asset, from when its clock runs, what the rules demand, and what proves it done. */
/** Yes, no, or not known; where not known, the worse is assumed and said so. */
export type Tri = 'yes' | 'no' | 'unknown';

export const FIX_KINDS = [
  'upgrade',
  'configuration',
  'replacement',
  'removal',
  'mitigation',
] as const;
/**
 * What must be done: a newer version; a setting beside it (ZeroLogon's enforcement); another product, because nobody
 * repairs this one any more; taking it away; or, where the vendor has no repair, something that stands in its way.
 */
export type FixKind = (typeof FIX_KINDS)[number];

/** What is installed and repaired as one: a source package, a language's package, an operating system. */
export interface Subject {
  /** Package URL type: `deb`, `npm`, `generic`… */
  readonly type: string;
  /** `debian-12`; empty where the type has one line of versions. */
  readonly release: string;
  /** Of the source package where there is one. */
  readonly name: string;
}

export interface Fix {
  /** The same for every asset: `deb/debian-12/openssl@3.0.17-1~deb12u2`, `…#setting`, `…#unsupported`. */
  readonly key: string;
  readonly kind: FixKind;
  readonly subject: Subject;
  /** The version or update that repairs; null where the fix is no version. */
  readonly to: string | null;
}

export const SOFTWARE_KINDS = ['os', 'firmware', 'application'] as const;
export type SoftwareKind = (typeof SOFTWARE_KINDS)[number];

/** One flaw as the rules see it. Words of severity are ordered: none < low < medium < high < critical. */
export interface FlawFacts {
  /** The CVE where there is one, else the record's own id. */
  readonly name: string;
  readonly names: readonly string[];
  /** Greatest base score that anybody gave, 0 to 10. */
  readonly score: number | null;
  readonly word: SeverityWord | 'unknown';
  /** The vendor's own word, brought to ours; null where it gives none. */
  readonly vendor: SeverityWord | null;
  readonly kev: {
    readonly added: string;
    readonly due: string;
    readonly ransomware: boolean;
  } | null;
  readonly automatable: Tri;
  /** SSVC's technical impact. */
  readonly impact: 'partial' | 'total' | 'unknown';
}

export const SEVERITY_WORDS = ['none', 'low', 'medium', 'high', 'critical'] as const;
export type SeverityWord = (typeof SEVERITY_WORDS)[number];

export const CRITICALITIES = ['none', 'routine', 'urgent', 'immediate'] as const;
/** The worst clinical criticality of the services that depend on the asset. */
export type Criticality = (typeof CRITICALITIES)[number] | 'unknown';

/** An asset as the rules see it. */
export interface AssetFacts {
  readonly exposed: Tri;
  readonly criticality: Criticality;
}

/**
 * Where a start comes from. `vendor` (its advisory or update), `repository` (first seen by us in an enabled repository that we
 * had looked into before without finding it), `changelog`, `catalogue` are evidence; `advisory` (publication of a record that
 * is no announcement of the fix) and `first-known` (when we first knew that a fix exists) stand in where there is none.
 */
export const CLOCK_SOURCES = [
  'vendor',
  'repository',
  'changelog',
  'catalogue',
  'support-end',
  'advisory',
  'first-known',
] as const;
export type ClockSource = (typeof CLOCK_SOURCES)[number];

/** One statement of when a fix was released; never changed, only added to. */
export interface ClockFact {
  readonly at: Date;
  readonly source: ClockSource;
  /** Who says it: a feed, an asset's repository, a file. */
  readonly from: string;
  /** When we learned it. */
  readonly observedAt: Date;
}

/** What an adopted rule demands. Only `fix` moves the deadline; the other acts are duties beside it. */
export const ACTS = ['fix', 'acknowledge', 'report', 'triage'] as const;
export type Act = (typeof ACTS)[number];

/** The words by which a deadline names its rule, so that it can be read again years later. */
export interface RuleName {
  readonly set: string;
  readonly rule: string;
  /** `2-5f0c…`: number of the adopted content, and the start of its SHA-256. */
  readonly version: string;
}

/** One demand of one rule on one item. */
export interface Demand extends RuleName {
  readonly act: Act;
  /** Null: no date; the next upgrade that happens anyway. */
  readonly due: Date | null;
  /** From when the rule's clock runs. */
  readonly start: Date;
  readonly startedBy: RuleStart;
  readonly followUps: readonly string[];
  /** The rule's title. */
  readonly title: string;
  /** The flaw that brings the fix under the rule; null: the product itself. */
  readonly flaw: string | null;
  /** Why it applies, in words: `its CVSS base score 10.0 is at least 7`. */
  readonly reasons: readonly string[];
  /** Inputs that are not known and were taken as the worse. */
  readonly assumed: readonly string[];
}
export const RULE_STARTS = [
  'fix-released',
  'kev-added',
  'alert-issued',
  'support-ended',
  'first-seen',
] as const;
export type RuleStart = (typeof RULE_STARTS)[number];

/** The earliest of all demands for the fix, and everything that was asked. */
export interface Deadline {
  /** Null: no adopted rule sets a date. */
  readonly due: Date | null;
  /** The demand that binds; null: none applies. */
  readonly binding: Demand | null;
  /** The earliest demand of each rule set, the earliest first. */
  readonly demands: readonly Demand[];
  /** Other acts than the fix. */
  readonly duties: readonly Demand[];
  /** It was overdue when the item was first seen. */
  readonly bornOverdue: boolean;
}

/** What is stored of an item: whether it is open. Whether it is late is judged when somebody asks. */
export const PHASES = [
  'open',
  'no-fix',
  'fixed-unproven',
  'fixed-proven',
  /** Nobody says any more that it is needed: the advisory was withdrawn, or the asset is gone. */
  'void',
] as const;
export type Phase = (typeof PHASES)[number];

export const PATCH_STATES = [
  'within',
  'due-soon',
  'overdue',
  'excepted',
  'no-date',
  'no-fix',
  'fixed-unproven',
  'fixed-proven',
  'void',
] as const;
export type PatchState = (typeof PATCH_STATES)[number];

/**
 * Why something that was fixed is open again: an older version is there again, a whole machine is (several at once), it
 * was away and came back, or the vendor repaired the same flaw a second time.
 */
export const REOPEN_CAUSES = ['downgrade', 're-image', 'returned', 'second-fix'] as const;
export type ReopenCause = (typeof REOPEN_CAUSES)[number];

export interface Reopened {
  readonly at: Date;
  readonly cause: ReopenCause;
}

/** One fix on one asset, as it is stored. */
export interface Item {
  readonly asset: string;
  readonly fix: Fix;
  /** Names of the flaws that it repairs, those that bind first. */
  readonly flaws: readonly string[];
  readonly phase: Phase;
  readonly start: Date;
  readonly startSource: ClockSource;
  readonly due: Date | null;
  readonly binding: RuleName | null;
  readonly bornOverdue: boolean;
  readonly reopened: Reopened | null;
  readonly firstSeen: Date;
  /** When proof passed, not when somebody ran an update. */
  readonly effectiveAt: Date | null;
  /** What proof lacks, by code; empty unless fixed. */
  readonly lacks: readonly string[];
}

export interface Exception {
  readonly id: string;
  /** Null: every asset. */
  readonly asset: string | null;
  /** The key of a fix, or the name of a flaw. */
  readonly fix: string;
  readonly owner: string;
  readonly reason: string;
  /** A measure that is itself checked: `mfa:door/vpn1`, `scanning:asset/web1`, `patching:asset/web1/…`. */
  readonly mitigation: string;
  readonly expires: Date;
  /** Somebody else than the owner. */
  readonly approvedBy: string;
  readonly openedAt: Date;
  readonly closed: { readonly at: Date; readonly cause: ExceptionEnd } | null;
}
export const EXCEPTION_ENDS = ['expired', 'withdrawn', 'fixed', 'mitigation-failed'] as const;
export type ExceptionEnd = (typeof EXCEPTION_ENDS)[number];
