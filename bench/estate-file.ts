/**
 * Declared estates: how many items a CPU second are read, compared and written.
 * `node --expose-gc bench/estate-file.ts [CUSTOMERS]` prints a table; nothing is asserted.
 */
import process from 'node:process';
import { diffDeclared } from '../src/estate/declared/diff.ts';
import type { Placed } from '../src/estate/declared/item.ts';
import { formatProblem } from '../src/estate/declared/problem.ts';
import { readDeclared } from '../src/estate/declared/read.ts';
import { writeDeclared, type WrittenFile } from '../src/estate/declared/write.ts';
import { declaredEstate } from '../test/support/declared-estate.ts';

const customers = Number(process.argv[2] ?? 34_000);
const plain = declaredEstate({ customers, seed: 7 });

function timed<T>(what: string, items: (result: T) => number, work: () => T): T {
  globalThis.gc?.();
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1_000_000;
  const count = items(result);
  const memory = Math.round(process.memoryUsage().rss / 1_000_000);
  console.log(
    `${what.padEnd(34)} ${String(count).padStart(7)} items  ${seconds.toFixed(2).padStart(6)} CPU s  ` +
      `${String(Math.round(count / seconds)).padStart(7)} items/CPU s  ${memory} MB`,
  );
  return result;
}

function read(files: readonly WrittenFile[]): readonly Placed[] {
  const encoded = files.map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) }));
  const result = readDeclared(encoded, { now: '2026-11-21T09:00:00Z' });
  if (result.ok) return result.observations;
  throw new Error(result.problems.slice(0, 3).map(formatProblem).join('\n'));
}

const size = (text: string) => `${(text.length / 1_000_000).toFixed(1)} MB`;
const count = (found: readonly unknown[]) => found.length;

const placed = timed(`read plain YAML (${size(plain)})`, count, () =>
  read([{ name: 'estate.yaml', text: plain }]),
);
// A quoted field name is not plain: every item goes to the YAML library.
const other = plain.replaceAll(/^( {2}- )(\w+):/gm, '$1"$2":');
timed(`read other YAML (${size(other)})`, count, () =>
  read([{ name: 'estate.yaml', text: other }]),
);
const entities = placed.map(({ observation }) => observation);
const csv = timed(
  'write CSV',
  () => entities.length,
  () => writeDeclared(entities, 'csv'),
);
timed(
  'write YAML',
  () => entities.length,
  () => writeDeclared(entities, 'yaml'),
);
timed(`read CSV (${size(csv.map(({ text }) => text).join(''))})`, count, () => read(csv));
timed(
  'compare',
  ({ unchanged }) => unchanged,
  () => diffDeclared(entities, placed),
);
