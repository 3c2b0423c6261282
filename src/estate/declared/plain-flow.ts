/** Flow lists and mappings that are written plainly on one line: `[a, b]`, `{ low: 1, best: 2, high: 3 }`. */
import type { Entry, Node } from './node.ts';

interface FlowLine {
  readonly start: number;
  readonly end: number;
  readonly number: number;
}

interface Flow {
  readonly text: string;
  readonly line: FlowLine;
  at: number;
}

/** The node that starts at `from` and ends the line, but for a comment; undefined when it is not plain. */
export function flowNode(text: string, from: number, line: FlowLine): Node | undefined {
  const flow: Flow = { text, line, at: from };
  const node = value(flow, 0);
  const comment = text[flow.at] === '#' && text[flow.at - 1] === ' ';
  return flow.at === line.end || comment ? node : undefined;
}

function value(flow: Flow, depth: number): Node | undefined {
  const first = flow.text[flow.at];
  if (depth > 4) return undefined;
  if (first === '[') return list(flow, depth);
  if (first === '{') return mapping(flow, depth);
  return scalar(flow);
}

const QUOTED = /"([^"\\\n]*)"|'([^'\n]*)'/y;
/** Letters and digits first, then nothing that could mean more in a flow. */
const PLAIN = /[A-Za-z0-9][^,[\]{}:#"'\n\t]*/y;

function scalar(flow: Flow): Node | undefined {
  const place = placeOf(flow);
  QUOTED.lastIndex = flow.at;
  const quoted = QUOTED.exec(flow.text);
  if (quoted !== null) {
    flow.at += quoted[0].length;
    spaces(flow);
    return { type: 'scalar', text: quoted[1] ?? quoted[2] ?? '', plain: false, ...place };
  }
  PLAIN.lastIndex = flow.at;
  const plain = PLAIN.exec(flow.text)?.[0];
  if (plain === undefined) return undefined;
  flow.at += plain.length;
  return { type: 'scalar', text: plain.trimEnd(), plain: true, ...place };
}

function list(flow: Flow, depth: number): Node | undefined {
  const place = placeOf(flow);
  const items: Node[] = [];
  open(flow);
  if (closes(flow, ']')) return { type: 'list', items, ...place };
  for (;;) {
    const item = value(flow, depth + 1);
    if (item === undefined) return undefined;
    items.push(item);
    if (closes(flow, ']')) return { type: 'list', items, ...place };
    if (!comma(flow)) return undefined;
  }
}

const KEY = /[A-Za-z_][\w-]*: +/y;

function mapping(flow: Flow, depth: number): Node | undefined {
  const place = placeOf(flow);
  const entries: Entry[] = [];
  open(flow);
  if (closes(flow, '}')) return { type: 'mapping', entries, ...place };
  for (;;) {
    const at = placeOf(flow);
    KEY.lastIndex = flow.at;
    const word = KEY.exec(flow.text)?.[0];
    if (word === undefined) return undefined;
    flow.at += word.length;
    const key = word.trimEnd().slice(0, -1);
    const found = value(flow, depth + 1);
    if (found === undefined || entries.some((entry) => entry.key === key)) return undefined;
    entries.push({ key, value: found, ...at });
    if (closes(flow, '}')) return { type: 'mapping', entries, ...place };
    if (!comma(flow)) return undefined;
  }
}

function open(flow: Flow): void {
  flow.at += 1;
  spaces(flow);
}

function closes(flow: Flow, bracket: string): boolean {
  if (flow.text[flow.at] !== bracket) return false;
  flow.at += 1;
  if (flow.at < flow.line.end) spaces(flow);
  return true;
}

function comma(flow: Flow): boolean {
  if (flow.text[flow.at] !== ',') return false;
  flow.at += 1;
  spaces(flow);
  return true;
}

function spaces(flow: Flow): void {
  while (flow.text[flow.at] === ' ') flow.at += 1;
}

function placeOf(flow: Flow): { line: number; column: number } {
  return { line: flow.line.number, column: flow.at - flow.line.start + 1 };
}
