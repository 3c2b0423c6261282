/** The estate's routes: what is known, now or as at a past moment. */
import * as z from 'zod';
import { route } from '../kernel/http/route.ts';
import {
  BODIES,
  ComponentNote,
  EntityRef,
  Instant,
  Key,
  Kind,
  OUTCOMES,
  Unseen,
} from './schema.ts';

const Count = z.int().min(0);
const AsAt = Instant.optional().describe('As it was known at this moment; now unless given');
const Page = {
  after: Key.optional(),
  limit: z.int().min(1).max(1000).default(200),
};

const KindCount = z.strictObject({
  kind: Kind,
  known: Count,
  fresh: Count,
  stale: Count,
  undescribed: Count,
});
const SeenBy = z.strictObject({
  kind: Kind,
  connectors: z.record(z.string(), Count),
  onlyOne: Count,
});
const Collection = z.strictObject({
  id: Count,
  startedAt: Instant,
  endedAt: Instant.nullable(),
  outcome: z.enum(OUTCOMES).nullable(),
  observed: Count,
  changed: Count,
  gone: Count,
  unseen: z.array(Unseen),
});
const Source = z.strictObject({
  id: Count,
  connector: z.string(),
  name: z.string(),
  /** Seconds after which it is stale. */
  interval: Count,
  lastSeenAt: Instant.nullable(),
  stale: z.boolean(),
  lastCollection: Collection.nullable(),
});
const entityFields = {
  key: z.string(),
  /** Numbers of the sources that report it (readSources). */
  sources: z.array(Count),
  conflicts: z.array(
    z.strictObject({
      field: z.string(),
      values: z.array(z.strictObject({ source: Count, value: z.string().describe('JSON') })),
    }),
  ),
  trueAt: Instant,
  learnedAt: Instant,
};
/** Facts by field, in the form of the kind's schema; sources may leave any of them out. */
const Entity = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('division'), body: BODIES.division.partial(), ...entityFields }),
  z.strictObject({ kind: z.literal('customer'), body: BODIES.customer.partial(), ...entityFields }),
  z.strictObject({ kind: z.literal('service'), body: BODIES.service.partial(), ...entityFields }),
  z.strictObject({ kind: z.literal('network'), body: BODIES.network.partial(), ...entityFields }),
  z.strictObject({ kind: z.literal('asset'), body: BODIES.asset.partial(), ...entityFields }),
  z.strictObject({ kind: z.literal('door'), body: BODIES.door.partial(), ...entityFields }),
  z.strictObject({ kind: z.literal('account'), body: BODIES.account.partial(), ...entityFields }),
  z.strictObject({ kind: z.literal('factor'), body: BODIES.factor.partial(), ...entityFields }),
  z.strictObject({ kind: z.literal('holding'), body: BODIES.holding.partial(), ...entityFields }),
  z.strictObject({
    kind: z.literal('dependency'),
    body: BODIES.dependency.partial(),
    ...entityFields,
  }),
  z.strictObject({ kind: z.literal('signin'), body: BODIES.signin.partial(), ...entityFields }),
  z.strictObject({ kind: z.literal('proof'), body: BODIES.proof.partial(), ...entityFields }),
]);
export type ShownEntity = z.input<typeof Entity>;
const Component = z.strictObject({
  section: z.string(),
  type: z.string(),
  release: z.string(),
  name: z.string(),
  version: z.string(),
  architecture: z.string(),
  sourceName: z.string(),
  sourceVersion: z.string(),
  notes: ComponentNote.omit({ index: true }).nullable(),
});

const Service = z.strictObject({
  asset: z.string(),
  name: z.string(),
  unknown: z.boolean().describe('Nobody knows what answers there'),
  why: z.string(),
  networks: z.array(z.string()),
  door: z.string(),
  transport: z.string(),
  port: Count,
  address: z.string(),
  loopbackOnly: z.boolean(),
  program: z.string().nullable(),
  package: z.string().nullable(),
  reachableFrom: z.array(z.string()),
  answers: z.array(
    z.strictObject({
      from: z.string().nullable(),
      address: z.string(),
      state: z.enum(['open', 'refused', 'no-answer']),
    }),
  ),
  product: z.string().nullable().describe('What it says it is'),
  banner: z.string().nullable(),
  certificate: z
    .strictObject({
      subject: z.string(),
      issuer: z.string().nullable(),
      names: z.array(z.string()),
      notAfter: Instant.nullable(),
      expired: z.boolean(),
    })
    .nullable(),
  sources: z.array(z.string()),
  sightedAt: Instant.nullable(),
  answeredAt: Instant.nullable(),
});

export const estateRoutes = {
  listServices: route({
    method: 'GET',
    path: '/api/v1/estate/services',
    summary: 'Services that listen on the networks, those of assets that nobody knows first',
    permission: 'estate:read',
    input: z.strictObject({
      network: Key.optional(),
      asset: Key.optional(),
      port: z.int().min(0).max(65_535).optional(),
      unknown: z
        .stringbool()
        .optional()
        .describe('Only of assets that nobody knows, or only others'),
      after: z.string().max(1000).optional().describe('`next` of the page before'),
      limit: Page.limit,
    }),
    output: z.strictObject({
      totals: z.strictObject({ services: Count, assets: Count, unknownAssets: Count }),
      services: z.array(Service),
      next: z.string().nullable(),
    }),
    errors: ['bad_input'],
  }),
  readEstateSummary: route({
    method: 'GET',
    path: '/api/v1/estate/summary',
    summary: 'Counts per kind, the seen-by matrix, sources, and what could not be seen',
    permission: 'estate:read',
    input: z.strictObject({}),
    output: z.strictObject({
      at: Instant,
      kinds: z.array(KindCount),
      seenBy: z.array(SeenBy),
      sources: z.array(Source),
      components: z.strictObject({ distinct: Count, installed: Count, assets: Count }),
      unseen: z.array(Unseen.extend({ connector: z.string(), name: z.string() })),
    }),
  }),
  readSources: route({
    method: 'GET',
    path: '/api/v1/estate/sources',
    summary: 'Where facts come from, and how each last collection ended',
    permission: 'estate:read',
    input: z.strictObject({ asAt: AsAt }),
    output: z.strictObject({ sources: z.array(Source) }),
  }),
  listEntities: route({
    method: 'GET',
    path: '/api/v1/estate/kinds/{kind}/entities',
    summary: 'Everything of one kind by key, a page at a time',
    permission: 'estate:read',
    input: z.strictObject({ kind: Kind, asAt: AsAt, ...Page }),
    output: z.strictObject({ entities: z.array(Entity), next: z.string().nullable() }),
  }),
  readEntity: route({
    method: 'GET',
    path: '/api/v1/estate/kinds/{kind}/entities/{key}',
    summary: 'One thing with every fact and where sources disagree',
    permission: 'estate:read',
    input: z.strictObject({ kind: Kind, key: Key, asAt: AsAt }),
    output: Entity,
    errors: ['not_found'],
  }),
  listComponents: route({
    method: 'GET',
    path: '/api/v1/estate/assets/{key}/components',
    summary: 'The installed components of an asset',
    permission: 'estate:read',
    input: z.strictObject({ key: Key, asAt: AsAt }),
    output: z.strictObject({ components: z.array(Component) }),
    errors: ['not_found'],
  }),
  listUndescribed: route({
    method: 'GET',
    path: '/api/v1/estate/undescribed',
    summary: 'Names that something refers to and no source describes',
    permission: 'estate:read',
    input: z.strictObject({ limit: Page.limit }),
    output: z.strictObject({ names: z.array(EntityRef) }),
  }),
};
