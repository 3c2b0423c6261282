/** Which tables and sequences of a database are ours, in an order in which rows can be put back. */
import { HoldfastError } from '../errors.ts';
import type { Pool, Sql } from './database.ts';
import { QUEUE_SCHEMA } from './queue-schema.ts';

export interface Table {
  readonly schema: string;
  readonly name: string;
  /** Quoted by PostgreSQL itself, fit for a statement. */
  readonly quoted: string;
  /** Columns that are stored, by name; generated ones are computed again. */
  readonly columns: readonly string[];
  /** `transient` tables (their comment begins so: sessions, one-time links) are neither saved nor put back. */
  readonly transient: boolean;
}

export interface Sequence {
  readonly name: string;
  readonly value: string;
  readonly called: boolean;
}

/** The record of migrations: compared, never copied. */
export const MIGRATION_TABLE = 'kernel.migration';
const FOREIGN_SCHEMAS = ['information_schema', 'public', QUEUE_SCHEMA];

/** All of our tables, each after the tables that its foreign keys point to. */
export async function readTables(sql: Sql | Pool): Promise<Table[]> {
  const rows = await sql<(Table & { id: number; references: number[] })[]>`
    select c.oid::int8 as id, n.nspname as schema, c.relname as name, format('%I.%I', n.nspname, c.relname) as quoted,
      coalesce(obj_description(c.oid, 'pg_class') like 'transient%', false) as transient,
      array(select a.attname::text from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            order by a.attname collate "C") as columns,
      array(select f.confrelid::int8 from pg_constraint f
            where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as references
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
      and n.nspname not like 'pg\\_%' and n.nspname not in ${sql(FOREIGN_SCHEMAS)}
    order by n.nspname collate "C", c.relname collate "C"`;
  const tables = rows.filter((row) => nameOf(row) !== MIGRATION_TABLE);
  return inOrder(tables).map(({ schema, name, quoted, columns, transient }) => ({
    schema,
    name,
    quoted,
    columns,
    transient,
  }));
}

export function nameOf(table: Pick<Table, 'schema' | 'name'>): string {
  return `${table.schema}.${table.name}`;
}

interface Node {
  readonly id: number;
  readonly references: readonly number[];
}

/** Each item after those that it refers to. @throws HoldfastError `internal` when they refer to each other in a circle. */
export function inOrder<N extends Node>(nodes: readonly N[]): N[] {
  const known = new Set(nodes.map((node) => node.id));
  const placed = new Set<number>();
  const ordered: N[] = [];
  while (ordered.length < nodes.length) {
    const ready = nodes.filter(
      (node) =>
        !placed.has(node.id) && node.references.every((id) => placed.has(id) || !known.has(id)),
    );
    if (ready.length === 0)
      throw new HoldfastError('internal', 'Tables refer to each other in a circle');
    for (const node of ready) placed.add(node.id);
    ordered.push(...ready);
  }
  return ordered;
}

export async function readSequences(sql: Sql): Promise<Sequence[]> {
  const names = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'S' and n.nspname not like 'pg\\_%' and n.nspname not in ${sql(FOREIGN_SCHEMAS)}
    order by 1`;
  const sequences: Sequence[] = [];
  for (const { name } of names) {
    const [row] = await sql.unsafe<{ value: string; called: boolean }[]>(
      `select last_value::text as value, is_called as called from ${name}`,
    );
    if (row !== undefined) sequences.push({ name, value: row.value, called: row.called });
  }
  return sequences;
}
