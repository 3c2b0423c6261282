/** What a declared file says before its meaning is known: scalars, lists and mappings, each with its place. */

/** A place in a file; line and column count from 1, columns in UTF-16 units as editors show them. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Placed {
  readonly line: number;
  readonly column: number;
}

/** A single value as it is spelled: numbers keep their digits, so that `1.10` stays a version. */
export interface Scalar extends Placed {
  readonly type: 'scalar';
  readonly text: string;
  /** Written without quotes, so that `true`, `12` and nothing at all may mean more than text. */
  readonly plain: boolean;
}

export interface List extends Placed {
  readonly type: 'list';
  readonly items: readonly Node[];
}

export interface Entry extends Placed {
  readonly key: string;
  readonly value: Node;
}

export interface Mapping extends Placed {
  readonly type: 'mapping';
  readonly entries: readonly Entry[];
}

export type Node = Scalar | List | Mapping;

/** Nothing was written: `key:`, `key: ~` or `key: null` (YAML 1.2.2 §10.3.2). */
export function isEmpty(node: Node): boolean {
  return node.type === 'scalar' && node.plain && /^(?:|~|null|Null|NULL)$/.test(node.text);
}
