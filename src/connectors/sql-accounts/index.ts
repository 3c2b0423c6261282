/** Accounts of an application, from whatever table it keeps them in: PostgreSQL, MySQL or MariaDB. */
import { HoldfastError } from '../../kernel/errors.ts';
import type { Outcome, Report, Unseen } from '../../estate/schema.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { accountReports } from '../mapped-account.ts';
import { readSecret } from '../secret.ts';
import { stopIf } from '../web.ts';
import { Config } from './config.ts';
import { mysqlRows } from './mysql-rows.ts';
import { MYSQL, POSTGRES, statementOf } from './statement.ts';
import { postgresRows, type Row } from './store-postgres.ts';

const TIMEOUT_SECONDS = 120;
const MYSQL_URL = /^(?:mysql|mariadb):\/\//i;

export const sqlAccounts: Connector<Config> = {
  id: 'sql-accounts',
  version: 1,
  title: 'Accounts in a database',
  config: Config,
  needs: {
    network: true,
    files: ['the authority’s certificate, for MySQL and MariaDB over a network'],
    secrets: ['the URL of the database'],
    permissions: ['SELECT on the mapped columns of one table or view'],
  },
  interval: 24 * 60 * 60,
  collect,
};

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { config, clock, log, signal } = context;
  stopIf(signal);
  context.progress(0, undefined, 'asking the database');
  const now = clock.now();
  const seen = new Set<string>();
  const counts = { rows: 0, without: 0, twice: 0 };
  let failure: Unseen | undefined;
  try {
    const { columns, rows } = await rowsOf(config, signal);
    for await (const row of rows) {
      stopIf(signal);
      counts.rows += 1;
      const reports = accountReports((column) => row[columns.indexOf(column)], config, now);
      const [account] = reports;
      if (account?.type !== 'observation') counts.without += 1;
      else if (seen.has(account.key)) counts.twice += 1;
      else {
        seen.add(account.key);
        yield* reports;
      }
      if (counts.rows % 500 === 0) context.progress(counts.rows, undefined, 'rows');
    }
  } catch (error) {
    stopIf(signal);
    failure = { what: 'rows of the table', ...refusalOf(error), mayHide: ['account', 'factor'] };
    log.warn('database could not be read', { reason: failure.reason });
  }
  const unseen = [...(failure === undefined ? [] : [failure]), ...admissions(counts)];
  yield* unseen.map((each): Report => ({ type: 'unseen', ...each }));
  if (failure !== undefined && seen.size === 0) return 'failed';
  return unseen.length === 0 ? 'complete' : 'partial';
}

async function rowsOf(
  config: Config,
  signal: AbortSignal,
): Promise<{ readonly columns: readonly string[]; readonly rows: AsyncGenerator<Row> }> {
  const url = await readSecret(config.url);
  const seconds = config.timeoutSeconds ?? TIMEOUT_SECONDS;
  if (MYSQL_URL.test(url) && URL.canParse(url)) {
    const statement = statementOf(config, MYSQL);
    return {
      columns: statement.columns,
      rows: mysqlRows(url, config.caFile, statement, seconds, signal),
    };
  }
  if (!/^postgres(?:ql)?:\/\//i.test(url)) {
    throw new HoldfastError('bad_config', 'the URL names no PostgreSQL, MySQL or MariaDB');
  }
  const statement = statementOf(config, POSTGRES);
  return { columns: statement.columns, rows: postgresRows(url, statement, seconds, signal) };
}

/** Codes of PostgreSQL (SQLSTATE), MySQL and systems; never a server's words, which quote values. */
const REASONS: Readonly<Record<string, Unseen['reason']>> = {
  '28000': 'not-permitted',
  '28P01': 'not-permitted',
  '42501': 'not-permitted',
  '42P01': 'invalid',
  '42703': 'invalid',
  '57014': 'timeout',
  ER_ACCESS_DENIED_ERROR: 'not-permitted',
  ER_BAD_FIELD_ERROR: 'invalid',
  ER_COLUMNACCESS_DENIED_ERROR: 'not-permitted',
  ER_DBACCESS_DENIED_ERROR: 'not-permitted',
  ER_NO_SUCH_TABLE: 'invalid',
  ER_PARSE_ERROR: 'invalid',
  ER_QUERY_TIMEOUT: 'timeout',
  ER_STATEMENT_TIMEOUT: 'timeout',
  ER_TABLEACCESS_DENIED_ERROR: 'not-permitted',
};

function refusalOf(error: unknown): Pick<Unseen, 'reason' | 'detail'> {
  if (error instanceof HoldfastError) return { reason: 'invalid', detail: error.message };
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown };
  const known = typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? code : 'unknown';
  return { reason: REASONS[known] ?? 'unreachable', detail: known };
}

function admissions({
  without,
  twice,
}: {
  readonly without: number;
  readonly twice: number;
}): Unseen[] {
  return [
    ...(without === 0
      ? []
      : [
          {
            what: 'rows without a login',
            reason: 'invalid' as const,
            detail: `${without} rows`,
            mayHide: [],
          },
        ]),
    ...(twice === 0
      ? []
      : [
          {
            what: 'logins that come twice',
            reason: 'invalid' as const,
            detail: `${twice} rows`,
            mayHide: [],
          },
        ]),
  ];
}
