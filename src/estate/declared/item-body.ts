/** The body of one declared item: every field converted, then the rules that join fields. */
import { BODIES } from '../schema.ts';
import { allowedValues, convert, refuse, type ItemContext } from './convert.ts';
import { dependencyEnds } from './dependency-ends.ts';
import type { FieldShape } from './field-type.ts';
import { withHostnames } from './identifiers.ts';
import type { Entry, Mapping, Node } from './node.ts';
import type { ItemShape } from './shape.ts';

export type Body = Record<string, unknown>;

/** An item under its kind, with its fields by name. */
export interface Item {
  readonly shape: ItemShape;
  readonly node: Mapping;
  readonly fields: ReadonlyMap<string, Entry>;
  readonly context: ItemContext;
}

/** The fields of the item's body that hold, or undefined when one does not (which is then reported). */
export function readBody(item: Item): Body | undefined {
  const { shape, fields, context } = item;
  const body: Body = {};
  let whole = readFields(item, body);
  if (shape.kind === 'holding') whole = declaredOnly(item, body) && whole;
  if (shape.kind === 'asset') whole = withHostnames(body, fields, context) && whole;
  return whole ? body : undefined;
}

function readFields(item: Item, body: Body): boolean {
  const { shape, fields, context } = item;
  let whole = true;
  for (const [name, field] of shape.fields) {
    // What must have a name and has none is called by its id.
    const called = field.required && name === 'name' ? fields.get('id') : undefined;
    const value = (fields.get(name) ?? called)?.value;
    if (value === undefined) {
      whole = mayLack(item, name, field) && whole;
      continue;
    }
    const converted =
      name === 'categories' && value.type !== 'mapping'
        ? everyone(item, value, body)
        : convert(value, field.of, name, context);
    if (converted === undefined) whole = false;
    else body[name] = converted;
  }
  return whole;
}

function mayLack({ node, context }: Item, name: string, field: FieldShape): boolean {
  if (!field.required || name === 'howCounted') return true;
  // Without an id there is one thing to say, not two.
  if (name === 'name') return false;
  const allowed = field.of.type === 'choice' ? allowedValues(field.of.values) : '';
  refuse(node, name, `${name} is missing${allowed}`, context, 'missing');
  return false;
}

/** `categories: [contact, health]` says that all the people are in each. */
function everyone({ shape, fields, context }: Item, node: Node, body: Body): unknown {
  const type = shape.fields.get('categories')?.of;
  if (type?.type !== 'tally') return undefined;
  const choice = { type: 'choice', values: type.keys } as const;
  const names = convert(node, { type: 'list', of: choice, maxItems: 100 }, 'categories', context);
  if (!Array.isArray(names)) return undefined;
  if (names.length === 0) return {};
  const people = body['people'] as { best: number } | undefined;
  if (people === undefined) {
    if (fields.has('people')) return undefined;
    const rule = 'categories without numbers need people; write {contact: 1200} or give people';
    return refuse(node, 'categories', rule, context, 'missing');
  }
  return Object.fromEntries(names.map((name: string) => [name, people.best]));
}

/** A number that somebody wrote is shown as such and never passes for a counted one. */
function declaredOnly({ fields, context }: Item, body: Body): boolean {
  const said = fields.get('howCounted');
  if (body['howCounted'] !== undefined && body['howCounted'] !== 'declared') {
    if (said !== undefined) {
      const rule = 'howCounted must be declared (or left out): a number in a file is never counted';
      refuse(said.value, 'howCounted', rule, context);
    }
    return false;
  }
  body['howCounted'] = 'declared';
  return true;
}

/** The rules that join fields, and the estate's own schema as the last word. */
export function holdsTogether(item: Item, body: Body): boolean {
  const { shape, fields, node, context } = item;
  if (shape.kind === 'holding' && !countsFit(item, body)) return false;
  if (shape.kind === 'dependency' && !dependencyEnds(body, fields, node, context)) return false;
  const parsed = BODIES[shape.kind].safeParse(body);
  if (parsed.success) return true;
  for (const { path, message } of parsed.error.issues.slice(0, 1)) {
    const at = fields.get(String(path[0]))?.value ?? node;
    refuse(at, path.join('.'), `${path.join('.')} is not allowed: ${message}`, context);
  }
  return false;
}

function countsFit({ fields, node, context }: Item, body: Body): boolean {
  const people = body['people'] as { high: number } | undefined;
  if (people === undefined) return true;
  const deceased = Number(body['deceased'] ?? 0);
  const counts: [string, unknown, number][] = [['children', body['children'], people.high]];
  for (const [name, count] of Object.entries(body['categories'] ?? {})) {
    counts.push([`categories.${name}`, count, people.high + deceased]);
  }
  let fits = true;
  for (const [field, count, most] of counts) {
    if (typeof count !== 'number' || count <= most) continue;
    const at = fields.get(field.split('.', 1)[0] ?? '')?.value ?? node;
    refuse(at, field, `${field} ${count} is more than all the people (${most})`, context);
    fits = false;
  }
  return fits;
}
