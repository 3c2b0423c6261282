/**
 * The history of Windows Update (`IUpdateSearcher::QueryHistory`, `Get-WUHistory`, a search of installed updates): what was
 * tried, in any order, with or without success. It is no list of what is installed: what came by other ways is not in it, nor
 * what `wusa` removed.
 */
import type { Extracted } from '../schema.ts';
import { unread } from '../damage.ts';
import { endOfQuoted } from '../quoted.ts';
import { foundKb } from './product.ts';

/** One row, by its column's name in small letters without signs. */
type Row = ReadonlyMap<string, string>;

interface Event {
  readonly kb: string;
  readonly does: 'install' | 'remove';
  /** Milliseconds; undefined where the date can be read in two ways, as `3/2/2019`. */
  readonly at: number | undefined;
}

/** The number of every update that was installed last and not removed since. */
export function* extractedHistory(text: string): Generator<Extracted> {
  const lines = text.replaceAll(/\r\n?/g, '\n');
  const { installed, unsure } = installedBy(rowsOf(lines).flatMap(eventsOf));
  for (const kb of installed) yield { kind: 'package', found: foundKb(kb) };
  if (unsure.length > 0) {
    const detail = `of ${unsure.length} updates that were installed and removed the order cannot be told from the dates`;
    yield unread('invalid', detail);
  }
}

function installedBy(events: readonly Event[]): { installed: string[]; unsure: string[] } {
  const installed: string[] = [];
  const unsure: string[] = [];
  for (const [kb, own] of Map.groupBy(events, (event) => event.kb)) {
    if (own.every(({ does }) => does === 'install')) installed.push(kb);
    else if (own.some(({ at }) => at === undefined)) unsure.push(kb);
    else {
      const [last] = own.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0));
      if (last?.does === 'install') installed.push(kb);
    }
  }
  return { installed, unsure };
}

const NAMED = /\bKB(\d{5,8})\b/gi;

function eventsOf(row: Row): Event[] {
  const does = effectOf(row);
  if (does === undefined) return [];
  const given = ['kb', 'hotfixid', 'kbarticleids', 'title'].map((name) => row.get(name) ?? '');
  const bare = /^[\d\s,;]+$/.test(given[2] ?? '') ? (given[2] ?? '').match(/\d{5,8}/g) : null;
  const kbs = new Set([...given.join(' ').matchAll(NAMED)].map(([, kb = '']) => kb));
  for (const kb of bare ?? []) kbs.add(kb);
  const at = timeOf(row.get('date') ?? '');
  return [...kbs].map((kb) => ({ kb, does, at }));
}

/** What a row did to the machine: only a success did anything. `Operation` and `ResultCode` are numbers of the interface. */
function effectOf(row: Row): Event['does'] | undefined {
  const searched = row.get('isinstalled');
  if (searched !== undefined) return /^true$/i.test(searched) ? 'install' : undefined;
  const result = row.get('resultcode') ?? row.get('result') ?? row.get('status') ?? '';
  if (!/^(?:2|(?:orc)?succeeded|success)$/i.test(result)) return undefined;
  const operation = row.get('operation') ?? row.get('operationname') ?? '';
  if (/^(?:1|(?:uo)?install(?:ation)?)$/i.test(operation)) return 'install';
  return /^(?:2|(?:uo)?uninstall(?:ation)?)$/i.test(operation) ? 'remove' : undefined;
}

/** `2019-01-08T03:00:00`, `/Date(1546916400000)/`; the local forms have days and months in an order that nobody knows. */
function timeOf(text: string): number | undefined {
  const ticks = /^\/?Date\((-?\d{1,16})/.exec(text.replaceAll('\\', ''))?.[1];
  if (ticks !== undefined) return Number(ticks);
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const time = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(time) ? undefined : time;
}

export function isHistory(text: string): boolean {
  return (
    /\b(?:ResultCode|Operation ?name)\b/i.test(text) ||
    /"IsInstalled"\s*[:,]/i.test(text) ||
    (/\bResult\b/.test(text) && /\bTitle\b/.test(text) && /\bKB\b/.test(text))
  );
}

function rowsOf(text: string): Row[] {
  const start = text.trimStart();
  if (start.startsWith('[') || start.startsWith('{')) return jsonRows(start);
  if (start.startsWith('"') || start.startsWith('#TYPE')) return csvRows(start);
  return /^\s*\S[^:\n]*\s:\s/.test(text) ? listRows(text) : tableRows(text);
}

function jsonRows(text: string): Row[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((each) =>
    typeof each === 'object' && each !== null
      ? [new Map(Object.entries(each).map(([name, of]) => [nameOf(name), textOf(of)]))]
      : [],
  );
}

/** Dates of PowerShell come as an object as well. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(scalarText).join(' ');
  if (typeof value === 'object' && value !== null && 'value' in value)
    return scalarText(value.value);
  return scalarText(value);
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function csvRows(text: string): Row[] {
  const lines = text.split('\n').filter((line) => line.startsWith('"'));
  const [names = [], ...cells] = lines.map(cellsOf);
  return cells.map((row) => new Map(row.map((cell, at) => [nameOf(names[at] ?? ''), cell])));
}

function cellsOf(line: string): string[] {
  const cells: string[] = [];
  for (let at = line.indexOf('"'); at >= 0;) {
    const end = endOfQuoted(line, at, 'double');
    if (end < 0) break;
    cells.push(line.slice(at + 1, end - 1));
    at = line.indexOf('"', end);
  }
  return cells;
}

/** `Name : value`, with an empty line between two. */
function listRows(text: string): Row[] {
  return text.split(/\n{2,}/).map((block) => {
    const pairs = block.split('\n').flatMap((line): [string, string][] => {
      const [, name, value = ''] = /^([^:]{1,60}?)\s*:\s?(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[nameOf(name), value.trim()]];
    });
    return new Map(pairs);
  });
}

/** Columns begin where the dashes below their names do. */
function tableRows(text: string): Row[] {
  const lines = text.split('\n');
  const rule = lines.findIndex((line) => /^\s*-{2,}(?:\s+-+)+\s*$/.test(line));
  const starts = [...(lines[rule] ?? '').matchAll(/-+/g)].map(({ index }) => index);
  const cut = (line: string): string[] =>
    starts.map((from, at) => line.slice(from, starts[at + 1]).trim());
  const names = cut(lines[rule - 1] ?? '').map(nameOf);
  return lines
    .slice(rule + 1)
    .filter((line) => rule > 0 && line.trim() !== '')
    .map((line) => new Map(cut(line).map((cell, at) => [names[at] ?? '', cell])));
}

function nameOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}
