/** What VEX documents state, whichever format they come in. */
import type { Purl } from '../../versions/purl-model.ts';

export const VEX_STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;
export type VexStatus = (typeof VEX_STATUSES)[number];

/** A thing that a statement speaks of, by the identifiers that the document gives. */
export interface VexSubject {
  /** As the document names it. */
  readonly text: string;
  readonly purl?: Purl;
  /** Lower-case hex digests and other exact identifiers. */
  readonly identifiers: readonly string[];
}

export interface VexProduct extends VexSubject {
  /** Parts of the product; without them the statement speaks of the product itself. */
  readonly subcomponents: readonly VexSubject[];
}

export interface VexStatement {
  /** The document's name, and the statement's number in it from 1. */
  readonly document: string;
  readonly number: number;
  /** The vulnerability's name and its aliases. */
  readonly vulnerabilities: readonly string[];
  readonly status: VexStatus;
  /** In the format's own word: `vulnerable_code_not_present`, `code_not_reachable`… */
  readonly justification?: string;
  /** What to do, or why it does not matter, in the author's words. */
  readonly note?: string;
  readonly products: readonly VexProduct[];
  /** ISO 8601; empty where the document gives none. */
  readonly timestamp: string;
}

/** A part of the document that could not be understood; the rest was. */
export interface VexProblem {
  readonly document: string;
  readonly field: string;
  readonly problem: string;
}

export interface VexDocument {
  readonly format: 'openvex' | 'cyclonedx' | 'csaf';
  readonly statements: readonly VexStatement[];
  readonly problems: readonly VexProblem[];
}
