/** The one way a request reaches a handler: identified, permitted, read, answered. JSON routes and pages both use it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type * as z from 'zod';
import type { Clock } from '../clock.ts';
import { HoldfastError } from '../errors.ts';
import type { Log } from '../log.ts';
import { ANYONE, isPermission } from './permissions.ts';
import type { Caller, Permission } from './permissions.ts';
import { inputReader } from './read-input.ts';
import type { Method } from './route.ts';

/** Who sent these headers, or undefined. Throws when it cannot tell (no database): nobody is let in by accident. */
export type Identify = (headers: IncomingHttpHeaders) => Promise<Caller | undefined>;

/** What a handler knows of its request, besides its input. */
export interface RequestContext {
  readonly requestId: string;
  readonly caller: Caller;
  /** Carries the request id. */
  readonly log: Log;
  /** Aborted when the client went away. */
  readonly signal: AbortSignal;
}

export interface Endpoint {
  /** Route or page name: what the log shows instead of the address, which may hold keys and secrets. */
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly permission: Permission;
  readonly input: z.ZodObject;
  readonly bodyLimit?: number | undefined;
  /** Sends the answer. `input` has been checked against the schema. */
  answer(
    input: Record<string, unknown>,
    context: RequestContext,
    reply: FastifyReply,
  ): Promise<void>;
}

export interface EndpointOptions {
  readonly identify: Identify;
  readonly log: Log;
  readonly clock: Clock;
}

/** Registers `endpoint`. Permission is decided before the body is read, so that strangers cannot make us read one. */
export function addEndpoint(
  app: FastifyInstance,
  endpoint: Endpoint,
  options: EndpointOptions,
): void {
  const { permission } = endpoint;
  if (!isPermission(permission))
    throw new HoldfastError('internal', `${endpoint.name} has no permission that exists.`);
  const read = inputReader(endpoint);
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.route({
    method: endpoint.method,
    url: fastifyPath(endpoint.path),
    ...(endpoint.bodyLimit === undefined ? {} : { bodyLimit: endpoint.bodyLimit }),
    onRequest: async (request) => {
      callers.set(request, await permitted(permission, request.headers, options.identify));
    },
    handler: async (request, reply) => {
      const began = options.clock.elapsed();
      const caller = callers.get(request);
      if (caller === undefined)
        throw new HoldfastError('internal', 'A request passed without a caller.');
      const log = options.log.with({
        requestId: request.id,
        route: endpoint.name,
        caller: caller.name,
      });
      const input = read({ params: request.params, query: request.query, body: request.body });
      const context = { requestId: request.id, caller, log, signal: goneSignal(reply) };
      await endpoint.answer(input, context, reply);
      const ms = Math.round(options.clock.elapsed() - began);
      log.debug('request answered', { status: reply.statusCode, ms });
      return reply;
    },
  });
}

/** The caller, when it holds `permission`; deny by default. */
async function permitted(
  permission: Permission,
  headers: IncomingHttpHeaders,
  identify: Identify,
): Promise<Caller> {
  if (permission === 'public') return ANYONE;
  const caller = await identify(headers);
  if (caller === undefined)
    throw new HoldfastError('not_signed_in', 'Sign in first.', {
      remedy: 'Ask for a sign-in link on the machine that runs Holdfast.',
    });
  if (caller.permissions.has(permission)) return caller;
  throw new HoldfastError('not_permitted', `This needs the permission ${permission}.`);
}

function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** `/assets/{key}` as fastify spells it: `/assets/:key`; other colons are doubled. */
function fastifyPath(path: string): string {
  return path.replaceAll(':', '::').replace(/\{([^}]*)\}/g, ':$1');
}
