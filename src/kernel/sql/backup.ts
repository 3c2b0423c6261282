/** `holdfast backup`: every row of ours, as one moment saw them, in one file that only its owner may read. */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { HoldfastError, systemCode } from '../errors.ts';
import { newId } from '../ids.ts';
import { ending, FIRST_LINE, Meter, type Manifest, type SavedTable } from './backup-file.ts';
import { openPool, translated, type Connection, type Sql } from './database.ts';
import { readSequences, readTables, type Table } from './tables.ts';

export interface CopyOptions {
  /** Rows so far, of about how many, and the table at hand. */
  readonly progress?: (done: number, total: number, table: string) => void;
  readonly signal?: AbortSignal;
}

export interface BackupResult {
  readonly file: string;
  readonly bytes: number;
  readonly tables: number;
  readonly rows: number;
  /** SHA-256 of the manifest: signs for the whole file. */
  readonly sha256: string;
  readonly at: string;
}

/**
 * Writes a backup of the database of `connection` (the login that owns the tables) to a new file, mode 0600: it holds
 * accounts' names and whatever else the estate knows of people. What writes meanwhile is neither held up nor included.
 *
 * @throws HoldfastError `conflict` when the file exists, `bad_file` where it cannot be written, `disk_full`, `cancelled`.
 */
export async function backup(
  connection: Connection,
  file: string,
  options: CopyOptions & { readonly version: string },
): Promise<BackupResult> {
  await refuseExisting(file);
  const half = path.join(path.dirname(file), `.${path.basename(file)}.${newId()}`);
  const handle = await fs.open(half, 'wx', 0o600).catch((error: unknown) => {
    throw cannotWrite(file, error);
  });
  const pool = openPool(connection, { connections: 1 });
  try {
    const written = await pool.begin('isolation level repeatable read read only', (sql) =>
      writeAll(sql, handle, { ...options, stop: (backend) => stopBackend(connection, backend) }),
    );
    await handle.sync();
    await handle.close();
    await refuseExisting(file);
    await fs.rename(half, file);
    await syncFolder(path.dirname(file));
    return { file, ...written };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await fs.rm(half, { force: true });
    throw failureOf(error, file, options.signal);
  } finally {
    await pool.end({ timeout: 5 });
  }
}

interface WriteOptions extends CopyOptions {
  readonly version: string;
  /** Ends the statement that this backend is at. */
  readonly stop: (backend: number) => Promise<void>;
}

async function stopBackend(connection: Connection, backend: number): Promise<void> {
  const pool = openPool(connection, { connections: 1 });
  try {
    await pool`select pg_cancel_backend(${backend})`;
  } finally {
    await pool.end({ timeout: 5 });
  }
}

async function refuseExisting(file: string): Promise<void> {
  const there = await fs.stat(file).then(
    () => true,
    () => false,
  );
  if (there)
    throw new HoldfastError('conflict', `${file} exists already`, {
      remedy: 'Give another name; a backup never replaces a file.',
    });
}

function failureOf(error: unknown, file: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true)
    return new HoldfastError('cancelled', 'The backup was cancelled; nothing was written');
  if (error instanceof HoldfastError) return error;
  return /^(ENOSPC|EDQUOT|EIO|EFBIG)$/.test(systemCode(error))
    ? cannotWrite(file, error)
    : translated(error);
}

function cannotWrite(file: string, error: unknown): HoldfastError {
  const code = systemCode(error);
  return new HoldfastError(
    code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'bad_file',
    `Cannot write ${file} (${code})`,
    { remedy: 'Give a file in a folder that exists, that you may write to and that has room.' },
  );
}

async function writeAll(
  sql: Sql,
  handle: fs.FileHandle,
  options: WriteOptions,
): Promise<Omit<BackupResult, 'file'>> {
  await sql`set local holdfast.scope = 'everything'`;
  await sql`set local statement_timeout = 0`;
  // The first statement takes the snapshot; sequences are read after it, and may only be further on.
  const [now] = await sql<{ at: Date; postgres: number }[]>`
    select now() as at, current_setting('server_version_num')::int as postgres`;
  const migrations = await sql<Manifest['migrations']>`
    select version, name, sha256 from kernel.migration order by version`;
  const tables = (await readTables(sql)).filter((table) => !table.transient);
  const writer = { handle, at: 0 };
  await append(writer, Buffer.from(FIRST_LINE));
  const saved: SavedTable[] = [];
  const total = await estimate(sql);
  let done = 0;
  for (const table of tables) {
    const seen = (rows: number): void => {
      done += rows;
      options.progress?.(done, Math.max(total, done), `${table.schema}.${table.name}`);
    };
    saved.push(await writeTable(sql, table, writer, options, seen));
  }
  const manifest: Manifest = {
    holdfast: options.version,
    postgres: now?.postgres ?? 0,
    at: (now?.at ?? new Date(0)).toISOString(),
    migrations: [...migrations],
    tables: saved,
    sequences: await readSequences(sql),
  };
  const end = ending(manifest, writer.at);
  await append(writer, end.bytes);
  return {
    bytes: writer.at,
    tables: saved.length,
    rows: done,
    sha256: end.digest,
    at: manifest.at,
  };
}

/** About how many rows there are, as the statistics have it: for the progress bar only. */
async function estimate(sql: Sql): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    select coalesce(sum(n_live_tup), 0)::int8 as rows from pg_stat_user_tables where schemaname <> 'pgboss'`;
  return row?.rows ?? 0;
}

interface Writer {
  readonly handle: fs.FileHandle;
  at: number;
}

async function append(writer: Writer, bytes: Buffer): Promise<void> {
  await writer.handle.writeFile(bytes);
  writer.at += bytes.length;
}

async function writeTable(
  sql: Sql,
  table: Table,
  writer: Writer,
  { signal, stop }: WriteOptions,
  seen: (rows: number) => void,
): Promise<SavedTable> {
  const columns = await quoteAll(sql, table.columns);
  const [own] = await sql<{ backend: number }[]>`select pg_backend_pid() as backend`;
  // A query and not the table: that is how a partitioned table is copied before PostgreSQL 18.
  const rows = await sql
    .unsafe(`copy (select ${columns} from ${table.quoted}) to stdout`)
    .readable();
  const meter = new Meter(seen);
  const hash = createHash('sha256');
  const offset = writer.at;
  // Destroyed, the driver's stream would stop reading its socket for ever; what is not wanted is cancelled and drained.
  rows.on('error', () => undefined);
  try {
    await pipeline(
      rows.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>,
      meter,
      createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          hash.update(chunk);
          await append(writer, chunk);
        }
      },
      ...(signal === undefined ? [] : [{ signal }]),
    );
  } catch (error) {
    const closed = rows.closed || new Promise((resolve) => rows.once('close', resolve));
    await stop(own?.backend ?? 0).catch(() => undefined);
    rows.resume();
    await closed;
    throw error;
  }
  return {
    schema: table.schema,
    name: table.name,
    columns: [...table.columns],
    rows: meter.rows,
    bytes: meter.bytes,
    offset,
    length: writer.at - offset,
    sha256: hash.digest('hex'),
  };
}

/** Column names fit for a statement, quoted by PostgreSQL. */
export async function quoteAll(sql: Sql, names: readonly string[]): Promise<string> {
  const [row] = await sql<{ list: string | null }[]>`
    select string_agg(quote_ident(name), ', ' order by at) as list
    from unnest(${[...names]}::text[]) with ordinality as n (name, at)`;
  return row?.list ?? '';
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems cannot; the file itself is safe.
    if (systemCode(error) !== 'EINVAL') throw error;
  } finally {
    await handle.close();
  }
}
