/** What goes into matching and what comes out of it, a component at a time. */
import type { ComponentVerdict, Finding } from './verdict.ts';

/** What matching needs of a component; an inventory's `Package` is one. */
export interface MatchPackage {
  readonly purl: string;
  readonly type: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly arch?: string;
  readonly source?: { readonly name: string; readonly version: string };
  /** RPM's modularity label, `name:stream:version:context`. */
  readonly module?: string;
  readonly state?: string;
  readonly ownedBy?: string;
}

export interface MatchOptions {
  readonly now: Date;
  /** Also what is not affected though some feed has a record of it. */
  readonly all?: boolean;
  /** Keys of findings that are given even if not affected, because somebody else speaks of the same flaw. */
  readonly also?: ReadonlySet<string>;
}

export interface ComponentMatch {
  readonly component: ComponentVerdict;
  readonly findings: readonly Finding[];
}
