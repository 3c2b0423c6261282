/** What an import would change: the files against what was declared before, field by field. */
import type { Kind } from '../schema.ts';
import type { DeclaredEntity } from './entity.ts';
import type { Placed } from './item.ts';

/** One field that differs; `old` or `new` is missing where it was not there. Lists tell what joined and what left. */
export interface FieldChange {
  /** Path inside the body, or `identifiers`: `people.best`, `customers`. */
  readonly field: string;
  readonly old?: unknown;
  readonly new?: unknown;
  readonly joined?: readonly unknown[];
  readonly left?: readonly unknown[];
}

export interface Changed {
  readonly placed: Placed;
  readonly changes: readonly FieldChange[];
}

export interface EstateDiff {
  readonly added: readonly Placed[];
  readonly changed: readonly Changed[];
  readonly unchanged: number;
  /** Declared before and not in these files: kept, unless the files are said to be the complete estate. */
  readonly missing: readonly { readonly kind: Kind; readonly key: string }[];
  readonly complete: boolean;
}

/**
 * Compares bodies and identifiers; times do not count as a change, nor does the order of a list.
 *
 * @param options.complete whether what is missing from the files is to end
 */
export function diffDeclared(
  previous: Iterable<DeclaredEntity>,
  next: readonly Placed[],
  options: { readonly complete?: boolean } = {},
): EstateDiff {
  const before = new Map<string, DeclaredEntity>();
  for (const entity of previous) before.set(`${entity.kind}\n${entity.key}`, entity);
  const added: Placed[] = [];
  const changed: Changed[] = [];
  let unchanged = 0;
  for (const placed of next) {
    const { observation } = placed;
    const name = `${observation.kind}\n${observation.key}`;
    const old = before.get(name);
    before.delete(name);
    if (old === undefined) {
      added.push(placed);
      continue;
    }
    const changes = [
      ...compare(old.body, observation.body, ''),
      ...compare(old.identifiers ?? [], observation.identifiers ?? [], 'identifiers'),
    ];
    if (changes.length === 0) unchanged += 1;
    else changed.push({ placed, changes });
  }
  const missing = [...before.values()].map(({ kind, key }) => ({ kind, key }));
  return { added, changed, unchanged, missing, complete: options.complete ?? false };
}

function compare(old: unknown, now: unknown, field: string): FieldChange[] {
  if (Array.isArray(old) && Array.isArray(now)) return compareLists(old, now, field);
  if (isRecord(old) && isRecord(now)) {
    const names = new Set([...Object.keys(old), ...Object.keys(now)]);
    return [...names].flatMap((name) =>
      compare(old[name], now[name], field === '' ? name : `${field}.${name}`),
    );
  }
  if (old === now) return [];
  const [was, is] = [old !== undefined && { old }, now !== undefined && { new: now }];
  return [{ field, ...was, ...is }];
}

/** Lists in a body are sets: two orders of the same values are the same. */
function compareLists(
  old: readonly unknown[],
  now: readonly unknown[],
  field: string,
): FieldChange[] {
  const spelled = (value: unknown) => JSON.stringify(sortedKeys(value));
  const [was, is] = [new Set(old.map(spelled)), new Set(now.map(spelled))];
  const joined = now.filter((value) => !was.has(spelled(value)));
  const left = old.filter((value) => !is.has(spelled(value)));
  return joined.length + left.length === 0 ? [] : [{ field, joined, left }];
}

function sortedKeys(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
