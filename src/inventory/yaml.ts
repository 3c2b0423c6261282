/** YAML of files that nobody vouches for: the simple form at once, all other by the library, without aliases. */
import { HoldfastError } from '../kernel/errors.ts';
import type { JsonFault } from './json-entries.ts';
import { readSimpleYaml, type YamlEntry, type YamlMap, type YamlValue } from './yaml-lines.ts';

export type { YamlMap, YamlValue } from './yaml-lines.ts';

interface YamlText {
  /** One per document. */
  readonly documents: readonly YamlValue[];
  /** Parts that could not be understood. */
  readonly faults: readonly Omit<JsonFault, 'kind'>[];
}

/** The library reads about a megabyte a second. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
const MAX_DEPTH = 64;

/** @throws HoldfastError `bad_file` where nothing can be understood, `too_large` for what only the library reads. */
export async function readYaml(text: string, what: string): Promise<YamlText> {
  const simple = readSimpleYaml(text);
  if (simple !== undefined) return { documents: simple, faults: [] };
  if (text.length > MAX_CHARACTERS || deepest(text) > MAX_DEPTH) {
    throw new HoldfastError('too_large', `${what} is too large or too deep for YAML of free form`);
  }
  return readFreeYaml(text, what);
}

/** The library alone, for texts of any form. */
export async function readFreeYaml(text: string, what: string): Promise<YamlText> {
  const { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } = await import('yaml');
  const lines = new LineCounter();
  const documents = [
    ...parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false }),
  ];
  const faults = documents.flatMap(({ errors }) =>
    errors.slice(0, 1).map((error) => ({
      reason: 'invalid' as const,
      detail: `line ${lines.linePos(error.pos[0]).line}: not valid YAML (${error.code})`,
    })),
  );
  const values = documents.map(({ contents }) => convert(contents));
  const [fault] = faults;
  if (fault !== undefined && !values.some((value) => value instanceof Map && value.size > 0)) {
    throw new HoldfastError('bad_file', `${what} ${fault.detail}`);
  }
  return { documents: values, faults };

  function convert(node: unknown): YamlValue {
    if (isScalar(node)) return textOf(node.value, node.source);
    if (isSeq(node)) return node.items.map(convert);
    if (!isMap(node)) {
      if (isAlias(node)) throw new HoldfastError('bad_file', `${what}: aliases are not read`);
      return '';
    }
    const map = new Map<string, YamlEntry>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? textOf(key.value, key.source) : '';
      const start = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
      map.set(name, { value: convert(value), line: lines.linePos(start).line });
    }
    return map;
  }
}

/** Numbers keep their spelling: `1.10` is a version. */
function textOf(value: unknown, source: string | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : (source ?? '');
}

/** An upper bound of how deep flow collections and indentation go. */
function deepest(text: string): number {
  let depth = 0;
  let deepestYet = 0;
  for (const mark of text.matchAll(/[{}[\]]|\n(?: *- )*/g)) {
    if (mark[0].startsWith('\n')) {
      deepestYet = Math.max(deepestYet, mark[0].split('-').length - 1);
      continue;
    }
    depth = '{['.includes(mark[0]) ? depth + 1 : Math.max(0, depth - 1);
    deepestYet = Math.max(deepestYet, depth);
  }
  return deepestYet;
}

/** The mapping under a key; undefined where there is none. */
export function mapAt(value: YamlValue | undefined, key: string): YamlMap | undefined {
  const inner = isYamlMap(value) ? value.get(key)?.value : undefined;
  return isYamlMap(inner) ? inner : undefined;
}

/** The text under a key; undefined where it is absent, empty or no text. */
export function textAt(value: YamlValue | undefined, key: string): string | undefined {
  const inner = isYamlMap(value) ? value.get(key)?.value : undefined;
  return typeof inner === 'string' && inner !== '' ? inner : undefined;
}

export function isYamlMap(value: YamlValue | undefined): value is YamlMap {
  return value instanceof Map;
}
