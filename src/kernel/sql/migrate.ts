/** Forward-only, checksummed migrations, one transaction each; then roles, rights and row-level security. */
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../errors.ts';
import { sha256Hex } from '../ids.ts';
import type { Pool } from './database.ts';
import { installQueue } from './queue-schema.ts';

/** The role that Holdfast reads and writes as where its login could bypass row-level security. */
export const APP_ROLE = 'holdfast_app';
/** Any number; held while migrating so that two processes do not migrate at once. */
const MIGRATION_LOCK = 7_046_029;
const OLDEST_POSTGRES = 150_000;

export interface Migration {
  readonly version: string;
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/** Reads `NNNN-name.sql` files in order. */
export function readMigrations(folder: string): Migration[] {
  const found = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const migrations = found.map((file) => {
    const parts = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file);
    if (parts === null)
      throw new HoldfastError('internal', `migrations/${file} is not named NNNN-name.sql`);
    const text = fs.readFileSync(path.join(folder, file), 'utf8');
    return { version: parts[1] ?? '', name: parts[2] ?? '', text, sha256: sha256Hex(text) };
  });
  const twice = migrations.find(
    (migration, at) => migrations[at - 1]?.version === migration.version,
  );
  if (twice !== undefined)
    throw new HoldfastError('internal', `Two migrations have the number ${twice.version}`);
  return migrations;
}

/**
 * Brings a database up to date and returns the role to work as (undefined: the login is bound by row-level security).
 *
 * @throws HoldfastError `newer_data` when the database knows migrations that we do not, `migration_changed` when one
 *   that was applied has another checksum now, `unsupported` for PostgreSQL older than 15.
 */
export async function migrate(
  pool: Pool,
  migrations: readonly Migration[],
  say: (line: string) => void = () => undefined,
): Promise<string | undefined> {
  const connection = await pool.reserve();
  try {
    await refuseOld(connection);
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`;
    try {
      await applyAll(connection, migrations, say);
      await installQueue(connection);
      await secureTables(connection);
      return await appRole(connection);
    } finally {
      await connection`select pg_advisory_unlock(${MIGRATION_LOCK})`;
    }
  } finally {
    connection.release();
  }
}

async function refuseOld(sql: Pool): Promise<void> {
  const [row] = await sql<
    { version: number }[]
  >`select current_setting('server_version_num')::int as version`;
  if ((row?.version ?? 0) < OLDEST_POSTGRES) {
    throw new HoldfastError(
      'unsupported',
      `PostgreSQL ${Math.floor((row?.version ?? 0) / 10_000)} is too old; Holdfast needs 15 or newer`,
    );
  }
}

async function applyAll(
  sql: Pool,
  migrations: readonly Migration[],
  say: (line: string) => void,
): Promise<void> {
  await sql.unsafe(`
    create schema if not exists kernel;
    create table if not exists kernel.migration (
      version text primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`);
  const rows = await sql<
    { version: string; name: string; sha256: string }[]
  >`select version, name, sha256 from kernel.migration order by version`;
  const known = new Map(migrations.map((migration) => [migration.version, migration]));
  for (const row of rows) {
    const ours = known.get(row.version);
    if (ours === undefined) {
      throw new HoldfastError(
        'newer_data',
        `The database has migration ${row.version}-${row.name}, which this Holdfast does not know`,
        {
          remedy: 'Use the newer Holdfast that made it; nothing was changed.',
        },
      );
    }
    if (ours.sha256 !== row.sha256) {
      throw new HoldfastError(
        'migration_changed',
        `Migration ${row.version}-${row.name} was changed after it was applied`,
      );
    }
  }
  const applied = new Set(rows.map((row) => row.version));
  for (const migration of migrations) {
    if (applied.has(migration.version)) continue;
    say(`Applying migration ${migration.version} ${migration.name}`);
    await sql
      .unsafe(
        `begin; ${migration.text}\n; insert into kernel.migration (version, name, sha256) values ('${migration.version}', '${migration.name}', '${migration.sha256}'); commit`,
      )
      .catch(async (error: unknown) => {
        await sql.unsafe('rollback').catch(() => undefined);
        throw error;
      });
  }
}

/** Every table with a `customer_id` is bound to the transaction's scope, its owner included. */
async function secureTables(sql: Pool): Promise<void> {
  const open = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'customer_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'pgboss')
      and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'customer_scope')`;
  for (const { name } of open) {
    await sql.unsafe(`
      alter table ${name} enable row level security;
      alter table ${name} force row level security;
      create policy customer_scope on ${name}
        using ((select current_setting('holdfast.scope', true)) = 'everything'
               or customer_id::text = (select current_setting('holdfast.scope', true)))`);
  }
}

/** Makes the role for logins that row-level security does not bind, and gives it what it needs and no more. */
async function appRole(sql: Pool): Promise<string | undefined> {
  const [login] = await sql<{ free: boolean }[]>`
    select rolsuper or rolbypassrls as free from pg_roles where rolname = current_user`;
  if (login?.free !== true) return undefined;
  await sql.unsafe(`
    do $$ begin
      if not exists (select 1 from pg_roles where rolname = '${APP_ROLE}') then
        create role ${APP_ROLE} nologin;
      end if;
    exception when duplicate_object or unique_violation then null;
    end $$;
    grant ${APP_ROLE} to current_user`);
  const tables = await sql<{ schema: string; name: string; append_only: boolean }[]>`
    select n.nspname as schema, c.relname as name,
      coalesce(obj_description(c.oid, 'pg_class') like 'append-only%', false) as append_only
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v') and n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'public')`;
  const schemas = [...new Set(tables.map((table) => table.schema))];
  const grants = tables.map(
    (table) => `revoke all on ${table.schema}.${table.name} from ${APP_ROLE};
      grant select, insert${table.append_only ? '' : ', update, delete'} on ${table.schema}.${table.name} to ${APP_ROLE};`,
  );
  await sql.unsafe(
    schemas
      .map(
        (schema) =>
          `grant usage on schema ${schema} to ${APP_ROLE}; grant usage on all sequences in schema ${schema} to ${APP_ROLE};`,
      )
      .concat(grants)
      .join('\n'),
  );
  return APP_ROLE;
}
