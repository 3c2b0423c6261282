/** The one statement that is sent: the columns that are mapped and no other, and of a secret only whether there is one. */
import { columnsOf, type Mapping } from '../mapped-account.ts';

export interface Dialect {
  readonly quote: (name: string) => string;
  readonly asText: (column: string) => string;
}

export const POSTGRES: Dialect = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  asText: (column) => `${column}::text`,
};
export const MYSQL: Dialect = {
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  asText: (column) => `cast(${column} as char)`,
};

export interface Statement {
  readonly sql: string;
  /** The mapped columns in the order of the result. */
  readonly columns: readonly string[];
}

export function statementOf(
  mapping: Mapping & { readonly table?: string | undefined; readonly query?: string | undefined },
  { quote, asText }: Dialect,
): Statement {
  const columns = columnsOf(mapping);
  // A seed, a key or a telephone number never leaves the database.
  const filled = new Set(
    (mapping.columns.factors ?? [])
      .filter(({ shownBy }) => shownBy !== 'yes')
      .map(({ column }) => column),
  );
  const plain = new Set([
    mapping.columns.login,
    mapping.columns.lastSignIn,
    mapping.columns.customer,
  ]);
  const selected = columns.map((column, index) => {
    const text = asText(`source.${quote(column)}`);
    const shown =
      filled.has(column) && !plain.has(column)
        ? `case when trim(${text}) <> '' then 'filled' end`
        : text;
    return `${shown} as ${quote(`c${index}`)}`;
  });
  const from =
    mapping.query === undefined
      ? (mapping.table ?? '').split('.').map(quote).join('.')
      : `(${mapping.query.replace(/;\s*$/, '')})`;
  return { sql: `select ${selected.join(', ')} from ${from} as source`, columns };
}
