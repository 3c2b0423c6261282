/** The address of a MySQL or MariaDB server, from a URL that is a secret: no error repeats any of it. */
import { readFileSync } from 'node:fs';
import { HoldfastError, systemCode } from '../kernel/errors.ts';

export interface MysqlAddress {
  readonly host: string;
  readonly port: number;
  /** A unix socket, instead of host and port. */
  readonly socketPath?: string;
  readonly user: string;
  readonly password: string;
  readonly database?: string;
  /** Absent: the connection is not encrypted. */
  readonly ssl?: { rejectUnauthorized: boolean; verifyIdentity: boolean; ca?: string };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);
const PARAMETERS = new Set(['socket', 'ssl-mode', 'ssl-ca']);
const MODES = new Set(['disabled', 'required', 'verify_identity']);
const FORM = 'mysql://login@host:3306/database?ssl-mode=…&ssl-ca=FILE, or ?socket=FILE';

/** Whether a URL names a MySQL or MariaDB server. */
export function isMysqlUrl(url: string): boolean {
  return /^(?:mysql|mariadb):/i.test(url);
}

/**
 * `mysql://login:password@host:port/database`. Anything but loopback and a socket is asked over TLS with a certificate that
 * is verified, unless `ssl-mode` (the names are those of MySQL's own client) says `REQUIRED` or `DISABLED`.
 */
export function mysqlAddress(url: string): MysqlAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) throw wrong('is not an address');
  for (const name of parsed.searchParams.keys()) {
    if (!PARAMETERS.has(name)) throw wrong('has a parameter that is not known');
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '') || 'localhost';
  const socketPath = parsed.searchParams.get('socket') ?? undefined;
  const database = decoded(parsed.pathname.replace(/^\//, ''));
  const ssl = sslOf(parsed.searchParams, socketPath !== undefined || LOOPBACK.has(host));
  return {
    host,
    port: parsed.port === '' ? 3306 : Number(parsed.port),
    ...(socketPath === undefined ? {} : { socketPath }),
    user: decoded(parsed.username),
    password: decoded(parsed.password),
    ...(database === '' ? {} : { database }),
    ...(ssl === undefined ? {} : { ssl }),
  };
}

function sslOf(parameters: URLSearchParams, near: boolean): MysqlAddress['ssl'] {
  const ca = parameters.get('ssl-ca');
  const usual = near && ca === null ? 'disabled' : 'verify_identity';
  const mode = parameters.get('ssl-mode')?.toLowerCase() ?? usual;
  if (!MODES.has(mode)) throw wrong('has an ssl-mode that is not known');
  if (mode === 'disabled') return undefined;
  const verified = mode === 'verify_identity';
  return {
    rejectUnauthorized: verified,
    verifyIdentity: verified,
    ...(ca === null ? {} : { ca: certificates(ca) }),
  };
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new HoldfastError('bad_config', 'the file of ssl-ca cannot be read', {
      detail: { code: systemCode(error) },
    });
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong('has a % that stands for nothing');
  }
}

function wrong(what: string): HoldfastError {
  return new HoldfastError('bad_config', `the URL of the MySQL server ${what}`, {
    remedy: `It looks like ${FORM}; ssl-mode is VERIFY_IDENTITY, REQUIRED or DISABLED. Signs like @ : / % in a password are written as %40 %3A %2F %25.`,
  });
}
