/**
 * The ledger: sealing, appending, proving and verifying. CPU seconds, because wall time depends on the disk and on who
 * else is at work. `node bench/ledger.ts [LEAVES]`; 10,000,000 by default, about 400 MB of temporary files.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { newSecret } from '../src/kernel/ids.ts';
import { seal } from '../src/ledger/commitment.ts';
import { createSigner } from '../src/ledger/keys.ts';
import { openTileFiles } from '../src/ledger/tile-files.ts';
import { createTileLog } from '../src/ledger/tile-log.ts';
import { edgeReader, EMPTY_EDGE, grow, tilePath } from '../src/ledger/tiles.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '../src/ledger/tree.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const PROOFS = 1000;

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function report(what: string, figure: string): void {
  console.log(`${what.padEnd(58)} ${figure}`);
}

function each(count: number, seconds: number): string {
  const rate = Math.round(count / seconds).toLocaleString('en-GB');
  return `${rate}/s  (${((seconds / count) * 1e6).toFixed(1)} µs each)`;
}

function entry(n: number): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeDoubleBE(n);
  return bytes;
}

function sealing(count: number): void {
  const digest = 'ab'.repeat(32);
  const began = cpuSeconds();
  for (let n = 0; n < count; n += 1) {
    const body = { import: n + 1, digest, accepted: n, changed: 0, gone: 0, dropped: 0 };
    seal('estate.import', body, NOW, Buffer.from(newSecret(32), 'base64url'));
  }
  report('seal: check, canonicalise, salt and hash a record', each(count, cpuSeconds() - began));
}

async function durable(directory: string, batches: number, batch: number): Promise<void> {
  const signers = [createSigner('bench.example', 'log', Buffer.alloc(32, 7))];
  const log = await createTileLog({ directory, origin: 'bench.example', signers }, NOW);
  const [cpu, wall] = [cpuSeconds(), performance.now()];
  for (let at = 0; at < batches; at += 1) {
    await log.append(
      Array.from({ length: batch }, (_, n) => entry(at * batch + n)),
      NOW,
    );
  }
  const seconds = (performance.now() - wall) / 1000;
  const rate = Math.round((batches * batch) / seconds).toLocaleString('en-GB');
  report(
    `append durably, signed, batches of ${batch}`,
    `${each(batches * batch, cpuSeconds() - cpu)} CPU; ${rate}/s by the clock`,
  );
}

/** Hash tiles of a large tree, written without fsync: only reading them is measured. */
function build(directory: string, size: number): void {
  const folders = new Set<string>();
  const began = cpuSeconds();
  let hashing = 0;
  let edge = EMPTY_EDGE;
  while (edge.size < size) {
    const from = edge.size;
    const count = Math.min(65_536, size - from);
    const start = cpuSeconds();
    const leaves = Array.from({ length: count }, (_, n) => leafHash(entry(from + n)));
    const grown = grow(edge, leaves);
    hashing += cpuSeconds() - start;
    edge = grown.edge;
    for (const tile of grown.tiles) {
      const file = path.join(directory, tilePath(tile));
      const folder = path.dirname(file);
      if (!folders.has(folder)) mkdirSync(folder, { recursive: true });
      folders.add(folder);
      writeFileSync(file, tile.bytes);
    }
  }
  report(`hash ${size.toLocaleString('en-GB')} leaves into tiles`, each(size, hashing));
  report('  the same with writing 8 kB files', `${(cpuSeconds() - began).toFixed(1)} s CPU`);
  writeFileSync(path.join(directory, 'root'), rootAt(size, edgeReader(edge)));
}

/** In a process of its own, so that its memory is that of a prover. */
function prove(directory: string, size: number): void {
  const atStart = peakMemory();
  const files = openTileFiles(directory);
  const read = files.hashes(size);
  const root = rootAt(size, read);
  const places = Array.from({ length: PROOFS }, (_, n) => (n * 7_368_787 + 12_345) % size);
  let began = cpuSeconds();
  inclusionProof(places[0] ?? 0, size, read);
  const milliseconds = ((cpuSeconds() - began) * 1e3).toFixed(2);
  report('inclusion proof, first of a process', `${milliseconds} ms CPU`);
  began = cpuSeconds();
  for (const index of places) inclusionProof(index, size, read);
  report('inclusion proof', each(PROOFS, cpuSeconds() - began));
  began = cpuSeconds();
  for (const index of places) consistencyProof(index + 1, size, read);
  report('consistency proof', each(PROOFS, cpuSeconds() - began));
  const added = Math.round((peakMemory() - atStart) / 1e6);
  report('memory of all that, above a bare process', `${added} MB`);

  let [inclusion, consistency] = [0, 0];
  for (const index of places) {
    const path = inclusionProof(index, size, read);
    const older = { size: index + 1, root: rootAt(index + 1, read) };
    const growth = consistencyProof(older.size, size, read);
    began = cpuSeconds();
    verifyInclusion({ index, size, leaf: leafHash(entry(index)), path }, root);
    inclusion += cpuSeconds() - began;
    began = cpuSeconds();
    verifyConsistency(older, { size, root }, growth);
    consistency += cpuSeconds() - began;
  }
  report('verify inclusion', each(PROOFS, inclusion));
  report('verify consistency', each(PROOFS, consistency));
}

function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

const [first = '10000000', folder] = process.argv.slice(2);
const leaves = Number(first);
if (folder !== undefined) {
  prove(folder, leaves);
} else {
  const root = mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-'));
  try {
    sealing(50_000);
    await durable(path.join(root, 'batched'), 40, 1000);
    await durable(path.join(root, 'single'), 200, 1);
    build(path.join(root, 'large'), leaves);
    const script = import.meta.filename;
    spawnSync(process.execPath, [script, first, path.join(root, 'large')], { stdio: 'inherit' });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
