/** The database that an operator names by the environment: PostgreSQL, MySQL or MariaDB, told apart by the URL. */
import { readFile, stat } from 'node:fs/promises';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import type { Extract } from './extract.ts';
import { isMysqlUrl } from './mysql-address.ts';
import { mysqlExtract } from './mysql-source.ts';
import { postgresExtract } from './store-source.ts';

export const SOURCE_VARIABLE = 'HOLDFAST_SOURCE_DATABASE_URL';
const PASSWORD_VARIABLE = 'HOLDFAST_SOURCE_PASSWORD_FILE';

export interface DatabaseQuery {
  /** `table`, or `schema.table`. */
  readonly table?: string;
  /** A select statement. */
  readonly query?: string;
  readonly signal?: AbortSignal;
}

/** The rows of a table or query of the database that `environment` names; nothing of the URL is ever in an error. */
export async function databaseExtract(
  { signal, ...what }: DatabaseQuery,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Extract> {
  const url = await sourceUrl(environment);
  const name = what.table === undefined ? 'query' : `table ${what.table}`;
  if (isMysqlUrl(url)) {
    return mysqlExtract({ url, ...what, ...(signal === undefined ? {} : { signal }) }, name);
  }
  return postgresExtract({ connection: { url }, ...what }, name);
}

/** The URL, with the password of the file in it when there is one. */
export async function sourceUrl(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const url = environment[SOURCE_VARIABLE] ?? '';
  if (!/^(?:postgres|postgresql|mysql|mariadb):\/\//i.test(url)) {
    const what = url === '' ? 'is not set' : 'names no PostgreSQL, MySQL or MariaDB';
    throw new HoldfastError('bad_config', `${SOURCE_VARIABLE} ${what}`, {
      remedy:
        'Set it to postgres://login@host/database or mysql://login@host/database; a login that may only select is enough.',
    });
  }
  const file = environment[PASSWORD_VARIABLE] ?? '';
  if (file === '') return url;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.password !== '' || parsed.username === '') {
    throw new HoldfastError(
      'bad_config',
      `${PASSWORD_VARIABLE} is set, so ${SOURCE_VARIABLE} holds a login and no password`,
    );
  }
  parsed.password = encodeURIComponent(await passwordOf(file));
  return parsed.href;
}

async function passwordOf(file: string): Promise<string> {
  try {
    if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
      throw new HoldfastError('bad_config', `password file ${file} can be read by others`, {
        remedy: `chmod 600 ${file}; if others may have read it, change the password.`,
      });
    }
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('bad_config', `password file ${file} cannot be read`, {
      detail: { code: systemCode(error) },
    });
  }
}
