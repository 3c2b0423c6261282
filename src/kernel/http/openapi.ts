/** The route table as an OpenAPI 3.1 document, with every named schema once, under components. */
import * as z from 'zod';
import { ERROR_STATUS, HoldfastError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { Failure } from './failure.ts';
import { COMMON_ERRORS, pathParams, takesQuery } from './route.ts';
import type { Route, RouteTable } from './route.ts';

type Json = Record<string, unknown>;

interface About {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** The document; same table, same document: keys are in a fixed order, so that a diff shows what changed. */
export function openapi(table: RouteTable, about: About): Json {
  const components = new Map<string, Json>();
  hoist(components, 'Failure', Failure, 'output');
  const paths: Record<string, Json> = {};
  const byPath = Object.entries(table).sort(
    ([a, left], [b, right]) => compare(left.path, right.path) || compare(a, b),
  );
  for (const [name, route] of byPath) {
    const methods = (paths[route.path] ??= {});
    methods[route.method.toLowerCase()] = operation(components, name, route);
  }
  return {
    openapi: '3.1.0',
    info: about,
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => compare(a, b))),
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'holdfast_session',
          description: 'Set by signing in. Behind https its name is __Host-holdfast_session.',
        },
      },
    },
  };
}

function operation(components: Map<string, Json>, name: string, route: Route): Json {
  const input = hoist(components, undefined, route.input, 'input');
  const output = hoist(components, undefined, route.output, 'output');
  const isPublic = route.permission === 'public';
  return {
    operationId: name,
    summary: route.summary,
    'x-permission': route.permission,
    security: isPublic ? [] : [{ session: [] }],
    ...inputParts(route, input),
    responses: {
      [route.status ?? 200]: {
        description: 'Done.',
        content: { [route.media ?? 'application/json']: { schema: output } },
      },
      ...failures(route, isPublic),
    },
  };
}

function inputParts(route: Route, input: Json): Json {
  const fields = (input['properties'] ?? {}) as Record<string, Json>;
  const required = new Set((input['required'] ?? []) as string[]);
  const inPath = pathParams(route.path);
  const rest = Object.keys(fields).filter((field) => !inPath.includes(field));
  const parameter = (field: string, place: 'path' | 'query') => {
    const { description, ...schema } = fields[field] ?? {};
    const said = typeof description === 'string' ? { description } : {};
    return {
      name: field,
      in: place,
      required: place === 'path' || required.has(field),
      ...said,
      schema,
    };
  };
  const params = inPath.map((field) => parameter(field, 'path'));
  if (takesQuery(route.method)) params.push(...rest.map((field) => parameter(field, 'query')));
  const parameters = params.length === 0 ? {} : { parameters: params };
  if (takesQuery(route.method) || rest.length === 0) return parameters;
  const needed = rest.filter((field) => required.has(field));
  const schema = {
    type: 'object',
    properties: Object.fromEntries(rest.map((field) => [field, fields[field]])),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  };
  return {
    ...parameters,
    requestBody: { required: needed.length > 0, content: { 'application/json': { schema } } },
  };
}

/** One response a status, naming the codes that have it. */
function failures(route: Route, isPublic: boolean): Json {
  const unneeded: readonly ErrorCode[] = isPublic ? ['not_signed_in'] : [];
  const codes = new Set<ErrorCode>(
    [...COMMON_ERRORS, ...(route.errors ?? [])].filter((code) => !unneeded.includes(code)),
  );
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes].sort(compare))
    byStatus.set(ERROR_STATUS[code], [...(byStatus.get(ERROR_STATUS[code]) ?? []), code]);
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } };
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      { description: `Refused: ${list.join(', ')}.`, content },
    ]),
  );
}

/**
 * The JSON Schema of `schema` with its `$defs` moved to components. With `name` the schema itself goes there too.
 * Two different schemas of one name (`.meta({ id })`) are a mistake of ours and throw.
 */
function hoist(
  components: Map<string, Json>,
  name: string | undefined,
  schema: z.ZodType,
  io: 'input' | 'output',
): Json {
  const { $defs, ...root } = z.toJSONSchema(schema, { io, reused: 'inline' });
  for (const [id, definition] of Object.entries($defs ?? {}))
    put(components, id, withoutIds(repointed(definition) as Json));
  const moved = withoutIds(repointed(root) as Json);
  if (name !== undefined) put(components, name, moved);
  return moved;
}

function put(components: Map<string, Json>, name: string, schema: Json): void {
  const known = components.get(name);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
    throw new HoldfastError('internal', `Two different schemas are called ${name}.`);
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name))
    throw new HoldfastError(
      'internal',
      `The schema ${name} needs a name of its own (.meta({ id })).`,
    );
  components.set(name, schema);
}

function withoutIds(schema: Json): Json {
  const own = Object.entries(schema).filter(([key]) => !['id', '$id', '$schema'].includes(key));
  return Object.fromEntries(own);
}

function repointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(repointed);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Json = {};
  for (const [key, each] of Object.entries(value)) {
    copy[key] =
      key === '$ref' && typeof each === 'string'
        ? each.replace(/^#\/\$defs\//, '#/components/schemas/')
        : repointed(each);
  }
  return copy;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
