/**
 * Cuts a YAML file into its sections and items, so that each item is parsed alone: memory stays that of one item, and
 * an error in one item hides none in the others. The cut is exact, not a guess: a line that starts with `- ` in the
 * column of the list's first item always starts the next one (YAML 1.2.2 §8.2.1: the content of an item is indented more
 * than its dash, in every style).
 */
import { isEmpty, type Node } from './node.ts';
import { didYouMean } from './nearest.ts';
import { plainItem } from './plain-item.ts';
import { quoted, type Problems } from './problem.ts';
import { shapeOfSection, SHAPES, type ItemShape } from './shape.ts';
import { yamlNode } from './yaml-node.ts';

export interface YamlItem {
  /** The kind of its section. */
  readonly shape: ItemShape;
  readonly node: Node;
}

/** A file whose top level is not plain `section:` lines is parsed as a whole, which costs far more memory. */
const MAX_WHOLE = 4 * 1024 * 1024;
const MAX_ITEM = 4 * 1024 * 1024;

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Lines before `start`. */
  readonly linesBefore: number;
}

interface Section extends Piece {
  /** Set when the piece is one item of a list; otherwise it is the whole `section: value`. */
  readonly section?: string;
}

interface File {
  readonly name: string;
  readonly text: string;
  readonly problems: Problems;
}

/** Every item of every document of the file, in order; problems are reported and their items left out. */
export function* yamlItems(name: string, text: string, problems: Problems): Generator<YamlItem> {
  const file: File = { name, text, problems };
  for (const document of documents(file)) {
    const seen = new Map<string, number>();
    const simple = isSimple(text, document);
    const pieces: Iterable<Section> = simple ? sections(file, document, seen) : [document];
    for (const piece of pieces) {
      if (piece.section !== undefined) yield* oneItem(file, piece, piece.section);
      else yield* entries(file, piece, simple ? undefined : seen);
    }
  }
}

/** Documents are parted by `---` or `...` alone on a line; `%YAML 1.2` may stand before the first. */
function* documents(file: File): Generator<Piece> {
  let [start, linesBefore] = [0, 0];
  for (const line of lines(file.text, { start: 0, end: file.text.length, linesBefore: 0 })) {
    const mark = /^(?:---|\.\.\.|%)/.exec(file.text.slice(line.start, line.start + 3))?.[0];
    if (mark === undefined) continue;
    const rest = file.text.slice(line.start + mark.length, line.end);
    if (mark !== '%' && !/^(?:\s|$)/.test(rest)) continue;
    if (mark === '%' ? !/^YAML\s+1\.2\s*(?:#.*)?$/.test(rest) : !/^\s*(?:#.*)?$/.test(rest)) {
      const message =
        mark === '%'
          ? `the directive ${quoted(`%${rest}`)} is not used here; only %YAML 1.2 is`
          : `nothing may follow ${mark} on its line`;
      const at = { line: line.number, column: 1 };
      file.problems.add({ code: 'syntax', file: file.name, ...at, message });
    }
    yield { start, end: line.start, linesBefore };
    [start, linesBefore] = [line.next, line.number];
  }
  yield { start, end: file.text.length, linesBefore };
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly next: number;
  /** From 1, in the file. */
  readonly number: number;
}

function* lines(text: string, piece: Piece): Generator<Line> {
  let number = piece.linesBefore;
  for (let start = piece.start; start < piece.end;) {
    const found = text.indexOf('\n', start);
    const end = found === -1 || found > piece.end ? piece.end : found;
    number += 1;
    yield { start, end, next: end + 1, number };
    start = end + 1;
  }
}

const HEADER = /([A-Za-z_][\w-]*)[ \t]*:(?=[ \t]|$)[ \t]*(#.*)?(.*)$/;

/** Whether every line that starts in the first column is a comment, a list dash or `word:`. */
function isSimple(text: string, document: Piece): boolean {
  for (const line of lines(text, document)) {
    const first = text.charCodeAt(line.start);
    if (line.start === line.end || first === SPACE || first === TAB || first === HASH) continue;
    if (first === DASH && dashEnds(text, line.start)) continue;
    const match = HEADER.exec(text.slice(line.start, line.end));
    if (match?.index !== 0) return false;
  }
  return true;
}

const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;
const DASH = 0x2d;

function dashEnds(text: string, at: number): boolean {
  const after = text.charCodeAt(at + 1);
  return Number.isNaN(after) || after === SPACE || after === TAB || after === 0x0a;
}

function indentOf(text: string, line: Line): number {
  let at = line.start;
  while (at < line.end && text.charCodeAt(at) === SPACE) at += 1;
  return at - line.start;
}

/** Where the walk through a simple document stands. */
interface Cut {
  header: { readonly name: string; readonly line: Line } | undefined;
  /** The first line of the open item. */
  item: Line | undefined;
  /** The column of the section's dashes. */
  column: number | undefined;
  /** The first line of a section that is not a block list, which is taken whole. */
  odd: Line | undefined;
}

/** The pieces of a simple document: one an item, or one a section that is not a block list. */
function* sections(file: File, document: Piece, seen: Map<string, number>): Generator<Section> {
  const { text } = file;
  const cut: Cut = { header: undefined, item: undefined, column: undefined, odd: undefined };
  for (const line of lines(text, document)) {
    const indent = indentOf(text, line);
    const look = lookAt(text, line, indent);
    if (look === 'header') {
      yield* close(cut, line.start);
      open(file, line, cut, seen);
    } else if (look === 'dash' && startsItem(cut, indent)) {
      yield* close(cut, line.start);
      cut.column = indent;
      cut.item = line;
    } else if (look !== 'nothing' && cut.column === undefined) {
      cut.odd ??= cut.header?.line ?? line;
    }
  }
  yield* close(cut, document.end);
}

function lookAt(text: string, line: Line, indent: number): 'nothing' | 'header' | 'dash' | 'other' {
  const at = line.start + indent;
  const first = text.charCodeAt(at);
  if (at >= line.end || first === HASH) return 'nothing';
  if (first === DASH && dashEnds(text, at)) return 'dash';
  return indent === 0 && first !== TAB ? 'header' : 'other';
}

function startsItem({ header, odd, column }: Cut, indent: number): boolean {
  return header !== undefined && odd === undefined && indent === (column ?? indent);
}

function open(file: File, line: Line, cut: Cut, seen: Map<string, number>): void {
  const found = HEADER.exec(file.text.slice(line.start, line.end));
  const name = found?.[1] ?? '';
  cut.header = { name, line };
  cut.column = undefined;
  cut.odd = found?.[3] === '' ? undefined : line;
  noteSection(file, name, line.number, seen);
}

function* close(cut: Cut, end: number): Generator<Section> {
  const from = cut.odd ?? cut.item;
  cut.item = undefined;
  if (from === undefined) return;
  const piece = { start: from.start, end, linesBefore: from.number - 1 };
  yield cut.odd === undefined && cut.header !== undefined
    ? { ...piece, section: cut.header.name }
    : piece;
}

/** Every section is one that there is, and stands once in its document. */
function noteSection(file: File, name: string, line: number, seen: Map<string, number>): void {
  const first = seen.get(name);
  const at = { file: file.name, line, column: 1 };
  if (first !== undefined) {
    const message = `${quoted(name)} is written twice, first in line ${first}`;
    file.problems.add({ code: 'duplicate', ...at, message });
    return;
  }
  seen.set(name, line);
  if (shapeOfSection(name) !== undefined) return;
  const sections = SHAPES.map(({ section }) => section);
  const hint = didYouMean(name, sections) || `; it is one of ${sections.join(', ')}`;
  const message = `unknown section ${quoted(name)}${hint}`;
  file.problems.add({ code: 'unknown-section', ...at, message });
}

function* oneItem(file: File, piece: Section, section: string): Generator<YamlItem> {
  const shape = shapeOfSection(section);
  if (shape === undefined) return;
  const plain = plainItem(file.text, piece.start, piece.end, piece.linesBefore);
  if (plain !== undefined) {
    yield { shape, node: plain };
    return;
  }
  const node = parse(file, piece, MAX_ITEM, 'one item');
  if (node?.type === 'list') {
    for (const item of node.items) yield { shape, node: item };
  }
}

/** The items of a piece that is `section: value` or a whole document. */
function* entries(
  file: File,
  piece: Section,
  seen: Map<string, number> | undefined,
): Generator<YamlItem> {
  const node = parse(file, piece, MAX_WHOLE, 'a part that is not a list of "- " items');
  if (node === undefined) return;
  if (node.type !== 'mapping') {
    const message = `the top level must be sections such as "customers:", each a list of items`;
    const at = { line: node.line, column: node.column };
    file.problems.add({ code: 'syntax', file: file.name, ...at, message });
    return;
  }
  for (const { key: section, line, value } of node.entries) {
    if (seen !== undefined) noteSection(file, section, line, seen);
    const shape = shapeOfSection(section);
    if (shape === undefined) continue;
    if (value.type === 'list') {
      for (const item of value.items) yield { shape, node: item };
    } else if (!isEmpty(value)) {
      const message = `${section} must be a list: each item starts with "- " on its own line`;
      const at = { line: value.line, column: value.column };
      file.problems.add({ code: 'syntax', file: file.name, ...at, message });
    }
  }
}

function parse(file: File, piece: Section, limit: number, what: string): Node | undefined {
  if (piece.end - piece.start > limit) {
    const message = `${what} is larger than ${limit / 1024 / 1024} MiB`;
    const at = { line: piece.linesBefore + 1, column: 1 };
    file.problems.add({ code: 'limit', file: file.name, ...at, message });
    return undefined;
  }
  const text = file.text.slice(piece.start, piece.end);
  return yamlNode(text, file.name, piece.linesBefore, file.problems);
}
