/** Reads the people of a PostgreSQL table or query: read-only, row by row, nothing of it kept. */
import { HoldfastError } from '../kernel/errors.ts';
import { openPool, type Connection } from '../kernel/sql/database.ts';
import type { Extract } from './extract.ts';
import { jsonlExtractOf } from './read-jsonl.ts';

export interface SourceQuery {
  /** Its URL is a secret, so it comes from the environment. */
  readonly connection: Connection;
  /** A select statement, or the name of a table (`schema.table`). */
  readonly query?: string;
  readonly table?: string;
}

const BATCH = 1000;

/** The rows as an extract called `name`; the connection closes when the last batch was read. */
export async function postgresExtract(source: SourceQuery, name: string): Promise<Extract> {
  return jsonlExtractOf(rowsAsLines(source, name), name);
}

async function* rowsAsLines(source: SourceQuery, name: string): AsyncGenerator<Uint8Array> {
  const pool = openPool(source.connection, { connections: 1 });
  try {
    const reserved = await pool.reserve();
    try {
      await reserved.unsafe('begin transaction isolation level repeatable read read only');
      // JSON has one spelling of every date and number, whatever the session's settings are.
      const rows = reserved.unsafe<{ row: string }[]>(
        `select to_jsonb(holdfast_source)::text as row from (${statementOf(source)}) as holdfast_source`,
      );
      for await (const batch of rows.cursor(BATCH)) {
        yield Buffer.from(batch.map(({ row }) => `${row}\n`).join(''));
      }
      await reserved.unsafe('commit');
    } finally {
      reserved.release();
    }
  } catch (error) {
    throw refused(error, name);
  } finally {
    await pool.end({ timeout: 5 });
  }
}

function statementOf({ query, table }: SourceQuery): string {
  if (query !== undefined) return query.replace(/;\s*$/, '');
  const parts = (table ?? '').split('.').map((part) => `"${part.replaceAll('"', '""')}"`);
  return `select * from ${parts.join('.')}`;
}

/** Only the state of the error: what PostgreSQL says of rows and values may be personal data. */
function refused(error: unknown, name: string): unknown {
  if (error instanceof HoldfastError) return error;
  const code =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
      ? error.code
      : 'unknown';
  return new HoldfastError('unreachable', `${name} could not be read from its database (${code})`, {
    remedy:
      'Check the address, the login, and that it may select from the table; nothing was stored.',
  });
}
