/**
 * What crosses the estate's edge: observations, inventories and the record of a collection.
 * An observation is one fact from one source at one time (docs/reference/model.md).
 */
import * as z from 'zod';
import {
  Authentication,
  FACTOR_TYPES,
  POPULATIONS,
  Proof,
  Scope,
  SignIn,
} from './authentication.ts';
import { DOOR_TYPES } from './door-type.ts';
import { HostPatching, Restart, UPDATE_NOTE } from './patching.ts';
import { Certificate, PORT_STATES, type Sighting, type Sweep } from './sighting.ts';
import { Count, Instant, Key, Text } from './text.ts';

export const KINDS = [
  'division',
  'customer',
  'service',
  'network',
  'asset',
  'door',
  'account',
  'factor',
  'holding',
  'dependency',
  'signin',
  'proof',
] as const;
export const Kind = z.enum(KINDS);
export type Kind = z.infer<typeof Kind>;

export { Instant, Key, POPULATIONS };
export { doorTypeOfPort } from './door-type.ts';
export { Sighting, Sweep, type SightedProduct, type SightedService } from './sighting.ts';
export type {
  HostPatching,
  PackageList,
  PatchReason,
  UpdateEvent,
  UpdateOffer,
} from './patching.ts';

export const CLINICAL_CRITICALITIES = ['immediate', 'urgent', 'routine', 'none'] as const;
export const Division = z.strictObject({ name: Text });
export const Customer = z.strictObject({
  name: Text,
  /** Organisation Data Service code, where the NHS gave one. */
  ods: z
    .string()
    .regex(/^[A-Z0-9]{3,10}$/)
    .optional(),
});
export const Service = z.strictObject({
  name: Text,
  /** How soon people come to harm when the service is away: at once, within hours, within days, not at all. */
  clinicalCriticality: z.enum(CLINICAL_CRITICALITIES).optional(),
  division: Key.optional(),
  customers: z.array(Key).max(100_000).optional(),
});
export const Network = z.strictObject({
  name: Text,
  cidrs: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .max(1000)
    .optional(),
  zone: z.enum(['internet', 'partner', 'internal', 'management']).optional(),
});

export const ASSET_TYPES = [
  'host',
  'container-image',
  'device',
  'directory',
  'database',
  'file-share',
  'backup',
  'saas-tenant',
  'other',
] as const;
const OperatingSystem = z.strictObject({
  id: Text,
  versionId: Text.optional(),
  codename: Text.optional(),
  prettyName: Text.optional(),
});
const Kernel = z.strictObject({
  running: Text.optional(),
  installed: z.array(Text).max(100).optional(),
});
/** What a machine is to its domain, where it runs Windows: on a domain controller flaws count that others do not have. */
export const DOMAIN_ROLES = ['domain-controller', 'server', 'workstation'] as const;
export const Asset = z.strictObject({
  name: Text,
  type: z.enum(ASSET_TYPES),
  division: Key.optional(),
  customer: Key.optional(),
  hostnames: z.array(z.string().max(253)).max(100).optional(),
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .max(1000)
    .optional(),
  networks: z.array(Key).max(100).optional(),
  os: OperatingSystem.optional(),
  domainRole: z.enum(DOMAIN_ROLES).optional(),
  /** Software that no connector sees, `vendor/product@version`; without a version what affects it is unknown. */
  products: z
    .array(
      z
        .string()
        .max(500)
        .regex(/^[^/@\s][^/@]*\/[^/@\s][^/@]*(?:@[^\s@][^@]*)?$/),
    )
    .max(200)
    .optional(),
  kernel: Kernel.optional(),
  architecture: Text.optional(),
  /** Seconds since 1970 of the last boot, from the kernel. */
  bootedAt: Instant.optional(),
  /** Restarts that are due; an empty list is a measured none, a missing one is unknown. */
  restartNeeded: z.array(Restart).max(10).optional(),
  /** Repairs beyond the usual end of support that its owner is entitled to. */
  entitlements: z
    .array(z.enum(['debian-elts', 'ubuntu-pro', 'rhel-els', 'windows-esu', 'extended-support']))
    .max(10)
    .optional(),
  /** When the package lists were last refreshed: evidence for "no updates are missing". */
  packageListsAt: Instant.optional(),
  /** true: something answers at its address, and nobody knows what it is. */
  unidentified: z.boolean().optional(),
  /** What stands in the way of updates, how fresh the lists are, and whether the way back is open. */
  patching: HostPatching.optional(),
});

const Settings = z.record(z.string().max(100), z.string().max(4000));
export const Door = z.strictObject({
  name: Text,
  type: z.enum(DOOR_TYPES),
  asset: Key.optional(),
  address: Text.optional(),
  port: z.int().min(0).max(65535).optional(),
  transport: z.enum(['tcp', 'udp', 'unix']).optional(),
  /** The program that listens, and the package that owns it. */
  program: Text.optional(),
  package: Text.optional(),
  /** Networks from which it can be reached. */
  reachableFrom: z.array(Key).max(1000).optional(),
  /** Identity sources whose accounts it accepts. */
  accepts: z.array(Key).max(1000).optional(),
  /** Services and assets that a person is in, once through it. */
  opens: z
    .array(z.strictObject({ kind: z.enum(['service', 'asset']), key: Key }))
    .max(10_000)
    .optional(),
  /** Settings as the door itself reports them (`sshd -T`, PAM stacks), as text. */
  settings: Settings.optional(),
  /**
   * Where the door may treat accounts otherwise: one row for each account and source address that it was asked about,
   * with what differs from `settings`. Missing: `settings` hold for everyone. An account without a row: unknown.
   */
  accountSettings: z
    .array(z.strictObject({ account: Key, from: Text.optional(), settings: Settings }))
    .max(10_000)
    .optional(),
  /** Who of the accepted accounts may come in at all; missing: all of them. */
  admits: Scope.optional(),
  /** Identity sources whose accounts sign in at another door first (federation), and that door. */
  through: z
    .array(z.strictObject({ identitySource: Key, door: Key }))
    .max(1000)
    .optional(),
  /** What it is said to demand of everybody: a claim, as a person writes it down. */
  requires: z.enum(['one-factor', 'second-factor', 'phishing-resistant']).optional(),
  /** What it demands of whom, where a connector can say it in these words. */
  authentication: Authentication.optional(),
  /** The certificate that it shows to whoever connects. */
  certificate: Certificate.optional(),
  /** How it answered to somebody who tried from another network. */
  answers: z
    .array(
      z.strictObject({
        from: Key.optional(),
        address: z.union([z.ipv4(), z.ipv6()]),
        state: z.enum(PORT_STATES),
      }),
    )
    .max(1000)
    .optional(),
});
export const Account = z.strictObject({
  /** The login as its identity source spells it. */
  login: Text,
  identitySource: Key,
  population: z.enum(POPULATIONS).optional(),
  customer: Key.optional(),
  division: Key.optional(),
  enabled: z.boolean().optional(),
  /** Whether the password can be used: `locked`, `none` (empty), `set`, or missing when it could not be read. */
  password: z.enum(['set', 'locked', 'none']).optional(),
  shell: Text.optional(),
  groups: z.array(Text).max(5000).optional(),
  privileged: z.boolean().optional(),
  lastSignInAt: Instant.optional(),
  createdAt: Instant.optional(),
  passwordChangedAt: Instant.optional(),
  /** What its source says of it, as codes: `smart-card-required`, `password-not-required`, `no-preauth`… */
  flags: z.array(Text).max(50).optional(),
  /** true: its source tells all its factors, so that one that is not told is not there. */
  factorsListed: z.boolean().optional(),
  /** true: its source tells all its ssh keys. */
  sshKeysListed: z.boolean().optional(),
  /** Whether it may sign in as a person does; false for a service account that is refused. */
  interactive: z.boolean().optional(),
  /** true: a service account that proves itself by an identity of its workload, without a secret that is kept. */
  workloadIdentity: z.boolean().optional(),
  /** Long-lived keys that are active: each opens a door by itself. */
  keys: z
    .array(z.strictObject({ createdAt: Instant.optional(), lastUsedAt: Instant.optional() }))
    .max(100)
    .optional(),
});
export const Factor = z.strictObject({
  account: Key,
  type: z.enum(FACTOR_TYPES),
  registeredAt: Instant.optional(),
  /** `pending` and `disabled` factors prove nothing; missing: active. */
  status: z.enum(['active', 'pending', 'disabled']).optional(),
});

export const CATEGORIES = [
  'contact',
  'health',
  'home-entry',
  'financial',
  'credentials',
  'official-documents',
  'safeguarding',
  'criminal',
  'special-other',
] as const;
const People = z
  .strictObject({ low: Count, best: Count, high: Count })
  .refine(
    (people) => people.low <= people.best && people.best <= people.high,
    'must hold low <= best <= high',
  );
export const Holding = z.strictObject({
  asset: Key,
  customer: Key.optional(),
  service: Key.optional(),
  name: Text.optional(),
  people: People.optional(),
  deceased: Count.optional(),
  children: Count.optional(),
  categories: z.partialRecord(z.enum(CATEGORIES), Count).optional(),
  /** `counted` from the data by a connector, or `declared` by a person: a declared number never replaces a counted one. */
  howCounted: z.enum(['counted', 'declared']),
  asOf: Instant.optional(),
});
export const DEPENDENCY_TYPES = [
  'runs-on',
  'serves',
  'member-of',
  'administers',
  'backs-up',
  'reaches',
] as const;
export const EntityRef = z.strictObject({ kind: Kind, key: Key });
export type EntityRef = z.infer<typeof EntityRef>;
export const Dependency = z.strictObject({
  type: z.enum(DEPENDENCY_TYPES),
  from: EntityRef,
  to: EntityRef,
});

export const BODIES = {
  division: Division,
  customer: Customer,
  service: Service,
  network: Network,
  asset: Asset,
  door: Door,
  account: Account,
  factor: Factor,
  holding: Holding,
  dependency: Dependency,
  signin: SignIn,
  proof: Proof,
} as const satisfies Record<Kind, z.ZodType>;
export type Bodies = { [K in Kind]: z.infer<(typeof BODIES)[K]> };

/**
 * One fact from one source. `identifiers` are other names of the same thing, strongest kind first, by which facts from
 * different sources find each other: `machine:<hash>`, `fqdn:web1.example.org`, `hostname:web1`, `ods:RX1`.
 */
export type Observation = {
  [K in Kind]: {
    readonly type: 'observation';
    readonly kind: K;
    readonly key: string;
    /** When it was true. The time we learned it is set when it is stored. */
    readonly trueAt: string;
    readonly identifiers?: readonly string[];
    readonly body: Bodies[K];
  };
}[Kind];

/** One installed component; matching happens once per distinct component of the whole estate. */
export const Component = z.strictObject({
  /** Package URL type: deb, rpm, apk, npm… */
  type: z.string().max(40),
  /** What the versions belong to: `debian-12`, `almalinux-9`, or empty where the ecosystem has one line of versions. */
  release: z.string().max(100),
  name: z.string().min(1).max(300),
  version: z.string().max(300),
  architecture: z.string().max(40),
  sourceName: z.string().max(300),
  sourceVersion: z.string().max(300),
});
export type Component = z.infer<typeof Component>;

/** What is remarkable about a component on one asset; nothing is said of an ordinary one. */
export const ComponentNote = z.strictObject({
  /** Position of the component in `components`. */
  index: z.int().min(0),
  /**
   * The package manager's own state when it is not "installed and configured": dpkg's `iU`, `iF`, `rc`…, apk's flags of
   * broken files and scripts (`f`, `s`, `x`), `duplicate` where rpm has a package in two versions.
   */
  state: z.string().max(10).optional(),
  held: z.boolean().optional(),
  pin: z.int().optional(),
  origin: z.string().max(200).optional(),
  /** The newest version that the host's package manager offers, and the origin and suite that it comes from. */
  available: z.string().max(300).optional(),
  availableFrom: z.string().max(300).optional(),
  /** Why the package manager would not take it now: kept back by dependencies, or released in phases. */
  deferred: z.enum(['kept-back', 'phased']).optional(),
  ...UPDATE_NOTE,
});

/** The whole set of components of one kind on one asset at one time. */
export interface Inventory {
  readonly type: 'inventory';
  readonly asset: string;
  /** `deb`, `rpm`, `apk`…: a section replaces itself and no other. */
  readonly section: string;
  readonly trueAt: string;
  readonly components: readonly Component[];
  readonly notes?: readonly z.infer<typeof ComponentNote>[];
  /** SHA-256 (hex) of the section as the host sent it, where it sends hashes. */
  readonly sha256?: string;
}

/** Something that a collection could not see, and why: shown as unknown, never as nothing. */
export const UNSEEN_REASONS = [
  'not-permitted',
  'not-installed',
  'not-supported',
  'unreadable',
  'timeout',
  'truncated',
  'unreachable',
  'invalid',
] as const;
export const Unseen = z.strictObject({
  what: z.string().max(200),
  reason: z.enum(UNSEEN_REASONS),
  detail: z.string().max(500).optional(),
  /** Kinds of thing that this may have hidden: of others it is known that what was not seen is gone. Missing: any kind. */
  mayHide: z.array(Kind).max(KINDS.length).optional(),
});
export type Unseen = z.infer<typeof Unseen>;

/** What a connector yields while it collects. */
export type Report =
  | Observation
  | Inventory
  | ({ readonly type: 'unseen' } & Unseen)
  | ({ readonly type: 'sighting' } & Sighting)
  | ({ readonly type: 'sweep' } & Sweep)
  /** Everything before it may be stored, and the source's next collection is told the text; empty: it is at its end. */
  | { readonly type: 'position'; readonly text: string };

export const OUTCOMES = ['complete', 'partial', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];
