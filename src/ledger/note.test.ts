import assert from 'node:assert/strict';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  aSigner,
  aWitnessKey,
  flipBit,
  NOW,
  ORIGIN,
  scratch,
} from '../../test/support/a-ledger.ts';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { splitCosignature } from './cosignature.ts';
import { createSigner, parseSigner, parseVerifier, readKeyFile, writeKeyFile } from './keys.ts';
import { formatNote, parseNote, signNote, verifyNote } from './note.ts';
import { EMPTY_ROOT, leafHash } from './tree.ts';

const BAD = { code: 'bad_input' };
const TAMPERED = { code: 'tampered' };
const ROOT = leafHash(Buffer.from('one'));
const log = aSigner('log');
const text = formatCheckpoint({ origin: ORIGIN, size: 1, root: ROOT });

test('a checkpoint is origin, size and root, and reads back', () => {
  assert.equal(text, `${ORIGIN}\n1\n${ROOT.toString('base64')}\n`);
  assert.deepEqual(parseCheckpoint(text), { origin: ORIGIN, size: 1, root: ROOT, extensions: [] });
  assert.deepEqual(parseCheckpoint(`${text}more\n`).extensions, ['more']);
});

test('malformed checkpoints are refused', () => {
  const root = ROOT.toString('base64');
  for (const wrong of [
    '',
    text.slice(0, -1),
    `\n1\n${root}\n`,
    `${ORIGIN}\n01\n${root}\n`,
    `${ORIGIN}\n+1\n${root}\n`,
    `${ORIGIN}\n-1\n${root}\n`,
    `${ORIGIN}\n1e3\n${root}\n`,
    `${ORIGIN}\n9007199254740993\n${root}\n`,
    `${ORIGIN}\n99999999999999999999\n${root}\n`,
    `${ORIGIN}\n1\n${root.slice(4)}\n`,
    `${ORIGIN}\n1\n${root.slice(0, -1)}\n`,
    `${ORIGIN}\n1\n ${root}\n`,
    `${ORIGIN}\n0\n${root}\n`,
    `${ORIGIN}\n1\n`,
    `${text}\n`,
  ]) {
    assert.throws(() => parseCheckpoint(wrong), BAD, JSON.stringify(wrong));
  }
  assert.equal(parseCheckpoint(`x\n0\n${EMPTY_ROOT.toString('base64')}\n`).size, 0);
});

test('law: one flipped bit anywhere in a signed and cosigned checkpoint is refused or costs a signature', () => {
  const witness = aWitnessKey('trust');
  const bytes = Buffer.from(signNote(text, [log, witness], NOW));
  const open = (note: Buffer) => openCheckpoint(note, [log.verifier], [witness.verifier]);
  assert.equal(open(bytes).signatures.length, 2);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    let left = 0;
    try {
      left = open(flipBit(bytes, bit)).signatures.length;
    } catch (error) {
      assert.match((error as { code: string }).code, /^(bad_input|tampered)$/);
    }
    // A flipped key name or id makes a signature by somebody unknown: passed over, never counted.
    assert.ok(left < 2, `bit ${bit}`);
  }
});

test('a note keeps blank lines of its text and ignores signatures by unknown keys', () => {
  const poem = 'first\n\nsecond\n';
  const stranger = aSigner('stranger', 'log', 'stranger.example');
  const note = parseNote(signNote(poem, [stranger, log], NOW));
  assert.equal(note.text, poem);
  assert.deepEqual(
    verifyNote(note, [log.verifier]).map(({ name }) => name),
    [ORIGIN],
  );
  assert.throws(() => verifyNote(note, [aSigner('other').verifier]), TAMPERED);
});

test('a known key’s bad signature spoils the note, even beside a good one', () => {
  const note = parseNote(signNote(text, [log], NOW));
  const [line] = note.signatures;
  const bad = { ...line!, signature: flipBit(line!.signature, 3) };
  const both = { text: note.text, signatures: [...note.signatures, bad] };
  assert.throws(() => verifyNote(both, [log.verifier]), TAMPERED);
  // The same good line twice counts once.
  const twice = { text: note.text, signatures: [line!, line!] };
  assert.equal(verifyNote(twice, [log.verifier]).length, 1);
});

test('malformed notes are refused', () => {
  const good = signNote(text, [log], NOW);
  const body = good.slice(0, good.indexOf('\n\n') + 2);
  const line = good.slice(body.length);
  for (const wrong of [
    '',
    text,
    body,
    good.slice(0, -1),
    `${body}${line}\n`,
    `${body}${line.replace('—', '-')}`,
    `${body}${line.replace(' ', '  ')}`,
    `${body}${line.slice(0, -2)}\n`,
    `${body}— ${ORIGIN} AAAA\n`,
    `${body}— a+b ${line.split(' ')[2] ?? ''}`,
    good.replace('\n1\n', '\n1\r\n'),
    good.replace('\n1\n', '\n1\u0000\n'),
    `${body}${line.repeat(1025)}`,
    'x'.repeat(1_000_001),
  ]) {
    assert.throws(() => parseNote(wrong), BAD, JSON.stringify(wrong.slice(0, 200)));
  }
  assert.throws(() => parseNote(Buffer.from([0xff, 0x0a, 0x0a])), BAD);
  assert.throws(() => signNote('no newline', [log], NOW), BAD);
  assert.throws(() => signNote('tab\there\n', [log], NOW), BAD);
});

test('a key of another log does not open this one’s checkpoint', () => {
  const other = aSigner('other', 'log', 'other.example/log');
  const note = signNote(text, [other], NOW);
  assert.throws(() => openCheckpoint(note, [other.verifier, log.verifier]), TAMPERED);
  // Nor does a witness' signature alone.
  const witness = aWitnessKey('trust');
  const cosigned = signNote(text, [witness], NOW);
  assert.throws(() => openCheckpoint(cosigned, [log.verifier], [witness.verifier]), TAMPERED);
  // A witness' key signs nothing as a log, though the bytes of the key are the same.
  const twin = createSigner(ORIGIN, 'witness', Buffer.alloc(32, 7));
  assert.throws(() => openCheckpoint(signNote(text, [twin], NOW), [twin.verifier]), TAMPERED);
});

test('rotation: a checkpoint signed by the old and the new key opens with either', () => {
  const next = aSigner('next');
  const note = signNote(text, [next, log], NOW);
  for (const keys of [[log], [next], [log, next]]) {
    const opened = openCheckpoint(
      note,
      keys.map(({ verifier }) => verifier),
    );
    assert.equal(opened.signatures.length, keys.length);
  }
});

test('a cosignature carries its time and is over that time', () => {
  const witness = aWitnessKey('trust');
  const { signatures } = parseNote(signNote(text, [log, witness], NOW));
  const bytes = signatures[1]!.signature;
  assert.equal(splitCosignature(bytes)?.seconds, NOW.getTime() / 1000);
  const later = Buffer.from(bytes);
  later.writeBigUInt64BE(BigInt(NOW.getTime() / 1000 + 1));
  const moved = { ...signatures[1]!, signature: later };
  const note = formatNote({ text, signatures: [signatures[0]!, moved] });
  assert.throws(() => openCheckpoint(note, [log.verifier], [witness.verifier]), TAMPERED);
  assert.equal(splitCosignature(bytes.subarray(1)), undefined);
  assert.equal(splitCosignature(Buffer.alloc(72, 0xff)), undefined);
});

test('law: keys read back from their texts', () => {
  const names = fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => {
    return !/[\p{White_Space}\p{Cc}+]/u.test(name) && name.isWellFormed();
  });
  const uses = fc.constantFrom('log' as const, 'witness' as const);
  fc.assert(
    fc.property(names, uses, fc.uint8Array({ minLength: 32, maxLength: 32 }), (name, use, seed) => {
      const signer = createSigner(name, use, Buffer.from(seed));
      assert.equal(parseSigner(signer.skey).verifier.vkey, signer.verifier.vkey);
      assert.equal(parseVerifier(signer.verifier.vkey).vkey, signer.verifier.vkey);
    }),
  );
});

test('malformed keys are refused, and their text is not in the error', () => {
  const { vkey } = log.verifier;
  const [, id = '', base64 = ''] = vkey.split('+');
  for (const wrong of [
    '',
    'a b+00000000+AAAA',
    vkey.replace(id, '00000000'),
    vkey.replace(id, id.toUpperCase().replace(/^./, 'G')),
    vkey.slice(0, -1),
    `${ORIGIN}+${id}+${base64}+x`,
    `${ORIGIN}+${id}+`,
    `x+${id}+AQ==`,
  ]) {
    assert.throws(() => parseVerifier(wrong), BAD, wrong);
  }
  const mlDsa = Buffer.concat([Buffer.of(6), Buffer.alloc(1312)]).toString('base64');
  assert.throws(() => parseVerifier(`x+00000000+${mlDsa}`), { code: 'unsupported' });
  assert.throws(
    () => parseSigner(log.skey.slice(0, -4)),
    (error: Error) => !error.message.includes(log.skey.slice(20, 40)),
  );
  assert.throws(() => parseSigner(vkey), BAD);
  assert.throws(() => createSigner('x', 'log', Buffer.alloc(31)), BAD);
  assert.throws(() => createSigner('', 'log', Buffer.alloc(32)), BAD);
});

test('key files are 0600, are never overwritten, and are refused when others may read them', (t) => {
  const file = path.join(scratch(t), 'ledger.key');
  writeKeyFile(file, log);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(readKeyFile(file).verifier.vkey, log.verifier.vkey);
  assert.throws(() => writeKeyFile(file, aSigner('next')), { code: 'EEXIST' });
  chmodSync(file, 0o640);
  assert.throws(() => readKeyFile(file), { code: 'bad_file' });
  chmodSync(file, 0o600);
  writeFileSync(file, 'not a key');
  assert.throws(() => readKeyFile(file), BAD);
});
