/** A SCIM server: a token that is read again once it is refused, and lists to their end however the server counts. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { HoldfastError, systemCode } from '../../kernel/errors.ts';
import { fetchTrusting, systemFetch, type Fetch } from '../../kernel/http/outgoing.ts';
import { readSecret } from '../secret.ts';
import { ask, WebRefusal, type Web } from '../web.ts';
import type { Config } from './config.ts';
import { lowered, Page } from './schema.ts';

const PAGE = 200;
const TIMEOUT_SECONDS = 60;
const MOST_PAGES = 100_000;
/** So many pages with nothing new in them, one after the other, are a server that does not heed `startIndex`. */
const STALE_PAGES = 3;
const PASSES = 2;

const Named = z.object({ id: z.string() });

export interface Listing {
  readonly path: 'Users' | 'Groups';
  readonly attributes: readonly string[];
  /** A resource that is not of the documented form. */
  dropped(): void;
  /** The list ended `missing` short of what the server counts, or shrank while it was read. */
  short(missing: number): void;
  total?(count: number): void;
}
export interface Server {
  /** Each resource once, by its id. @throws WebRefusal where the server refuses. */
  items<Item extends { readonly id: string }>(
    schema: z.ZodType<Item>,
    listing: Listing,
  ): AsyncGenerator<Item>;
}

/** @throws HoldfastError `bad_config` where the token or the authorities cannot be read. */
export async function openServer(config: Config, signal: AbortSignal): Promise<Server> {
  let token = await tokenOf(config);
  const web: Web = {
    fetch: await fetchOf(config),
    signal,
    timeoutMs: (config.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000,
    headers: async (renew) => {
      if (renew) token = await tokenOf(config);
      // RFC 7644 section 3.8; some servers answer JSON only where it is asked for by that name.
      return {
        accept: 'application/scim+json, application/json;q=0.9',
        authorization: `Bearer ${token}`,
      };
    },
  };
  const base = `${config.url.replace(/\/+$/, '')}/`;
  const count = config.pageSize ?? PAGE;
  return { items: (schema, listing) => itemsOf(web, base, count, schema, listing) };
}

async function tokenOf({ token }: Config): Promise<string> {
  const secret = (await readSecret(token)).trim();
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  throw new HoldfastError('bad_config', 'the token holds a character that no token may hold');
}

async function fetchOf({ caFile }: Config): Promise<Fetch> {
  if (caFile === undefined) return systemFetch;
  try {
    return fetchTrusting(await readFile(caFile, 'utf8'));
  } catch (error) {
    throw new HoldfastError('bad_config', 'caFile cannot be read', {
      detail: { code: systemCode(error) },
    });
  }
}

/** Where resources went away while the list was read, others moved up past the page that was next: it is read once more. */
async function* itemsOf<Item extends { readonly id: string }>(
  web: Web,
  base: string,
  count: number,
  schema: z.ZodType<Item>,
  listing: Listing,
): AsyncGenerator<Item> {
  const seen = new Set<string>();
  let unlike = 0;
  for (let pass = 1; ; pass += 1) {
    unlike = 0;
    let total = 0;
    let shrank = false;
    for await (const page of pagesOf(web, base, count, listing)) {
      shrank ||= page.totalresults < total;
      total = page.totalresults;
      listing.total?.(total);
      for (const resource of page.resources) {
        const fit = schema.safeParse(resource);
        if (!fit.success) unlike += 1;
        else if (!seen.has(fit.data.id)) {
          seen.add(fit.data.id);
          yield fit.data;
        }
      }
    }
    const missing = Math.max(0, total - seen.size - unlike);
    if (missing === 0 && !shrank) break;
    if (pass === PASSES) {
      listing.short(missing);
      break;
    }
  }
  for (let each = 0; each < unlike; each += 1) listing.dropped();
}

/** From the first resource, numbered 1, on by as many as came: a server may give fewer than were asked for (section 3.4.2.4). */
async function* pagesOf(
  web: Web,
  base: string,
  count: number,
  { path, attributes }: Listing,
): AsyncGenerator<z.infer<typeof Page>> {
  const came = new Set<unknown>();
  let asked = attributes;
  let stale = 0;
  let startIndex = 1;
  for (let number = 1; number <= MOST_PAGES && stale < STALE_PAGES; number += 1) {
    const from = `${base}${path}?startIndex=${startIndex}&count=${count}`;
    let page: z.infer<typeof Page>;
    try {
      page = await pageOf(web, from, asked);
    } catch (error) {
      if (number > 1 || !isBadRequest(error)) throw error;
      // Not every server knows how to leave attributes out: then all of them come, and are dropped here.
      asked = [];
      page = await pageOf(web, from, asked);
    }
    yield page;
    const known = came.size;
    // One without an id is told apart from every other.
    for (const resource of page.resources) came.add(Named.safeParse(resource).data?.id ?? resource);
    startIndex += page.resources.length;
    if (page.resources.length === 0 || startIndex > page.totalresults) return;
    stale = came.size > known ? 0 : stale + 1;
  }
  throw new WebRefusal('invalid', 200, 'the pages go round in a circle');
}

async function pageOf(
  web: Web,
  from: string,
  attributes: readonly string[],
): Promise<z.infer<typeof Page>> {
  const only = attributes.length === 0 ? '' : `&attributes=${attributes.join(',')}`;
  const fit = Page.safeParse(lowered(await ask(web, `${from}${only}`)));
  if (fit.success) return fit.data;
  throw new WebRefusal('invalid', 200, 'the answer is not of the form that is documented');
}

function isBadRequest(error: unknown): boolean {
  return error instanceof WebRefusal && error.status === 400;
}
