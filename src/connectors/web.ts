/** Asks web interfaces page by page: one origin, bounded answers, patience where the server asks for it, a stop at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import type { Fetch } from '../kernel/http/outgoing.ts';
import type { Unseen } from '../estate/schema.ts';

export interface Web {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** Milliseconds that one answer may take. */
  readonly timeoutMs: number;
  /** Headers of every request; called again with `true` after the server refused the ones before. */
  headers(renew: boolean): Promise<Readonly<Record<string, string>>>;
}

export interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
}

/** A refusal of the server, as what could not be seen; `status` 0 where it did not answer at all. */
export class WebRefusal extends Error {
  readonly reason: Unseen['reason'];
  readonly status: number;

  constructor(reason: Unseen['reason'], status: number, detail: string) {
    super(detail);
    this.reason = reason;
    this.status = status;
  }
}

const TRIES = 5;
const LONGEST_WAIT_MS = 120_000;
const MOST_BYTES = 64 * 1024 * 1024;
const BY_STATUS: Readonly<Record<number, Unseen['reason']>> = {
  400: 'not-supported',
  401: 'not-permitted',
  402: 'not-supported',
  403: 'not-permitted',
  404: 'not-supported',
  408: 'timeout',
  429: 'truncated',
  501: 'not-supported',
};

/**
 * The JSON of an answer. 429 and 5xx but 501 are asked again, after as long as `Retry-After` says (RFC 9110 section 10.2.3);
 * 401 once more with new credentials.
 *
 * @throws WebRefusal where the server refuses, HoldfastError `cancelled` after an abort.
 */
export async function ask(web: Web, url: string, asked: Asked = {}): Promise<unknown> {
  let renewed = false;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send(web, url, asked, renewed && attempt === 2);
    if (answer.ok) return await jsonOf(answer, web.signal);
    await answer.body?.cancel().catch(() => undefined);
    if (answer.status === 401 && !renewed) {
      renewed = true;
      attempt = 1;
      continue;
    }
    const busy = answer.status === 429 || (answer.status >= 500 && answer.status !== 501);
    if (!busy || attempt >= TRIES) throw refusal(answer.status);
    await pause(waitOf(answer, attempt), web.signal);
  }
}

async function send(web: Web, url: string, asked: Asked, renew: boolean): Promise<Response> {
  stopIf(web.signal);
  const headers = await web.headers(renew);
  const timeout = AbortSignal.timeout(web.timeoutMs);
  try {
    return await web.fetch(url, {
      method: asked.method ?? 'GET',
      headers: {
        accept: 'application/json',
        ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      // A redirection would carry the credentials elsewhere.
      redirect: 'error',
      signal: AbortSignal.any([web.signal, timeout]),
    });
  } catch (error) {
    stopIf(web.signal);
    if (timeout.aborted) throw new WebRefusal('timeout', 0, 'no answer in time');
    const cause = error instanceof Error ? error.cause : undefined;
    throw new WebRefusal('unreachable', 0, systemCode(cause) || 'no connection');
  }
}

async function jsonOf(answer: Response, signal: AbortSignal): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body ?? []) {
      const bytes = chunk as Uint8Array;
      length += bytes.length;
      if (length > MOST_BYTES)
        throw new WebRefusal('truncated', answer.status, 'an answer is too large');
      chunks.push(bytes);
    }
  } catch (error) {
    stopIf(signal);
    if (error instanceof WebRefusal) throw error;
    throw new WebRefusal('unreachable', answer.status, 'the answer broke off');
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new WebRefusal('invalid', answer.status, 'the answer is not JSON');
  }
}

function refusal(status: number): WebRefusal {
  return new WebRefusal(
    BY_STATUS[status] ?? (status >= 500 ? 'unreachable' : 'unreadable'),
    status,
    `status ${status}`,
  );
}

/** Seconds, or a moment by the server's own clock: this machine's may be wrong. */
export function waitOf(answer: Response, attempt: number): number {
  const given = answer.headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,6}$/.test(given)) return Math.min(Number(given) * 1000, LONGEST_WAIT_MS);
  const until = Date.parse(given);
  const now = Date.parse(answer.headers.get('date') ?? '');
  const wait = until - now;
  const usual = 500 * 2 ** attempt;
  return Math.min(Number.isFinite(wait) && wait >= 0 ? wait : usual, LONGEST_WAIT_MS);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    stopIf(signal);
  }
}

/** The address of the next page, if it is on the same server: elsewhere it would carry the credentials there. */
export function sameOrigin(link: string, base: string): string {
  const target = URL.canParse(link, base) ? new URL(link, base) : undefined;
  if (target?.origin === new URL(base).origin) return target.href;
  throw new WebRefusal('invalid', 0, 'the next page is on another server');
}

export function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new HoldfastError('cancelled', 'The collection was stopped.');
}
