/** A node to the value of a field, saying what is allowed when it is something else. */
import type { FieldType } from './field-type.ts';
import { isEmpty, type Mapping, type Node, type Scalar } from './node.ts';
import { didYouMean } from './nearest.ts';
import { quoted, type ProblemCode, type Problems } from './problem.ts';

/** The item being read, for messages. */
export interface ItemContext {
  readonly file: string;
  /** `customer "rx1"`. */
  readonly label: string;
  readonly problems: Problems;
}

type Of<T extends FieldType['type']> = Extract<FieldType, { type: T }>;

/** The value, or undefined when it is not allowed (which is then reported). `field` is its path inside the item. */
export function convert(node: Node, type: FieldType, field: string, context: ItemContext): unknown {
  if (isEmpty(node)) {
    const remedy = `${field} is empty; write a value or leave the field out`;
    return refuse(node, field, remedy, context, 'missing');
  }
  switch (type.type) {
    case 'list':
      return list(node, type, field, context);
    case 'range':
      return range(node, type, field, context);
    case 'tally':
      return tally(node, type, field, context);
    case 'ref':
      return reference(node, type, field, context);
    case 'group':
      return group(node, type.fields, field, context);
    default:
      if (node.type === 'scalar') return single(node, type, field, context);
      return refuse(node, field, `${field} must be one value, not a ${node.type}`, context);
  }
}

function single(
  node: Scalar,
  type: Of<'text' | 'instant' | 'number' | 'boolean' | 'choice'>,
  field: string,
  context: ItemContext,
): unknown {
  switch (type.type) {
    case 'text':
      return text(node, type, field, context);
    case 'instant':
      return instant(node, field, context);
    case 'number':
      return number(node, type, field, context);
    case 'boolean':
      return boolean(node, field, context);
    case 'choice': {
      if (type.values.includes(node.text)) return node.text;
      const hint = didYouMean(node.text, type.values) || allowedValues(type.values);
      return refuse(node, field, `${field} ${quoted(node.text)} is not allowed${hint}`, context);
    }
  }
}

/** One line of text that shows what it holds: trimmed, without control or direction-changing characters. */
function text(node: Scalar, type: Of<'text'>, field: string, context: ItemContext): unknown {
  const value = node.text.trim();
  const said = `${field} ${quoted(value)}`;
  if (value === '') return refuse(node, field, `${field} is empty`, context, 'missing');
  if (/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(value) || !value.isWellFormed()) {
    const rule = 'must be one line without control characters';
    return refuse(node, field, `${said} ${rule}`, context);
  }
  if (value.length > type.maxLength) {
    const rule = `is longer than ${type.maxLength} characters`;
    return refuse(node, field, `${said} ${rule}`, context);
  }
  if (type.tests.length > 0 && !type.tests.some(({ pattern }) => pattern.test(value))) {
    return refuse(node, field, `${said} is not ${rule(field, value, type)}`, context);
  }
  return value;
}

function rule(field: string, value: string, type: Of<'text'>): string {
  if (field === 'products')
    return 'VENDOR/PRODUCT@VERSION (or VENDOR/PRODUCT, where the version is not known), such as citrix/netscaler-adc@13.1-48.47';
  if (field !== 'ods') return type.tests[0]?.allowed ?? 'allowed';
  const form = 'an ODS code (3 to 10 capital letters and digits)';
  const better = value.toUpperCase().replaceAll(/[\s-]/g, '');
  const fits = type.tests.some(({ pattern }) => pattern.test(better));
  return fits ? `${form}; did you mean ${quoted(better)}?` : form;
}

function instant(node: Scalar, field: string, context: ItemContext): unknown {
  const value = node.text.trim();
  const full = /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value;
  const form = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.exec(full);
  // A day that the month does not have rolls over in Date.parse; it must come back as it was written.
  const day = Date.parse(`${form?.[1] ?? ''}T00:00:00Z`);
  const real = !Number.isNaN(day) && new Date(day).toISOString().startsWith(form?.[1] ?? '');
  if (form !== null && real && !Number.isNaN(Date.parse(full))) return full;
  const rule = 'a date such as 2026-11-21 or a time such as 2026-11-21T09:30:00Z';
  return refuse(node, field, `${field} ${quoted(value)} is not ${rule}`, context);
}

function number(node: Scalar, type: Of<'number'>, field: string, context: ItemContext): unknown {
  const value = node.plain && /^\d{1,15}$/.test(node.text) ? Number(node.text) : NaN;
  if (value >= type.minimum && value <= type.maximum) return value;
  const bounds = `from ${type.minimum} to ${type.maximum}, digits only`;
  const rule = `is not a whole number ${bounds}`;
  return refuse(node, field, `${field} ${quoted(node.text)} ${rule}`, context);
}

function boolean(node: Scalar, field: string, context: ItemContext): unknown {
  if (node.plain && /^(?:true|True|TRUE)$/.test(node.text)) return true;
  if (node.plain && /^(?:false|False|FALSE)$/.test(node.text)) return false;
  return refuse(node, field, `${field} ${quoted(node.text)} is not true or false`, context);
}

/** A list; one value alone is a list of one. Nothing may stand in it twice. */
function list(node: Node, type: Of<'list'>, field: string, context: ItemContext): unknown {
  const items = node.type === 'list' ? node.items : [node];
  if (items.length > type.maxItems) {
    const rule = `${field} has ${items.length} values; at most ${type.maxItems} are allowed`;
    return refuse(node, field, rule, context, 'limit');
  }
  const values: unknown[] = [];
  const seen = new Set<string>();
  let whole = true;
  for (const item of items) {
    const value = convert(item, type.of, field, context);
    const spelled = JSON.stringify(value);
    if (value === undefined) whole = false;
    else if (seen.has(spelled)) {
      const shown = typeof value === 'string' ? ` ${quoted(value)}` : ' the same value';
      refuse(item, field, `${field} holds${shown} twice`, context, 'duplicate');
      whole = false;
    } else {
      seen.add(spelled);
      values.push(value);
    }
  }
  return whole ? values : undefined;
}

function range(node: Node, type: Of<'range'>, field: string, context: ItemContext): unknown {
  if (node.type !== 'mapping') {
    const value = convert(node, type.of, field, context);
    return value === undefined ? undefined : { low: value, best: value, high: value };
  }
  const shape = { of: type.of, required: true };
  const fields = new Map([
    ['low', shape] as const,
    ['best', shape] as const,
    ['high', shape] as const,
  ]);
  const value = group(node, fields, field, context);
  if (value === undefined) return undefined;
  const [low, best, high] = [Number(value['low']), Number(value['best']), Number(value['high'])];
  if (low <= best && best <= high) return { low, best, high };
  const rule = `${field} must hold low <= best <= high, but has ${low}, ${best}, ${high}`;
  return refuse(node, field, rule, context);
}

function tally(node: Node, type: Of<'tally'>, field: string, context: ItemContext): unknown {
  if (node.type !== 'mapping') {
    const rule = `${field} must give a number for each, such as {${type.keys[0] ?? 'name'}: 1200}`;
    return refuse(node, field, rule, context);
  }
  const shape = { of: type.of, required: false };
  return group(node, new Map(type.keys.map((key) => [key, shape])), field, context);
}

function reference(node: Node, type: Of<'ref'>, field: string, context: ItemContext): unknown {
  const keyType: Of<'text'> = { type: 'text', maxLength: 200, tests: [] };
  if (node.type === 'mapping') {
    const kind: FieldType = { type: 'choice', values: type.kinds };
    const fields = new Map([
      ['kind', { of: kind, required: true }],
      ['key', { of: keyType, required: true }],
    ]);
    return group(node, fields, field, context);
  }
  const spelled = node.type === 'scalar' ? node.text.trim() : '';
  const [, kind = '', name = ''] = /^([^/]*)\/(.+)$/su.exec(spelled) ?? [];
  if (node.type === 'scalar' && type.kinds.includes(kind)) {
    const key = text({ ...node, text: name }, keyType, field, context);
    return key === undefined ? undefined : { kind, key };
  }
  const form = `kind/id such as ${type.kinds.includes('asset') ? 'asset' : (type.kinds[0] ?? '')}/dc1`;
  const kinds = `the kind is one of ${type.kinds.join(', ')}`;
  return refuse(node, field, `${field} ${quoted(spelled)} is not ${form}; ${kinds}`, context);
}

function group(
  node: Node,
  fields: Extract<FieldType, { type: 'group' }>['fields'],
  path: string,
  context: ItemContext,
): Record<string, unknown> | undefined {
  if (node.type !== 'mapping') {
    const rule = `${path} must hold fields: ${[...fields.keys()].join(', ')}`;
    refuse(node, path, rule, context);
    return undefined;
  }
  const value: Record<string, unknown> = {};
  let whole = knowsEvery(node, [...fields.keys()], path, context);
  for (const [name, field] of fields) {
    const found = node.entries.find((entry) => entry.key === name);
    const inner = `${path}.${name}`;
    if (found === undefined) {
      if (!field.required) continue;
      refuse(node, inner, `${inner} is missing`, context, 'missing');
      whole = false;
      continue;
    }
    const converted = convert(found.value, field.of, inner, context);
    if (converted === undefined) whole = false;
    else value[name] = converted;
  }
  return whole ? value : undefined;
}

function knowsEvery(
  node: Mapping,
  names: readonly string[],
  path: string,
  context: ItemContext,
): boolean {
  let all = true;
  for (const entry of node.entries) {
    if (names.includes(entry.key)) continue;
    const hint = didYouMean(entry.key, names) || allowedValues(names);
    const message = `unknown field ${quoted(entry.key)} in ${path}${hint}`;
    refuse(entry, `${path}.${entry.key}`, message, context, 'unknown-field');
    all = false;
  }
  return all;
}

/** `; it is one of a, b, c`. */
export function allowedValues(values: readonly string[]): string {
  return `; it is one of ${values.join(', ')}`;
}

/** Reports, and gives undefined in place of the value. */
export function refuse(
  at: { readonly line: number; readonly column: number },
  field: string,
  message: string,
  context: ItemContext,
  code: ProblemCode = 'not-allowed',
): unknown {
  const { file, label, problems } = context;
  const { line, column } = at;
  problems.add({ code, file, line, column, field, message: `${label}: ${message}` });
  return undefined;
}
