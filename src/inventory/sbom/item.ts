/** What a bill of materials says of one thing, whatever its format. */
import type { Found } from '../schema.ts';

export interface SbomItem {
  /** `part`: a package. `system`: the distribution of an image. `group`: names only a place or a collection of others. */
  readonly kind: 'part' | 'system' | 'group';
  readonly name: string;
  readonly version: string;
  /** Vendor, npm scope, Maven group where there is no package URL that says it. */
  readonly group?: string;
  /** Package URLs as written, the first readable one counts. */
  readonly purls: readonly string[];
  readonly scope?: Found['scope'];
  readonly source?: { readonly name: string; readonly version: string };
  readonly module?: string;
  /** What the document is about, as against what that is made of. */
  readonly subject?: boolean;
  /** Where to look, for a note: `components[3]`, `line 12`. */
  readonly at: string;
  readonly line?: number;
}
