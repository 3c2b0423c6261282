/**
 * Reads a FHIR server page by page: its patients and what is recorded about them. It asks only that server, waits when told
 * to, and says which kinds of resource it was not allowed to see.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import type { Fetch } from '../kernel/http/outgoing.ts';
import type { Batch, Extract, Problem } from './extract.ts';
import { FHIR_HEADER, fhirRow } from './fhir-row.ts';

export interface FhirServer {
  /** `https://fhir.example.org/R4`, without a query. */
  readonly base: string;
  /** Sent as a bearer token; never part of an error. */
  readonly token?: string;
  readonly fetch: Fetch;
  readonly signal?: AbortSignal;
}

/** Patients first; then what makes a record special, or holds notes. */
const TYPES = [
  'Patient',
  'Condition',
  'AllergyIntolerance',
  'MedicationRequest',
  'CarePlan',
  'Flag',
  'Encounter',
  'Observation',
  'Coverage',
] as const;
const PAGE = 500;
const TIMEOUT = 60_000;
const TRIES = 4;
const LONGEST_WAIT = 60_000;
/** A server that never ends is stopped here, and the count is partial. */
const MOST_PAGES = 1_000_000;

const Page = z.object({
  resourceType: z.literal('Bundle'),
  link: z.array(z.object({ relation: z.string(), url: z.string() })).catch([]),
  entry: z.array(z.object({ resource: z.unknown() }).catch({ resource: undefined })).catch([]),
});
type Page = z.infer<typeof Page>;

/** An extract of the server's patients; resource types that it refuses are problems, not failures. */
export function fhirServerExtract(server: FhirServer, name: string): Extract {
  const { protocol, hostname } = new URL(server.base);
  if (protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    throw new HoldfastError('bad_input', 'a FHIR server is asked by https only', {
      remedy: 'Patients and the token would cross the network in clear text.',
    });
  }
  return { name, header: FHIR_HEADER, batches: pages(server, name) };
}

async function* pages(server: FhirServer, file: string): AsyncGenerator<Batch> {
  const base = server.base.replace(/\/+$/, '');
  let number = 0;
  for (const type of TYPES) {
    let next: string | undefined = `${base}/${type}?_count=${PAGE}`;
    const seen = new Set<string>();
    while (next !== undefined) {
      if (seen.has(next) || seen.size >= MOST_PAGES) {
        yield only({ file, column: type, reason: 'read-failed' });
        break;
      }
      seen.add(next);
      const page: Page | undefined = await ask(server, next, type);
      if (page === undefined) {
        yield only({ file, column: type, reason: 'read-failed' });
        break;
      }
      const rows = page.entry.flatMap(({ resource }) => {
        const row = fhirRow(resource, '');
        return row === undefined ? [] : [row];
      });
      yield { rows, numbers: rows.map(() => ++number), problems: [] };
      next = nextOf(page, base);
    }
  }
}

function only(problem: Problem): Batch {
  return { rows: [], numbers: [], problems: [problem] };
}

/** The next page, if it is on the same server: a link elsewhere would carry the token there. */
function nextOf(page: Page, base: string): string | undefined {
  const url = page.link.find((link) => link.relation === 'next')?.url;
  if (url === undefined) return undefined;
  const target = new URL(url, `${base}/`);
  if (target.origin === new URL(base).origin) return target.href;
  throw new HoldfastError('unreachable', 'the FHIR server’s next page is on another server', {
    remedy: 'Let its base address be the one that it is asked by.',
  });
}

/** A page; undefined when the server refuses this type. Patients it must not refuse. */
async function ask(server: FhirServer, url: string, type: string): Promise<Page | undefined> {
  for (let attempt = 1; ; attempt++) {
    const answer = await send(server, url);
    if (answer.ok) return parsed(answer, type);
    const busy = answer.status === 429 || answer.status >= 500;
    if (busy && attempt < TRIES) {
      await sleep(waitOf(answer, attempt), undefined, { signal: server.signal });
      continue;
    }
    if (type !== 'Patient') return undefined;
    throw new HoldfastError(
      'unreachable',
      `the FHIR server answered ${answer.status} for ${type}`,
      {
        remedy: 'Check the address and that the token may read patients; nothing was stored.',
      },
    );
  }
}

async function send({ fetch, token, signal }: FhirServer, url: string): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT);
  try {
    return await fetch(url, {
      headers: {
        accept: 'application/fhir+json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    if (signal?.aborted === true) {
      throw new HoldfastError('cancelled', 'the count was cancelled; nothing was stored');
    }
    throw new HoldfastError('unreachable', 'the FHIR server does not answer', {
      detail: { code: systemCode(error) },
    });
  }
}

function waitOf(answer: Response, attempt: number): number {
  const seconds = Number(answer.headers.get('retry-after'));
  const asked = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 500 * 2 ** attempt;
  return Math.min(asked, LONGEST_WAIT);
}

async function parsed(answer: Response, type: string): Promise<Page> {
  const page = Page.safeParse(await answer.json().catch(() => undefined));
  if (page.success) return page.data;
  throw new HoldfastError('unreachable', `the FHIR server’s answer for ${type} is no bundle`);
}
