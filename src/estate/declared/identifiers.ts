/** Other names of a declared thing, by which facts from connectors find it. */
import type { Kind } from '../schema.ts';
import { convert, refuse, type ItemContext } from './convert.ts';
import type { Entry, Node } from './node.ts';
import { quoted } from './problem.ts';
import { NAMES, NAME_FIELDS, TEXT } from './shape.ts';

/** The identifiers that follow from the body: `fqdn:`, then `hostname:` of an asset, `ods:` of a customer. */
export function derivedIdentifiers(
  kind: Kind,
  body: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (kind === 'customer') return typeof body['ods'] === 'string' ? [`ods:${body['ods']}`] : [];
  if (kind !== 'asset' || !Array.isArray(body['hostnames'])) return [];
  const names = body['hostnames'].map((name) => String(name).toLowerCase());
  return [
    ...names.filter((name) => name.includes('.')).map((name) => `fqdn:${name}`),
    ...names.filter((name) => !name.includes('.')).map((name) => `hostname:${name}`),
  ];
}

/** The `identifiers` that were written out, each `kind:name`; undefined when one is not. */
export function readIdentifiers(
  node: Node | undefined,
  context: ItemContext,
): readonly string[] | undefined {
  if (node === undefined) return [];
  const values = convert(node, NAMES, 'identifiers', context);
  if (!Array.isArray(values)) return undefined;
  const names = values.map(String);
  const wrong = names.find((name) => !/^[a-z][a-z0-9-]*:\S/.test(name));
  if (wrong === undefined) return names;
  const rule = `identifiers ${quoted(wrong)} is not kind:name such as fqdn:web1.example.org`;
  refuse(node, 'identifiers', rule, context);
  return undefined;
}

/** Adds `hostname` and `fqdn` to the body's `hostnames`. */
export function withHostnames(
  body: Record<string, unknown>,
  fields: ReadonlyMap<string, Entry>,
  context: ItemContext,
): boolean {
  const names = new Set(Array.isArray(body['hostnames']) ? body['hostnames'].map(String) : []);
  let whole = true;
  for (const field of NAME_FIELDS) {
    const node = fields.get(field)?.value;
    if (node === undefined) continue;
    const name = convert(node, TEXT, field, context);
    if (typeof name !== 'string') whole = false;
    else if (name.includes('.') !== (field === 'fqdn')) {
      const rule =
        field === 'fqdn'
          ? 'has no domain; write hostname instead'
          : 'has a domain; write fqdn instead';
      refuse(node, field, `${field} ${quoted(name)} ${rule}`, context);
      whole = false;
    } else names.add(name);
  }
  if (names.size > 0) body['hostnames'] = [...names];
  return whole;
}
