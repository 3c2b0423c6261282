/** SQL that reads what each source says by itself: measures need to know who said what, not only what holds together. */
import type { Sql } from '../kernel/sql/database.ts';
import { DECLARED } from './model.ts';
import type { Kind } from './schema.ts';

/** The last word of one source on one thing. */
export interface Voice {
  readonly entity: number;
  readonly kind: Kind;
  /** The key of the entity, whatever this source calls it. */
  readonly key: string;
  readonly source: number;
  readonly declared: boolean;
  readonly trueAt: Date;
  readonly learnedAt: Date;
  /** Whether the last collection of the source that ended told it (again). Not known of the past: true there. */
  readonly confirmed: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

interface VoiceRow extends Omit<Voice, 'declared'> {
  readonly connector: string;
}

export interface VoiceFilter {
  readonly kinds: readonly Kind[];
  /** Only things of these numbers. */
  readonly ids?: readonly number[] | undefined;
}

/** Voices by kind, key and source; now, or as they had been learned by a moment. */
export async function readVoices(sql: Sql, filter: VoiceFilter, asAt?: Date): Promise<Voice[]> {
  const ids =
    filter.ids === undefined ? sql`true` : sql`e.entity_id = any(${filter.ids as number[]}::int[])`;
  const kinds = sql`e.kind = any(${filter.kinds as Kind[]}::text[])`;
  const rows =
    asAt === undefined
      ? await sql<VoiceRow[]>`
          select e.entity_id as entity, e.kind, e.key, l.source_id as source, s.connector, l.true_at as "trueAt",
            l.learned_at as "learnedAt", l.body, l.seen_in >= coalesce(done.last, 0) as confirmed
          from estate.latest l
          join estate.entity e on e.entity_id = l.entity_id
          join estate.source s on s.source_id = l.source_id
          left join (
            select source_id, max(collection_id) as last from estate.collection
            where outcome in ('complete', 'partial') group by source_id
          ) done on done.source_id = l.source_id
          where l.body is not null and ${kinds} and ${ids}
          order by e.kind, e.key, l.source_id`
      : await sql<VoiceRow[]>`
          select * from (
            select distinct on (o.entity_id, o.source_id) o.entity_id as entity, e.kind, e.key, o.source_id as source, s.connector,
              o.true_at as "trueAt", o.learned_at as "learnedAt", o.body, true as confirmed
            from estate.observation o
            join estate.entity e on e.entity_id = o.entity_id
            join estate.source s on s.source_id = o.source_id
            where o.learned_at <= ${asAt} and ${kinds} and ${ids}
            order by o.entity_id, o.source_id, o.observation_id desc
          ) last
          where body is not null
          order by kind, key, source`;
  return rows.map(({ connector, ...row }) => ({ ...row, declared: connector === DECLARED }));
}

/** A number that changes with every collection that ended: what was worked out before is then old. */
export async function readEstateStamp(sql: Sql): Promise<string> {
  const [row] = await sql<{ stamp: string }[]>`
    select concat_ws('.', count(*) filter (where ended_at is not null), max(ended_at)) as stamp from estate.collection`;
  return row?.stamp ?? '';
}
