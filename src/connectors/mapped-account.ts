/** Accounts out of rows of any table: which column says what, and what its values mean. */
import * as z from 'zod';
import { Account, Factor, Key, type Bodies, type Report } from '../estate/schema.ts';
import { accountKey, keyFrom, textOf } from './keys.ts';

const Column = z.string().min(1).max(200);
const Truth = z.union([
  Column,
  /** The values that mean yes; any other means no. */
  z.strictObject({ column: Column, is: z.array(z.string().max(200)).min(1).max(100) }),
]);

export const Columns = z.strictObject({
  login: Column,
  enabled: Truth.optional(),
  privileged: Truth.optional(),
  lastSignIn: Column.optional(),
  customer: Column.optional(),
  /** Columns that show a registered factor: `filled` by a secret or a number, or saying `yes`. */
  factors: z
    .array(
      z.strictObject({
        column: Column,
        type: Factor.shape.type,
        shownBy: z.enum(['filled', 'yes']).optional(),
      }),
    )
    .max(20)
    .optional(),
});
export type Columns = z.infer<typeof Columns>;

export const Mapping = z.strictObject({
  identitySource: Key,
  columns: Columns,
  /** Whose accounts these are. */
  population: Account.shape.population,
  /** The customer of all of them, or what the customer column's values stand for. */
  customer: Key.optional(),
  customers: z.record(z.string().max(200), Key).optional(),
  /** true: these columns show every factor that there is, so that one that is not shown is not there. */
  factorsListed: z.boolean().optional(),
});
export type Mapping = z.infer<typeof Mapping>;

const YES = /^(?:1|t|true|y|yes|on|enabled|active)$/i;
const NO = /^(?:|0|f|false|n|no|off|disabled|inactive)$/i;

/** Every column that is asked for, once. */
export function columnsOf({ columns }: Mapping): string[] {
  const { login, enabled, privileged, lastSignIn, customer, factors = [] } = columns;
  const named = [login, columnOf(enabled), columnOf(privileged), lastSignIn, customer];
  const all = [...named, ...factors.map(({ column }) => column)];
  return [...new Set(all.filter((each) => each !== undefined))];
}

/** The reports of one row; none without a login. `cell` is `undefined` for a value that is not there. */
export function accountReports(
  cell: (column: string) => string | undefined,
  mapping: Mapping,
  now: Date,
): Report[] {
  const { columns, identitySource, population, factorsListed } = mapping;
  const login = (cell(columns.login) ?? '').trim();
  if (login === '') return [];
  const key = accountKey(identitySource, login);
  const trueAt = now.toISOString();
  const enabled = truth(columns.enabled, cell);
  const privileged = truth(columns.privileged, cell);
  const lastSignInAt =
    columns.lastSignIn === undefined ? undefined : instantOf(cell(columns.lastSignIn), now);
  const body: Bodies['account'] = {
    login: textOf(login),
    identitySource,
    ...(population === undefined ? {} : { population }),
    ...customerOf(cell, mapping),
    ...(enabled === undefined ? {} : { enabled }),
    ...(privileged === undefined ? {} : { privileged }),
    ...(lastSignInAt === undefined ? {} : { lastSignInAt }),
    ...(factorsListed === true ? { factorsListed } : {}),
  };
  const types = new Set(
    (columns.factors ?? []).filter((factor) => isShown(factor, cell)).map(({ type }) => type),
  );
  return [
    { type: 'observation', kind: 'account', key, trueAt, body },
    ...[...types].sort().map((type): Report => {
      return {
        type: 'observation',
        kind: 'factor',
        key: keyFrom(`${key}/${type}`),
        trueAt,
        body: { account: key, type },
      };
    }),
  ];
}

type Cell = (column: string) => string | undefined;

function columnOf(truthColumn: Columns['enabled']): string | undefined {
  return typeof truthColumn === 'object' ? truthColumn.column : truthColumn;
}

/** Words that are neither yes nor no say nothing. */
function truth(given: Columns['enabled'], cell: Cell): boolean | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'object') {
    const value = cell(given.column);
    return value === undefined ? undefined : given.is.includes(value.trim());
  }
  const value = cell(given)?.trim();
  if (value === undefined) return undefined;
  return YES.test(value) ? true : NO.test(value) ? false : undefined;
}

function isShown(
  { column, shownBy = 'filled' }: NonNullable<Columns['factors']>[number],
  cell: Cell,
): boolean {
  const value = cell(column)?.trim() ?? '';
  return shownBy === 'yes' ? YES.test(value) : value !== '';
}

function customerOf(
  cell: Cell,
  { columns, customer, customers }: Mapping,
): Pick<Bodies['account'], 'customer'> {
  if (columns.customer === undefined) return customer === undefined ? {} : { customer };
  const value = cell(columns.customer)?.trim() ?? '';
  if (value === '') return customer === undefined ? {} : { customer };
  const known =
    customers !== undefined && Object.hasOwn(customers, value) ? customers[value] : undefined;
  return { customer: known ?? keyFrom(value) };
}

/** ISO 8601, the spellings of databases, or seconds or milliseconds since 1970; without a zone it is UTC. */
export function instantOf(text: string | undefined, now: Date): string | undefined {
  const value = text?.trim() ?? '';
  const time = /^\d{10}(?:\.\d+)?$/.test(value)
    ? Number(value) * 1000
    : /^\d{13}$/.test(value)
      ? Number(value)
      : Date.parse(spelled(value));
  if (Number.isNaN(time) || time <= 0 || time > now.getTime()) return undefined;
  return new Date(time).toISOString();
}

function spelled(value: string): string {
  const [, day, clock = '00:00:00', zone = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i.exec(
      value,
    ) ?? [];
  if (day === undefined) return /(?:GMT|UTC)$/.test(value) ? value : 'no time';
  const offset = /^[+-]\d\d$/.test(zone)
    ? `${zone}:00`
    : zone === ''
      ? 'Z'
      : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  return `${day}T${clock.replace(',', '.')}${offset}`;
}
