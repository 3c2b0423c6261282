/** One item of a declared file to the observations it stands for: itself, and the dependencies of its short forms. */
import { EntityRef, type Kind, type Observation } from '../schema.ts';
import { allowedValues, convert, refuse, type ItemContext } from './convert.ts';
import { defaultKey } from './default-key.ts';
import { derivedIdentifiers, readIdentifiers } from './identifiers.ts';
import { holdsTogether, readBody, type Body, type Item } from './item-body.ts';
import { didYouMean } from './nearest.ts';
import { isEmpty, type Entry, type Node, type Position } from './node.ts';
import { quoted, type Problems } from './problem.ts';
import {
  ID_OPTIONAL,
  INSTANT,
  KEY,
  KEYS,
  MEASURED,
  REFERENCES,
  type ItemShape,
  type Shorthand,
  type Target,
} from './shape.ts';

/** One declared fact and where it is written. */
export interface Placed {
  readonly at: Position;
  readonly observation: Observation;
}

/** A key that an item uses, to be found among all files and what is known. */
export interface Reference {
  readonly at: Position;
  readonly label: string;
  readonly field: string;
  readonly target: Target;
  readonly key: string;
}

export interface Reading {
  readonly file: string;
  /** The time of the import: when an item was true unless it says otherwise. */
  readonly now: string;
  readonly problems: Problems;
  readonly observations: Placed[];
  readonly references: Reference[];
  /** Items with a problem of their own: they are still declared, so that no reference to them is called dangling. */
  readonly failed: { readonly kind: Kind; readonly key: string }[];
}

/** Reads one item of a section; what is wrong is reported, and then nothing of the item is kept. */
export function readItem(shape: ItemShape, node: Node, reading: Reading): void {
  const { file, problems } = reading;
  if (node.type !== 'mapping') {
    const context = { file, label: shape.section, problems };
    refuse(node, '', 'each item must hold fields such as "id: …"', context, 'syntax');
    return;
  }
  const fields = new Map(node.entries.map((entry) => [entry.key, entry]));
  const context: ItemContext = { file, label: labelOf(shape, fields), problems };
  const item: Item = { shape, node, fields, context };
  const known = refuseUnknown(item);
  const body = readBody(item);
  const trueAt = readTrueAt(item, body, reading.now);
  const identifiers = readIdentifiers(fields.get('identifiers')?.value, context);
  const key = readKey(item, body);
  const whole = known && body !== undefined && holdsTogether(item, body);
  if (!whole || trueAt === undefined || identifiers === undefined || key === undefined) {
    if (key !== undefined) reading.failed.push({ kind: shape.kind, key });
    return;
  }
  const all = [...new Set([...identifiers, ...derivedIdentifiers(shape.kind, body)])];
  push(reading, node, shape.kind, key, trueAt, body, all);
  noteReferences(reading, item, body);
  readShorthands(reading, item, key, trueAt);
}

function labelOf(shape: ItemShape, fields: ReadonlyMap<string, Entry>): string {
  const id = fields.get('id')?.value;
  return id?.type === 'scalar' && id.text !== '' ? `${shape.kind} ${quoted(id.text)}` : shape.kind;
}

function refuseUnknown({ shape, node, fields, context }: Item): boolean {
  const measured: readonly string[] = MEASURED[shape.kind] ?? [];
  let all = true;
  for (const entry of node.entries) {
    const { key } = entry;
    if (shape.names.includes(key)) continue;
    all = false;
    const [outer = ''] = key.split('.', 1);
    if (outer !== key && fields.has(outer)) {
      const rule = `${key} stands beside ${outer}; give one of the two`;
      refuse(entry, key, rule, context, 'duplicate');
    } else if (measured.includes(key)) {
      const rule = `${key} is measured on the machine by a connector and cannot be declared`;
      refuse(entry, key, rule, context, 'unknown-field');
    } else {
      const hint =
        key === 'asOf'
          ? '; did you mean "trueAt"?'
          : didYouMean(key, shape.names) || allowedValues(shape.names);
      refuse(entry, key, `unknown field ${quoted(key)}${hint}`, context, 'unknown-field');
    }
  }
  return all;
}

/** `trueAt`, else a holding's `asOf`, else the time of the import. */
function readTrueAt(item: Item, body: Body | undefined, now: string): string | undefined {
  const { fields, context } = item;
  let latest = now;
  for (const field of ['asOf', 'trueAt']) {
    const node = fields.get(field)?.value;
    if (node === undefined || (field === 'asOf' && body?.['asOf'] === undefined)) continue;
    const value = field === 'asOf' ? body?.['asOf'] : convert(node, INSTANT, field, context);
    if (typeof value !== 'string') return undefined;
    if (Date.parse(value) > Date.parse(now)) {
      const rule = `${field} ${quoted(value)} is later than this import (${now})`;
      refuse(node, field, rule, context);
      return undefined;
    }
    latest = value;
  }
  return latest;
}

function readKey(item: Item, body: Body | undefined): string | undefined {
  const { shape, fields, context, node } = item;
  const id = fields.get('id')?.value;
  if (id === undefined) {
    if (ID_OPTIONAL.has(shape.kind)) return body && defaultKey(shape.kind, body);
    refuse(node, 'id', 'id is missing', context, 'missing');
    return undefined;
  }
  const key = convert(id, KEY, 'id', context);
  return typeof key === 'string' ? key : undefined;
}

function push(
  reading: Reading,
  node: { readonly line: number; readonly column: number },
  kind: Kind,
  key: string,
  trueAt: string,
  body: Body,
  identifiers: readonly string[] = [],
): void {
  const at = { file: reading.file, line: node.line, column: node.column };
  const more = identifiers.length > 0 ? { identifiers } : {};
  // The body was checked against the schema of this very kind.
  const observation = { type: 'observation', kind, key, trueAt, ...more, body } as Observation;
  reading.observations.push({ at, observation });
}

function noteReferences(reading: Reading, item: Item, body: Body): void {
  const { shape, fields } = item;
  for (const [field, target] of Object.entries(REFERENCES[shape.kind])) {
    noteKeys(reading, item, fields.get(field)?.value, field, target, body[field]);
  }
  for (const field of ['from', 'to', 'opens']) {
    const entry = shape.fields.has(field) ? fields.get(field) : undefined;
    if (entry === undefined) continue;
    const value: unknown = body[field];
    for (const [index, one] of (Array.isArray(value) ? value : [value]).entries()) {
      const ref = EntityRef.parse(one);
      noteKeys(reading, item, itemNode(entry.value, index), field, ref.kind, ref.key);
    }
  }
}

function noteKeys(
  reading: Reading,
  item: Item,
  node: Node | undefined,
  field: string,
  target: Target,
  value: unknown,
): void {
  if (node === undefined || isEmpty(node)) return;
  const keys: unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, key] of keys.entries()) {
    if (typeof key !== 'string') continue;
    const { line, column } = itemNode(node, index);
    const at = { file: reading.file, line, column };
    reading.references.push({ at, label: item.context.label, field, target, key });
  }
}

function itemNode(node: Node, index: number): Node {
  return node.type === 'list' ? (node.items[index] ?? node) : node;
}

function readShorthands(reading: Reading, item: Item, key: string, trueAt: string): void {
  for (const [field, shorthand] of item.shape.shorthands) {
    const node = item.fields.get(field)?.value;
    if (node === undefined) continue;
    const keys = convert(node, KEYS, field, item.context);
    if (!Array.isArray(keys)) continue;
    noteKeys(reading, item, node, field, shorthand.to, keys);
    for (const [index, to] of keys.entries()) {
      const from = { kind: item.shape.kind, key };
      pushDependency(reading, itemNode(node, index), shorthand, from, String(to), trueAt);
    }
  }
}

function pushDependency(
  reading: Reading,
  at: Node,
  shorthand: Shorthand,
  from: EntityRef,
  toKey: string,
  trueAt: string,
): void {
  const body = {
    type: shorthand.dependency,
    from,
    to: { kind: shorthand.to, key: toKey },
  };
  const key = defaultKey('dependency', body) ?? '';
  push(reading, at, 'dependency', key, trueAt, body);
}
