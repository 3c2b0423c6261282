/** The estate's own types: what is stored and read, apart from what crosses the edge (schema.ts). */
import type { Kind, Outcome, Unseen } from './schema.ts';
import type { Conflict } from './merge.ts';

export interface SourceName {
  readonly connector: string;
  readonly name: string;
  /** Seconds after which its last collection is stale. */
  readonly interval: number;
}

/** The connector whose facts people typed. */
export const DECLARED = 'declared';
/** Connectors that look at networks from outside: what they see says nothing of who owns an address. */
export const SCANNERS: readonly string[] = ['nmap', 'tcp-scan'];

/** What a body names, as (kind, key) pairs. */
export interface NamedReferences {
  readonly customer: string | undefined;
  readonly asset: string | undefined;
  readonly account: string | undefined;
  readonly service: string | undefined;
  readonly division: string | undefined;
  readonly from: { readonly kind: Kind; readonly key: string } | undefined;
  readonly to: { readonly kind: Kind; readonly key: string } | undefined;
}

/** Reads the references out of a merged or observed body of any kind. */
export function referencesOf(body: Readonly<Record<string, unknown>>): NamedReferences {
  const text = (field: string): string | undefined => {
    const value = body[field];
    return typeof value === 'string' ? value : undefined;
  };
  const reference = (field: string) => body[field] as NamedReferences['from'];
  return {
    customer: text('customer'),
    asset: text('asset'),
    account: text('account'),
    service: text('service'),
    division: text('division'),
    from: reference('from'),
    to: reference('to'),
  };
}

/** All (kind, key) pairs that a body names, for making sure that each has a number. */
export function referencedPairs(named: NamedReferences): { kind: Kind; key: string }[] {
  const pairs: { kind: Kind; key: string }[] = [];
  for (const kind of ['customer', 'asset', 'account', 'service', 'division'] as const) {
    const key = named[kind];
    if (key !== undefined) pairs.push({ kind, key });
  }
  if (named.from !== undefined) pairs.push(named.from);
  if (named.to !== undefined) pairs.push(named.to);
  return pairs;
}

/** One entity as known now or at a past moment. */
export interface Entity {
  readonly id: number;
  readonly kind: Kind;
  readonly key: string;
  /** The number of the customer it belongs to; 0 is the supplier's own. */
  readonly customer: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly sources: readonly number[];
  readonly conflicts: readonly Conflict[];
  readonly trueAt: Date;
  readonly learnedAt: Date;
}

export interface CollectionRecord {
  readonly id: number;
  readonly connector: string;
  readonly name: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly outcome: Outcome | null;
  readonly observed: number;
  readonly changed: number;
  readonly gone: number;
  readonly unseen: readonly Unseen[];
}

export interface SourceRecord extends SourceName {
  readonly id: number;
  readonly lastCollection: CollectionRecord | null;
  /** The end of the last collection that saw anything (complete or partial). */
  readonly lastSeenAt: Date | null;
  /** Past its interval, or never collected: what it says is no longer evidence for the present. */
  readonly stale: boolean;
}

/** What a batch of reports did to the estate. */
export interface Applied {
  observed: number;
  changed: number;
  gone: number;
}
