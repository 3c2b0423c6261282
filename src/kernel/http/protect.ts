/**
 * What protects every answer and every request before any handler: headers, the Host rule against DNS rebinding and
 * the origin rule against requests forged by other sites (OWASP CSRF cheat sheet; Fetch metadata, W3C).
 * No CORS header is ever sent, so no other origin reads an answer.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { HoldfastError } from '../errors.ts';

/** For JSON: nothing in it may run, load or be framed. */
export const API_POLICY =
  "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** For pages: our own style sheet and pictures, our own forms, no script at all. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'cache-control': 'no-store',
  'content-security-policy': API_POLICY,
} as const;

/** Headers of every answer; a page replaces the content policy, a style sheet the caching. */
export function securityHeaders(https: boolean): Readonly<Record<string, string>> {
  return https ? { ...HEADERS, 'strict-transport-security': 'max-age=31536000' } : HEADERS;
}

/** Names under which a server on loopback may be addressed. `holdfast.localhost` keeps its cookies from other ports' pages. */
export const LOOPBACK_NAMES = ['localhost', 'holdfast.localhost', '127.0.0.1', '[::1]'] as const;

/**
 * Refuses a request addressed to a name that is not ours: a page of another site whose name was made to resolve to
 * this machine (DNS rebinding) carries that site's name here. `names` are compared without the port.
 */
export function requireKnownHost(headers: IncomingHttpHeaders, names: readonly string[]): void {
  const name = hostName(headers.host ?? '');
  if (name !== '' && (names.includes(name) || isLoopbackLiteral(name, names))) return;
  throw new HoldfastError(
    'not_permitted',
    'This server does not answer to the name it was addressed by.',
    {
      remedy: `Use one of: ${names.join(', ')}.`,
    },
  );
}

/** A request with two hosts means one thing to a proxy and another to us (RFC 9112 section 3.2). `raw` as node gives it. */
export function requireOneHost(raw: readonly string[]): void {
  const hosts = raw.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host');
  if (hosts.length > 1) throw new HoldfastError('bad_input', 'The request names its host twice.');
}

/** Host without port, lower case; an empty text for anything that is not a host (RFC 9110 section 7.2). */
function hostName(host: string): string {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/.exec(host.toLowerCase())?.[1] ?? '';
}

/** The whole of 127.0.0.0/8 is this machine (RFC 1122 section 3.2.1.3), where loopback is allowed at all. */
function isLoopbackLiteral(name: string, names: readonly string[]): boolean {
  return names.includes('127.0.0.1') && /^127(\.\d{1,3}){3}$/.test(name);
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a change asked for by a page of another origin. Browsers send `Sec-Fetch-Site` (every one since 2023) or
 * `Origin` with every such request; a request with neither comes from a program and must not carry a cookie.
 * Same-site is not enough: on localhost every port is the same site.
 */
export function requireOwnOrigin(method: string, headers: IncomingHttpHeaders): void {
  if (READING.has(method)) return;
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  if (site !== undefined) {
    // With `Referrer-Policy: no-referrer` a browser sends `Origin: null` from our own forms (Fetch standard, 3.1).
    if (
      site === 'same-origin' &&
      (origin === undefined || origin === 'null' || isOwn(origin, headers.host))
    )
      return;
    throw forged();
  }
  if (origin === undefined ? headers.cookie === undefined : isOwn(origin, headers.host)) return;
  throw forged();
}

function isOwn(origin: string, host: string | undefined): boolean {
  const own = (host ?? '').toLowerCase();
  return own !== '' && (origin === `http://${own}` || origin === `https://${own}`);
}

function forged(): HoldfastError {
  return new HoldfastError(
    'not_permitted',
    'This change was asked for by a page that is not ours.',
    {
      remedy: 'Open the console itself and do it there; programs send no cookie.',
    },
  );
}
