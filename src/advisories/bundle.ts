/**
 * One signed file that carries an index to a site without internet.
 *
 *     holdfast-bundle LENGTH⏎  signed note of LENGTH bytes  segment  segment …
 *
 * The note's text is the heading, the manifest, and a line `file NAME BYTES SHA-256` for each segment, in order. Every
 * byte is thus under the signature; one more at the end is refused like one changed.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import {
  parseManifest,
  readManifest,
  replaceManifest,
  syncDirectory,
  withFeeds,
  WORK,
} from './manifest.ts';
import type { Feed, Manifest } from './model.ts';
import { refuseAborted } from './open-file.ts';
import { withLock } from './with-lock.ts';

const HEADING = 'holdfast.advisories.bundle/1';
const FIRST_LINE = /^holdfast-bundle ([1-9]\d{0,7})\n/;
const MOST_NOTE = 1_000_000;
const CHUNK = 1024 * 1024;

/** Signs a text that ends in a newline, as a note. */
export type Seal = (text: string) => string;
/** Gives the text of a note and who signed it; throws `tampered` or `bad_input`. */
export type Unseal = (note: Uint8Array) => { readonly text: string; readonly signer: string };

export interface BundleContent {
  readonly created: string;
  readonly signer: string;
  readonly feeds: readonly Feed[];
  readonly bytes: number;
}

interface Part {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes the index as it stands to a new file, which is whole or absent. */
export function createBundle(
  directory: string,
  file: string,
  { seal, now, signal }: { readonly seal: Seal; readonly now: Date; readonly signal: AbortSignal },
): Omit<BundleContent, 'signer'> {
  const manifest = readManifest(directory);
  if (manifest.feeds.length === 0) {
    throw new HoldfastError('not_found', 'There are no advisories here to bundle.', {
      remedy: 'Run holdfast advisories update first.',
    });
  }
  const names = [...new Set(manifest.feeds.map(({ segment }) => segment))].sort();
  const parts = names.map((name) => partOf(directory, name, signal));
  const note = Buffer.from(seal(textOf(manifest, parts, now)));
  const aside = `${file}.new`;
  const handle = fs.openSync(aside, 'w', 0o644);
  try {
    fs.writeSync(handle, `holdfast-bundle ${note.length}\n`);
    fs.writeSync(handle, note);
    for (const { name } of parts) copy(path.join(directory, name), handle, signal);
    fs.fsyncSync(handle);
  } catch (error) {
    fs.rmSync(aside, { force: true });
    throw diskProblem(error);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(aside, file);
  return { created: now.toISOString(), feeds: manifest.feeds, bytes: fs.statSync(file).size };
}

function textOf(manifest: Manifest, parts: readonly Part[], now: Date): string {
  const lines = parts.map(({ name, bytes, sha256 }) => `file ${name} ${bytes} ${sha256}\n`);
  return `${HEADING}\ncreated ${now.toISOString()}\nmanifest ${JSON.stringify(manifest)}\n${lines.join('')}`;
}

function partOf(directory: string, name: string, signal: AbortSignal): Part {
  const hash = createHash('sha256');
  let bytes = 0;
  eachChunk(path.join(directory, name), signal, (chunk) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  return { name, bytes, sha256: hash.digest('hex') };
}

function copy(from: string, to: number, signal: AbortSignal): void {
  eachChunk(from, signal, (chunk) => {
    fs.writeSync(to, chunk);
  });
}

function eachChunk(file: string, signal: AbortSignal, take: (chunk: Buffer) => void): void {
  const handle = fs.openSync(file, 'r');
  const buffer = Buffer.alloc(CHUNK);
  try {
    for (;;) {
      refuseAborted(signal);
      const read = fs.readSync(handle, buffer);
      if (read === 0) return;
      take(buffer.subarray(0, read));
    }
  } finally {
    fs.closeSync(handle);
  }
}

interface Reading {
  readonly unseal: Unseal;
  readonly signal: AbortSignal;
}

/** Reads the whole bundle. @throws HoldfastError `tampered` for any byte that is not as it was signed. */
export function verifyBundle(file: string, reading: Reading): BundleContent {
  return readBundle(file, reading, undefined);
}

export interface UseOptions extends Reading {
  readonly now: Date;
  /** Put feeds in place that are older than the ones there. */
  readonly allowOlder: boolean;
}

/**
 * Puts the bundle's feeds in place of their namesakes, all or none.
 *
 * @throws HoldfastError `tampered`; `conflict` where a feed is older than the one in place; `locked`.
 */
export async function useBundle(
  file: string,
  directory: string,
  options: UseOptions,
): Promise<BundleContent> {
  return withLock(directory, () => {
    const work = path.join(directory, WORK);
    const content = readBundle(file, options, work);
    if (!options.allowOlder) refuseOlder(content.feeds, readManifest(directory).feeds);
    for (const name of new Set(content.feeds.map(({ segment }) => segment))) {
      fs.renameSync(path.join(work, name), path.join(directory, name));
    }
    syncDirectory(directory);
    const updatedAt = options.now.toISOString();
    const feeds = content.feeds.map((feed) => ({ ...feed, updatedAt }));
    replaceManifest(directory, withFeeds(readManifest(directory), feeds));
    return Promise.resolve(content);
  });
}

function refuseOlder(feeds: readonly Feed[], installed: readonly Feed[]): void {
  const inPlace = new Map(installed.map((feed) => [feed.id, feed]));
  const older = feeds.filter(({ id, asOf }) => asOf < (inPlace.get(id)?.asOf ?? ''));
  if (older.length === 0) return;
  const [first] = older;
  throw new HoldfastError(
    'conflict',
    `The bundle is older than what is in place: ${first?.id ?? ''} is of ${first?.asOf.slice(0, 10) ?? ''}${older.length > 1 ? `, and ${older.length - 1} more feeds` : ''}.`,
    { remedy: 'Use a newer bundle, or --allow-older to go back on purpose.' },
  );
}

/** Copies the segments to `into`, or only checks them. */
function readBundle(
  file: string,
  { unseal, signal }: Reading,
  into: string | undefined,
): BundleContent {
  const handle = openBundle(file);
  try {
    const { note, end } = readNote(handle);
    const { text, signer } = unseal(note);
    const { created, manifest, parts } = parseText(text);
    let at = end;
    for (const part of parts) {
      readPart(handle, at, part, { into, signal });
      at += part.bytes;
    }
    if (fs.fstatSync(handle).size !== at)
      throw tampered('something follows its end, or it is cut off');
    return { created, signer, feeds: manifest.feeds, bytes: at };
  } catch (error) {
    throw diskProblem(error);
  } finally {
    fs.closeSync(handle);
  }
}

function openBundle(file: string): number {
  try {
    return fs.openSync(file, 'r');
  } catch (cause) {
    throw new HoldfastError('bad_file', `${file} cannot be read (${systemCode(cause)}).`, {
      cause,
    });
  }
}

function readNote(handle: number): { note: Buffer; end: number } {
  const head = Buffer.alloc(64);
  const read = fs.readSync(handle, head, 0, head.length, 0);
  const first = FIRST_LINE.exec(head.toString('latin1', 0, read));
  const length = Number(first?.[1] ?? 0);
  if (first === null || length > MOST_NOTE) {
    throw new HoldfastError('bad_file', 'This is no bundle of advisories.');
  }
  const note = Buffer.alloc(length);
  const start = first[0].length;
  if (fs.readSync(handle, note, 0, length, start) !== length) throw tampered('it is cut off');
  return { note, end: start + length };
}

interface Text {
  readonly created: string;
  readonly manifest: Manifest;
  readonly parts: readonly Part[];
}

/** Signed, and still read as a stranger's: the key may have been used by another version. */
function parseText(text: string): Text {
  const [heading, created = '', manifestLine = '', ...lines] = text.slice(0, -1).split('\n');
  const manifest = parseManifest(manifestLine.replace(/^manifest /, ''));
  if (heading !== HEADING || manifest === undefined) {
    throw new HoldfastError('unsupported', 'The bundle is of a version that is not known here.');
  }
  const parts = lines.map((line): Part => {
    const [, name = '', bytes = '', sha256 = ''] =
      /^file ([0-9a-f]{64}\.seg) (\d{1,15}) ([0-9a-f]{64})$/.exec(line) ?? [];
    if (name === '') throw tampered('its list of files is malformed');
    return { name, bytes: Number(bytes), sha256 };
  });
  const listed = new Set(parts.map(({ name }) => name));
  if (!manifest.feeds.every(({ segment }) => listed.has(segment)))
    throw tampered('a file is missing');
  return { created: created.replace(/^created /, ''), manifest, parts };
}

interface Copying {
  readonly into: string | undefined;
  readonly signal: AbortSignal;
}

function readPart(handle: number, start: number, part: Part, { into, signal }: Copying): void {
  const out = into === undefined ? undefined : fs.openSync(path.join(into, part.name), 'w');
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(Math.min(CHUNK, Math.max(1, part.bytes)));
    for (let done = 0; done < part.bytes;) {
      refuseAborted(signal);
      const read = fs.readSync(
        handle,
        buffer,
        0,
        Math.min(buffer.length, part.bytes - done),
        start + done,
      );
      if (read === 0) throw tampered('it is cut off');
      hash.update(buffer.subarray(0, read));
      if (out !== undefined) fs.writeSync(out, buffer, 0, read);
      done += read;
    }
    if (hash.digest('hex') !== part.sha256)
      throw tampered(`${part.name.slice(0, 12)}… is not as it was signed`);
    if (out !== undefined) fs.fsyncSync(out);
  } finally {
    if (out !== undefined) fs.closeSync(out);
  }
}

function tampered(why: string): HoldfastError {
  return new HoldfastError('tampered', `The bundle was changed after it was signed: ${why}.`, {
    remedy: 'Copy it again. Nothing was put in place.',
  });
}

function diskProblem(error: unknown): unknown {
  if (systemCode(error) !== 'ENOSPC' && systemCode(error) !== 'EDQUOT') return error;
  return new HoldfastError('disk_full', 'No space is left for the bundle.', { cause: error });
}
