/** How a package manager's records tell which package brought a file. */
import type { Wanted } from './gather.ts';
import type { TargetPath } from './schema.ts';
import type { TargetTree } from './tree.ts';

/** Asks one package manager's records. */
export type OwnerSource = (tree: TargetTree, wanted: WantedPaths) => AsyncIterable<Ownership>;

export interface Ownership {
  readonly path: TargetPath;
  readonly owner: Wanted;
}

export interface WantedPaths {
  readonly size: number;
  /** The wanted path that a record means by `listed`, without its leading slash; undefined for all others. */
  match(listed: string): TargetPath | undefined;
  /** Whether a record between two places of a text may be wanted, by its length and end alone: most are not. */
  mayBe(text: string, start: number, end: number): boolean;
}
