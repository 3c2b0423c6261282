/** One object from path, query and body, checked against the route's input. */
import * as z from 'zod';
import { HoldfastError } from '../errors.ts';
import { pathParams, takesQuery } from './route.ts';
import type { Method } from './route.ts';

interface Parts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

interface Place {
  readonly method: Method;
  readonly path: string;
  readonly input: z.ZodObject;
}

type Reader = (parts: Parts) => Record<string, unknown>;
type Json = Readonly<Record<string, unknown>>;

const MOST_ISSUES = 5;
const LONGEST_ISSUE = 300;

/** Prepares the reading of one route's input. The reader throws `bad_input` that names each wrong field. */
export function inputReader(place: Place): Reader {
  const schema = z.toJSONSchema(place.input, { io: 'input', reused: 'inline' }) as Json;
  const fields = (schema['properties'] ?? {}) as Readonly<Record<string, Json>>;
  const params = pathParams(place.path);
  const fromQuery = takesQuery(place.method);
  return (parts) => {
    const raw = new Map<string, unknown>(ownEntries(fromQuery ? parts.query : bodyOf(parts.body)));
    if (fromQuery)
      for (const [name, text] of raw)
        raw.set(name, Object.hasOwn(fields, name) ? fromText(text, fields[name]) : text);
    else refuseQuery(parts.query);
    for (const [name, value] of ownEntries(parts.params)) {
      if (raw.has(name)) throw badInput([`${name}: is given in the path and again elsewhere`]);
      if (params.includes(name)) raw.set(name, fromText(value, fields[name]));
    }
    return parse(place.input, Object.fromEntries(raw));
  };
}

function parse(input: z.ZodObject, raw: Record<string, unknown>): Record<string, unknown> {
  const parsed = input.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw badInput(parsed.error.issues.map(issueText));
}

function badInput(issues: readonly string[]): HoldfastError {
  const shown = issues.slice(0, MOST_ISSUES).map((text) => text.slice(0, LONGEST_ISSUE));
  const more = issues.length - shown.length;
  return new HoldfastError(
    'bad_input',
    `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    { remedy: 'Send the fields as docs/reference/openapi.json describes them.' },
  );
}

function issueText(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join('.');
  return field === '' ? issue.message : `${field}: ${issue.message}`;
}

function bodyOf(body: unknown): unknown {
  if (body === undefined || body === null) return {};
  if (typeof body === 'object' && !Array.isArray(body)) return body;
  throw badInput(['the body must be a JSON object']);
}

function refuseQuery(query: unknown): void {
  const names = ownEntries(query).map(([name]) => name);
  if (names.length > 0)
    throw badInput(names.map((name) => `${name}: belongs in the body, not in the query`));
}

function ownEntries(source: unknown): [string, unknown][] {
  return typeof source === 'object' && source !== null ? Object.entries(source) : [];
}

/** A text of path or query as the type its schema wants; a text that does not fit stays, and validation names it. */
function fromText(value: unknown, schema: Json | undefined): unknown {
  if (schema === undefined) return value;
  if (wants(schema, 'array')) {
    const items = Array.isArray(value) ? value : [value];
    return items.map((item: unknown) => fromText(item, schema['items'] as Json | undefined));
  }
  if (typeof value !== 'string') return value;
  if (wants(schema, 'string')) return value;
  if (wants(schema, 'boolean') && /^(true|false)$/.test(value)) return value === 'true';
  const numeric = wants(schema, 'integer') || wants(schema, 'number');
  return numeric && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
}

function wants(schema: Json, type: string): boolean {
  const options = schema['anyOf'] as readonly Json[] | undefined;
  return schema['type'] === type || (options?.some((option) => wants(option, type)) ?? false);
}
