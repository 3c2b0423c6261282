import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  aSigner,
  aWitnessKey,
  entries,
  flipBit,
  NOW,
  ORIGIN,
  scratch,
} from '../../test/support/a-ledger.ts';
import { naiveTree, numbered } from '../../test/support/naive-tree.ts';
import { FAULT_POINTS, type Fault } from './durable.ts';
import { signText } from './note.ts';
import { formatPolicy, parsePolicy } from './policy.ts';
import { parseProof, verifyProof } from './proof.ts';
import { createTileLog, openTileLog } from './tile-log.ts';
import { verifyConsistency } from './tree.ts';

const signers = [aSigner('log')];
const policy = parsePolicy(formatPolicy([signers[0]!.verifier], [], 0));
const options = (directory: string, fault?: Fault) => ({
  directory,
  origin: ORIGIN,
  signers,
  ...(fault === undefined ? {} : { fault }),
});

test('a log grows over restarts, and every entry proves under every later checkpoint', async (t) => {
  const directory = scratch(t);
  const all = entries(0, 700);
  const naive = naiveTree(all);
  let log = await createTileLog(options(directory), NOW);
  const heads = [log.checkpoint];
  for (const [from, to] of [
    [0, 1],
    [1, 255],
    [255, 256],
    [256, 257],
    [257, 600],
    [600, 700],
  ] as const) {
    assert.deepEqual((await log.append(all.slice(from, to), NOW)).root, naive.root(to));
    log = openTileLog(options(directory));
    for (const older of heads) {
      verifyConsistency(older, log.checkpoint, log.proveGrowth(older.size));
    }
    heads.push(log.checkpoint);
    for (const index of [0, from, to - 1]) {
      const proof = parseProof(log.prove(index, Buffer.from('opening')));
      assert.equal(proof.extra?.toString(), 'opening');
      verifyProof(proof, all[index]!, policy);
    }
  }
  assert.equal((await log.append([], NOW)).size, 700);
  assert.throws(() => log.prove(700), { code: 'not_found' });
  // Full tiles have taken the place of their partial ones; nothing unfinished is left.
  const names = readdirSync(path.join(directory, 'tile/0')).sort();
  assert.deepEqual(names, ['000', '001', '002.p']);
  assert.deepEqual(readdirSync(path.join(directory, '.unfinished')), []);
});

test('two batches at once are refused by nobody’s luck: the second writer is told', async (t) => {
  const directory = scratch(t);
  const one = await createTileLog(options(directory), NOW);
  const two = openTileLog(options(directory));
  await one.append(entries(0, 3), NOW);
  await assert.rejects(two.append(entries(50, 52), NOW), { code: 'conflict' });
  assert.equal(openTileLog(options(directory)).checkpoint.size, 3);
  await assert.rejects(createTileLog(options(directory), NOW), { code: 'conflict' });
});

test('a crash at any write boundary leaves a log that continues the old one', async (t) => {
  for (const point of FAULT_POINTS) {
    const directory = path.join(scratch(t), 'log');
    const log = await createTileLog(options(directory), NOW);
    const before = await log.append(entries(0, 250), NOW);
    const dying = openTileLog(
      options(directory, (reached) => {
        if (reached === point) throw new Error(`power cut at ${point}`);
      }),
    );
    await assert.rejects(dying.append(entries(250, 530), NOW), /power cut/);

    const after = openTileLog(options(directory));
    const published = point === 'checkpoint:renamed' || point === 'checkpoint:durable';
    assert.equal(after.checkpoint.size, published ? 530 : 250, point);
    verifyConsistency(before, after.checkpoint, after.proveGrowth(250));
    // What was not acknowledged may come again, longer: nothing was signed over it.
    if (!published) await after.append(entries(250, 540), NOW);
    const last = after.checkpoint;
    verifyConsistency(before, last, after.proveGrowth(250));
    assert.deepEqual(last.root, naiveTree(entries(0, last.size)).root(last.size), point);
    for (const index of [0, 249, 250, last.size - 1]) {
      verifyProof(parseProof(after.prove(index)), entries(index, index + 1)[0]!, policy);
    }
  }
});

test('kill -9 at any write boundary leaves a log that continues the old one', async (t) => {
  const script = path.join(import.meta.dirname, '../../test/support/append-and-die.ts');
  for (const point of FAULT_POINTS) {
    const directory = path.join(scratch(t), 'log');
    const log = await createTileLog(options(directory), NOW);
    const before = await log.append(numbered(0, 250), NOW);
    const { signal } = spawnSync(process.execPath, [script, directory, point, signers[0]!.skey], {
      timeout: 20_000,
    });
    assert.equal(signal, 'SIGKILL', point);
    const after = openTileLog(options(directory));
    if (after.checkpoint.size === 250) await after.append(numbered(250, 530), NOW);
    verifyConsistency(before, after.checkpoint, after.proveGrowth(250));
    assert.deepEqual(after.checkpoint.root, naiveTree(numbered(0, 530)).root(530), point);
  }
});

test('a log without its checkpoint, or with another’s, is not continued', async (t) => {
  const directory = scratch(t);
  assert.throws(() => openTileLog(options(directory)), { code: 'not_found' });
  const log = await createTileLog(options(directory), NOW);
  await log.append(entries(0, 10), NOW);
  const stranger = {
    directory,
    origin: 'other.example',
    signers: [aSigner('log', 'log', 'other.example')],
  };
  assert.throws(() => openTileLog(stranger), { code: 'tampered' });
  rmSync(path.join(directory, 'checkpoint'));
  assert.throws(() => openTileLog(options(directory)), { code: 'not_found' });
});

test('law: one flipped bit in a checkpoint, a tile or a bundle is refused', async (t) => {
  const directory = scratch(t);
  const log = await createTileLog(options(directory), NOW);
  await log.append(entries(0, 300), NOW);
  const files = ['checkpoint', 'tile/0/001.p/44', 'tile/1/000.p/1', 'tile/entries/001.p/44'];
  for (const file of files) {
    const full = path.join(directory, file);
    const bytes = readFileSync(full);
    for (let n = 0; n < 60; n += 1) {
      // A prime step visits every part of the file.
      writeFileSync(full, flipBit(bytes, (n * 7919) % (bytes.length * 8)));
      assert.throws(
        () => openTileLog(options(directory)),
        (error: { code: string }) => ['tampered', 'bad_input'].includes(error.code),
        `${file} ${n}`,
      );
    }
    writeFileSync(full, bytes);
  }
  // Full tiles are not read at start; a proof over a changed one is never handed out.
  for (const [file, index] of [
    ['tile/0/000', 17],
    ['tile/entries/000', 17],
  ] as const) {
    const full = path.join(directory, file);
    const bytes = readFileSync(full);
    writeFileSync(full, flipBit(bytes, (file.includes('entries') ? 17 * 34 + 3 : 18 * 32) * 8));
    assert.throws(() => openTileLog(options(directory)).prove(index), { code: 'tampered' });
    writeFileSync(full, bytes.subarray(0, -1));
    assert.throws(() => openTileLog(options(directory)).prove(index), { code: 'tampered' });
    rmSync(full);
    assert.throws(() => openTileLog(options(directory)).prove(index), { code: 'incomplete' });
    writeFileSync(full, bytes);
  }
});

test('cosignatures are added to the checkpoint, one line a key, the newest', async (t) => {
  const directory = scratch(t);
  const log = await createTileLog(options(directory), NOW);
  await log.append(entries(0, 5), NOW);
  const witness = aWitnessKey('trust');
  const { text } = log.checkpoint.note;
  await log.addCosignatures([signText(text, witness, NOW)]);
  const later = new Date(NOW.getTime() + 60_000);
  await log.addCosignatures([signText(text, witness, later)]);
  const strict = parsePolicy(formatPolicy([signers[0]!.verifier], [witness.verifier], 1));
  const { cosignedBy } = verifyProof(parseProof(log.prove(2)), entries(2, 3)[0]!, strict);
  assert.deepEqual(cosignedBy, [{ name: 'trust.example/witness', at: later }]);
  assert.deepEqual(openTileLog(options(directory)).checkpointText, log.checkpointText);
});

test('key rotation: the new key goes on where the old one stopped', async (t) => {
  const directory = scratch(t);
  await (await createTileLog(options(directory), NOW)).append(entries(0, 5), NOW);
  const next = aSigner('next');
  const both = openTileLog({ directory, origin: ORIGIN, signers: [next, signers[0]!] });
  await both.append(entries(5, 6), NOW);
  assert.equal(both.checkpoint.signatures.length, 2);
  const alone = openTileLog({ directory, origin: ORIGIN, signers: [next] });
  assert.equal((await alone.append(entries(6, 7), NOW)).size, 7);
  assert.throws(() => openTileLog(options(directory)), { code: 'tampered' });
  const formerKeys = [next.verifier];
  assert.equal(openTileLog({ ...options(directory), formerKeys }).checkpoint.size, 7);
});

test('a restored older copy continues, and is a different log from then on: a witness will tell', async (t) => {
  const directory = path.join(scratch(t), 'log');
  const log = await createTileLog(options(directory), NOW);
  await log.append(entries(0, 300), NOW);
  cpSync(directory, `${directory}-backup`, { recursive: true });
  const seen = await log.append(entries(300, 310), NOW);
  const restored = openTileLog(options(`${directory}-backup`));
  await restored.append(entries(900, 920), NOW);
  assert.throws(
    () => verifyConsistency(seen, restored.checkpoint, restored.proveGrowth(seen.size)),
    { code: 'tampered' },
  );
});
