/** `holdfast restore`: puts a backup into a database that holds nothing yet, whole or not at all. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HoldfastError } from '../errors.ts';
import { quoteAll, type CopyOptions } from './backup.ts';
import {
  openBackup,
  rowsOf,
  type Manifest,
  type OpenBackup,
  type SavedTable,
} from './backup-file.ts';
import { openPool, translated, type Connection, type Sql } from './database.ts';
import { migrate, type Migration } from './migrate.ts';
import { nameOf, readTables, type Table } from './tables.ts';

export interface RestoreOptions extends CopyOptions {
  /** All migrations of this Holdfast; an older backup is brought forward with them. */
  readonly migrations: readonly Migration[];
  /** Where known from elsewhere (the ledger, a printed receipt): refuses any other backup. */
  readonly sha256?: string;
  /** Runs last in the same transaction: what it writes is there exactly when the restore is. */
  readonly also?: (sql: Sql, restored: RestoreResult) => Promise<void>;
}

export interface RestoreResult {
  readonly tables: number;
  readonly rows: number;
  readonly sha256: string;
  /** When the backup was made. */
  readonly at: string;
}

/**
 * Reads the whole file once to check it before anything is touched, then puts everything back in one transaction.
 * `connection` is the login that owns the tables; the database must be empty but for migrations.
 *
 * @throws HoldfastError `conflict` when the database holds rows, `bad_file`, `tampered`, `newer_data`,
 *   `migration_changed`, `cancelled`.
 */
export async function restore(
  connection: Connection,
  file: string,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const opened = await openBackup(file);
  const pool = openPool(connection, { connections: 1 });
  try {
    const { manifest, digest } = opened;
    if (options.sha256 !== undefined && options.sha256 !== digest)
      throw new HoldfastError('tampered', `${file} is not the backup with the SHA-256 given`);
    refuseUnknown(file, manifest, options.migrations);
    await migrate(pool, options.migrations);
    const total = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    await checkRows(file, opened, options, total);
    const { at } = manifest;
    const restored = { tables: manifest.tables.length, rows: total, sha256: digest, at };
    await pool.begin(async (sql) => {
      await putBack(sql, file, opened, options, total);
      await options.also?.(sql, restored);
    });
    await migrate(pool, options.migrations);
    return restored;
  } catch (error) {
    if (options.signal?.aborted === true)
      throw new HoldfastError('cancelled', 'The restore was cancelled; nothing was changed');
    throw translated(error);
  } finally {
    await pool.end({ timeout: 5 });
    await opened.handle.close();
  }
}

/** We must know every migration of the backup, as it was then. */
function refuseUnknown(file: string, manifest: Manifest, ours: readonly Migration[]): void {
  const known = new Map(ours.map((migration) => [migration.version, migration]));
  for (const theirs of manifest.migrations) {
    const own = known.get(theirs.version);
    if (own === undefined)
      throw new HoldfastError(
        'newer_data',
        `${file} has migration ${theirs.version}, which this Holdfast does not know`,
        { remedy: 'Restore it with the newer Holdfast that made it; nothing was changed.' },
      );
    if (own.sha256 !== theirs.sha256)
      throw new HoldfastError(
        'migration_changed',
        `Migration ${theirs.version} of ${file} is not the one of this Holdfast`,
      );
  }
}

async function checkRows(
  file: string,
  opened: OpenBackup,
  { signal, progress }: RestoreOptions,
  total: number,
): Promise<void> {
  let done = 0;
  for (const table of opened.manifest.tables) {
    const seen = (rows: number): void => {
      done += rows;
      progress?.(done, 2 * total, `checking ${nameOf(table)}`);
    };
    await rowsOf(file, opened, table, drain, { signal, seen });
  }
}

async function drain(rows: AsyncIterable<Buffer>): Promise<void> {
  const each = rows[Symbol.asyncIterator]();
  while ((await each.next()).done !== true);
}

async function putBack(
  sql: Sql,
  file: string,
  opened: OpenBackup,
  options: RestoreOptions,
  total: number,
): Promise<void> {
  const { manifest } = opened;
  await sql`set local holdfast.scope = 'everything'`;
  await sql`set local statement_timeout = 0`;
  await refuseFilled(sql);
  const had = new Set(manifest.migrations.map((migration) => migration.version));
  const later = options.migrations.filter((migration) => !had.has(migration.version));
  if (later.length > 0)
    await goBack(
      sql,
      options.migrations.filter((migration) => had.has(migration.version)),
    );
  const tables = new Map((await readTables(sql)).map((table) => [nameOf(table), table]));
  const bound = await boundTables(sql);
  let done = total;
  for (const saved of manifest.tables) {
    const table = tables.get(nameOf(saved));
    if (table === undefined || !sameColumns(table, saved))
      throw new HoldfastError(
        'tampered',
        `${file} has a table ${nameOf(saved)} that its migrations do not make`,
      );
    const seen = (rows: number): void => {
      done += rows;
      options.progress?.(done, 2 * total, nameOf(saved));
    };
    const columns = await quoteAll(sql, table.columns);
    // COPY does not write through row-level security; a login that it binds owns the table and lifts it meanwhile.
    const lifted = bound.has(nameOf(table));
    if (lifted) await sql.unsafe(`alter table ${table.quoted} disable row level security`);
    await rowsOf(file, opened, saved, (rows) => copyIn(sql, table, columns, rows), {
      signal: options.signal,
      seen,
    });
    if (lifted) await sql.unsafe(`alter table ${table.quoted} enable row level security`);
  }
  await setSequences(sql, manifest);
  await goForward(sql, later);
}

function sameColumns(table: Table, saved: SavedTable): boolean {
  return JSON.stringify(table.columns) === JSON.stringify(saved.columns);
}

/** Nobody may write meanwhile, and there must be nothing to lose. */
async function refuseFilled(sql: Sql): Promise<void> {
  const tables = (await readTables(sql)).filter((table) => !table.transient);
  for (const table of tables) {
    await sql.unsafe(`lock table ${table.quoted} in access exclusive mode`);
    const rows = await sql.unsafe(`select 1 from ${table.quoted} limit 1`);
    if (rows.length > 0)
      throw new HoldfastError('conflict', `The database is not empty: ${nameOf(table)} has rows`, {
        remedy:
          'Restore into a new data directory (--data) or a new database; nothing was changed.',
      });
  }
}

/** Makes the (empty) tables as they were at the time of an older backup. */
async function goBack(sql: Sql, migrations: readonly Migration[]): Promise<void> {
  const schemas = new Set((await readTables(sql)).map((table) => table.schema));
  schemas.delete('kernel');
  for (const schema of schemas) await sql`drop schema ${sql(schema)} cascade`;
  const kernel = (await readTables(sql)).filter((table) => table.schema === 'kernel');
  for (const table of kernel.reverse()) await sql.unsafe(`drop table ${table.quoted} cascade`);
  await sql`delete from kernel.migration`;
  await goForward(sql, migrations);
}

async function goForward(sql: Sql, migrations: readonly Migration[]): Promise<void> {
  for (const { version, name, sha256, text } of migrations) {
    await sql.unsafe(text);
    await sql`insert into kernel.migration ${sql({ version, name, sha256 })}`;
  }
}

/** Tables whose row-level security binds this login. */
async function boundTables(sql: Sql): Promise<Set<string>> {
  const rows = await sql<{ name: string }[]>`
    select n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and row_security_active(c.oid)`;
  return new Set(rows.map((row) => row.name));
}

async function copyIn(
  sql: Sql,
  table: Table,
  columns: string,
  rows: AsyncIterable<Buffer>,
): Promise<void> {
  const into = await sql.unsafe(`copy ${table.quoted} (${columns}) from stdin`).writable();
  let broken: { error: unknown } | undefined;
  into.on('error', (error: unknown) => {
    broken ??= { error };
  });
  const refuse = (): never => {
    throw new HoldfastError('bad_file', `Rows of the backup do not fit ${nameOf(table)}`, {
      cause: translated(broken?.error),
    });
  };
  try {
    for await (const chunk of rows) {
      if (broken !== undefined) refuse();
      await new Promise<void>((resolve) => into.write(chunk, () => resolve()));
    }
  } catch (error) {
    into.destroy();
    throw error;
  }
  if (broken !== undefined) refuse();
  into.end();
  // The driver tells nobody when PostgreSQL refuses the last rows: a statement behind them does.
  await nextTurn();
  await sql`select 1`.catch(refuse);
}

async function setSequences(sql: Sql, manifest: Manifest): Promise<void> {
  for (const { name, value, called } of manifest.sequences)
    await sql`select setval(${name}::regclass, ${value}::int8, ${called})`;
}
