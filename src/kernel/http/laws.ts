/** What must hold of every route table; a table that breaks a law is not served. */
import * as z from 'zod';
import { HoldfastError, messageOf } from '../errors.ts';
import { isPermission } from './permissions.ts';
import { METHODS, pathParams, takesQuery } from './route.ts';
import type { Route, RouteTable } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

/** Every broken law as `name: what is wrong`; empty when the table may be served. */
export function brokenLaws(table: RouteTable): string[] {
  const seen = new Map<string, string>();
  const broken: string[] = [];
  for (const [name, route] of Object.entries(table)) {
    const place = `${route.method} ${route.path.replace(/\{[^}]*\}/g, '{}')}`;
    const other = seen.get(place);
    if (other !== undefined) broken.push(`${name}: same method and path as ${other}`);
    seen.set(place, name);
    broken.push(...[...brokenByRoute(name, route)].map((law) => `${name}: ${law}`));
  }
  return broken;
}

/** Throws `internal` for a table that must not be served: a mistake of ours, found when the process starts. */
export function requireLaws(table: RouteTable): void {
  const broken = brokenLaws(table);
  if (broken.length === 0) return;
  throw new HoldfastError('internal', `The route table breaks its laws: ${broken.join('; ')}`);
}

function* brokenByRoute(name: string, route: Route): Generator<string> {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) yield 'the name is not camelCase';
  if (!(METHODS as readonly string[]).includes(route.method)) yield 'unknown method';
  if (!/^\/[a-z0-9/{}.:_-]*$/i.test(route.path)) yield 'the path holds other characters';
  if (!isPermission(route.permission)) yield 'no permission, or one that does not exist';
  if (route.summary.trim() === '') yield 'no summary';
  yield* brokenByInput(route);
  yield* brokenByOutput(route);
}

function* brokenByInput(route: Route): Generator<string> {
  const schema = schemaOf(route.input, 'input');
  if (typeof schema === 'string') {
    yield `input: ${schema}`;
    return;
  }
  for (const place of openObjects(schema, 'input'))
    yield `input accepts unknown fields at ${place}`;
  const fields = (schema['properties'] ?? {}) as Json;
  for (const param of pathParams(route.path)) {
    if (!Object.hasOwn(fields, param)) yield `the input lacks the path parameter ${param}`;
  }
  if (!takesQuery(route.method)) return;
  for (const [field, value] of Object.entries(fields)) {
    if (!fitsQuery(value as Json)) yield `the query cannot carry the field ${field}`;
  }
}

function* brokenByOutput(route: Route): Generator<string> {
  const schema = schemaOf(route.output, 'output');
  if (typeof schema === 'string') {
    yield `output: ${schema}`;
    return;
  }
  for (const place of openObjects(schema, 'output')) yield `output is not spelt out at ${place}`;
  if (route.media !== undefined && schema['type'] !== 'string')
    yield `an answer of ${route.media} is a text`;
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json | string {
  try {
    return z.toJSONSchema(schema, { io, reused: 'inline' });
  } catch (error) {
    return messageOf(error);
  }
}

/** A query carries texts, numbers, truth values and lists of them. */
function fitsQuery(schema: Json): boolean {
  const options = schema['anyOf'] as readonly Json[] | undefined;
  if (options !== undefined) return options.every(fitsQuery);
  if (schema['type'] === 'array') return fitsQuery((schema['items'] ?? {}) as Json);
  if (schema['type'] === undefined) return 'const' in schema || 'enum' in schema;
  return schema['type'] !== 'object' && schema['type'] !== 'null';
}

/** Places where a value may hold what the schema does not name. */
function openObjects(schema: Json, place: string): string[] {
  if (isAnything(schema)) return [place];
  const found: string[] = [];
  if (schema['type'] === 'object' && isOpen(schema['additionalProperties'])) found.push(place);
  for (const [key, value] of Object.entries(schema)) {
    if (typeof value !== 'object' || value === null || key === 'additionalProperties') continue;
    found.push(...openBelow(key, value as Json, place));
  }
  const rest = schema['additionalProperties'];
  if (typeof rest === 'object' && rest !== null && !isOpen(rest))
    found.push(...openObjects(rest as Json, `${place}.*`));
  return found;
}

function openBelow(key: string, value: Json, place: string): string[] {
  if (key === 'properties' || key === '$defs')
    return Object.entries(value).flatMap(([name, each]) =>
      openObjects(each as Json, `${place}.${name}`),
    );
  if (key === 'items') return openObjects(value, `${place}[]`);
  if (key === 'anyOf' || key === 'oneOf' || key === 'allOf' || key === 'prefixItems')
    return (Array.isArray(value) ? (value as Json[]) : []).flatMap((each) =>
      openObjects(each, place),
    );
  return [];
}

function isAnything(schema: Json): boolean {
  return Object.keys(schema).every(
    (key) => key === '$schema' || key === 'description' || key === 'default',
  );
}

function isOpen(rest: unknown): boolean {
  return (
    rest === undefined || rest === true || (typeof rest === 'object' && isAnything(rest as Json))
  );
}
