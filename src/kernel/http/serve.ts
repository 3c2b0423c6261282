/** Binds a route table to fastify: what comes in and what goes out are both checked, and what is not allowed is refused. */
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Socket } from 'node:net';
import type * as z from 'zod';
import { HoldfastError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import { addEndpoint } from './endpoint.ts';
import type { EndpointOptions, RequestContext } from './endpoint.ts';
import { asHoldfastError, failureOf, logFailure, notFound } from './failure.ts';
import { requireLaws } from './laws.ts';
import { requireKnownHost, requireOneHost, requireOwnOrigin, securityHeaders } from './protect.ts';
import type { HandlerInput, HandlerOutput, Route, RouteTable } from './route.ts';

/** One handler for every route of the table, of exactly its input and output. */
export type Handlers<Table extends RouteTable> = {
  readonly [Name in keyof Table]: (
    input: HandlerInput<Table[Name]>,
    context: RequestContext,
  ) => Promise<HandlerOutput<Table[Name]>>;
};

export interface AppOptions {
  readonly log: Log;
  /** Host names (without port) under which this server may be addressed. */
  readonly hosts: readonly string[];
  /** Whether browsers reach it by https: adds HSTS. */
  readonly https?: boolean;
  /** Answers a refusal or an unknown address in another form than JSON; false leaves it to the default. */
  readonly refuse?: (request: Refused, reply: FastifyReply) => boolean;
}

/** A request that was refused, as far as its answer needs it. */
export interface Refused {
  readonly url: string;
  readonly accept: string;
  readonly error: HoldfastError;
  readonly requestId: string;
}

const BODY_LIMIT = 1_048_576;
/** Longest key (200 characters) with each of its bytes escaped. */
const LONGEST_PARAM = 200 * 4 * 3;

/**
 * A fastify application that refuses before it reads: unknown Host, foreign origin. Nothing is listening yet.
 * Request ids are ours, never the client's.
 */
export function createApp(options: AppOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    genReqId: () => newId(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: LONGEST_PARAM },
    // Our own rule refuses a request without a host, in our form.
    http: { requireHostHeader: false },
    requestTimeout: 60_000,
    keepAliveTimeout: 10_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: (_, socket) => answerGarbage(options.log, socket),
    frameworkErrors: (error, request, reply) => {
      reply.headers(securityHeaders(options.https ?? false));
      answerFailure(options, error, request, reply);
    },
  });
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...securityHeaders(options.https ?? false), 'x-request-id': request.id });
    requireOneHost(request.raw.rawHeaders);
    requireKnownHost(request.headers, options.hosts);
    requireOwnOrigin(request.method, request.headers);
  });
  app.setErrorHandler((error, request, reply) => answerFailure(options, error, request, reply));
  app.setNotFoundHandler((request, reply) => answerFailure(options, notFound(), request, reply));
  return app;
}

/** What is not HTTP never becomes a request: it is answered on the bare connection, which then ends. */
function answerGarbage(log: Log, socket: Socket): void {
  const requestId = newId();
  log.info('request refused', { requestId, code: 'bad_input', reason: 'not HTTP' });
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const error = new HoldfastError('bad_input', 'The request could not be read as HTTP.');
  const body = JSON.stringify(failureOf(error, requestId));
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\nx-content-type-options: nosniff\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function answerFailure(
  options: AppOptions,
  thrown: unknown,
  request: { id: string; url: string; headers: { accept?: string | undefined } },
  reply: FastifyReply,
): void {
  const error = asHoldfastError(thrown);
  logFailure(options.log.with({ requestId: request.id }), error);
  reply.code(error.status).headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
  const refused = {
    url: request.url,
    accept: request.headers.accept ?? '',
    error,
    requestId: request.id,
  };
  if (options.refuse?.(refused, reply) === true) return;
  sendJson(reply, failureOf(error, request.id));
}

/** Serves every route of `table`; throws when the table breaks a law or a handler is missing. */
export function serveRoutes<Table extends RouteTable>(
  app: FastifyInstance,
  table: Table,
  handlers: Handlers<Table>,
  options: EndpointOptions,
): void {
  requireLaws(table);
  for (const [name, route] of Object.entries<Route>(table)) {
    const handler = (handlers as Readonly<Record<string, unknown>>)[name];
    if (!Object.hasOwn(handlers, name) || !isHandler(handler))
      throw new HoldfastError('internal', `The route ${name} has no handler.`);
    addEndpoint(
      app,
      {
        name,
        method: route.method,
        path: route.path,
        permission: route.permission,
        input: route.input,
        bodyLimit: route.bodyLimit,
        answer: async (input, context, reply) => {
          const output = checkedOutput(route.output, await handler(input, context));
          reply.code(route.status ?? 200);
          if (route.media === undefined) sendJson(reply, output);
          else reply.type(`${route.media}; charset=utf-8`).send(output);
        },
      },
      options,
    );
  }
}

type AnyHandler = (input: Record<string, unknown>, context: RequestContext) => Promise<unknown>;

function isHandler(value: unknown): value is AnyHandler {
  return typeof value === 'function';
}

/** A handler that returns something else than its route promises is a bug of ours: logged by field, not shown. */
function checkedOutput(schema: z.ZodType, output: unknown): unknown {
  const parsed = schema.safeParse(output);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues
    .slice(0, 10)
    .map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  throw new HoldfastError('internal', 'A handler returned what its route does not promise.', {
    detail: { fields },
  });
}

function sendJson(reply: FastifyReply, body: unknown): void {
  reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}
