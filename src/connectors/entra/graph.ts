/** Microsoft Graph: a token that is renewed in time, collections to their last page, questions in batches of twenty. */
import * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { systemFetch } from '../../kernel/http/outgoing.ts';
import { readSecret } from '../secret.ts';
import { ask, sameOrigin, WebRefusal, type Web } from '../web.ts';
import type { GraphConfig } from './config.ts';
import { BatchAnswer, Page } from './schema.ts';

const AUTHORITY = 'https://login.microsoftonline.com';
const GRAPH = 'https://graph.microsoft.com';
const TIMEOUT_SECONDS = 60;
/** Renewed this long before its end. */
const MARGIN_MS = 120_000;
const MOST_PAGES = 100_000;
/** Most questions of one batch (JSON batching of Microsoft Graph). */
const BATCH = 20;
const BATCH_TRIES = 5;

const Token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() });

export interface Graph {
  /** Items of all pages that fit the schema; `dropped` counts those that do not. */
  items<Item>(path: string, schema: z.ZodType<Item>, dropped: () => void): AsyncGenerator<Item>;
  one<Item>(path: string, schema: z.ZodType<Item>): Promise<Item>;
  post<Item>(path: string, body: unknown, schema: z.ZodType<Item>): Promise<Item>;
  /** One question for each id; an answer of `undefined` is a refusal. */
  each<Item>(
    ids: readonly string[],
    pathOf: (id: string) => string,
    schema: z.ZodType<Item>,
  ): AsyncGenerator<readonly [string, Item | undefined]>;
}

/** @throws WebRefusal where no token is given. */
export async function openGraph(
  config: GraphConfig,
  clock: Clock,
  signal: AbortSignal,
): Promise<Graph> {
  const base = `${(config.graph ?? GRAPH).replace(/\/+$/, '')}/`;
  const timeoutMs = (config.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000;
  const tokens = tokensOf(config, clock, signal, base, timeoutMs);
  await tokens(false);
  const web: Web = {
    fetch: systemFetch,
    signal,
    timeoutMs,
    headers: async (renew) => ({ authorization: `Bearer ${await tokens(renew)}` }),
  };
  return {
    items: (path, schema, dropped) => itemsOf(web, base, path, schema, dropped),
    one: async (path, schema) => fitting(await ask(web, `${base}${path}`), schema),
    post: async (path, body, schema) =>
      fitting(await ask(web, `${base}${path}`, { method: 'POST', body }), schema),
    each: (ids, pathOf, schema) => eachOf(web, base, ids, pathOf, schema),
  };
}

/** The token in use; how long it lasts is measured from when it came, whatever any clock says. */
function tokensOf(
  config: GraphConfig,
  clock: Clock,
  signal: AbortSignal,
  base: string,
  timeoutMs: number,
): (renew: boolean) => Promise<string> {
  const url = `${(config.authority ?? AUTHORITY).replace(/\/+$/, '')}/${config.tenantId}/oauth2/v2.0/token`;
  let current: { readonly token: string; readonly until: number } | undefined;
  return async (renew) => {
    if (!renew && current !== undefined && clock.elapsed() < current.until) return current.token;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: config.clientId,
      client_secret: await readSecret(config.clientSecret),
      scope: `${base}.default`,
    });
    const web: Web = {
      fetch: (address, init) =>
        systemFetch(address, {
          ...init,
          body: form.toString(),
          headers: {
            accept: 'application/json',
            'content-type': 'application/x-www-form-urlencoded',
          },
        }),
      signal,
      timeoutMs,
      headers: () => Promise.resolve({}),
    };
    const answer = fitting(await ask(web, url, { method: 'POST' }), Token);
    const lasts = Math.max(0, answer.expires_in * 1000 - MARGIN_MS);
    current = { token: answer.access_token, until: clock.elapsed() + lasts };
    return current.token;
  };
}

async function* itemsOf<Item>(
  web: Web,
  base: string,
  path: string,
  schema: z.ZodType<Item>,
  dropped: () => void,
): AsyncGenerator<Item> {
  let next: string | undefined = `${base}${path}`;
  const seen = new Set<string>();
  while (next !== undefined) {
    if (seen.has(next) || seen.size >= MOST_PAGES) {
      throw new WebRefusal('invalid', 0, 'the pages go round in a circle');
    }
    seen.add(next);
    const page: z.infer<typeof Page> = fitting(await ask(web, next), Page);
    for (const item of page.value) {
      const fit = schema.safeParse(item);
      if (fit.success) yield fit.data;
      else dropped();
    }
    const link = page['@odata.nextLink'];
    next = link === undefined || link === '' ? undefined : sameOrigin(link, base);
  }
}

async function* eachOf<Item>(
  web: Web,
  base: string,
  ids: readonly string[],
  pathOf: (id: string) => string,
  schema: z.ZodType<Item>,
): AsyncGenerator<readonly [string, Item | undefined]> {
  for (let at = 0; at < ids.length; at += BATCH) {
    let open: readonly string[] = ids.slice(at, at + BATCH);
    for (let attempt = 1; open.length > 0; attempt += 1) {
      const requests = open.map((id, index) => ({
        id: String(index),
        method: 'GET',
        url: `/${pathOf(id)}`,
      }));
      const body = await ask(web, `${base}beta/$batch`, { method: 'POST', body: { requests } });
      const again: string[] = [];
      const answers = new Map(fitting(body, BatchAnswer).responses.map((each) => [each.id, each]));
      for (const [index, id] of open.entries()) {
        const answer = answers.get(String(index));
        // Throttled inside of a batch that was itself accepted: asked again with the next one.
        if (answer?.status === 429 && attempt < BATCH_TRIES) again.push(id);
        else yield [id, answer?.status === 200 ? schema.safeParse(answer.body).data : undefined];
      }
      open = again;
      if (open.length > 0) await pauseFor([...answers.values()], web.signal);
    }
  }
}

/** The longest wait that one of the refused questions asks for. */
async function pauseFor(
  answers: z.infer<typeof BatchAnswer>['responses'],
  signal: AbortSignal,
): Promise<void> {
  const seconds = answers.map(({ headers }) =>
    Number(headers?.['Retry-After'] ?? headers?.['retry-after'] ?? 0),
  );
  const { setTimeout: sleep } = await import('node:timers/promises');
  const most = Math.max(0, ...seconds.filter((each) => Number.isFinite(each)));
  await sleep(Math.min(most, 120) * 1000, undefined, { signal }).catch(() => undefined);
}

function fitting<Item>(value: unknown, schema: z.ZodType<Item>): Item {
  const fit = schema.safeParse(value);
  if (fit.success) return fit.data;
  throw new WebRefusal('invalid', 200, 'the answer is not of the form that is documented');
}
