#!/usr/bin/env node
// Verifies an exported Holdfast ledger, or one .tlog-proof file, without Holdfast and without a network. Node 18 or newer.
//   node holdfast-verify.mjs EXPORT|PROOF --key VKEY [--witness VKEY]... [--need COUNT] [--old CHECKPOINT]...
// Take the keys from somewhere else than the export: whoever forges an export forges the keys that lie in it too.
// Forms: C2SP tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature, tlog-proof; RFC 9162 section 2.1.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

let failures = 0;
const verified = (text) => console.log(`VERIFIED      ${text}`);
const notVerified = (text) => console.log(`NOT VERIFIED  ${text}`);
const refuse = (why) => {
  throw new Error(why);
};
/** Runs one check; what it throws is its failure, and the other checks still run. */
async function check(work) {
  try {
    return await work();
  } catch (error) {
    failures += 1;
    return void console.log(`FAILED        ${error.message}`);
  }
}

const sha256 = (...parts) =>
  parts.reduce((h, part) => h.update(part), createHash('sha256')).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);
const utf8 = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
const decimal = (text) =>
  /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : refuse(`${text} is not a number`);
function base64(text = '') {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : refuse('malformed base64');
}

/** name+id+base64(type || Ed25519 key). Type 1 signs a log's checkpoints, type 4 is a witness. */
function parseKey(vkey, type) {
  const [, name, id, typed] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey.trim()) ?? [];
  const bytes = base64(typed);
  if (bytes.length !== 33 || bytes[0] !== type) refuse(`not a key for this use: ${vkey}`);
  if (sha256(`${name}\n`, bytes).toString('hex', 0, 4) !== id)
    refuse(`the key is damaged: ${vkey}`);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  return { name, id, type, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/** A checkpoint and its signatures, nothing verified yet. */
function parseCheckpoint(whole) {
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0 || !whole.endsWith('\n')) refuse('this is not a signed checkpoint');
  const text = whole.slice(0, blank + 1);
  const [origin, size, root] = text.split('\n');
  const lines = whole.slice(blank + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, name, signed] = /^— (\S+) (\S+)$/u.exec(line) ?? refuse('a signature is malformed');
    const bytes = base64(signed);
    return { name, id: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
  });
  return { origin, size: decimal(size), root: base64(root), text: Buffer.from(text), signatures };
}

/** Who signed: throws unless the log did. Gives the time of each witness that cosigned. */
function verifySignatures({ origin, text, signatures }, trust) {
  const seen = new Map();
  let signed = false;
  for (const { name, id, signature } of signatures) {
    const key = trust.keys.find((each) => each.name === name && each.id === id);
    if (key === undefined || (key.type === 1 && name !== origin)) continue;
    const time = key.type === 4 ? signature.readBigUInt64BE(0) : undefined;
    const head = time === undefined ? '' : `cosignature/v1\ntime ${time}\n`;
    const message = Buffer.concat([Buffer.from(head), text]);
    const good = verify(null, message, key.key, signature.subarray(time === undefined ? 0 : 8));
    if (!good) refuse(`the signature by ${name} is FALSE`);
    if (time === undefined) signed = true;
    else seen.set(key, `${name} at ${new Date(Number(time) * 1000).toISOString()}`);
  }
  if (!signed) refuse('not signed by a key you gave with --key; give all keys the log ever had');
  return [...seen.values()];
}

function verifyHead(checkpoint, trust) {
  const seen = verifySignatures(checkpoint, trust);
  verified(`${checkpoint.origin} signed a log of ${checkpoint.size} entries.`);
  if (seen.length > 0) verified(`Witnesses have seen and cosigned it: ${seen.join(', ')}.`);
  if (seen.length < trust.need) refuse(`${seen.length} witnesses cosigned it, not ${trust.need}`);
  if (trust.need === 0) notVerified('Witnesses: without them a log can tell others another story.');
}

function tilePath(level, index, width) {
  const digits = String(index).padStart(3 * Math.ceil(String(index).length / 3), '0');
  const file = digits.replace(/\d{3}(?=\d)/g, 'x$&/');
  return join('tile', String(level), width < 256 ? `${file}.p/${width}` : file);
}

/** The entries of one bundle: each after its length in two bytes. */
function readBundle(directory, index, size) {
  const width = Math.min(256, size - index * 256);
  const bytes = readFileSync(join(directory, tilePath('entries', index, width)));
  const entries = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const end = at + 2 + bytes.readUInt16BE(at);
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  const whole = entries.length === width && at === bytes.length;
  return whole ? entries : refuse(`the entry bundle ${index} is damaged`);
}

/** RFC 9162 section 2.1.1 over hashes: split at the largest power of two below their number. */
function fold(row) {
  if (row.length === 1) return row[0];
  const split = 2 ** Math.floor(Math.log2(row.length - 1));
  return nodeHash(fold(row.slice(0, split)), fold(row.slice(split)));
}

/** The root over the right edge: one row of fewer than 256 hashes a tile level, lowest first. */
function rootOf(rows) {
  const add = (right, row) => [fold([...row, ...right])];
  return rows.filter((row) => row.length > 0).reduce(add, [])[0] ?? sha256();
}

/** Hashes every entry, compares every tile, and gives the roots at the wanted sizes. */
function rebuild(directory, size, wanted) {
  const [roots, rows, full] = [new Map([[0, sha256()]]), [], []];
  function compare(level) {
    const file = join(directory, tilePath(level, full[level], rows[level].length));
    if (!readFileSync(file).equals(Buffer.concat(rows[level]))) {
      refuse(`tile ${level}/${full[level]} does not fit the entries: one of them was CHANGED`);
    }
  }
  function push(level, hash) {
    (rows[level] ??= []).push(hash);
    full[level] ??= 0;
    if (rows[level].length < 256) return;
    compare(level);
    const root = fold(rows[level]);
    full[level] += 1;
    rows[level] = [];
    push(level + 1, root);
  }
  for (let count = 0; count < size;) {
    for (const entry of readBundle(directory, count / 256, size)) {
      push(0, leafHash(entry));
      count += 1;
      if (wanted.has(count)) roots.set(count, rootOf(rows));
    }
  }
  rows.forEach((row, level) => row.length > 0 && compare(level));
  return roots;
}

function commitment({ salt, record }) {
  const bytes = base64(salt);
  return bytes.length === 32 ? sha256(bytes, record) : refuse('a salt has the wrong length');
}

async function verifyRecords(directory, size) {
  let [opened, last, bundle, entries] = [0, -1, -1, []];
  const file = join(directory, 'records.jsonl');
  if (!existsSync(file)) refuse('records.jsonl is missing');
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { index, ...opening } = JSON.parse(line);
    if (!(index > last && index < size)) refuse(`record ${index} is out of its place`);
    const of = Math.floor(index / 256);
    if (of !== bundle) [bundle, entries] = [of, readBundle(directory, of, size)];
    const same = commitment(opening).equals(entries[index % 256]);
    if (!same) refuse(`record ${index} is not what was recorded then: it was CHANGED`);
    [opened, last] = [opened + 1, index];
  }
  verified(`${opened} records are bit for bit what was recorded.`);
  if (opened < size) notVerified(`${size - opened} records, which are erased or withheld.`);
}

async function verifyExport(directory, trust) {
  const read = (file) => ({ file, ...parseCheckpoint(utf8(readFileSync(file))) });
  const checkpoint = read(join(directory, 'checkpoint'));
  const { origin, size } = checkpoint;
  await check(() => verifyHead(checkpoint, trust));
  const kept = join(directory, 'checkpoints');
  const theirs = existsSync(kept) ? readdirSync(kept).map((name) => join(kept, name)) : [];
  const older = [...theirs, ...trust.old].map(read);
  const sizes = [size, ...older.map((one) => one.size)];
  const roots = await check(() => rebuild(directory, size, new Set(sizes)));
  if (roots === undefined) return;
  await check(() => {
    if (!roots.get(size).equals(checkpoint.root)) refuse('entries were CHANGED');
    verified('Every entry and every tile is in the tree that was signed.');
  });
  await check(() => verifyRecords(directory, size));
  for (const one of older) {
    await check(() => {
      verifySignatures(one, trust);
      if (one.origin !== origin) refuse(`${one.file} is of another log`);
      if (one.size > size) refuse(`${one.file} has ${one.size} entries: some were REMOVED since`);
      const kept = roots.get(one.size).equals(one.root);
      if (!kept) refuse(`${one.file}: the first ${one.size} entries were REWRITTEN since`);
      if (trust.old.includes(one.file))
        verified(`${one.file}: its ${one.size} entries are unchanged.`);
    });
  }
  if (failures === 0) verified(`${theirs.length} older checkpoints are beginnings of this log.`);
  if (trust.old.length === 0) notVerified('That this is the log you saw before: give --old.');
}

/** RFC 9162 section 2.1.3.2 */
function climb(index, size, leaf, siblings) {
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of siblings) {
    if (sn === 0) refuse('the proof is too long');
    const onLeft = fn % 2 === 1 || fn === sn;
    hash = onLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    while (onLeft && fn % 2 === 0 && fn > 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && index < size ? hash : refuse('the proof is malformed');
}

function verifyProof(text, trust) {
  const [top] = text.split('\n\n', 1);
  const head = /^c2sp.org\/tlog-proof@v1\nextra (.+)\nindex (.+)((?:\n.+)*)$/;
  const [, extra, index, lines] = head.exec(top) ?? refuse('this is no export and no proof');
  const checkpoint = parseCheckpoint(text.slice(top.length + 2));
  verifyHead(checkpoint, trust);
  const opening = JSON.parse(utf8(base64(extra)));
  const siblings = lines.split('\n').slice(1).map(base64);
  const leaf = leafHash(commitment(opening));
  const root = climb(decimal(index), checkpoint.size, leaf, siblings);
  if (!root.equals(checkpoint.root)) refuse('this record is not in the log there, or was CHANGED');
  verified(`Entry ${index} is this record: ${opening.record}`);
}

async function main([target, ...rest]) {
  const given = { '--key': [], '--witness': [], '--need': [], '--old': [] };
  while (rest.length > 0) (given[rest.shift()] ?? refuse('unknown option')).push(rest.shift());
  if (given['--key'].length === 0) refuse('give --key: without it anybody could have signed this');
  const witnesses = given['--witness'].map((key) => parseKey(key, 4));
  const need = given['--need'].map(decimal).at(-1) ?? witnesses.length;
  const keys = [...given['--key'].map((key) => parseKey(key, 1)), ...witnesses];
  const trust = { keys, need, old: given['--old'] };
  if (statSync(target).isDirectory()) await verifyExport(target, trust);
  else verifyProof(utf8(readFileSync(target)), trust);
}

await check(() => main(process.argv.slice(2)));
console.log(failures === 0 ? '\nAll that was checked holds.' : '\nDO NOT RELY ON IT.');
process.exitCode = failures === 0 ? 0 : 1;
