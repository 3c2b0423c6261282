/** Microsoft's updates as a catalogue: which flaws each of them repairs on one product, and what it replaces. */

/** One update (KB) for one product. */
export interface WindowsUpdate {
  /** Digits without `KB`. */
  readonly kb: string;
  /** The day on which most of its flaws were published, YYYY-MM-DD: single rows carry the dates of later revisions. */
  readonly date: string;
  /** Part of Windows that it repairs, where it is one that updates by itself. */
  readonly part: 'windows' | 'flash' | 'dotnet' | 'servicing-stack';
  readonly cves: readonly string[];
  /** Digits of the updates that it replaces, as far as the catalogue knows. */
  readonly supersedes: readonly string[];
}

/** One product (`Windows Server 2019`, `Windows 10 Version 22H2 for x64-based Systems`) with all of its updates. */
export interface WindowsCatalogue {
  readonly product: string;
  readonly updates: readonly WindowsUpdate[];
}

export interface WindowsHost {
  /** Build number: 17763 for Server 2019. It decides how updates build on each other. */
  readonly build: number;
  /** The update build revision (UBR) that is running: of 10.0.17763.107 it is 107. Undefined: not known. */
  readonly revision?: number;
  /** Digits of the installed updates. */
  readonly installed: readonly string[];
  /** Whether the list is known to be whole: what is not in a part of a list may be installed all the same. */
  readonly whole: boolean;
}

export type WindowsVerdict =
  | { readonly state: 'affected'; readonly fixes: readonly string[] }
  | { readonly state: 'not_affected'; readonly because: string }
  | {
      readonly state: 'unknown';
      readonly reason: 'newer-than-catalogue' | 'before-rollups' | 'part-of-list';
      readonly fixes: readonly string[];
    };
