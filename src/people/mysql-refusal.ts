/** What a MySQL or MariaDB server refused, without a word of what it said: its messages quote rows, values and logins. */
import { HoldfastError } from '../kernel/errors.ts';

const REMEDIES: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: 'The login was refused: check user and password.',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 'The login was refused: check user and password.',
  ER_DBACCESS_DENIED_ERROR: 'The login may not use this database, or it does not exist.',
  ER_BAD_DB_ERROR: 'There is no database of this name.',
  ER_NO_DB_ERROR: 'Name the database in the URL, or the table as database.table.',
  ER_NO_SUCH_TABLE: 'There is no table of this name; in a query look at each table’s name.',
  ER_TABLEACCESS_DENIED_ERROR: 'The login may not select from the table, or it does not exist.',
  ER_COLUMNACCESS_DENIED_ERROR: 'The login may not select one of the columns.',
  ER_BAD_FIELD_ERROR: 'The query names a column that does not exist.',
  ER_PARSE_ERROR: 'The server does not understand the query: try it in the server’s own client.',
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: 'The query would have written; only reading is done.',
  ECONNREFUSED: 'Nothing listens there: check host and port.',
  ENOENT: 'There is no such socket: check its path.',
  ENOTFOUND: 'The host’s name is not known: check it.',
  EAI_AGAIN: 'The host’s name could not be looked up: check it and the network.',
  ETIMEDOUT: 'The server did not answer in time: check host, port and firewalls.',
  HANDSHAKE_NO_SSL_SUPPORT:
    'The server offers no TLS, and rows would cross the network in clear text; ssl-mode=DISABLED in the URL allows that.',
  HANDSHAKE_SSL_ERROR:
    'The server’s certificate is not trusted for this host: name its authority with ssl-ca=FILE in the URL.',
  PROTOCOL_CONNECTION_LOST: 'The connection broke before the last row; nothing was stored.',
};
const USUAL =
  'Check the address, the login, and that it may select from the table; nothing was stored.';

/** The error to throw for `error`; an error of ours stays as it is. */
export function mysqlRefusal(error: unknown, name: string, signal?: AbortSignal): HoldfastError {
  if (signal?.aborted === true) {
    return new HoldfastError('cancelled', 'the count was cancelled; nothing was stored');
  }
  if (error instanceof HoldfastError) return error;
  const code = codeOf(error instanceof Error ? (error.cause ?? error) : error);
  return new HoldfastError('unreachable', `${name} could not be read from its database (${code})`, {
    remedy: REMEDIES[code] ?? USUAL,
  });
}

/** A code is letters, digits and underscores; anything else could be a sentence. */
function codeOf(error: unknown): string {
  const { code, errno } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    errno?: unknown;
  };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code;
  return typeof errno === 'number' ? `error ${errno}` : 'unknown';
}
