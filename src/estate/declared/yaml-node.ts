/** One piece of YAML to nodes. YAML 1.2 without its cleverness: no anchors, aliases, tags, merge keys or double keys. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar as YamlScalar,
  type Node as YamlNode,
  type Pair,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { messageOf } from '../../kernel/errors.ts';
import type { Entry, Node } from './node.ts';
import { quoted, type Problems } from './problem.ts';

/** Deeper than any estate goes; a bound on hostile nesting. */
const MAX_DEPTH = 12;

interface Source {
  readonly file: string;
  /** Lines of the file before this piece. */
  readonly linesBefore: number;
  readonly lines: LineCounter;
  readonly problems: Problems;
}

/**
 * The node of a piece of a file that starts after `linesBefore` lines; undefined when it is not YAML (reported) or
 * empty.
 */
export function yamlNode(
  text: string,
  file: string,
  linesBefore: number,
  problems: Problems,
): Node | undefined {
  const source: Source = { file, linesBefore, lines: new LineCounter(), problems };
  if (nestsTooDeep(text)) {
    report(source, 0, 'limit', `nested more than ${MAX_DEPTH} deep`);
    return undefined;
  }
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'failsafe',
      strict: true,
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: source.lines,
    });
    const [error] = document.errors;
    if (error !== undefined) {
      // What is never closed is found missing at the end; the last thing written is nearer to it.
      const at = Math.min(error.pos[0], Math.max(0, text.trimEnd().length - 1));
      report(source, at, 'syntax', explain(error, text));
      return undefined;
    }
    if (document.contents === null) return undefined;
    return convert(document.contents, source, 0);
  } catch (error) {
    report(source, 0, 'syntax', `cannot be read as YAML: ${messageOf(error).slice(0, 200)}`);
    return undefined;
  }
}

/** A cheap look at the text before a recursive parser sees it: brackets and `- - -` open levels. */
function nestsTooDeep(text: string): boolean {
  if (/(?:[-?:][ \t]+){12}[-?:]/.test(text)) return true;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > 200) return true;
  }
  return false;
}

function convert(node: YamlNode, source: Source, depth: number): Node | undefined {
  const at = node.range?.[0] ?? 0;
  if (depth > MAX_DEPTH) {
    report(source, at, 'limit', `nested more than ${MAX_DEPTH} deep`);
    return undefined;
  }
  if (isAlias(node)) {
    report(
      source,
      at,
      'syntax',
      `aliases (*${node.source}) are not used here; write the value out`,
    );
    return undefined;
  }
  if (refused(node, source, at)) return undefined;
  if (isScalar(node)) return scalar(node, source, at);
  if (isSeq<YamlNode | null>(node)) {
    const items = node.items.map((item) => convertOrEmpty(item, source, at, depth));
    if (items.some((item) => item === undefined)) return undefined;
    return { type: 'list', items: items as Node[], ...place(source, at) };
  }
  if (isMap<YamlNode, YamlNode | null>(node)) return mapping(node, source, at, depth);
  return undefined;
}

function refused(node: YamlNode, source: Source, at: number): boolean {
  const { anchor } = node as { anchor?: string };
  if (anchor !== undefined) {
    report(source, at, 'syntax', `anchors (&${anchor}) are not used here; write values out`);
    return true;
  }
  if (node.tag !== undefined) {
    report(
      source,
      at,
      'syntax',
      `tags (${quoted(node.tag)}) are not used here; write plain values`,
    );
    return true;
  }
  return false;
}

function scalar(node: YamlScalar, source: Source, at: number): Node {
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
  return { type: 'scalar', text, plain: node.type === YamlScalar.PLAIN, ...place(source, at) };
}

function mapping(
  node: YAMLMap<YamlNode, YamlNode | null>,
  source: Source,
  at: number,
  depth: number,
): Node | undefined {
  const entries: Entry[] = [];
  const seen = new Map<string, number>();
  let whole = true;
  for (const pair of node.items) {
    const entry = mappingEntry(pair, source, at, depth);
    if (entry === undefined) {
      whole = false;
      continue;
    }
    const first = seen.get(entry.key);
    if (first !== undefined) {
      const message = `${quoted(entry.key)} is written twice, first in line ${first}`;
      source.problems.add({ code: 'duplicate', file: source.file, ...placeOf(entry), message });
      whole = false;
      continue;
    }
    seen.set(entry.key, entry.line);
    entries.push(entry);
  }
  return whole ? { type: 'mapping', entries, ...place(source, at) } : undefined;
}

function mappingEntry(
  pair: Pair<YamlNode, YamlNode | null>,
  source: Source,
  mapAt: number,
  depth: number,
): Entry | undefined {
  const at = pair.key.range?.[0] ?? mapAt;
  if (refused(pair.key, source, at)) return undefined;
  if (!isScalar(pair.key)) {
    report(source, at, 'syntax', 'a field name must be a plain word');
    return undefined;
  }
  const key = typeof pair.key.value === 'string' ? pair.key.value : '';
  const value = convertOrEmpty(pair.value, source, at, depth);
  return value && { key, value, ...place(source, at) };
}

function convertOrEmpty(
  node: YamlNode | null,
  source: Source,
  at: number,
  depth: number,
): Node | undefined {
  if (node === null) return { type: 'scalar', text: '', plain: true, ...place(source, at) };
  return convert(node, source, depth + 1);
}

function place(source: Source, offset: number): { line: number; column: number } {
  const { line, col } = source.lines.linePos(offset);
  return { line: Math.max(1, line) + source.linesBefore, column: Math.max(1, col) };
}

function placeOf(entry: Entry): { line: number; column: number } {
  return { line: entry.line, column: entry.column };
}

function report(source: Source, offset: number, code: 'syntax' | 'limit', message: string): void {
  source.problems.add({ code, file: source.file, ...place(source, offset), message });
}

function explain(error: YAMLError, text: string): string {
  const line = text.slice(text.lastIndexOf('\n', Math.max(0, error.pos[0] - 1)) + 1);
  if (/^ *\t/.test(line)) return 'a tab indents this line; indent with spaces';
  switch (error.code) {
    case 'BAD_INDENT':
      if (error.message.includes('end with a')) return 'a bracket is never closed';
      return 'the indentation does not fit; fields of one item start in the same column';
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return 'a text with ": " in it needs quotes; or the line below is indented too far';
    case 'BAD_SCALAR_START':
      return 'a text cannot start with this character; put it in quotes';
    case 'BAD_ALIAS':
      return 'aliases (*) are not used here; a text that starts with * or & needs quotes';
    default:
      return `not valid YAML: ${error.message.split('\n', 1)[0] ?? ''}`;
  }
}
