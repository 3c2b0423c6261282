/** A typed method for every route of a table. Needs only methods and paths at run time, so no schema enters a bundle. */
import { ERROR_STATUS, HoldfastError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { CallInput, CallOutput, RouteTable } from './route.ts';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A route without required input may be called without any. */
type Arguments<Input> =
  Record<string, never> extends Input
    ? [input?: Input, options?: CallOptions]
    : [input: Input, options?: CallOptions];

export type Client<Table extends RouteTable> = {
  readonly [Name in keyof Table]: (
    ...args: Arguments<CallInput<Table[Name]>>
  ) => Promise<CallOutput<Table[Name]>>;
};

type Fetch = (url: URL, init: RequestInit) => Promise<Response>;
type Input = Readonly<Record<string, unknown>>;

/**
 * A client of the server at `base` (`http://127.0.0.1:8311`). Each method resolves with the route's output or rejects
 * with the server's HoldfastError, `unreachable` when there was no answer, `incomplete` when it was not ours.
 *
 * @example await client(routes, 'http://127.0.0.1:8311', fetch).readAsset({ key: 'web1' })
 */
export function client<Table extends RouteTable>(
  table: Table,
  base: string,
  fetch: Fetch,
): Client<Table> {
  const methods = Object.entries(table).map(([name, route]) => [
    name,
    (input: Input = {}, options: CallOptions = {}) => call(route, base, fetch, input, options),
  ]);
  return Object.fromEntries(methods) as Client<Table>;
}

async function call(
  route: { readonly method: string; readonly path: string; readonly media?: string },
  base: string,
  fetch: Fetch,
  input: Input,
  options: CallOptions,
): Promise<unknown> {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const path = route.path.replace(/\{([^}]*)\}/g, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return pathText(name, value);
  });
  const url = new URL(path, base);
  const inQuery = route.method === 'GET' || route.method === 'DELETE';
  if (inQuery) for (const [name, value] of rest) appendQuery(url, name, value);
  const response = await answered(fetch, url, {
    method: route.method,
    redirect: 'error',
    headers: {
      accept: route.media ?? 'application/json',
      ...(inQuery ? {} : { 'content-type': 'application/json' }),
    },
    ...(inQuery ? {} : { body: JSON.stringify(Object.fromEntries(rest)) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return outputOf(response, route.media);
}

/** URLs drop the segments `.` and `..` even when escaped (WHATWG URL, 4.1): such a key would reach another route. */
function pathText(name: string, value: unknown): string {
  const text = value === undefined ? '' : queryText(value);
  if (text !== '' && text !== '.' && text !== '..') return encodeURIComponent(text);
  throw new HoldfastError('bad_input', `${name}: cannot be empty, "." or ".." in an address`);
}

function appendQuery(url: URL, name: string, value: unknown): void {
  for (const each of Array.isArray(value) ? (value as unknown[]) : [value])
    url.searchParams.append(name, queryText(each));
}

function queryText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function answered(fetch: Fetch, url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true)
      throw new HoldfastError('cancelled', 'The request was cancelled.', { cause: error });
    throw new HoldfastError('unreachable', `No answer from ${url.origin}.`, {
      remedy: 'Is the server running, and is this its address?',
      cause: error,
    });
  }
}

async function outputOf(response: Response, media: string | undefined): Promise<unknown> {
  if (response.ok && media !== undefined && isOf(response, media)) return response.text();
  const body = await jsonOf(response);
  if (response.ok && body !== undefined && media === undefined) return body;
  throw failureFrom(body) ?? notOurs(response.status);
}

function isOf({ headers }: Response, media: string): boolean {
  return headers.get('content-type')?.split(';')[0] === media;
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function failureFrom(body: unknown): HoldfastError | undefined {
  const error = (body as { error?: unknown } | null | undefined)?.error;
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message, remedy, requestId } = error as Record<string, unknown>;
  if (typeof message !== 'string' || !isCode(code)) return undefined;
  return new HoldfastError(code, message, {
    ...(typeof remedy === 'string' ? { remedy } : {}),
    detail: { requestId },
  });
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_STATUS, code);
}

function notOurs(status: number): HoldfastError {
  return new HoldfastError(
    'incomplete',
    `The answer (status ${status}) is not one of Holdfast's.`,
    {
      remedy: 'Does the address belong to a Holdfast server of this version?',
    },
  );
}
