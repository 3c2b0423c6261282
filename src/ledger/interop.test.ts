/** Vectors made with Go's golang.org/x/mod and transparency-dev/formats: an implementation that shares nothing with ours. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openCheckpoint } from './checkpoint.ts';
import { splitCosignature } from './cosignature.ts';
import { createSigner, parseSigner, parseVerifier } from './keys.ts';
import { formatNote, parseNote, signNote } from './note.ts';
import { EMPTY_EDGE, edgeReader, grow, parseTilePath, tilePath, tileReader } from './tiles.ts';
import { consistencyProof, inclusionProof, leafHash, rootAt } from './tree.ts';

interface Vectors {
  roots: { Size: number; Root: string }[];
  inclusion: { Index: number; Size: number; Path: string[] }[];
  consistency: { Old: number; New: number; Path: string[] }[];
  tiles: { Level: number; Index: number; Width: number; Path: string }[];
  log: { seed: string; skey: string; vkey: string; checkpoint: string };
  witness: { seed: string; name: string; cosigned: string; keyId: string };
}
const vectors = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'fixtures/go-x-mod.json'), 'utf8'),
) as Vectors;

function base64(hashes: readonly Buffer[]): string[] {
  return hashes.map((hash) => hash.toString('base64'));
}

test('roots, proofs and tiles of a log of 70,000 entries are those of Go', () => {
  const tiles = new Map<string, Buffer>();
  let edge = EMPTY_EDGE;
  // In uneven batches, so that tiles fill in every way.
  for (let at = 0, batch = 1; at < 70_000; at += batch, batch = (batch * 3 + 1) % 2000) {
    const count = Math.min(batch, 70_000 - at);
    const leaves = Array.from({ length: count }, (_, n) =>
      leafHash(Buffer.from(`entry ${at + n}`)),
    );
    const grown = grow(edge, leaves);
    edge = grown.edge;
    for (const tile of grown.tiles) tiles.set(`${tile.level}/${tile.index}`, tile.bytes);
  }
  const read = tileReader((level, index) => tiles.get(`${level}/${index}`) ?? Buffer.alloc(0));
  for (const { Size, Root } of vectors.roots) {
    assert.equal(rootAt(Size, read).toString('base64'), Root);
  }
  for (const { Index, Size, Path } of vectors.inclusion) {
    assert.deepEqual(base64(inclusionProof(Index, Size, read)), Path);
  }
  for (const { Old, New, Path } of vectors.consistency) {
    assert.deepEqual(base64(consistencyProof(Old, New, read)), Path);
  }
  assert.equal(
    rootAt(70_000, edgeReader(edge)).toString('base64'),
    vectors.roots.find(({ Size }) => Size === 70_000)?.Root,
  );
  // tlog-tiles: the worked example of a tree of 70,000.
  const names = [...tiles.keys()];
  assert.equal(names.filter((name) => name.startsWith('0/')).length, 274);
  assert.equal(names.filter((name) => name.startsWith('1/')).length, 2);
  assert.deepEqual(
    ['0/273', '1/1', '2/0'].map((name) => (tiles.get(name)?.length ?? 0) / 32),
    [112, 17, 1],
  );
});

test('tile paths are those of Go', () => {
  for (const { Level, Index, Width, Path } of vectors.tiles) {
    const name = { level: Level, index: Index, width: Width };
    assert.equal(tilePath(name), Path);
    assert.deepEqual(parseTilePath(Path), name);
  }
});

test('keys, notes and cosignatures are those of Go, byte for byte', () => {
  const { log, witness } = vectors;
  const signer = createSigner('supplier.example/holdfast', 'log', Buffer.from(log.seed, 'hex'));
  assert.equal(signer.skey, log.skey);
  assert.equal(signer.verifier.vkey, log.vkey);
  assert.equal(parseSigner(log.skey).verifier.vkey, log.vkey);
  const now = new Date(0);
  const { text } = parseNote(log.checkpoint);
  assert.equal(signNote(text, [signer], now), log.checkpoint);
  const cosigner = createSigner(witness.name, 'witness', Buffer.from(witness.seed, 'hex'));
  assert.equal(cosigner.verifier.id.toString(16), witness.keyId);
  const note = parseNote(witness.cosigned);
  const opened = openCheckpoint(witness.cosigned, [parseVerifier(log.vkey)], [cosigner.verifier]);
  assert.equal(opened.size, 70_000);
  assert.equal(opened.signatures.length, 2);
  const { seconds } = splitCosignature(note.signatures[1]!.signature)!;
  assert.equal(signNote(text, [signer, cosigner], new Date(seconds * 1000)), witness.cosigned);
  assert.equal(formatNote(note), witness.cosigned);
});
