/** SQL of pending security uploads: what hosts are offered, and the findings made of it. */
import { PENDING_UPDATE, PENDING_UPLOAD } from '../../advisories/pending-upload.ts';
import type { Finding } from '../../advisories/verdict.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import type { NumberedComponent } from './component.ts';
import { lockFindings, readStored, replaceFindings } from './store-verdicts.ts';

/** Collections may end in another order than they began: the last ones are read again. */
const AGAIN = 100;

export interface OffersMark {
  readonly read: number;
  readonly newest: number;
}

/** Number of the collection up to which offers were read, and of the newest one. */
export async function readOffersMark(sql: Sql): Promise<OffersMark> {
  const [mark] = await sql<OffersMark[]>`
    select coalesce((select collection from scanning.offers_read), 0) as read,
      coalesce((select max(seen_in) from estate.inventory), 0) as newest`;
  return mark ?? { read: 0, newest: 0 };
}

export interface OfferedComponent extends NumberedComponent {
  readonly available: string;
  readonly from: string;
  /** The repository says of itself that it carries security updates. */
  readonly security: boolean;
}

/** What hosts are offered in place of a component, by inventories seen since. */
export function readOffers(sql: Sql, since: number): Promise<OfferedComponent[]> {
  return sql`
    select distinct c.component_id as id, c.type, c.release, c.name, c.version, c.architecture,
      c.source_name as "sourceName", c.source_version as "sourceVersion", n.value->>'available' as available,
      coalesce(n.value->>'availableFrom', '') as from, coalesce((n.value->>'availableSecurity')::boolean, false) as security
    from estate.inventory i cross join jsonb_each(i.notes) n join estate.component c on c.component_id = n.key::int
    where i.seen_in > ${since - AGAIN} and n.value->>'available' is not null
    order by id`;
}

export async function putUploads(
  sql: Sql,
  uploads: readonly { readonly component: number; readonly finding: Finding }[],
  now: Date,
): Promise<void> {
  await lockFindings(sql);
  const components = uploads.map(({ component }) => component);
  const before = await readStored(
    sql,
    sql`f.component_id = any(${components}::int[]) and w.id = ${PENDING_UPLOAD}`,
  );
  await replaceFindings(sql, before, uploads, now);
}

/** Takes back those that no host is offered any more. */
export async function dropPastUploads(sql: Sql, now: Date): Promise<void> {
  await lockFindings(sql);
  const past = await readStored(
    sql,
    sql`w.names @> array[${PENDING_UPLOAD}] and w.id = ${PENDING_UPLOAD} and not exists (
      select from estate.inventory i where i.components @> array[f.component_id]
        and i.notes -> f.component_id::text ->> 'available' = w.body->'fixed'->>0)`,
  );
  await replaceFindings(sql, past, [], now);
}

/** A system of Windows on one host, with what Windows Update offers there. */
export interface OfferedSystem extends NumberedComponent {
  /** Digits of its updates: they are part of what it is. */
  readonly updates: readonly string[];
  /** What the host says of its updates as a whole. */
  readonly patching: unknown;
}

export function readOfferedSystems(sql: Sql): Promise<OfferedSystem[]> {
  return sql`
    select c.component_id as id, c.type, c.release, c.name, c.version, c.architecture, c.source_name as "sourceName",
      c.source_version as "sourceVersion", array(select substr(k.name, 3) from estate.component k
        where k.component_id = any(i.components) and k.type = 'windows' and k.name like 'kb%' order by k.name) as updates,
      s.body -> 'patching' as patching
    from estate.state s join estate.inventory i on i.asset_id = s.entity_id and i.section = 'windows'
    join estate.component c on c.component_id = any(i.components) and c.type = 'windows' and c.name not like 'kb%'
    where s.kind = 'asset' and s.body #>> '{patching,manager}' = 'windows-update'
    order by c.component_id, s.key`;
}

/** In place of all that were known, but of systems of which no host says now what it is offered. */
export async function replacePendingUpdates(
  sql: Sql,
  updates: readonly { readonly component: number; readonly finding: Finding }[],
  silent: readonly number[],
  now: Date,
): Promise<void> {
  await lockFindings(sql);
  const before = await readStored(
    sql,
    sql`w.names @> array[${PENDING_UPDATE}] and w.id = ${PENDING_UPDATE} and f.component_id <> all(${silent as number[]}::int[])`,
  );
  await replaceFindings(sql, before, updates, now);
}

export async function markOffersRead(sql: Sql, collection: number): Promise<void> {
  await sql`
    insert into scanning.offers_read (collection) values (${collection})
    on conflict (one) do update set collection = excluded.collection`;
}
