/** Answers the estate's routes. */
import type { Clock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import type { Handlers } from '../kernel/http/serve.ts';
import type { Database, Sql } from '../kernel/sql/database.ts';
import type { Entity, SourceRecord } from './model.ts';
import type { estateRoutes, ShownEntity } from './routes.ts';
import type { Kind } from './schema.ts';
import {
  findEntity,
  readDangling,
  readEntities,
  readInventory,
  readSources,
  type InstalledComponent,
} from './store-read.ts';
import { readServicesPage } from './services.ts';
import { readSummary } from './summary.ts';

interface Tools {
  readonly database: Database;
  readonly clock: Clock;
}

export function estateHandlers({ database, clock }: Tools): Handlers<typeof estateRoutes> {
  const read = <T>(work: (sql: Sql) => Promise<T>) => database.transaction('everything', work);
  return {
    readEstateSummary: async () => {
      const summary = await read((sql) => readSummary(sql, clock.now()));
      return {
        at: summary.at.toISOString(),
        kinds: [...summary.kinds],
        seenBy: summary.seenBy.map((row) => ({ ...row, connectors: { ...row.connectors } })),
        sources: summary.sources.map(shownSource),
        components: summary.components,
        unseen: [...summary.unseen],
      };
    },
    listServices: async (asked) => {
      const { totals, services, next } = await read((sql) =>
        readServicesPage(sql, asked, clock.now()),
      );
      return {
        totals: { ...totals },
        services: services.map(({ certificate, ...each }) => ({
          ...each,
          networks: [...each.networks],
          reachableFrom: [...each.reachableFrom],
          answers: each.answers.map((answer) => ({ ...answer })),
          sources: [...each.sources],
          certificate:
            certificate === null ? null : { ...certificate, names: [...certificate.names] },
        })),
        next,
      };
    },
    readSources: async ({ asAt }) => {
      const sources = await read((sql) => readSources(sql, clock.now(), moment(asAt, clock)));
      return { sources: sources.map(shownSource) };
    },
    listEntities: async ({ kind, asAt, after, limit }) => {
      const found = await read((sql) =>
        readEntities(sql, { kind, after, limit: limit + 1 }, moment(asAt, clock)),
      );
      const page = found.slice(0, limit);
      return {
        entities: page.map(shownEntity),
        next: found.length > limit ? (page.at(-1)?.key ?? null) : null,
      };
    },
    readEntity: async ({ kind, key, asAt }) =>
      shownEntity(await read((sql) => requireEntity(sql, kind, key, moment(asAt, clock)))),
    listComponents: async ({ key, asAt }) => {
      const components = await read(async (sql) => {
        const { id } = await requireEntity(sql, 'asset', key, moment(asAt, clock));
        return readInventory(sql, id, moment(asAt, clock));
      });
      return { components: components.map(shownComponent) };
    },
    listUndescribed: async ({ limit }) => ({
      names: [...(await read((sql) => readDangling(sql, limit)))],
    }),
  };
}

/** The one entity that a key or a host name means. @throws HoldfastError `not_found` */
export async function requireEntity(
  sql: Sql,
  kind: Kind,
  name: string,
  asAt: Date | undefined,
): Promise<Entity> {
  const id = await findEntity(sql, kind, name);
  const [entity] = id === undefined ? [] : await readEntities(sql, { kind, ids: [id] }, asAt);
  if (entity !== undefined) return entity;
  throw new HoldfastError(
    'not_found',
    `No ${kind} is called ${name}${asAt === undefined ? '' : ` as at ${asAt.toISOString()}`}`,
    {
      remedy: `holdfast estate list ${kind} shows them all.`,
    },
  );
}

/** @throws HoldfastError `bad_input` for a moment to come: nothing is known of it yet. */
function moment(text: string | undefined, clock: Clock): Date | undefined {
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (at > clock.now()) throw new HoldfastError('bad_input', 'asAt: this moment is still to come');
  return at;
}

/** The body has the form of its kind: nothing else was ever stored under it. */
function shownEntity(entity: Entity): ShownEntity {
  const shown = {
    kind: entity.kind,
    key: entity.key,
    body: { ...entity.body },
    sources: [...entity.sources],
    conflicts: entity.conflicts.map(({ field, values }) => ({
      field,
      values: values.map(({ source, value }) => ({ source, value: JSON.stringify(value) })),
    })),
    trueAt: entity.trueAt.toISOString(),
    learnedAt: entity.learnedAt.toISOString(),
  };
  return shown;
}

function shownComponent({ notes, ...component }: InstalledComponent) {
  const { section, type, release, name, version, architecture, sourceName, sourceVersion } =
    component;
  return {
    section,
    type,
    release,
    name,
    version,
    architecture,
    sourceName,
    sourceVersion,
    notes: notes === null ? null : { ...notes },
  };
}

function shownSource({
  id,
  connector,
  name,
  interval,
  lastSeenAt,
  stale,
  lastCollection: last,
}: SourceRecord) {
  return {
    id,
    connector,
    name,
    interval,
    stale,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    lastCollection:
      last === null
        ? null
        : {
            id: last.id,
            startedAt: last.startedAt.toISOString(),
            endedAt: last.endedAt?.toISOString() ?? null,
            outcome: last.outcome,
            observed: last.observed,
            changed: last.changed,
            gone: last.gone,
            unseen: [...last.unseen],
          },
  };
}
