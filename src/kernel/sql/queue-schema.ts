/** The schema `pgboss`, made and brought up to date by the login that migrates, never by the role that works. */
import { HoldfastError } from '../errors.ts';
import type { Pool } from './database.ts';

export const QUEUE_SCHEMA = 'pgboss';
/** The schema version of the pinned pg-boss (a test compares), so that a start that changes nothing need not load it. */
export const QUEUE_VERSION = 42;

/** Runs under the migration lock on one reserved connection. */
export async function installQueue(sql: Pool): Promise<void> {
  const version = await installedVersion(sql);
  if (version === QUEUE_VERSION) return;
  if (version !== undefined && version > QUEUE_VERSION) {
    throw new HoldfastError(
      'newer_data',
      `The job queue of the database has version ${version}, newer than this Holdfast knows (${QUEUE_VERSION})`,
      { remedy: 'Use the newer Holdfast that made it; nothing was changed.' },
    );
  }
  const { getConstructionPlans, getMigrationPlans } = await import('pg-boss');
  const plan =
    version === undefined
      ? getConstructionPlans(QUEUE_SCHEMA)
      : getMigrationPlans(QUEUE_SCHEMA, version);
  await sql.unsafe(plan).catch(async (error: unknown) => {
    await sql.unsafe('rollback').catch(() => undefined);
    throw error;
  });
}

async function installedVersion(sql: Pool): Promise<number | undefined> {
  const [found] = await sql<{ there: boolean }[]>`
    select to_regclass(${`${QUEUE_SCHEMA}.version`}) is not null as there`;
  if (found?.there !== true) return undefined;
  const [row] = await sql<{ version: number }[]>`select version from ${sql(QUEUE_SCHEMA)}.version`;
  return row?.version;
}
