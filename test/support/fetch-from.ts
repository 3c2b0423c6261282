/** A `fetch` that asks an application directly, without a socket. */
import type { FastifyInstance } from 'fastify';

export function fetchFrom(
  app: FastifyInstance,
  headers: Readonly<Record<string, string>> = {},
): (url: URL, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const answer = await app.inject({
      method: init.method as 'GET',
      url: url.pathname + url.search,
      headers: { ...(init.headers as Record<string, string>), ...headers, host: url.host },
      ...(init.body === undefined ? {} : { payload: init.body as string }),
    });
    const type = answer.headers['content-type'];
    return new Response(answer.body, {
      status: answer.statusCode,
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    });
  };
}
