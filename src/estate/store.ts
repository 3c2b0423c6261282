/** SQL that writes the estate: sources, collections, observations and the state derived from them. */
import type { Sql } from '../kernel/sql/database.ts';
import { canonical, merge, type Assertion } from './merge.ts';
import {
  DECLARED,
  referencedPairs,
  referencesOf,
  type Applied,
  type CollectionRecord,
  type SourceName,
} from './model.ts';
import type { Kind, Observation, Outcome, Unseen } from './schema.ts';
import { ensureEntities, pairKey, resolveObservations } from './store-names.ts';

/** Any number; held by whoever changes the estate, so that derived state never mixes two changes. */
const WRITER_LOCK = 1_970_112;

export interface Writer {
  readonly source: number;
  readonly collection: number;
  readonly at: Date;
}

/** Starts a collection against a source, which is made where it is new. */
export async function beginCollection(sql: Sql, source: SourceName, at: Date): Promise<Writer> {
  const [row] = await sql<{ source_id: number; collection_id: number }[]>`
    with source as (
      insert into estate.source (connector, name, interval_seconds, created_at)
      values (${source.connector}, ${source.name}, ${source.interval}, ${at})
      on conflict (connector, name) do update set interval_seconds = excluded.interval_seconds
      returning source_id
    )
    insert into estate.collection (source_id, started_at)
    select source_id, ${at} from source returning source_id, collection_id`;
  return { source: row?.source_id ?? 0, collection: row?.collection_id ?? 0, at };
}

export async function endCollection(
  sql: Sql,
  collection: number,
  end: { outcome: Outcome; at: Date; applied: Applied; unseen: readonly Unseen[] },
): Promise<CollectionRecord> {
  const [row] = await sql<CollectionRecord[]>`
    update estate.collection c set ended_at = ${end.at}, outcome = ${end.outcome}, observed = ${end.applied.observed},
      changed = ${end.applied.changed}, gone = ${end.applied.gone}, unseen = ${JSON.stringify(end.unseen)}::text::jsonb
    from estate.source s
    where c.collection_id = ${collection} and s.source_id = c.source_id
    returning c.collection_id as id, s.connector, s.name, c.started_at as "startedAt", c.ended_at as "endedAt", c.outcome,
      c.observed, c.changed, c.gone, c.unseen`;
  if (row === undefined) throw new Error('the collection to end does not exist');
  return row;
}

/** Collections whose process is gone are failed: what they had stored stays, and nothing is taken as seen by them. */
export async function failInterrupted(sql: Sql, at: Date, olderThan: Date): Promise<number> {
  const rows = await sql`
    update estate.collection set ended_at = ${at}, outcome = 'failed',
      unseen = '[{"what": "the rest of the collection", "reason": "truncated", "detail": "the process ended before the collection did"}]'
    where outcome is null and started_at <= ${olderThan}`;
  return rows.count;
}

export async function lockEstate(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${WRITER_LOCK})`;
}

/**
 * Stores a batch of observations: what a source says for the first time or differently becomes a row, what it says
 * again only counts as seen. Clashing names come back as unseen: two things answer to one name.
 */
export async function applyObservations(
  sql: Sql,
  writer: Writer,
  batch: readonly Observation[],
): Promise<{ applied: Applied; unseen: Unseen[] }> {
  const observations = [
    ...new Map(batch.map((each) => [pairKey(each.kind, each.key), each])).values(),
  ];
  const { entities, clashes } = await resolveObservations(sql, observations, writer.at);
  const rows = observations.map((observation) => ({
    entity: entities.get(pairKey(observation.kind, observation.key)) ?? 0,
    key: observation.key,
    identifiers: observation.identifiers ?? [],
    trueAt:
      observation.trueAt > writer.at.toISOString()
        ? writer.at.toISOString()
        : new Date(observation.trueAt).toISOString(),
    body: observation.body,
  }));
  const ids = rows.map((row) => row.entity);
  const before = await sql<{ entity_id: number; body: unknown; identifiers: string[] }[]>`
    select entity_id, body, identifiers from estate.latest where source_id = ${writer.source} and entity_id = any(${ids}::int[])`;
  const known = new Map(
    before.map((row) => [row.entity_id, canonical([row.body, row.identifiers])]),
  );
  const changed = rows.filter(
    (row) => known.get(row.entity) !== canonical([row.body, row.identifiers]),
  );
  await markSeen(sql, writer, ids);
  await storeAssertions(sql, writer, changed);
  await deriveState(
    sql,
    changed.map((row) => row.entity),
    writer.at,
  );
  const unseen = clashes.map(([kind, key, name]): Unseen => ({
    what: `${kind} ${key}`,
    reason: 'invalid',
    detail: `another ${kind} already answers to ${name}; they are kept apart`,
  }));
  return { applied: { observed: rows.length, changed: changed.length, gone: 0 }, unseen };
}

/** Counts entities as seen by this collection, without a new fact. A later collection that runs meanwhile keeps its word. */
export async function markSeen(
  sql: Sql,
  writer: Writer,
  entities: readonly number[],
): Promise<void> {
  await sql`
    update estate.latest set seen_in = greatest(seen_in, ${writer.collection})
    where source_id = ${writer.source} and entity_id = any(${entities}::int[])`;
}

interface AssertionRow {
  readonly entity: number;
  readonly key: string;
  readonly identifiers: readonly string[];
  readonly trueAt: string;
  /** null: the source no longer reports it. */
  readonly body: unknown;
}

async function storeAssertions(
  sql: Sql,
  writer: Writer,
  rows: readonly AssertionRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const bodies = rows.map((row) => (row.body === null ? null : JSON.stringify(row.body)));
  // An array of arrays would have to be rectangular, so each list travels as JSON.
  const names = rows.map((row) => JSON.stringify(row.identifiers));
  await sql`
    with given as (
      select g.entity_id, e.customer_id, g.key, g.true_at::timestamptz as true_at, g.body::jsonb as body,
        array(select jsonb_array_elements_text(g.names::jsonb)) as identifiers
      from unnest(${rows.map((row) => row.entity)}::int[], ${rows.map((row) => row.key)}::text[],
        ${rows.map((row) => row.trueAt)}::text[], ${bodies}::text[], ${names}::text[])
        as g (entity_id, key, true_at, body, names)
      join estate.entity e on e.entity_id = g.entity_id
    ), stored as (
      insert into estate.observation (customer_id, entity_id, source_id, collection_id, key, identifiers, true_at, learned_at, body)
      select customer_id, entity_id, ${writer.source}, ${writer.collection}, key, identifiers, true_at, ${writer.at}, body from given
    )
    insert into estate.latest (customer_id, entity_id, source_id, key, identifiers, true_at, learned_at, seen_in, body)
    select customer_id, entity_id, ${writer.source}, key, identifiers, true_at, ${writer.at}, ${writer.collection}, body from given
    on conflict (entity_id, source_id) do update set key = excluded.key, identifiers = excluded.identifiers, true_at = excluded.true_at,
      learned_at = excluded.learned_at, seen_in = greatest(latest.seen_in, excluded.seen_in), body = excluded.body`;
}

/**
 * After a complete collection: what this source reported before and did not see now is gone, as far as it can tell.
 * What a later collection, begun while this one ran, has seen is not.
 */
export async function retractUnseen(
  sql: Sql,
  writer: Writer,
  kinds: readonly Kind[],
): Promise<number> {
  const gone = await sql<{ id: number; key: string }[]>`
    select l.entity_id as id, l.key from estate.latest l join estate.entity e using (entity_id)
    where l.source_id = ${writer.source} and l.body is not null and l.seen_in < ${writer.collection}
      and e.kind = any(${[...kinds]}::text[])`;
  await retract(sql, writer, gone);
  return gone.length;
}

export async function retract(
  sql: Sql,
  writer: Writer,
  gone: readonly { readonly id: number; readonly key: string }[],
): Promise<void> {
  const trueAt = writer.at.toISOString();
  await storeAssertions(
    sql,
    writer,
    gone.map(({ id, key }) => ({ entity: id, key, identifiers: [], trueAt, body: null })),
  );
  await deriveState(
    sql,
    gone.map(({ id }) => id),
    writer.at,
  );
}

interface LatestRow {
  readonly entity_id: number;
  readonly kind: Kind;
  readonly key: string;
  readonly source_id: number | null;
  readonly connector: string | null;
  readonly true_at: Date;
  readonly learned_at: Date;
  readonly body: Record<string, unknown> | null;
}

/** Derives the state of entities anew from the last words of all their sources. */
async function deriveState(sql: Sql, entities: readonly number[], at: Date): Promise<void> {
  if (entities.length === 0) return;
  const rows = await sql<LatestRow[]>`
    select e.entity_id, e.kind, e.key, l.source_id, s.connector, l.true_at, l.learned_at, l.body
    from estate.entity e
    left join estate.latest l on l.entity_id = e.entity_id and l.body is not null
    left join estate.source s on s.source_id = l.source_id
    where e.entity_id = any(${entities}::int[])`;
  const merged = [...groupByEntity(rows).values()].map((group) => ({
    id: group[0].entity_id,
    kind: group[0].kind,
    key: group[0].key,
    state: merge(group[0].kind, group.flatMap(assertionOf)),
  }));
  const gone = merged.filter((entity) => entity.state === undefined).map((entity) => entity.id);
  if (gone.length > 0) await sql`delete from estate.state where entity_id = any(${gone}::int[])`;
  const kept = merged.flatMap(({ id, kind, key, state }) =>
    state === undefined ? [] : [{ id, kind, key, state }],
  );
  if (kept.length === 0) return;
  const named = kept.map((entity) => referencesOf(entity.state.body));
  const numbers = await ensureEntities(sql, named.flatMap(referencedPairs), at);
  const numberOf = (kind: Kind, key: string | undefined) =>
    key === undefined ? null : (numbers.get(pairKey(kind, key)) ?? null);
  const states = kept.map(({ id, kind, key, state }, index) => {
    const names = named[index] ?? referencesOf({});
    return {
      customer_id: kind === 'customer' ? id : (numberOf('customer', names.customer) ?? 0),
      entity_id: id,
      kind,
      key,
      body: JSON.stringify(state.body),
      sources: `{${state.sources.join(',')}}`,
      conflicts: JSON.stringify(state.conflicts),
      true_at: state.trueAt.toISOString(),
      learned_at: state.learnedAt.toISOString(),
      asset_id: numberOf('asset', names.asset),
      account_id: numberOf('account', names.account),
      service_id: numberOf('service', names.service),
      division_id: numberOf('division', names.division),
      from_id: names.from === undefined ? null : numberOf(names.from.kind, names.from.key),
      to_id: names.to === undefined ? null : numberOf(names.to.kind, names.to.key),
    };
  });
  await storeStates(sql, JSON.stringify(states));
}

/** Writes states, and moves an entity's names and last words to its customer where that changed. */
async function storeStates(sql: Sql, states: string): Promise<void> {
  await sql`
    insert into estate.state
    select s.customer_id, s.entity_id, s.kind, s.key, s.body::jsonb, s.sources::int[], s.conflicts::jsonb, s.true_at, s.learned_at,
      s.asset_id, s.account_id, s.service_id, s.division_id, s.from_id, s.to_id
    from json_to_recordset(${states}::text::json) as s (customer_id int, entity_id int, kind text, key text, body text, sources text, conflicts text,
      true_at timestamptz, learned_at timestamptz, asset_id int, account_id int, service_id int, division_id int, from_id int, to_id int)
    on conflict (entity_id) do update set customer_id = excluded.customer_id, body = excluded.body, sources = excluded.sources,
      conflicts = excluded.conflicts, true_at = excluded.true_at, learned_at = excluded.learned_at, asset_id = excluded.asset_id,
      account_id = excluded.account_id, service_id = excluded.service_id, division_id = excluded.division_id,
      from_id = excluded.from_id, to_id = excluded.to_id`;
  const moved = await sql<{ entity_id: number; customer_id: number }[]>`
    update estate.entity e set customer_id = s.customer_id
    from json_to_recordset(${states}::text::json) as s (customer_id int, entity_id int)
    where e.entity_id = s.entity_id and e.customer_id <> s.customer_id
    returning e.entity_id, e.customer_id`;
  if (moved.length === 0) return;
  for (const table of ['identifier', 'latest']) {
    await sql`
      update ${sql(`estate.${table}`)} t set customer_id = m.customer_id
      from unnest(${moved.map((row) => row.entity_id)}::int[], ${moved.map((row) => row.customer_id)}::int[]) as m (entity_id, customer_id)
      where t.entity_id = m.entity_id and t.customer_id <> m.customer_id`;
  }
}

function groupByEntity(rows: readonly LatestRow[]): Map<number, [LatestRow, ...LatestRow[]]> {
  const groups = new Map<number, [LatestRow, ...LatestRow[]]>();
  for (const row of rows) {
    const group = groups.get(row.entity_id);
    if (group === undefined) groups.set(row.entity_id, [row]);
    else group.push(row);
  }
  return groups;
}

function assertionOf(row: LatestRow): Assertion[] {
  if (row.source_id === null || row.body === null) return [];
  return [
    {
      source: row.source_id,
      declared: row.connector === DECLARED,
      trueAt: row.true_at,
      learnedAt: row.learned_at,
      body: row.body,
    },
  ];
}
