import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  aSigner,
  aWitnessKey,
  flipBit,
  NOW,
  ORIGIN,
  records,
  scratch,
} from '../../test/support/a-ledger.ts';
import { packageRoot } from '../kernel/paths.ts';
import { formatOpening, type Sealed } from './commitment.ts';
import { exportLog } from './export.ts';
import { signText } from './note.ts';
import { createTileLog } from './tile-log.ts';

const SCRIPT = path.join(packageRoot(), 'docs/verify/holdfast-verify.mjs');
const log = aSigner('log');
const [a, b] = [aWitnessKey('a'), aWitnessKey('b')] as const;
const KEYS = ['--key', log.verifier.vkey];
const WITNESSES = ['--witness', a.verifier.vkey, '--witness', b.verifier.vkey];

interface Exported {
  readonly directory: string;
  readonly old: string;
  readonly proof: string;
}

/** An export of 300 records with an old checkpoint of 70 and two witnesses; `sealed` may be forged beforehand. */
async function anExport(t: TestContext, sealed: readonly Sealed[]): Promise<Exported> {
  const root = scratch(t);
  const tiles = await createTileLog(
    { directory: path.join(root, 'log'), origin: ORIGIN, signers: [log] },
    NOW,
  );
  const all = sealed.map(({ entry }) => entry);
  await tiles.append(all.slice(0, 70), NOW);
  const older = tiles.checkpointText;
  await tiles.append(all.slice(70), NOW);
  const { text } = tiles.checkpoint.note;
  await tiles.addCosignatures([a, b].map((witness) => signText(text, witness, NOW)));
  const directory = path.join(root, 'export');
  const openings = async function* () {
    for (const [index, { opening }] of sealed.entries()) {
      // 17 was erased.
      if (index !== 17) yield await Promise.resolve({ index, opening });
    }
  };
  const counts = await exportLog(
    {
      files: tiles.files,
      checkpoint: tiles.checkpointText,
      olderCheckpoints: [older],
      openings: openings(),
      timestamps: [70, 5].map((size) => ({ size, reply: Buffer.from('a reply') })),
      script: readFileSync(SCRIPT, 'utf8'),
    },
    directory,
  );
  const { kilobytes, ...rest } = counts;
  assert.deepEqual(rest, { entries: 300, records: 299, checkpoints: 1 });
  assert.ok(kilobytes > 50 && kilobytes < 200);
  const old = path.join(root, 'kept-by-a-customer');
  writeFileSync(old, older);
  const proof = path.join(root, 'notice.tlog-proof');
  writeFileSync(proof, tiles.prove(200, Buffer.from(formatOpening(sealed[200]!.opening))));
  return { directory, old, proof };
}

function run(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

function passes(what: RegExp, ...args: string[]): void {
  const { status, output } = run(SCRIPT, ...args);
  assert.equal(status, 0, output);
  assert.match(output, what);
}

function fails(what: RegExp, ...args: string[]): void {
  const { status, output } = run(SCRIPT, ...args);
  assert.equal(status, 1, output);
  assert.match(output, what);
  assert.match(output, /DO NOT RELY ON IT/);
}

test('the script imports nothing but Node and has at most 250 lines', () => {
  const script = readFileSync(SCRIPT, 'utf8');
  assert.ok(script.split('\n').length <= 251);
  for (const [, from] of script.matchAll(/from '([^']+)'/g)) assert.match(from ?? '', /^node:/);
});

test('an honest export verifies alone, and says what was not verified', async (t) => {
  const { directory, old, proof } = await anExport(t, records(0, 300));
  // The copy in the export, far from the repository.
  const copy = path.join(directory, 'holdfast-verify.mjs');
  const { status, output } = run(copy, directory, ...KEYS, ...WITNESSES, '--old', old);
  assert.equal(status, 0, output);
  assert.match(output, /^VERIFIED {6}supplier.example\/holdfast signed a log of 300 entries/m);
  assert.match(output, /^VERIFIED .*a.example\/witness at 2026-11-21T12:00:00.000Z, b.example/m);
  assert.match(output, /^VERIFIED .*299 records/m);
  assert.match(output, /^NOT VERIFIED .*1 records, which are erased or withheld/m);
  assert.match(output, /^VERIFIED .*kept-by-a-customer: its 70 entries are unchanged/m);
  passes(/NOT VERIFIED.*Witnesses/, directory, ...KEYS);
  // A stamp goes out beside the very text that it stamps, and only with a head that goes out too.
  assert.deepEqual(readdirSync(path.join(directory, 'timestamps')), ['70-0.tsr', '70-0.txt']);
  const stamped = readFileSync(path.join(directory, 'timestamps/70-0.txt'), 'utf8');
  assert.ok(readFileSync(old, 'utf8').startsWith(`${stamped}\n— `));
  passes(/NOT VERIFIED.*--old/, directory, ...KEYS);
  passes(/Entry 200 is this record: .*"import":201/, proof, ...KEYS, ...WITNESSES);
});

test('without a key of your own, with another, or with too few witnesses it fails', async (t) => {
  const { directory, proof } = await anExport(t, records(0, 300));
  const other = ['--key', aSigner('other').verifier.vkey];
  const stranger = ['--witness', aWitnessKey('c').verifier.vkey];
  for (const target of [directory, proof]) {
    fails(/give --key/, target);
    fails(/not signed by a key you gave/, target, ...other);
    fails(/2 witnesses cosigned it, not 3/, target, ...KEYS, ...WITNESSES, ...stranger);
    passes(/a.example/, target, ...KEYS, ...WITNESSES, ...stranger, '--need', '2');
  }
  fails(/unknown option/, directory, ...KEYS, '--trust-me');
  fails(/not a key for this use/, directory, '--key', a.verifier.vkey);
});

test('a forger with the signing key and the whole directory fails against one old checkpoint', async (t) => {
  const honest = await anExport(t, records(0, 300));
  const rewritten = records(0, 300);
  rewritten[30] = records(900, 901)[0]!;
  const forged = await anExport(t, rewritten);
  // By itself the forgery is perfect: that is why witnesses and old checkpoints are needed.
  passes(/300 entries/, forged.directory, ...KEYS, ...WITNESSES);
  fails(/first 70 entries were REWRITTEN/, forged.directory, ...KEYS, '--old', honest.old);
  const rebuilt = await anExport(t, records(0, 300).reverse());
  fails(/REWRITTEN/, rebuilt.directory, ...KEYS, '--old', honest.old);
  const cut = path.join(honest.directory, 'checkpoint');
  fails(/entries: some were REMOVED/, await truncated(t), ...KEYS, '--old', cut);
});

/** The honest log as it was at 70, given out later. */
async function truncated(t: TestContext): Promise<string> {
  const tiles = await createTileLog(
    { directory: path.join(scratch(t), 'log'), origin: ORIGIN, signers: [log] },
    NOW,
  );
  await tiles.append(
    records(0, 70).map(({ entry }) => entry),
    NOW,
  );
  const directory = path.join(scratch(t), 'export');
  const openings = (async function* () {
    yield* await Promise.resolve([]);
  })();
  const { files, checkpointText: checkpoint } = tiles;
  await exportLog({ files, checkpoint, olderCheckpoints: [], openings, script: '' }, directory);
  return directory;
}

test('law: one flipped bit in any file of an export is refused', async (t) => {
  const { directory, proof } = await anExport(t, records(0, 300));
  const targets: readonly (readonly [string, readonly string[]])[] = [
    ['checkpoint', [directory]],
    ['checkpoints/70', [directory]],
    ['tile/0/000', [directory]],
    ['tile/0/001.p/44', [directory]],
    ['tile/1/000.p/1', [directory]],
    ['tile/entries/000', [directory]],
    ['tile/entries/001.p/44', [directory]],
    ['records.jsonl', [directory]],
    [proof, [proof]],
  ];
  for (const [file, target] of targets) {
    const full = path.resolve(directory, file);
    const bytes = readFileSync(full);
    for (const at of [0.1, 0.93]) {
      writeFileSync(full, flipBit(bytes, Math.floor(bytes.length * 8 * at)));
      // A damaged witness line is a line by a stranger: all that were asked for must be there.
      const { status, output } = run(SCRIPT, ...target, ...KEYS, ...WITNESSES);
      assert.equal(status, 1, `${file} at ${at}: ${output}`);
    }
    writeFileSync(full, bytes);
  }
  passes(/All that was checked holds/, directory, ...KEYS, ...WITNESSES);
});

test('missing, cut and swapped files are refused; nothing is exported over anything', async (t) => {
  const { directory } = await anExport(t, records(0, 300));
  const spoil = (work: (copy: string) => void): string => {
    const copy = path.join(scratch(t), 'copy');
    cpSync(directory, copy, { recursive: true });
    work(copy);
    return copy;
  };
  for (const file of ['checkpoint', 'records.jsonl', 'tile/0/000', 'tile/entries/001.p/44']) {
    const missing = spoil((copy) => rmSync(path.join(copy, file)));
    fails(/FAILED/, missing, ...KEYS);
    const cut = spoil((copy) => {
      const full = path.join(copy, file);
      writeFileSync(full, readFileSync(full).subarray(0, -7));
    });
    fails(/FAILED/, cut, ...KEYS);
  }
  const lines = readFileSync(path.join(directory, 'records.jsonl'), 'utf8').split('\n');
  const swapped = spoil((copy) => {
    const [first = '', second = '', ...rest] = lines;
    writeFileSync(path.join(copy, 'records.jsonl'), [second, first, ...rest].join('\n'));
  });
  fails(/out of its place/, swapped, ...KEYS);
  assert.ok(existsSync(path.join(directory, 'README.txt')));
  const source = {
    files: { checkpoint: () => undefined } as never,
    checkpoint: '',
    olderCheckpoints: [],
    openings: (async function* () {
      yield* await Promise.resolve([]);
    })(),
    script: '',
  };
  await assert.rejects(exportLog(source, directory), { code: 'conflict' });
});
