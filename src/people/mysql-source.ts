/** Reads the people of a MySQL or MariaDB table or query: read-only, row by row, nothing of it kept. */
import type { Connection, FieldPacket } from 'mysql2';
import type { Readable } from 'node:stream';
import { HoldfastError } from '../kernel/errors.ts';
import type { Batch, Extract, Problem } from './extract.ts';
import { mysqlAddress } from './mysql-address.ts';
import { mysqlRefusal } from './mysql-refusal.ts';

export interface MysqlSource {
  /** `mysql://login@host/database`: a secret, so it comes from the environment. */
  readonly url: string;
  /** A select statement, run as it is, or the name of a table (`table` or `database.table`). */
  readonly query?: string;
  readonly table?: string;
  readonly signal?: AbortSignal;
}

type Cell = Buffer | null;

const BATCH_ROWS = 1000;
const BATCH_BYTES = 1024 * 1024;
const LONGEST_ROW = 4 * 1024 * 1024;
/** Rows held by the driver before it stops reading from the server. */
const AHEAD = 100;
const CONNECT_TIMEOUT = 30_000;
/** The character set that stands for bytes without one (MySQL Internals, Protocol::ColumnDefinition). */
const BINARY = 63;
const BIT = 16;
const VARCHAR = 15;
const VECTOR = 242;
const GEOMETRY = 255;
/** TINY_BLOB, MEDIUM_BLOB, LONG_BLOB, BLOB, VAR_STRING, STRING: text and bytes alike, told apart by the character set. */
const STRINGS = new Set([VARCHAR, 249, 250, 251, 252, 253, 254]);

/**
 * The rows as an extract called `name`; the connection closes when the last batch was read, or reading stops. Values are the
 * text that the server writes, so no date, number or time passes through this machine's time zone or number type.
 */
export async function mysqlExtract(source: MysqlSource, name: string): Promise<Extract> {
  const sql = statementOf(source);
  const address = mysqlAddress(source.url);
  // Loaded here, so that a command that reads no MySQL does not wait for it.
  const { createConnection } = await import('mysql2');
  const connection = createConnection({
    ...address,
    charset: 'utf8mb4',
    connectTimeout: CONNECT_TIMEOUT,
    // A server may ask for a file of this machine: it is told that this client cannot. It writes no code of ours either.
    flags: ['-LOCAL_FILES'],
    disableEval: true,
  });
  // The driver tells only the connection when it breaks; whoever reads rows would wait for ever.
  const broken = new AbortController();
  connection.on('error', (error: Error) => broken.abort(error));
  try {
    await begin(connection);
    const rows = connection
      .query({ sql, rowsAsArray: true, typeCast: false })
      .stream({ highWaterMark: AHEAD });
    for (const signal of [broken.signal, source.signal]) stopReading(rows, signal);
    const fields = await fieldsOf(rows);
    const header = fields.map((field) => (isBinary(field) ? '' : field.name));
    return { name, header, batches: batches(source, connection, rows, fields, name) };
  } catch (error) {
    connection.destroy();
    throw mysqlRefusal(error, name, source.signal);
  }
}

function statementOf({ query, table }: MysqlSource): string {
  if (query === undefined) {
    const parts = (table ?? '').split('.').map((part) => `\`${part.replaceAll('`', '``')}\``);
    return `select * from ${parts.join('.')}`;
  }
  const bare = query.replace(/^(?:\s|\/\*.*?\*\/|(?:--\s|#)[^\n]*\n)+/s, '');
  if (/^(?:select|with|table|values|\()/i.test(bare) && !/\b(?:outfile|dumpfile)\b/i.test(bare)) {
    return query;
  }
  throw new HoldfastError('bad_input', 'the query is not a select', {
    remedy: 'Only select statements without INTO OUTFILE are run; nothing was asked of the server.',
  });
}

/** One snapshot that nothing can be written in, whatever the server's own settings are. */
async function begin(connection: Connection): Promise<void> {
  const server = connection.promise();
  await server.connect();
  await server.query('set session transaction isolation level repeatable read, read only');
  // A limit of the server would end the rows early and silently; its patience must outlast a busy machine.
  await server.query(
    'set session sql_select_limit = 18446744073709551615, session net_write_timeout = 600',
  );
  await server.query('start transaction with consistent snapshot, read only');
}

function stopReading(rows: Readable, signal: AbortSignal | undefined): void {
  const stop = (): void => void rows.destroy(new Error('stopped', { cause: signal?.reason }));
  if (signal?.aborted === true) stop();
  else signal?.addEventListener('abort', stop, { once: true });
}

function fieldsOf(rows: Readable): Promise<readonly FieldPacket[]> {
  return new Promise((resolve, reject) => {
    rows.once('error', reject);
    rows.once('fields', (fields: readonly FieldPacket[] | undefined) => {
      if (fields !== undefined) resolve(fields);
      else reject(new HoldfastError('bad_input', 'the query gives no rows'));
    });
  });
}

async function* batches(
  { signal }: MysqlSource,
  connection: Connection,
  rows: AsyncIterable<readonly Cell[]>,
  fields: readonly FieldPacket[],
  file: string,
): AsyncGenerator<Batch> {
  const readers = fields.map(readerOf);
  let problems: Problem[] = fields.flatMap((field, i) =>
    isBinary(field) ? [{ file, column: labelOf(field, i), reason: 'binary-column' as const }] : [],
  );
  let texts: string[][] = [];
  let numbers: number[] = [];
  let bytes = 0;
  let number = 0;
  let complete = false;
  try {
    for await (const cells of rows) {
      number++;
      const size = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
      // Bytes that are not read do not make a row too long.
      const row = size > LONGEST_ROW ? shortened(cells, fields) : cells;
      if (row === undefined) problems.push({ file, row: number, reason: 'row-too-long' });
      else {
        const text = row.map((cell, i) => (cell === null ? '' : (readers[i]?.(cell) ?? '')));
        if (text.some((cell) => cell.includes('\ufffd'))) {
          problems.push({ file, row: number, reason: 'undecodable-text' });
        }
        texts.push(text);
        numbers.push(number);
      }
      bytes += size;
      if (texts.length < BATCH_ROWS && bytes < BATCH_BYTES) continue;
      yield { rows: texts, numbers, problems };
      [texts, numbers, problems, bytes] = [[], [], [], 0];
    }
    complete = true;
    if (texts.length > 0 || problems.length > 0) yield { rows: texts, numbers, problems };
  } catch (error) {
    throw mysqlRefusal(error, file, signal);
  } finally {
    // A server counts a connection that ends without a word as a fault.
    if (complete) connection.end(() => undefined);
    else connection.destroy();
  }
}

function shortened(
  cells: readonly Cell[],
  fields: readonly FieldPacket[],
): readonly Cell[] | undefined {
  const kept = cells.map((cell, i) => (isBinary(fields[i]) ? null : cell));
  const size = kept.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
  return size > LONGEST_ROW ? undefined : kept;
}

function isBinary(field: FieldPacket | undefined): boolean {
  const type = field?.columnType ?? -1;
  if (type === GEOMETRY || type === VECTOR) return true;
  return STRINGS.has(type) && field?.characterSet === BINARY;
}

function readerOf(field: FieldPacket): (cell: Buffer) => string {
  if (isBinary(field)) return () => '';
  if (field.columnType === BIT) return (cell) => BigInt(`0x0${cell.toString('hex')}`).toString();
  return (cell) => cell.toString('utf8');
}

/** A column of a table is called by its name; one that the query computes is not: its name may be a value. */
function labelOf(field: FieldPacket, index: number): string {
  const name = field.orgTable === '' ? '' : field.orgName.slice(0, 60);
  return name === '' ? `column ${index + 1}` : `column ${index + 1} (${name})`;
}
