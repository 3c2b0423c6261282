/** The one place where a request leaves this machine from; whoever sends one takes it as an argument. */

import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';

export type Fetch = (url: string | URL, init: RequestInit) => Promise<Response>;

/** The platform's fetch. */
export const systemFetch: Fetch = (url, init) => fetch(url, init);

const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];

/**
 * Sends every later request of this process through the proxy that the environment names (`HTTP_PROXY`, `HTTPS_PROXY`,
 * but not to hosts in `NO_PROXY`). `unsupported`: one is named and this Node cannot use it.
 */
export function useEnvironmentProxy(env: NodeJS.ProcessEnv): 'used' | 'none' | 'unsupported' {
  if (!PROXY_VARIABLES.some((name) => (env[name] ?? '') !== '')) return 'none';
  // Node started with it uses the proxy by itself.
  if (env['NODE_USE_ENV_PROXY'] === '1') return 'used';
  const use = (http as Partial<typeof http>).setGlobalProxyFromEnv;
  if (use === undefined) return 'unsupported';
  use(env);
  return 'used';
}

/** A fetch that trusts the authorities in `ca` (PEM) instead of the system's; it follows no redirection. */
export function fetchTrusting(ca: string): Fetch {
  return (url, { method = 'GET', headers, signal, body }) =>
    new Promise((resolve, reject) => {
      const target = new URL(url);
      const fail = (cause: unknown): void => reject(new TypeError('fetch failed', { cause }));
      const options = {
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...(signal ? { signal } : {}),
      };
      const answered = (answer: http.IncomingMessage): void => resolve(responseOf(answer));
      const request =
        target.protocol === 'https:'
          ? https.request(target, { ...options, ca, minVersion: 'TLSv1.2' }, answered)
          : http.request(target, options, answered);
      request.on('error', fail);
      request.end(typeof body === 'string' ? body : undefined);
    });
}

function responseOf(answer: http.IncomingMessage): Response {
  const status = answer.statusCode ?? 502;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct))
    for (const value of values) headers.append(name, value);
  const bare = status === 204 || status === 205 || status === 304;
  if (bare) answer.resume();
  const body = bare ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body, { status, headers });
}
