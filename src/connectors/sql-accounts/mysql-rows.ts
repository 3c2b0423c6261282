/** Rows of a MySQL or MariaDB, read in one read-only transaction, row by row. */
import { readFile } from 'node:fs/promises';
import type { Connection, ConnectionOptions } from 'mysql2';
import type { Statement } from './statement.ts';
import type { Row } from './store-postgres.ts';

const CONNECT_MS = 15_000;
const AHEAD = 100;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

export async function* mysqlRows(
  url: string,
  caFile: string | undefined,
  { sql, columns }: Statement,
  timeoutSeconds: number,
  signal: AbortSignal,
): AsyncGenerator<Row> {
  const options = await optionsOf(url, caFile);
  // Loaded here, so that nobody else waits for it.
  const { createConnection } = await import('mysql2');
  const connection = createConnection(options);
  const broken = new AbortController();
  connection.on('error', (error: Error) => broken.abort(error));
  try {
    await begin(connection, timeoutSeconds);
    const rows = connection.query({ sql, rowsAsArray: true }).stream({ highWaterMark: AHEAD });
    const stop = AbortSignal.any([signal, broken.signal]);
    const destroy = (): void => void rows.destroy(new Error('stopped', { cause: stop.reason }));
    stop.addEventListener('abort', destroy, { once: true });
    if (stop.aborted) destroy();
    for await (const row of rows as AsyncIterable<readonly (string | null)[]>) {
      yield columns.map((_, index) => row[index] ?? undefined);
    }
  } finally {
    connection.destroy();
  }
}

/** Over a network only with a certificate that is verified. */
async function optionsOf(url: string, caFile: string | undefined): Promise<ConnectionOptions> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '') || 'localhost';
  const socketPath = searchParams.get('socket') ?? undefined;
  const near = socketPath !== undefined || LOOPBACK.has(host);
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  return {
    host,
    port: port === '' ? 3306 : Number(port),
    ...(socketPath === undefined ? {} : { socketPath }),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(near && ca === undefined
      ? {}
      : {
          ssl: {
            rejectUnauthorized: true,
            verifyIdentity: true,
            ...(ca === undefined ? {} : { ca }),
          },
        }),
    charset: 'utf8mb4',
    dateStrings: true,
    connectTimeout: CONNECT_MS,
    // A server may ask for a file of this machine: it is told that this client cannot.
    flags: ['-LOCAL_FILES'],
    disableEval: true,
  };
}

async function begin(connection: Connection, timeoutSeconds: number): Promise<void> {
  const server = connection.promise();
  await server.connect();
  await server.query('set session transaction isolation level repeatable read, read only');
  await server.query("set session time_zone = '+00:00'");
  // The limit has another name and unit in each: one of them is not known.
  await server.query(`set session max_statement_time = ${timeoutSeconds}`).catch(() => undefined);
  await server
    .query(`set session max_execution_time = ${timeoutSeconds * 1000}`)
    .catch(() => undefined);
  await server.query('start transaction with consistent snapshot, read only');
}
