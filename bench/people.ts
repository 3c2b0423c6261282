/**
 * `node bench/people.ts [rows] [hashes]`: CPU and memory of counting people in a CSV extract, and of building and asking
 * the union of many holdings. Prints a table; bounded to the sizes given (a million rows and 40 million hashes by default).
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { peopleCounter } from '../src/people/count.ts';
import { personSet } from '../src/people/hash-set.ts';
import { membership } from '../src/people/membership.ts';
import type { Members } from '../src/people/membership.ts';
import { personKey } from '../src/people/person-key.ts';
import { csvExtract } from '../src/people/read-csv.ts';
import { holdingMembers } from '../src/people/synth/scale.ts';
import { RECORD_HEADER, syntheticRecords } from '../src/people/synth/records.ts';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const HASHES = Number(process.argv[3] ?? 40_000_000);
const HOLDINGS = 10_000;

function cpuSeconds(since: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(since);
  return `${((user + system) / 1e6).toFixed(2)} s CPU`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

async function writeExtract(file: string): Promise<void> {
  const out = createWriteStream(file);
  const quoted = (row: readonly string[]): string =>
    `${row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
  out.write(quoted(RECORD_HEADER));
  let rows = 0;
  for (const { row } of syntheticRecords({ seed: 'bench', people: ROWS })) {
    if (rows++ === ROWS) break;
    if (!out.write(quoted(row))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function benchCount(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-'));
  const file = path.join(folder, 'extract.csv');
  await writeExtract(file);
  const began = process.cpuUsage();
  const counter = peopleCounter({
    key: personKey([Buffer.alloc(32, 1)]),
    source: 'bench',
    asOf: new Date('2022-08-04T00:00:00Z'),
    acceptTestNumbers: true,
  });
  await counter.add(await csvExtract(file));
  const read = cpuSeconds(began);
  const result = counter.count();
  const whole = cpuSeconds(began);
  const set = personSet(counter.identities, personKey([Buffer.alloc(32, 1)]));
  console.log(
    `count   ${result.rows} rows, ${megabytes((await stat(file)).size)}: ${read} reading, ${whole} in all`,
  );
  console.log(
    `        persons ${JSON.stringify(result.persons)}, home entry ${result.homeEntry.best}`,
  );
  console.log(
    `        set of ${set.hi.length} people with its order: ${cpuSeconds(began)}; peak ${megabytes(process.resourceUsage().maxRSS * 1024)}`,
  );
  await rm(folder, { recursive: true });
}

/** Distinct members by a bitmap over dense numbers: the alternative that was measured. */
function bitmapUnion(lists: readonly Uint32Array[], bits: Uint32Array): number {
  bits.fill(0);
  let count = 0;
  for (const list of lists) {
    for (const each of list) {
      const bit = 1 << (each & 31);
      const word = bits[each >>> 5] as number;
      if ((word & bit) === 0) {
        bits[each >>> 5] = word | bit;
        count++;
      }
    }
  }
  return count;
}

/** Distinct members by joining and sorting the hashes themselves: the other alternative. */
function sortedUnion(chosen: readonly Members[]): number {
  const joined = new BigUint64Array(chosen.reduce((sum, { hi }) => sum + hi.length, 0));
  const words = new Uint32Array(joined.buffer);
  let at = 0;
  for (const { hi, lo } of chosen) {
    for (let i = 0; i < hi.length; i++) {
      words[at++] = lo[i] as number;
      words[at++] = hi[i] as number;
    }
  }
  joined.sort();
  let count = 0;
  for (let i = 0; i < joined.length; i++) if (i === 0 || joined[i] !== joined[i - 1]) count++;
  return count;
}

function benchUnion(shape: 'customers' | 'random'): void {
  const holdings = Array.from({ length: HOLDINGS }, (_, i) =>
    holdingMembers({ seed: 'bench', holding: i, holdings: HOLDINGS, hashes: HASHES, shape }),
  );
  const members: Members[] = holdings.map(({ hi, lo }) => ({ hi, lo }));
  let began = process.cpuUsage();
  const index = membership(members);
  const entries = members.reduce((sum, { hi }) => sum + hi.length, 0);
  console.log(
    `union   ${shape}: ${HOLDINGS} holdings, ${entries} hashes, ${index.total} people, ${index.classes} classes: built in ${cpuSeconds(began)}, index ${megabytes(index.bytes)}`,
  );
  const everything = [...members.keys()];
  began = process.cpuUsage();
  const all = index.union(everything);
  console.log(`        all ${HOLDINGS} holdings: ${all} people in ${cpuSeconds(began)}`);
  began = process.cpuUsage();
  for (let i = 0; i < 1000; i++) index.union(everything.slice(i * 7, i * 7 + 100));
  console.log(`        1,000 unions of 100 holdings: ${cpuSeconds(began)}`);
  began = process.cpuUsage();
  for (let i = 0; i < 10; i++) sortedUnion(members.slice(i * 7, i * 7 + 100));
  console.log(`        10 unions of 100 holdings from sorted arrays: ${cpuSeconds(began)}`);
  const lists = holdings.map(({ people }) => people);
  const bits = new Uint32Array(Math.ceil(HASHES / 32) + 1);
  began = process.cpuUsage();
  const same = bitmapUnion(lists, bits);
  console.log(
    `        a bitmap over dense numbers: ${same} people in ${cpuSeconds(began)}; peak ${megabytes(process.resourceUsage().maxRSS * 1024)}`,
  );
  if (same !== all) process.exitCode = 1;
}

if (ROWS > 0) await benchCount();
if (HASHES > 0) {
  benchUnion('customers');
  benchUnion('random');
}
