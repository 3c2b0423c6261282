/** One key of an export, with its values by name in small letters. */
export interface Key {
  readonly path: string;
  readonly line: number;
  readonly values: Map<string, string>;
}
