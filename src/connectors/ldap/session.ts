/** One connection to a directory: bound, encrypted, asked page by page, and closed when the collection is stopped. */
import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import type { Client, Entry } from 'ldapts';
import { HoldfastError, systemCode } from '../../kernel/errors.ts';
import type { Unseen } from '../../estate/schema.ts';
import { readSecret } from '../secret.ts';
import type { Config } from './config.ts';

const CONNECT_MS = 15_000;
const TIMEOUT_SECONDS = 60;
const PAGE = 500;

export interface Search {
  readonly base: string;
  readonly filter: string;
  readonly attributes: readonly string[];
  readonly scope?: 'base' | 'sub';
}
export interface Page {
  readonly entries: readonly Entry[];
  /** Other servers that the directory points to for parts of the answer. */
  readonly referrals: readonly string[];
}
export interface Session {
  pages(search: Search): AsyncGenerator<Page>;
  close(): Promise<void>;
}

/** A refusal of the directory, as what could not be seen. */
export class DirectoryRefusal extends Error {
  readonly reason: Unseen['reason'];

  constructor(reason: Unseen['reason'], detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** Binary attributes: identifiers and keys, never read as text. */
const BINARY = ['objectSid', 'msDS-KeyCredentialLink'];

/**
 * Connects and binds.
 *
 * @throws DirectoryRefusal where the directory cannot be reached or refuses; HoldfastError `bad_config` for the secret.
 */
export async function openSession(config: Config, signal: AbortSignal): Promise<Session> {
  const password = await readSecret(config.password);
  const tls = await tlsOptions(config);
  // Loaded here, so that nobody else waits for it.
  const { Client } = await import('ldapts');
  const secure = /^ldaps:/i.test(config.url);
  const client = new Client({
    url: config.url,
    timeout: (config.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000,
    connectTimeout: Math.min(CONNECT_MS, (config.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000),
    strictDN: false,
    autoRebind: false,
    ...(secure ? { tlsOptions: tls } : {}),
  });
  try {
    if (!secure && config.startTls !== false) {
      await unlessStopped(client.startTLS(tls), signal);
    }
    await unlessStopped(client.bind(config.bindDn, password), signal);
  } catch (error) {
    await closed(client);
    throw refusalOf(error, signal);
  }
  return {
    pages: (search) => pagesOf(client, search, config.pageSize ?? PAGE, signal),
    close: () => closed(client),
  };
}

async function tlsOptions({ url, caFile, serverName }: Config): Promise<ConnectionOptions> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    // RFC 6066 section 3: a server name is a name, never an address.
    ...(serverName === undefined && /^[\d.]+$|:/.test(host)
      ? {}
      : { servername: serverName ?? host }),
    minVersion: 'TLSv1.2',
    ...(caFile === undefined ? {} : { ca: await authorities(caFile) }),
  };
}

async function authorities(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new HoldfastError('bad_config', 'caFile cannot be read', {
      detail: { code: systemCode(error) },
    });
  }
}

async function* pagesOf(
  client: Client,
  { base, filter, attributes, scope = 'sub' }: Search,
  pageSize: number,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const pages = client.searchPaginated(base, {
    scope,
    filter,
    attributes: [...attributes],
    explicitBufferAttributes: BINARY.filter((name) => attributes.includes(name)),
    paged: { pageSize },
  });
  try {
    for (;;) {
      const page = await unlessStopped(pages.next(), signal);
      if (page.done === true) return;
      yield { entries: page.value.searchEntries, referrals: page.value.searchReferences };
    }
  } catch (error) {
    throw refusalOf(error, signal);
  }
}

/** The library knows no abort: what it still waits for is left behind, and its connection closed. */
async function unlessStopped<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function closed(client: Client): Promise<void> {
  // A directory that is gone cannot be told goodbye.
  await client.unbind().catch(() => undefined);
}

/** Result codes of RFC 4511 section 4.1.9. */
const BY_CODE: Readonly<Record<number, Unseen['reason']>> = {
  3: 'timeout',
  4: 'truncated',
  8: 'not-permitted',
  11: 'truncated',
  13: 'not-permitted',
  32: 'invalid',
  48: 'not-permitted',
  49: 'not-permitted',
  50: 'not-permitted',
  51: 'unreachable',
  52: 'unreachable',
};

/** Never the server's own words: they may name people. */
function refusalOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return cancelled();
  if (error instanceof HoldfastError || error instanceof DirectoryRefusal) return error;
  const code = systemCode(error);
  if (code !== '') return new DirectoryRefusal('unreachable', code);
  const result = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof result === 'number') {
    return new DirectoryRefusal(BY_CODE[result] ?? 'unreadable', `LDAP result ${result}`);
  }
  const message = error instanceof Error ? error.message : '';
  if (/time(?:d )?out/i.test(message)) return new DirectoryRefusal('timeout', 'no answer in time');
  if (/clos|connect|socket|bound/i.test(message)) {
    return new DirectoryRefusal('unreachable', 'the connection broke');
  }
  return new DirectoryRefusal('unreadable', 'the answer could not be understood');
}

function cancelled(): HoldfastError {
  return new HoldfastError('cancelled', 'The collection was stopped.');
}
