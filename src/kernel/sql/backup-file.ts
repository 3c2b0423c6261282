/**
 * The form of a backup: a first line, each table's rows compressed on their own, the manifest, and a trailer that finds
 * it. The trailer comes last, so a file that was cut short has none.
 *
 * ```
 * "holdfast-backup 1\n" | table, table, … (zstd of COPY text) | manifest (JSON) | trailer (64 bytes)
 * trailer = offset of the manifest (u64, big-endian) | its SHA-256 (32 bytes) | "\nend of holdfast-backup\n"
 * ```
 */
import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import * as z from 'zod';
import { HoldfastError, systemCode } from '../errors.ts';

const FORMAT = 1;
export const FIRST_LINE = `holdfast-backup ${FORMAT}\n`;
const LAST_LINE = '\nend of holdfast-backup\n';
const TRAILER_BYTES = 8 + 32 + LAST_LINE.length;
const LONGEST_MANIFEST = 16 * 1024 * 1024;
const PIECE = 256 * 1024;

const Count = z.int().nonnegative();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const Manifest = z.strictObject({
  holdfast: z.string(),
  postgres: z.int(),
  /** When the snapshot was taken, by the database's clock. */
  at: z.iso.datetime(),
  migrations: z.array(z.strictObject({ version: z.string(), name: z.string(), sha256: Sha256 })),
  tables: z.array(
    z.strictObject({
      schema: z.string(),
      name: z.string(),
      columns: z.array(z.string()),
      rows: Count,
      /** Of the rows as text, before compression. */
      bytes: Count,
      /** Where they stand in the file, compressed, and the digest of what stands there. */
      offset: Count,
      length: Count.positive(),
      sha256: Sha256,
    }),
  ),
  sequences: z.array(
    z.strictObject({
      name: z.string(),
      value: z.string().regex(/^-?\d{1,19}$/),
      called: z.boolean(),
    }),
  ),
});
export type Manifest = z.infer<typeof Manifest>;
export type SavedTable = Manifest['tables'][number];

/** Manifest and trailer; the digest is what a signature or a ledger entry commits to. */
export function ending(manifest: Manifest, offset: number): { bytes: Buffer; digest: string } {
  const text = Buffer.from(JSON.stringify(manifest));
  const hash = createHash('sha256').update(text).digest();
  const place = Buffer.alloc(8);
  place.writeBigUInt64BE(BigInt(offset));
  return {
    bytes: Buffer.concat([text, place, hash, Buffer.from(LAST_LINE)]),
    digest: hash.toString('hex'),
  };
}

export interface OpenBackup {
  readonly manifest: Manifest;
  readonly digest: string;
  readonly handle: fs.FileHandle;
}

/**
 * Opens a backup and reads its manifest; the rows are checked by `rowsOf`.
 *
 * @throws HoldfastError `bad_file` for what is no backup or was cut short, `newer_data` for a later format, `tampered`.
 */
export async function openBackup(file: string): Promise<OpenBackup> {
  const unreadable = (error: unknown): never => {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('bad_file', `Cannot read ${file} (${systemCode(error)})`);
  };
  const handle = await fs.open(file, 'r').catch(unreadable);
  try {
    return { handle, ...(await readManifest(file, handle)) };
  } catch (error) {
    await handle.close();
    return unreadable(error);
  }
}

async function readManifest(
  file: string,
  handle: fs.FileHandle,
): Promise<{ manifest: Manifest; digest: string }> {
  const { size } = await handle.stat();
  const first = (await readAt(handle, 0, Math.min(size, 64))).toString('latin1');
  const format = /^holdfast-backup (\d{1,6})\n/.exec(first);
  if (format === null) throw new HoldfastError('bad_file', `${file} is not a Holdfast backup`);
  if (!first.startsWith(FIRST_LINE))
    throw new HoldfastError('newer_data', `${file} was made by a newer Holdfast`, {
      remedy: 'Restore it with that version; nothing was changed.',
    });
  const trailerAt = size - TRAILER_BYTES;
  const trailer = await readAt(handle, Math.max(0, trailerAt), Math.min(size, TRAILER_BYTES));
  if (!trailer.toString('latin1').endsWith(LAST_LINE))
    throw new HoldfastError('bad_file', `${file} is cut short: its end is missing`, {
      remedy: 'Copy it again from where it was made, or use another backup; nothing was changed.',
    });
  const offset = Number(trailer.readBigUInt64BE(0));
  const length = trailerAt - offset;
  if (offset < FIRST_LINE.length || length <= 0 || length > LONGEST_MANIFEST) throw changed(file);
  const text = await readAt(handle, offset, length);
  const hash = createHash('sha256').update(text).digest();
  if (!hash.equals(trailer.subarray(8, 40))) throw changed(file);
  return { manifest: parseManifest(file, text, offset), digest: hash.toString('hex') };
}

function parseManifest(file: string, text: Buffer, end: number): Manifest {
  let raw: unknown;
  try {
    raw = JSON.parse(text.toString('utf8'));
  } catch {
    throw changed(file);
  }
  const manifest = Manifest.safeParse(raw);
  if (!manifest.success) throw changed(file);
  let at = FIRST_LINE.length;
  for (const table of manifest.data.tables) {
    if (table.offset !== at) throw changed(file);
    at += table.length;
  }
  if (at !== end) throw changed(file);
  return manifest.data;
}

function changed(file: string): HoldfastError {
  return new HoldfastError('tampered', `${file} was changed or damaged after it was made`, {
    remedy: 'Use another copy or another backup; nothing was changed.',
  });
}

async function readAt(handle: fs.FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function* pieces(handle: fs.FileHandle, table: SavedTable, hash: Hash) {
  for (let at = 0; at < table.length; at += PIECE) {
    const piece = await readAt(handle, table.offset + at, Math.min(PIECE, table.length - at));
    hash.update(piece);
    yield piece;
  }
}

/** Counts and passes on the rows of one table. */
export class Meter extends Transform {
  rows = 0;
  bytes = 0;
  readonly #seen: (rows: number) => void;

  constructor(seen: (rows: number) => void = () => undefined) {
    super();
    this.#seen = seen;
  }

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: null, chunk: Buffer) => void,
  ): void {
    // COPY's text form ends every row with a newline and escapes those within.
    let rows = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) rows += 1;
    this.rows += rows;
    this.bytes += chunk.length;
    this.#seen(rows);
    done(null, chunk);
  }
}

/**
 * Streams a table's rows, as COPY text, into `take`.
 *
 * @throws HoldfastError `tampered` when they are not what the manifest says.
 */
export async function rowsOf(
  file: string,
  { handle }: OpenBackup,
  table: SavedTable,
  take: (rows: AsyncIterable<Buffer>) => Promise<void>,
  options: { signal?: AbortSignal | undefined; seen?: (rows: number) => void } = {},
): Promise<void> {
  const meter = new Meter(options.seen);
  const hash = createHash('sha256');
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // More than the manifest says is damage, or a bomb.
      if (meter.bytes > table.bytes) done(changed(file));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(
      pieces(handle, table, hash),
      createZstdDecompress(),
      meter,
      limited,
      take,
      ...(options.signal === undefined ? [] : [{ signal: options.signal }]),
    );
  } catch (error) {
    if (/^(ZSTD_|Z_|ERR_ZLIB)/.test(systemCode(error))) throw changed(file);
    throw error;
  }
  const whole =
    meter.rows === table.rows && meter.bytes === table.bytes && hash.digest('hex') === table.sha256;
  if (!whole) throw changed(file);
}
