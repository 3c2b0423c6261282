/** The items that a declared file may hold: fields of each kind, what they refer to, and the short forms. */
import { BODIES, KINDS, type Bodies, type Dependency, type Kind } from '../schema.ts';
import { fieldsOf, type FieldShape, type FieldType } from './field-type.ts';
import type * as z from 'zod';

/** What a field's text names: an entity, or a source of accounts that may be known by its name only. */
export type Target = Kind | 'identity-source';
type DependencyType = z.infer<typeof Dependency>['type'];

/** A field of an item that says a dependency: `runsOn: [dc1]`. */
export interface Shorthand {
  readonly dependency: DependencyType;
  readonly to: Kind;
}

export interface ItemShape {
  readonly kind: Kind;
  /** The name of its section and of its CSV file. */
  readonly section: string;
  /** Fields of the body that may be written, in the schema's order. */
  readonly fields: ReadonlyMap<string, FieldShape>;
  readonly shorthands: ReadonlyMap<string, Shorthand>;
  /** Every field name that may be written, the body's first. */
  readonly names: readonly string[];
}

const SECTIONS: Record<Kind, string> = {
  division: 'divisions',
  customer: 'customers',
  service: 'services',
  network: 'networks',
  asset: 'assets',
  door: 'doors',
  account: 'accounts',
  factor: 'factors',
  holding: 'holdings',
  dependency: 'dependencies',
  signin: 'signins',
  proof: 'proofs',
};

type Fields = { readonly [K in Kind]?: readonly (keyof Bodies[K])[] };

/** Facts that only the machine itself can tell: declaring them would be a claim where proof is wanted. */
export const MEASURED: Fields = {
  asset: ['kernel', 'bootedAt', 'restartNeeded', 'packageListsAt', 'patching', 'unidentified'],
  door: [
    'settings',
    'accountSettings',
    'admits',
    'through',
    'authentication',
    'certificate',
    'answers',
  ],
  account: ['keys', 'sshKeysListed', 'flags', 'createdAt', 'passwordChangedAt'],
  signin: ['unknownCount', 'addressClass'],
};

/** Fields whose text is the key of something else. */
export const REFERENCES: Record<Kind, Readonly<Record<string, Target>>> = {
  division: {},
  customer: {},
  service: { division: 'division', customers: 'customer' },
  network: {},
  asset: { division: 'division', customer: 'customer', networks: 'network' },
  door: { asset: 'asset', reachableFrom: 'network', accepts: 'identity-source' },
  account: { customer: 'customer', division: 'division' },
  factor: { account: 'account' },
  holding: { asset: 'asset', customer: 'customer', service: 'service' },
  dependency: {},
  signin: { account: 'account', door: 'door' },
  proof: { account: 'account', door: 'door' },
};

const SHORTHANDS: { readonly [K in Kind]?: Readonly<Record<string, Shorthand>> } = {
  service: { runsOn: { dependency: 'runs-on', to: 'asset' } },
  network: { reaches: { dependency: 'reaches', to: 'network' } },
  asset: {
    runsOn: { dependency: 'runs-on', to: 'asset' },
    memberOf: { dependency: 'member-of', to: 'asset' },
    administers: { dependency: 'administers', to: 'asset' },
    backsUp: { dependency: 'backs-up', to: 'asset' },
    reaches: { dependency: 'reaches', to: 'asset' },
  },
  account: { administers: { dependency: 'administers', to: 'asset' } },
};

/** Fields that give an asset another name; they join `hostnames`. */
export const NAME_FIELDS = ['hostname', 'fqdn'] as const;

/** Kinds whose items may leave out `id`, because what they say names them. */
export const ID_OPTIONAL: ReadonlySet<Kind> = new Set([
  'account',
  'factor',
  'holding',
  'dependency',
  'signin',
  'proof',
]);

export const TEXT: FieldType = { type: 'text', maxLength: 500, tests: [] };
export const KEY: FieldType = { type: 'text', maxLength: 200, tests: [] };
export const NAMES: FieldType = { type: 'list', of: TEXT, maxItems: 100 };
export const KEYS: FieldType = { type: 'list', of: KEY, maxItems: 100_000 };
export const INSTANT: FieldType = { type: 'instant' };

function itemShape(kind: Kind): ItemShape {
  const measured: readonly string[] = MEASURED[kind] ?? [];
  const fields = fieldsOf(BODIES[kind], measured);
  const shorthands = new Map(Object.entries(SHORTHANDS[kind] ?? {}));
  const names = ['id', ...fields.keys(), ...(kind === 'asset' ? NAME_FIELDS : [])];
  names.push(...shorthands.keys(), 'identifiers', 'trueAt');
  return { kind, section: SECTIONS[kind], fields, shorthands, names };
}

/** Every kind's shape, in the order in which files are best read: what is referred to comes first. */
export const SHAPES: readonly ItemShape[] = KINDS.map(itemShape);
const BY_SECTION = new Map(SHAPES.map((shape) => [shape.section, shape]));
const BY_KIND = new Map<string, ItemShape>(SHAPES.map((shape) => [shape.kind, shape]));

export function shapeOfSection(section: string): ItemShape | undefined {
  return BY_SECTION.get(section);
}

/** By kind or by the name of its section: `customer`, `customers`. */
export function shapeNamed(name: string): ItemShape | undefined {
  return BY_KIND.get(name) ?? BY_SECTION.get(name);
}

export function shapeOf(kind: Kind): ItemShape {
  const shape = BY_KIND.get(kind);
  if (shape === undefined) throw new TypeError(`no shape of ${kind}`);
  return shape;
}

/** The type of a field by name, short forms included. */
export function typeOf(shape: ItemShape, name: string): FieldType | undefined {
  const field = shape.fields.get(name);
  if (field !== undefined) return field.of;
  if (shape.shorthands.has(name)) return KEYS;
  if (name === 'id') return KEY;
  if (name === 'trueAt') return INSTANT;
  if (name === 'identifiers') return NAMES;
  return NAME_FIELDS.some((field) => field === name) && shape.kind === 'asset' ? TEXT : undefined;
}
