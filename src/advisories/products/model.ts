/** Products that are in no package ecosystem (operating systems, appliances, servers), as CVE records speak of them. */

export const PRODUCT_STATUSES = ['affected', 'unaffected', 'unknown'] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

/** One entry of `versions` (CVE record format 5.1, `affected[].versions[]`). */
export interface ProductRange {
  readonly version: string;
  readonly lessThan?: string;
  readonly lessThanOrEqual?: string;
  readonly status: ProductStatus;
  /** `semver`, `custom`, `patch`, `release`, `git`… */
  readonly type?: string;
  /** The status changes again inside the range. */
  readonly changes?: readonly { readonly at: string; readonly status: ProductStatus }[];
}

/** What one container of one CVE record says of one product. */
export interface ProductRow {
  readonly cve: string;
  /** Who says it: the numbering authority, an authorised publisher (CISA), or a rule of ours with its source. */
  readonly by: 'cna' | 'adp' | 'rule';
  /** As `productKey` spells them. */
  readonly vendor: string;
  readonly product: string;
  /** Of versions that no entry speaks of; `unknown` where the record does not say. */
  readonly otherwise: ProductStatus;
  readonly versions: readonly ProductRange[];
  readonly platforms?: readonly string[];
}

export type ProductVerdict =
  | {
      readonly state: 'affected' | 'not_affected';
      readonly because: string;
      readonly fixed?: string;
    }
  | { readonly state: 'unknown'; readonly because: string };
