/**
 * Hand-kept rules: flaws of products for which no machine-readable range exists, or none that is good enough. Each one
 * names the publisher's page, the day on which somebody went through it, and where that page was seen named for the flaw.
 */

import type { SourceSeen } from './seen.ts';

export interface Rule {
  readonly cve: string;
  readonly title: string;
  /** Vector as the CVE record gives it. */
  readonly cvss?: string;
  /** As CISA's catalogue has it, for hosts where that feed was not brought. Dates are YYYY-MM-DD. */
  readonly kev?: { readonly added: string; readonly due: string; readonly ransomware: boolean };
  readonly products: readonly RuleProduct[];
  /** What must be configured for the flaw to be reached, where it is not always. Nobody checked it: it is told, and counts. */
  readonly reachedBy?: string;
  readonly setting?: RuleSetting;
  /** The day on which the publisher offered the first fix, YYYY-MM-DD. */
  readonly fixReleased: string;
  readonly publisher: string;
  /** The publisher's page. */
  readonly source: string;
  /** The day on which somebody last went through the rule, YYYY-MM-DD. */
  readonly checked: string;
  /** How the publisher's page was verified to be the one; added by the registry from `seen.ts`. */
  readonly seen?: SourceSeen;
}

/** The fix works only with a setting besides. */
export interface RuleSetting {
  /** Hosts that it matters on: the qualifier `role` of the system's package URL. */
  readonly role: string;
  /** What is to be looked at, in words. */
  readonly ask: string;
  readonly source: string;
}

export interface RuleProduct {
  readonly vendor: string;
  /** As inventories spell it: `windows-server-2016`, `netscaler-adc`. */
  readonly names: readonly string[];
  /** Other forms of a version (a marketing name, another count) cannot be placed among the branches. */
  readonly like?: RegExp;
  /** Sorted upwards, where they have no trains. */
  readonly branches: readonly Branch[];
  /** Of versions that no branch holds: the publisher's list is whole, or nothing is known. */
  readonly otherwise: 'unaffected' | 'unknown';
  /**
   * The version tells everything: no update changes the product without changing it. Left out where fixes exist that do
   * not show in the version, or not always.
   */
  readonly exact: boolean;
}

/** One line of releases with its own fix. */
export interface Branch {
  /** Names of the line where builds count inside it (`13.1`, `13.1-FIPS`); it holds nothing else. */
  readonly trains?: readonly string[];
  /** The first affected version; the branch ends where the next one begins. */
  readonly from?: string;
  /** The first repaired version; of a train the part behind its name. Left out: there is no fix in this line. */
  readonly fixed?: string;
  /** The last affected version, where the publisher names that and not the first repaired one. */
  readonly last?: string;
  /** Updates any one of which repairs it: `KB4571694`. */
  readonly updates?: readonly string[];
  /** Where this line's fix came on another day than the first. */
  readonly released?: string;
  /** What to do where the line has no fix. */
  readonly instead?: string;
  /** The flaw does not concern this line. */
  readonly unaffected?: true;
  /** The publisher says nothing of this line. */
  readonly unsaid?: true;
}
