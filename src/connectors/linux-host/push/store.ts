/** All SQL of hosts that push: enrolments and the sections they sent. */
import type { Sql } from '../../../kernel/sql/database.ts';
import type { SectionName } from '../frame.ts';

export interface Enrolment {
  readonly id: number;
  readonly name: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly assetKey: string | null;
  readonly checkedInAt: Date | null;
}
export interface HeldSection {
  readonly name: SectionName;
  readonly sha256: string;
  readonly content: Buffer;
}

const columns = (sql: Sql) => sql`
  enrolment_id as id, name, created_at as "createdAt", revoked_at as "revokedAt", asset_key as "assetKey",
  checked_in_at as "checkedInAt"`;

/** False where the name is taken. */
export async function insertEnrolment(
  sql: Sql,
  row: { readonly name: string; readonly tokenHash: Buffer; readonly at: Date },
): Promise<boolean> {
  const rows = await sql`
    insert into push.enrolment (name, token_hash, created_at) values (${row.name}, ${row.tokenHash}, ${row.at})
    on conflict (name) do nothing returning 1`;
  return rows.length === 1;
}

/** Forgets what the host sent as well; its source and its collections stay. False where nothing was to revoke. */
export async function revokeEnrolment(sql: Sql, name: string, at: Date): Promise<boolean> {
  const rows = await sql<{ id: number }[]>`
    update push.enrolment set revoked_at = ${at}, asset_key = null where name = ${name} and revoked_at is null
    returning enrolment_id as id`;
  for (const { id } of rows) await sql`delete from push.section where enrolment_id = ${id}`;
  return rows.length === 1;
}

export async function readEnrolments(sql: Sql): Promise<Enrolment[]> {
  return [...(await sql<Enrolment[]>`select ${columns(sql)} from push.enrolment order by name`)];
}

/** The enrolment of a token that is not revoked. */
export async function findEnrolment(sql: Sql, tokenHash: Buffer): Promise<Enrolment | undefined> {
  const [row] = await sql<Enrolment[]>`
    select ${columns(sql)} from push.enrolment where token_hash = ${tokenHash} and revoked_at is null`;
  return row;
}

/** The enrolment, locked until the end of the transaction: one report of a host after the other. */
export async function lockEnrolment(
  sql: Sql,
  id: number,
): Promise<(Enrolment & { readonly offered: Readonly<Record<string, string>> }) | undefined> {
  const [row] = await sql<(Enrolment & { offered: Record<string, string> })[]>`
    select ${columns(sql)}, offered from push.enrolment
    where enrolment_id = ${id} and revoked_at is null for update`;
  return row;
}

export async function saveCheckin(
  sql: Sql,
  id: number,
  offered: Readonly<Record<string, string>>,
  at: Date,
): Promise<void> {
  await sql`
    update push.enrolment set offered = ${JSON.stringify(offered)}::text::jsonb, checked_in_at = ${at}
    where enrolment_id = ${id}`;
}

/** False where another enrolment speaks for that asset already. */
export async function claimAsset(sql: Sql, id: number, assetKey: string): Promise<boolean> {
  const rows = await sql`
    update push.enrolment set asset_key = ${assetKey}
    where enrolment_id = ${id}
      and not exists (select from push.enrolment where asset_key = ${assetKey} and enrolment_id <> ${id})
    returning 1`;
  return rows.length === 1;
}

export async function readHashes(sql: Sql, id: number): Promise<Record<string, string>> {
  const rows = await sql<{ name: string; sha256: string }[]>`
    select name, sha256 from push.section where enrolment_id = ${id}`;
  return Object.fromEntries(rows.map((row) => [row.name, row.sha256]));
}

export async function saveSection(
  sql: Sql,
  id: number,
  section: HeldSection,
  at: Date,
): Promise<void> {
  await sql`
    insert into push.section (enrolment_id, name, sha256, content, received_at)
    values (${id}, ${section.name}, ${section.sha256}, ${section.content}, ${at})
    on conflict (enrolment_id, name) do update
    set sha256 = excluded.sha256, content = excluded.content, received_at = excluded.received_at`;
}

export async function deleteSections(
  sql: Sql,
  id: number,
  names: readonly SectionName[],
): Promise<void> {
  await sql`delete from push.section where enrolment_id = ${id} and name = any(${[...names]}::text[])`;
}

export async function readSections(sql: Sql, id: number): Promise<HeldSection[]> {
  return [
    ...(await sql<HeldSection[]>`
      select name, sha256, content from push.section where enrolment_id = ${id} order by name`),
  ];
}
