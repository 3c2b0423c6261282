/** SQL of pending security uploads: what hosts are offered, and the findings made of it. */
import { PENDING_UPLOAD } from '../../advisories/pending-upload.ts';
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

export async function markOffersRead(sql: Sql, collection: number): Promise<void> {
  await sql`
    insert into scanning.offers_read (collection) values (${collection})
    on conflict (one) do update set collection = excluded.collection`;
}
