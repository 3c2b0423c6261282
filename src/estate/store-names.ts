/** SQL of names: which entity a name means, and a number for every name that is mentioned. */
import type { Sql } from '../kernel/sql/database.ts';
import { identify, namesOf, type KnownName } from './identify.ts';
import type { Kind, Observation } from './schema.ts';

/** `kind` and `key` as one map key; keys hold no control characters. */
export function pairKey(kind: string, key: string): string {
  return `${kind}\n${key}`;
}

/**
 * The entity of each observation, by `pairKey`; new ones are made, and every name is remembered for the next time.
 * Names that lead to another entity than the one chosen are returned as clashes: `[kind, key, name]`.
 */
export async function resolveObservations(
  sql: Sql,
  observations: readonly Observation[],
  at: Date,
): Promise<{ entities: Map<string, number>; clashes: [Kind, string, string][] }> {
  const known = await knownNames(sql, observations);
  const entities = new Map<string, number>();
  const fresh: Observation[] = [];
  for (const observation of observations) {
    const candidates = known.get(observation.kind) ?? [];
    const entity = identify(observation, candidatesFor(observation, candidates));
    if (entity === undefined) fresh.push(observation);
    else entities.set(pairKey(observation.kind, observation.key), entity);
  }
  const made = await ensureEntities(sql, fresh, at);
  for (const [pair, entity] of made) entities.set(pair, entity);
  const clashes = await rememberNames(sql, observations, entities);
  return { entities, clashes };
}

interface NameIndex {
  readonly byName: Map<string, KnownName>;
  readonly byEntity: Map<number, KnownName[]>;
}

function candidatesFor(observation: Observation, index: NameIndex | readonly never[]): KnownName[] {
  if (!('byName' in index)) return [];
  const entities = new Set(
    namesOf(observation).flatMap((name) => index.byName.get(name)?.entity ?? []),
  );
  return [...entities].flatMap((entity) => index.byEntity.get(entity) ?? []);
}

/** Every name of every entity that any of the observations' names leads to, by kind. */
async function knownNames(
  sql: Sql,
  observations: readonly Observation[],
): Promise<Map<string, NameIndex>> {
  const wanted = observations.flatMap((observation) =>
    namesOf(observation).map((name) => [observation.kind, name] as const),
  );
  const rows = await sql<{ kind: string; identifier: string; entity_id: number }[]>`
    select i.kind, i.identifier, i.entity_id
    from estate.identifier i
    where i.entity_id in (
      select n.entity_id from estate.identifier n
      join unnest(${wanted.map(([kind]) => kind)}::text[], ${wanted.map(([, name]) => name)}::text[]) as w (kind, identifier)
        on n.kind = w.kind and n.identifier = w.identifier)`;
  const index = new Map<string, NameIndex>();
  for (const row of rows) {
    let ofKind = index.get(row.kind);
    if (ofKind === undefined)
      index.set(row.kind, (ofKind = { byName: new Map(), byEntity: new Map() }));
    const name: KnownName = { entity: row.entity_id, identifier: row.identifier };
    ofKind.byName.set(row.identifier, name);
    const names = ofKind.byEntity.get(row.entity_id);
    if (names === undefined) ofKind.byEntity.set(row.entity_id, [name]);
    else names.push(name);
  }
  return index;
}

async function rememberNames(
  sql: Sql,
  observations: readonly Observation[],
  entities: ReadonlyMap<string, number>,
): Promise<[Kind, string, string][]> {
  const rows = observations.flatMap((observation) => {
    const entity = entities.get(pairKey(observation.kind, observation.key)) ?? 0;
    return namesOf(observation).map((name) => ({ observation, name, entity }));
  });
  const stored = await sql<{ at: number; entity_id: number }[]>`
    with given as (
      select * from unnest(${rows.map((row) => row.observation.kind)}::text[], ${rows.map((row) => row.name)}::text[],
        ${rows.map((row) => row.entity)}::int[]) with ordinality as g (kind, identifier, entity_id, at)
    ), added as (
      insert into estate.identifier (kind, identifier, entity_id)
      select distinct on (kind, identifier) kind, identifier, entity_id from given order by kind, identifier, at
      on conflict do nothing
      returning kind, identifier
    )
    select g.at::int as at, i.entity_id
    from given g join estate.identifier i on i.kind = g.kind and i.identifier = g.identifier
    where i.entity_id <> g.entity_id`;
  return stored.map(({ at }) => {
    const row = rows[at - 1];
    return [row?.observation.kind ?? 'asset', row?.observation.key ?? '', row?.name ?? ''];
  });
}

/** Numbers for (kind, key) pairs, made where missing, by `pairKey`. A pair that was only mentioned has no state. */
export async function ensureEntities(
  sql: Sql,
  pairs: readonly { readonly kind: Kind; readonly key: string }[],
  at: Date,
): Promise<Map<string, number>> {
  const distinct = [...new Map(pairs.map((pair) => [pairKey(pair.kind, pair.key), pair])).values()];
  const numbers = new Map<string, number>();
  if (distinct.length === 0) return numbers;
  const kinds = distinct.map((pair) => pair.kind);
  const keys = distinct.map((pair) => pair.key);
  const found = await sql<{ kind: Kind; key: string; entity_id: number }[]>`
    select w.kind, w.key, i.entity_id
    from unnest(${kinds}::text[], ${keys}::text[]) as w (kind, key)
    join estate.identifier i on i.kind = w.kind and i.identifier = 'key:' || w.key`;
  for (const row of found) numbers.set(pairKey(row.kind, row.key), row.entity_id);
  const missing = distinct.filter((pair) => !numbers.has(pairKey(pair.kind, pair.key)));
  if (missing.length === 0) return numbers;
  const made = await sql<{ kind: Kind; key: string; entity_id: number }[]>`
    with made as (
      insert into estate.entity (kind, key, learned_at)
      select kind, key, ${at} from unnest(${missing.map((pair) => pair.kind)}::text[], ${missing.map((pair) => pair.key)}::text[]) as w (kind, key)
      returning entity_id, kind, key
    ), named as (
      insert into estate.identifier (kind, identifier, entity_id) select kind, 'key:' || key, entity_id from made
    ), own as (
      select entity_id, kind, key from made
    )
    select * from own`;
  for (const row of made) numbers.set(pairKey(row.kind, row.key), row.entity_id);
  return numbers;
}
