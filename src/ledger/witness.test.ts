import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  aSigner,
  aWitnessKey,
  aWitnessState,
  entries,
  flipBit,
  NOW,
  ORIGIN,
  scratch,
} from '../../test/support/a-ledger.ts';
import { formatPolicy, openTrusted, parsePolicy } from './policy.ts';
import { createTileLog, openTileLog, type TileLog } from './tile-log.ts';
import {
  addCheckpoint,
  formatAddCheckpoint,
  parseAddCheckpoint,
  readCosignatures,
  type Witness,
} from './witness.ts';

const signers = [aSigner('log')];
const verifiers = signers.map(({ verifier }) => verifier);

function aWitness(): Witness & { readonly state: ReturnType<typeof aWitnessState> } {
  return { state: aWitnessState(), signer: aWitnessKey('trust'), logs: verifiers };
}

async function aLog(t: TestContext, count: number): Promise<TileLog> {
  const log = await emptyLog(t);
  await log.append(entries(0, count), NOW);
  return log;
}

function request(log: TileLog, oldSize: number): string {
  const path = oldSize > log.checkpoint.size ? [] : log.proveGrowth(oldSize);
  return formatAddCheckpoint({ oldSize, path, checkpoint: log.checkpointText });
}

test('a witness follows an honest log and its cosignature satisfies a policy', async (t) => {
  const witness = aWitness();
  const log = await aLog(t, 300);
  const first = await addCheckpoint(request(log, 0), witness, NOW);
  assert.equal(first.status, 200);
  await log.append(entries(300, 777), NOW);
  const second = await addCheckpoint(request(log, 300), witness, NOW);
  assert.equal(second.status, 200);
  assert.equal(second.contentType, 'text/plain; charset=utf-8');
  const trusted = [witness.signer.verifier];
  await log.addCosignatures(readCosignatures(log.checkpointText, second.body, trusted));
  const policy = parsePolicy(formatPolicy(verifiers, trusted, 1));
  assert.deepEqual(openTrusted(log.checkpointText, policy).cosignedBy, [
    { name: 'trust.example/witness', at: NOW },
  ]);
  // Asked again for the same head, it signs again with its new time.
  assert.equal((await addCheckpoint(request(log, 777), witness, NOW)).status, 200);
  // An answer by somebody else, or about another checkpoint, is not taken.
  assert.throws(
    () => readCosignatures(log.checkpointText, second.body, [aWitnessKey('other').verifier]),
    { code: 'tampered' },
  );
  assert.throws(() => readCosignatures(log.checkpointText, first.body, trusted), {
    code: 'tampered',
  });
});

test('the answers are those of the specification', async (t) => {
  const witness = aWitness();
  const log = await aLog(t, 300);
  const good = request(log, 0);
  const checkpoint = log.checkpointText;
  const answer = (body: string) => addCheckpoint(body, witness, NOW);

  for (const body of [
    '',
    'old 0\n',
    checkpoint,
    good.replace('old 0', 'old 00'),
    good.replace('old 0', 'old -1'),
    good.replace('old 0', 'new 0'),
    good.replace('old 0\n', 'old 0\nnot a hash\n'),
    good.replace('old 0\n', `old 0\n${`${'A'.repeat(43)}=\n`.repeat(64)}`),
    good.slice(0, -1),
    good.replace('old 0', 'old 301'),
  ]) {
    assert.equal((await answer(body)).status, 400, body.slice(0, 40));
  }
  const stranger = { ...witness, logs: [aSigner('x', 'log', 'other.example').verifier] };
  assert.equal((await addCheckpoint(good, stranger, NOW)).status, 404);
  const wrongKey = { ...witness, logs: [aSigner('not the log').verifier] };
  assert.equal((await addCheckpoint(good, wrongKey, NOW)).status, 403);
  assert.equal((await answer(good.replace('\n300\n', '\n299\n'))).status, 403);

  assert.deepEqual(await answer(request(log, 200)), {
    status: 409,
    contentType: 'text/x.tlog.size',
    body: '0\n',
    why: 'Not the size last cosigned.',
  });
  const padded = good.replace('old 0\n', `old 0\n${'A'.repeat(43)}=\n`);
  assert.equal((await answer(padded)).status, 422);
  assert.equal(witness.state.seen.size, 0);

  assert.equal((await answer(good)).status, 200);
  assert.equal((await answer(good)).body, '300\n');
  await log.append(entries(300, 400), NOW);
  const next = request(log, 300);
  const { path: proof } = parseAddCheckpoint(next);
  for (let bit = 0; bit < 256; bit += 37) {
    const spoiled = {
      ...parseAddCheckpoint(next),
      path: [flipBit(proof[0]!, bit), ...proof.slice(1)],
    };
    assert.equal((await answer(formatAddCheckpoint(spoiled))).status, 422);
  }
  assert.equal(witness.state.seen.get(ORIGIN)?.size, 300);
});

test('two requests at once: one is cosigned, the other is told the new size', async (t) => {
  const witness = aWitness();
  const log = await aLog(t, 10);
  const shorter = request(log, 0);
  await log.append(entries(10, 20), NOW);
  const both = await Promise.all([
    addCheckpoint(request(log, 0), witness, NOW),
    addCheckpoint(shorter, witness, NOW),
  ]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [200, 409],
  );
  assert.equal(both[1].body, '20\n');
});

// The four ways to change the past. The forger holds the signing key and the whole directory.
for (const [attack, forge] of Object.entries({
  'a rewritten row': async (t: TestContext) => {
    const log = await emptyLog(t);
    const all = entries(0, 500);
    all[123] = entries(9000, 9001)[0]!;
    await log.append(all, NOW);
    return log;
  },
  'a truncated log that grows again': async (t: TestContext) => {
    const log = await emptyLog(t);
    await log.append([...entries(0, 250), ...entries(900, 1150)], NOW);
    return log;
  },
  'a rebuilt tree of the same entries in another order': async (t: TestContext) => {
    const log = await emptyLog(t);
    await log.append(entries(0, 500).reverse(), NOW);
    return log;
  },
  'a row left out': async (t: TestContext) => {
    const log = await emptyLog(t);
    await log.append([...entries(0, 50), ...entries(51, 501)], NOW);
    return log;
  },
})) {
  test(`${attack} is caught by a witness with one old checkpoint`, async (t) => {
    const witness = aWitness();
    const honest = await aLog(t, 300);
    assert.equal((await addCheckpoint(request(honest, 0), witness, NOW)).status, 200);
    const forged = await forge(t);
    assert.equal((await addCheckpoint(request(forged, 300), witness, NOW)).status, 422);
    assert.equal((await addCheckpoint(request(forged, 0), witness, NOW)).body, '300\n');
    // And the honest continuation still goes on.
    await honest.append(entries(300, 500), NOW);
    assert.equal((await addCheckpoint(request(honest, 300), witness, NOW)).status, 200);
  });
}

test('a fork, one story for each reader, is caught at the same size and at a larger one', async (t) => {
  const witness = aWitness();
  const ours = await aLog(t, 300);
  const directory = path.join(scratch(t), 'fork');
  await addCheckpoint(request(ours, 0), witness, NOW);
  cpSync(scratchOf(ours), directory, { recursive: true });
  const theirs = openTileLog({ directory, origin: ORIGIN, signers });
  await ours.append(entries(300, 320), NOW);
  await theirs.append(entries(800, 820), NOW);
  assert.equal((await addCheckpoint(request(ours, 300), witness, NOW)).status, 200);
  const fork = await addCheckpoint(request(theirs, 320), witness, NOW);
  assert.equal(fork.status, 409);
  assert.match(fork.why, /FORK/);
  await theirs.append(entries(820, 840), NOW);
  assert.equal((await addCheckpoint(request(theirs, 320), witness, NOW)).status, 422);
});

test('a truncated log is told the size that was once cosigned', async (t) => {
  const witness = aWitness();
  const log = await aLog(t, 300);
  await addCheckpoint(request(log, 0), witness, NOW);
  const shorter = await aLog(t, 200);
  const answer = await addCheckpoint(request(shorter, 200), witness, NOW);
  assert.deepEqual([answer.status, answer.body], [409, '300\n']);
});

const directories = new WeakMap<TileLog, string>();

async function emptyLog(t: TestContext): Promise<TileLog> {
  const directory = path.join(scratch(t), 'log');
  const log = await createTileLog({ directory, origin: ORIGIN, signers }, NOW);
  directories.set(log, directory);
  return log;
}

function scratchOf(log: TileLog): string {
  return directories.get(log) ?? assert.fail('made by aLog');
}
