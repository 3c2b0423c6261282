/** A server on the loopback that speaks like the publishers of advisories: validators, dates, checksums, and every failure. */
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Served {
  body: string | Buffer;
  /** Changes when the body does. */
  etag?: string;
  lastModified?: string;
}

export interface AdvisoryServer {
  readonly base: string;
  /** Path → what is there. */
  readonly files: Map<string, Served>;
  /** Every request: path, and whether it was conditional. */
  readonly requests: { path: string; conditional: boolean }[];
  /** Does something else for the next requests; undefined: the file. */
  misbehave: ((path: string, response: http.ServerResponse) => boolean) | undefined;
  date: string;
  put(path: string, body: string | Buffer): void;
  close(): Promise<void>;
}

export async function startAdvisoryServer(): Promise<AdvisoryServer> {
  const files = new Map<string, Served>();
  const requests: AdvisoryServer['requests'] = [];
  const server = http.createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    const tag = request.headers['if-none-match'];
    requests.push({ path, conditional: tag !== undefined });
    response.setHeader('date', new Date(state.date).toUTCString());
    if (state.misbehave?.(path, response) === true) return;
    const file = files.get(path);
    if (file === undefined) {
      response.writeHead(404).end('not here');
      return;
    }
    if (file.etag !== undefined) response.setHeader('etag', file.etag);
    if (file.lastModified !== undefined) response.setHeader('last-modified', file.lastModified);
    if (tag !== undefined && tag === file.etag) {
      response.writeHead(304).end();
      return;
    }
    const body = Buffer.from(file.body);
    response.setHeader(
      'x-goog-hash',
      `crc32c=AAAAAA==,md5=${createHash('md5').update(body).digest('base64')}`,
    );
    response.setHeader('content-length', body.length);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const state: AdvisoryServer = {
    base: `http://127.0.0.1:${port}`,
    files,
    requests,
    misbehave: undefined,
    date: '2026-11-22T10:00:00Z',
    put(path, body) {
      const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
      files.set(path, { body, etag, lastModified: new Date(state.date).toUTCString() });
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return state;
}
