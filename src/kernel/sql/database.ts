/** Connections and transactions. Every statement runs inside a scope that row-level security enforces. */
import postgres from 'postgres';
import { HoldfastError, messageOf } from '../errors.ts';

/** The tagged template of one transaction. */
export type Sql = postgres.TransactionSql;
/** Whose rows a transaction sees: all of them, or those of one customer. 0 is the supplier's own. */
export type Scope = 'everything' | { readonly customer: number };

export interface Database {
  /** Runs `work` in one transaction that sees only `scope`; commits when it resolves. */
  transaction<T>(scope: Scope, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** How to connect, for libraries that bring their own connections. */
  readonly connection: Connection;
  close(): Promise<void>;
}

export interface Connection {
  /** `postgres://…` or, for the embedded database, the parts of a socket connection. */
  readonly url?: string | undefined;
  readonly socketFolder?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
}

interface Options {
  /** The role that rows are read and written as; undefined: the login itself. */
  readonly role?: string | undefined;
  readonly connections?: number;
}

export type Pool = postgres.Sql;

/** A pool for migrations, tests and other work that needs its own hand on the connection. */
export function openPool(connection: Connection, options: Options = {}): Pool {
  const settings: postgres.Options<Record<string, postgres.PostgresType>> = {
    max: options.connections ?? 10,
    idle_timeout: 60,
    connect_timeout: 30,
    onnotice: () => undefined,
    connection: {
      application_name: 'holdfast',
      ...(options.role === undefined ? {} : { role: options.role }),
    },
    types: { bigint: SAFE_BIGINT },
  };
  if (connection.url !== undefined) return postgres(connection.url, settings);
  return postgres({
    ...settings,
    path: `${connection.socketFolder ?? ''}/.s.PGSQL.5432`,
    user: connection.user ?? '',
    password: connection.password ?? '',
    database: connection.database ?? 'holdfast',
  });
}

/** bigint as a JavaScript number, refusing what a number cannot hold: counts of people stay far below 2^53. */
const SAFE_BIGINT = {
  to: 20,
  from: [20],
  serialize: (value: unknown) => String(value),
  parse: (text: string) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value))
      throw new RangeError('a bigint of the database does not fit a number');
    return value;
  },
};

export function openDatabase(connection: Connection, options: Options = {}): Database {
  const pool = openPool(connection, options);
  return {
    connection,
    transaction: async <T>(scope: Scope, work: (sql: Sql) => Promise<T>): Promise<T> => {
      try {
        const result = await pool.begin(async (sql) => {
          // SET LOCAL and not set_config: the former is what Citus hands to its workers.
          await sql.unsafe(`set local holdfast.scope = '${scopeText(scope)}'`);
          return { value: await work(sql) };
        });
        return (result as { value: T }).value;
      } catch (error) {
        throw translated(error);
      }
    },
    close: () => pool.end({ timeout: 10 }),
  };
}

function scopeText(scope: Scope): string {
  if (scope === 'everything') return scope;
  if (!Number.isSafeInteger(scope.customer))
    throw new HoldfastError('internal', 'a scope needs a customer number');
  return String(scope.customer);
}

const CONNECTION_CODES = new Set([
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  // It does not let us in: wrong password, no such user, no such database.
  '28000',
  '28P01',
  '3D000',
]);
const FULL_CODES = new Set(['53100', 'ENOSPC']);

/** The database's failures in our codes. What PostgreSQL says of rows and values stays out: it may be personal data. */
export function translated(error: unknown): unknown {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || error instanceof HoldfastError) return error;
  if (FULL_CODES.has(code)) {
    return new HoldfastError(
      'disk_full',
      'The disk of the database is full; nothing of this change was kept',
      {
        remedy: 'Free space on the disk of the data directory and run the command again.',
      },
    );
  }
  if (CONNECTION_CODES.has(code)) {
    return new HoldfastError('database_unavailable', `The database cannot be reached (${code})`, {
      remedy: 'Start it (npm start), or mend DATABASE_URL; nothing acknowledged is lost.',
    });
  }
  if (error instanceof postgres.PostgresError) {
    return new HoldfastError('internal', `The database refused a statement (${code})`, {
      detail: {
        sqlstate: code,
        routine: error.routine,
        table: error.table_name,
        constraint: error.constraint_name,
      },
      cause: new Error(
        code.startsWith('23') || code.startsWith('22') ? 'data exception' : messageOf(error),
      ),
    });
  }
  return error;
}
