/** A route as data: validation both ways, the OpenAPI document, the client and the permission all come from it. */
import type * as z from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Permission } from './permissions.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/**
 * `input` is one strict object: keys named in the path come from the path; the others come from the query for GET and
 * DELETE, from the JSON body otherwise. `output` lists every field that may leave; nothing else does.
 */
export interface Route<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** `/api/v1/assets/{key}`: OpenAPI's form. */
  readonly path: string;
  readonly summary: string;
  readonly permission: Permission;
  readonly input: Input;
  readonly output: Output;
  readonly status?: 200 | 201 | 202;
  /** What the answer is where it is no JSON: its output is the text itself. */
  readonly media?: 'image/svg+xml';
  /** Codes that this route adds to `COMMON_ERRORS`. */
  readonly errors?: readonly ErrorCode[];
  /** Bytes of body accepted; 1 MiB unless said otherwise. */
  readonly bodyLimit?: number;
}

/** The name of a route is its operation id and the client's method. */
export type RouteTable = Readonly<Record<string, Route>>;

/** What a handler gets, and what it must return. */
export type HandlerInput<R extends Route> = z.output<R['input']>;
export type HandlerOutput<R extends Route> = z.input<R['output']>;
/** What a caller sends, and what it receives. */
export type CallInput<R extends Route> = z.input<R['input']>;
export type CallOutput<R extends Route> = z.output<R['output']>;

/** Codes that any route may answer with. */
export const COMMON_ERRORS = [
  'bad_input',
  'unsupported',
  'too_large',
  'not_signed_in',
  'not_permitted',
  'internal',
  'database_unavailable',
] as const satisfies readonly ErrorCode[];

type ParamOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamOf<Rest>
  : never;

/**
 * Declares a route; a path parameter that the input lacks does not compile.
 *
 * @example
 * export const routes = {
 *   readAsset: route({
 *     method: 'GET', path: '/api/v1/assets/{key}', summary: 'One asset with its facts', permission: 'estate:read',
 *     input: z.strictObject({ key: Key }), output: Asset, errors: ['not_found'],
 *   }),
 * };
 */
export function route<
  const Path extends string,
  Input extends z.ZodObject,
  Output extends z.ZodType,
>(
  definition: Route<Input, Output> & {
    readonly path: [ParamOf<Path>] extends [keyof z.input<Input>] ? Path : never;
  },
): Route<Input, Output> & { readonly path: Path };
export function route(definition: Route): Route {
  return definition;
}

/** Names of the path parameters, in order. */
export function pathParams(path: string): string[] {
  return [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
}

/** Whether what is not in the path travels in the query. */
export function takesQuery(method: Method): boolean {
  return method === 'GET' || method === 'DELETE';
}
