/** The one place where a request leaves this machine from; whoever sends one takes it as an argument. */

import http from 'node:http';

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
