/** Rows of a PostgreSQL, read in one read-only transaction, some hundreds at a time. */
import { openPool, type Connection } from '../../kernel/sql/database.ts';
import type { Statement } from './statement.ts';

const BATCH = 500;

export type Row = readonly (string | undefined)[];

export async function* postgresRows(
  url: string,
  { sql, columns }: Statement,
  timeoutSeconds: number,
  signal: AbortSignal,
): AsyncGenerator<Row> {
  const pool = openPool(connectionOf(url), { connections: 1 });
  const end = (): void => void pool.end({ timeout: 0 });
  signal.addEventListener('abort', end, { once: true });
  try {
    const reserved = await pool.reserve();
    try {
      await reserved.unsafe('begin transaction isolation level repeatable read read only');
      await reserved.unsafe(`set local statement_timeout = '${timeoutSeconds}s'`);
      await reserved.unsafe(`set local time zone 'UTC'`);
      await reserved.unsafe(`set local datestyle = 'ISO'`);
      const rows = reserved.unsafe<Record<string, string | null>[]>(sql);
      for await (const batch of rows.cursor(BATCH)) {
        for (const row of batch) yield columns.map((_, index) => row[`c${index}`] ?? undefined);
      }
      await reserved.unsafe('commit');
    } finally {
      reserved.release();
    }
  } finally {
    signal.removeEventListener('abort', end);
    await pool.end({ timeout: 1 });
  }
}

/** `postgres://login@localhost/database?socket=FOLDER` is a database of this machine, on its socket. */
function connectionOf(url: string): Connection {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const socketFolder = parsed?.searchParams.get('socket');
  if (parsed === undefined || socketFolder === null) return { url };
  return {
    socketFolder,
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)),
  };
}
