/** The seam for the composition root: route tables and handlers in, a server that can listen out. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { addEndpoint } from '../kernel/http/endpoint.ts';
import type { EndpointOptions } from '../kernel/http/endpoint.ts';
import { failureOf } from '../kernel/http/failure.ts';
import { LOOPBACK_NAMES } from '../kernel/http/protect.ts';
import type { Caller } from '../kernel/http/permissions.ts';
import type { RouteTable } from '../kernel/http/route.ts';
import { createApp, serveRoutes } from '../kernel/http/serve.ts';
import type { Handlers, Refused } from '../kernel/http/serve.ts';
import type { Log } from '../kernel/log.ts';
import type { WitnessAnswer } from '../ledger/witness.ts';
import { consoleHandlers, consolePages } from './console.ts';
import type { Views } from './console.ts';
import { sessionSecret } from './cookie.ts';
import { errorPage } from './pages/error-page.ts';
import { ICON, ICON_PATH, STYLE_PATH } from './pages/assets.ts';
import { signInPage } from './pages/sign-in-page.ts';
import { STYLE } from './pages/style.ts';
import { showOnEveryPage } from './banner.ts';
import { sendPage, servePages } from './serve-pages.ts';
import { serveWitness } from './serve-witness.ts';
import type { Sessions } from './session.ts';

export interface ServerOptions<Table extends RouteTable> {
  /** `apiRoutes` of table.ts, and a handler for each. */
  readonly routes: Table;
  readonly handlers: Handlers<Table>;
  readonly views: Views;
  readonly sessions: Sessions;
  /** Who holds a bearer token (RFC 6750); without it none is accepted. */
  readonly bearer?: (token: string) => Promise<Caller | undefined>;
  readonly log: Log;
  readonly clock: Clock;
  /** Answers as a witness of other ledgers. */
  readonly witness?: (body: string) => Promise<WitnessAnswer>;
  /** A line above the content of every page: the data are a demonstration. */
  readonly banner?: string;
  /** Whether browsers come by https, through a proxy of ours. */
  readonly https?: boolean;
  /** More host names (without port) than loopback's own. */
  readonly hosts?: readonly string[];
}

/**
 * API and console in one application; nothing listens yet (`startListening` of listen.ts).
 *
 * @example
 * const app = createServer({ routes: apiRoutes, handlers, views, sessions, log, clock });
 * const { address, stop } = await startListening(app, await listenPlace('127.0.0.1:8311'));
 */
export function createServer<Table extends RouteTable>(
  options: ServerOptions<Table>,
): FastifyInstance {
  const { log, clock, sessions, views, https = false } = options;
  const app = createApp({
    log,
    https,
    hosts: [...LOOPBACK_NAMES, ...(options.hosts ?? [])],
    refuse,
  });
  const endpoint: EndpointOptions = {
    log,
    clock,
    identify: async ({ authorization, cookie }) => {
      const [, token] = /^Bearer ([\w.~+/=-]{1,500})$/.exec(authorization ?? '') ?? [];
      if (token !== undefined) return options.bearer?.(token);
      const secret = sessionSecret(cookie, https);
      return secret === undefined ? undefined : sessions.identify(secret);
    },
  };
  if (options.banner !== undefined) showOnEveryPage(app, options.banner);
  serveRoutes(app, options.routes, options.handlers, endpoint);
  if (options.witness !== undefined) serveWitness(app, options.witness, log);
  servePages(app, consolePages, consoleHandlers({ views, sessions, https }), endpoint);
  serveFile(
    app,
    { name: 'style', path: STYLE_PATH, type: 'text/css; charset=utf-8', content: STYLE },
    endpoint,
  );
  serveFile(app, { name: 'icon', path: ICON_PATH, type: 'image/svg+xml', content: ICON }, endpoint);
  return app;
}

/** A file that is named by its content: the same for everybody, for ever. */
function serveFile(
  app: FastifyInstance,
  file: { name: string; path: string; type: string; content: string },
  options: EndpointOptions,
): void {
  addEndpoint(
    app,
    {
      name: file.name,
      method: 'GET',
      path: file.path,
      permission: 'public',
      input: z.strictObject({}),
      answer: (_, __, reply) => {
        reply.type(file.type).header('cache-control', 'public, max-age=31536000, immutable');
        reply.send(file.content);
        return Promise.resolve();
      },
    },
    options,
  );
}

/** A person's browser gets a page, a program gets JSON. */
function refuse({ url, accept, error, requestId }: Refused, reply: FastifyReply): boolean {
  if (url.startsWith('/api/') || !accept.includes('text/html')) return false;
  const reading = reply.request.method === 'GET';
  sendPage(
    reply,
    error.code === 'not_signed_in' && reading
      ? signInPage()
      : errorPage(failureOf(error, requestId)),
  );
  return true;
}
