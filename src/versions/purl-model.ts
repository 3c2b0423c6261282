/** The parts of a package URL, and the outcome of reading a text that may be wrong. */

/** The decoded parts in their type's canonical spelling; null for an absent one, as in the specification's own tests. */
export interface Purl {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: Readonly<Record<string, string>> | null;
  readonly subpath: string | null;
}

/** The parts before they were checked. */
export type PurlParts = { readonly [Part in Exclude<keyof Purl, 'qualifiers'>]?: string | null } & {
  readonly qualifiers?: Readonly<Record<string, string>> | null;
};

/** Exactly one of the two: `value`, or `problem` in words for a person. */
export type Read<Value> =
  | { readonly value: Value; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string };
