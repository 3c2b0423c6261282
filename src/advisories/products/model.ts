/** Products that are in no package ecosystem (operating systems, appliances, servers), as CVE records speak of them. */

export const PRODUCT_STATUSES = ['affected', 'unaffected', 'unknown'] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

/** One entry of `versions` (CVE record format 5.1, `affected[].versions[]`). */
export interface ProductRange {
  readonly version: string;
  readonly lessThan?: string;
  readonly lessThanOrEqual?: string;
  /** `version` itself is not in the range. */
  readonly above?: true;
  readonly status: ProductStatus;
  /** `semver`, `custom`, `patch`, `release`, `git`…; `exact`: one version, and no words in its place. */
  readonly type?: string;
  /** The status changes again inside the range. */
  readonly changes?: readonly { readonly at: string; readonly status: ProductStatus }[];
}

/** What one container of one CVE record, or one configuration of the NVD, says of one product. */
export interface ProductRow {
  readonly cve: string;
  /** Who says it: the numbering authority, an authorised publisher (CISA), the NVD, or a rule of ours with its source. */
  readonly by: 'cna' | 'adp' | 'nvd' | 'rule';
  /** As `productKey` spells them. */
  readonly vendor: string;
  readonly product: string;
  /** Of versions that no entry speaks of; `unknown` where the record does not say. */
  readonly otherwise: ProductStatus;
  readonly versions: readonly ProductRange[];
  readonly platforms?: readonly string[];
  /** It counts only together with one of each list: editions, and what the product must run on, as `spelling` gives them. */
  readonly only?: readonly (readonly string[])[];
}

export type ProductVerdict =
  | {
      readonly state: 'affected' | 'not_affected';
      readonly because: string;
      readonly fixed?: string;
    }
  | {
      readonly state: 'unknown';
      readonly because: string;
      /** The version is in the range; what else must be true is not known. */
      readonly platform?: true;
    };
