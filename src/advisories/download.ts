/** Downloads one file: streamed to disk, bounded, checked, tried again, and only when it has changed. */
import { createHash, type Hash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import type { Fetch } from '../kernel/http/outgoing.ts';
import { refuseAborted } from './open-file.ts';

/** What the server said of the copy that we have. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface Network {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** Waits; ends early when the signal aborts. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => Date;
  /** Bytes of this file so far, and of the whole where the server says so. */
  readonly progress: (done: number, total: number | undefined, url: string) => void;
  readonly limits?: Partial<DownloadLimits>;
}

export interface DownloadLimits {
  readonly bytes: number;
  /** For the whole file. */
  readonly timeoutMs: number;
  /** Without a byte. */
  readonly stallMs: number;
  readonly attempts: number;
  /** The longest that a server may tell us to wait. */
  readonly waitMs: number;
}

export const DOWNLOAD_LIMITS: DownloadLimits = {
  bytes: 8 * 1024 ** 3,
  timeoutMs: 60 * 60_000,
  stallMs: 60_000,
  attempts: 4,
  waitMs: 120_000,
};

export type Download =
  | {
      readonly state: 'new';
      readonly validators: Validators;
      /** When the server proved that this is what it has: its own clock, never later than ours. */
      readonly provenAt: string;
      /** When the content last changed, where the server says so. */
      readonly changedAt?: string;
      readonly bytes: number;
      readonly sha256: string;
    }
  | { readonly state: 'unchanged'; readonly provenAt: string; readonly changedAt?: string }
  | { readonly state: 'missing' };

/**
 * @throws HoldfastError `unreachable` when every attempt failed, `too_large`, `tampered` where a checksum differs,
 * `cancelled`. The file is whole or absent.
 */
export async function download(
  url: string,
  file: string,
  known: Validators,
  network: Network,
): Promise<Download> {
  const limits = { ...DOWNLOAD_LIMITS, ...network.limits };
  for (let attempt = 1; ; attempt += 1) {
    refuseAborted(network.signal);
    const outcome = await tryOnce(url, file, known, network, limits);
    if (!('retry' in outcome)) return outcome;
    await rm(file, { force: true });
    refuseAborted(network.signal);
    const wait = outcome.waitMs ?? 1000 * 2 ** (attempt - 1);
    if (attempt >= limits.attempts || wait > limits.waitMs) {
      throw new HoldfastError('unreachable', `${shownUrl(url)}: ${outcome.retry}`, {
        cause: outcome.cause,
      });
    }
    await network.sleep(wait);
  }
}

interface Retry {
  readonly retry: string;
  readonly waitMs?: number;
  readonly cause?: unknown;
}

async function tryOnce(
  url: string,
  file: string,
  known: Validators,
  network: Network,
  limits: DownloadLimits,
): Promise<Download | Retry> {
  const watch = startWatch(network.signal, limits);
  try {
    const headers: Record<string, string> = { 'user-agent': 'holdfast' };
    if (known.etag !== undefined) headers['if-none-match'] = known.etag;
    if (known.lastModified !== undefined) headers['if-modified-since'] = known.lastModified;
    const response = await network.fetch(url, {
      headers,
      signal: watch.signal,
      redirect: 'follow',
    });
    const answer = answerOf(response, network.now());
    if (answer !== undefined) {
      await response.body?.cancel();
      return answer;
    }
    return await save(response, file, { url, network, limits, alive: watch.alive });
  } catch (error) {
    refuseAborted(network.signal);
    if (isFinal(error)) throw error;
    return { retry: watch.why() ?? causeText(error), cause: error };
  } finally {
    watch.end();
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof HoldfastError && error.code !== 'incomplete';
}

/** Everything but a body to be read. */
function answerOf(response: Response, now: Date): Download | Retry | undefined {
  if (response.status === 304) return { state: 'unchanged', ...times(response, now) };
  if (response.status === 404 || response.status === 410) return { state: 'missing' };
  if (response.status === 429 || response.status >= 500) {
    const wait = retryAfter(response.headers.get('retry-after'), now);
    return {
      retry: `the server answered ${response.status}`,
      ...(wait === undefined ? {} : { waitMs: wait }),
    };
  }
  if (response.ok) return undefined;
  throw new HoldfastError(
    'unreachable',
    `${shownUrl(response.url)}: the server answered ${response.status}`,
  );
}

/** RFC 9110 §10.2.3: seconds, or a date. */
export function retryAfter(value: string | null, now: Date): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isFinite(at) ? Math.max(0, at - now.getTime()) : undefined;
}

function times(response: Response, now: Date): { provenAt: string; changedAt?: string } {
  const changed = httpTime(response.headers.get('last-modified'));
  const said = httpTime(response.headers.get('date')) ?? now.getTime();
  return {
    provenAt: new Date(Math.min(said, now.getTime())).toISOString(),
    ...(changed === undefined
      ? {}
      : { changedAt: new Date(Math.min(changed, now.getTime())).toISOString() }),
  };
}

function httpTime(value: string | null): number | undefined {
  const at = value === null ? NaN : Date.parse(value);
  return Number.isFinite(at) ? at : undefined;
}

interface Saving {
  readonly url: string;
  readonly network: Network;
  readonly limits: DownloadLimits;
  /** Called with every byte that came. */
  readonly alive: () => void;
}

async function save(response: Response, file: string, saving: Saving): Promise<Download> {
  const promised = promisedBy(response.headers);
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  const bytes = await writeBody(response, file, promised.length, saving, [sha256, md5]);
  if (promised.length !== undefined && bytes !== promised.length) {
    throw new HoldfastError('incomplete', `it ended after ${bytes} of ${promised.length} bytes`);
  }
  if (promised.md5 !== undefined && md5.digest('base64') !== promised.md5) {
    throw new HoldfastError('incomplete', 'its checksum is not the one that the server gives');
  }
  return {
    state: 'new',
    validators: validatorsOf(response.headers),
    ...times(response, saving.network.now()),
    bytes,
    sha256: sha256.digest('hex'),
  };
}

interface Promised {
  readonly length?: number;
  /** Google's storage gives it, in base64. */
  readonly md5?: string;
}

/** Both are of what is sent: where that is packed and unpacked on the way, they say nothing of what arrives here. */
function promisedBy(headers: Headers): Promised {
  if (headers.get('content-encoding') !== null) return {};
  const length = headers.get('content-length');
  const md5 = /(?:^|,\s*)md5=([A-Za-z0-9+/=]+)/.exec(headers.get('x-goog-hash') ?? '')?.[1];
  return {
    ...(length === null ? {} : { length: Number(length) }),
    ...(md5 === undefined ? {} : { md5 }),
  };
}

function validatorsOf(headers: Headers): Validators {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) };
}

async function writeBody(
  response: Response,
  file: string,
  total: number | undefined,
  { url, network, limits, alive }: Saving,
  sums: readonly Hash[],
): Promise<number> {
  const handle = await open(file, 'w');
  let bytes = 0;
  try {
    for await (const chunk of bodyOf(response)) {
      alive();
      bytes += chunk.length;
      if (bytes > limits.bytes) {
        throw new HoldfastError(
          'too_large',
          `${shownUrl(url)} is larger than ${limits.bytes} bytes`,
        );
      }
      for (const sum of sums) sum.update(chunk);
      await handle.write(chunk);
      network.progress(bytes, total, url);
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

function bodyOf(response: Response): AsyncIterable<Uint8Array> | readonly Uint8Array[] {
  return (response.body as AsyncIterable<Uint8Array> | null) ?? [];
}

interface Watch {
  readonly signal: AbortSignal;
  readonly alive: () => void;
  /** Which limit ended it, if one did. */
  why(): string | undefined;
  end(): void;
}

function startWatch(outer: AbortSignal, limits: DownloadLimits): Watch {
  const controller = new AbortController();
  let reason: string | undefined;
  const stop = (why: string): void => {
    reason = why;
    controller.abort();
  };
  const whole = setTimeout(() => stop('it took too long'), limits.timeoutMs);
  let stall = setTimeout(() => stop('nothing came any more'), limits.stallMs);
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    alive() {
      clearTimeout(stall);
      stall = setTimeout(() => stop('nothing came any more'), limits.stallMs);
    },
    why: () => reason,
    end() {
      clearTimeout(whole);
      clearTimeout(stall);
    },
  };
}

/** `fetch failed` hides what happened in its cause. */
function causeText(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : messageOf(cause);
}

/** Without user, password and query: they may be secrets of a mirror. */
export function shownUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'the address';
  }
}
