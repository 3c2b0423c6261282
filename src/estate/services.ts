/** The network view: which services listen on the estate's networks, those of assets that nobody knows first. */
import { HoldfastError } from '../kernel/errors.ts';
import type { Sql } from '../kernel/sql/database.ts';
import {
  countServices,
  readServices,
  type ServiceFilter,
  type ServicePlace,
  type ServiceRow,
  type ServiceTotals,
} from './store-services.ts';

export interface ListedService {
  readonly asset: string;
  readonly name: string;
  /** Nobody knows what answers there. */
  readonly unknown: boolean;
  /** Why not; empty where it is known. */
  readonly why: string;
  readonly networks: readonly string[];
  readonly door: string;
  readonly transport: string;
  readonly port: number;
  readonly address: string;
  /** It listens for the machine itself only. */
  readonly loopbackOnly: boolean;
  readonly program: string | null;
  readonly package: string | null;
  readonly reachableFrom: readonly string[];
  readonly answers: readonly {
    readonly from: string | null;
    readonly address: string;
    readonly state: 'open' | 'refused' | 'no-answer';
  }[];
  /** What it says it is. */
  readonly product: string | null;
  readonly banner: string | null;
  readonly certificate: {
    readonly subject: string;
    readonly issuer: string | null;
    readonly names: readonly string[];
    readonly notAfter: string | null;
    readonly expired: boolean;
  } | null;
  readonly sources: readonly string[];
  readonly sightedAt: string | null;
  readonly answeredAt: string | null;
}

export interface ServicesPage {
  readonly totals: ServiceTotals;
  readonly services: readonly ListedService[];
  /** What the next page is asked with; null at the end. */
  readonly next: string | null;
}

export async function readServicesPage(
  sql: Sql,
  { after, ...filter }: Omit<ServiceFilter, 'after'> & { readonly after?: string | undefined },
  now: Date,
): Promise<ServicesPage> {
  const asked = { ...filter, after: placeOf(after), limit: filter.limit + 1 };
  const rows = await readServices(sql, asked);
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return {
    totals: await countServices(sql, filter),
    services: page.map((row) => listed(row, now)),
    next: rows.length > filter.limit && last !== undefined ? placeText(last) : null,
  };
}

function listed(row: ServiceRow, now: Date): ListedService {
  const { asset, name, unknown, why, networks, door, body, sources, product, banner } = row;
  const { transport = 'tcp', port = 0, address = '', certificate } = body;
  return {
    asset,
    name,
    unknown,
    why,
    networks,
    door,
    transport,
    port,
    address,
    loopbackOnly: isLoopback(address),
    program: body.program ?? null,
    package: body.package ?? null,
    reachableFrom: body.reachableFrom ?? [],
    answers: (body.answers ?? []).map((each) => ({ ...each, from: each.from ?? null })),
    product: product === null ? null : productText(product),
    banner,
    certificate: certificate === undefined ? null : shownCertificate(certificate, now),
    sources,
    sightedAt: row.sightedAt?.toISOString() ?? null,
    answeredAt: row.answeredAt,
  };
}

function shownCertificate(
  { subject, issuer, names, notAfter }: NonNullable<ServiceRow['body']['certificate']>,
  now: Date,
): NonNullable<ListedService['certificate']> {
  return {
    subject,
    issuer: issuer ?? null,
    names: names ?? [],
    notAfter: notAfter ?? null,
    expired: notAfter !== undefined && Date.parse(notAfter) < now.getTime(),
  };
}

/** `openbsd/openssh 9.2p1, built by Debian` */
function productText({
  vendor,
  product,
  version,
  builtBy,
}: NonNullable<ServiceRow['product']>): string {
  const numbered = version === undefined ? '' : ` ${version}`;
  return `${vendor}/${product}${numbered}${builtBy === undefined ? '' : `, built by ${builtBy}`}`;
}

function isLoopback(address: string): boolean {
  const all = address.split(/[\s,]+/).filter((each) => each !== '');
  return all.length > 0 && all.every((each) => each === '::1' || each.startsWith('127.'));
}

function placeText({ unknown, asset, door }: ServicePlace): string {
  return Buffer.from(JSON.stringify([unknown, asset, door])).toString('base64url');
}

/** @throws HoldfastError `bad_input` for what no page gave. */
function placeOf(text: string | undefined): ServicePlace | undefined {
  if (text === undefined) return undefined;
  try {
    const [unknown, asset, door] = JSON.parse(
      Buffer.from(text, 'base64url').toString('utf8'),
    ) as unknown[];
    if (typeof unknown === 'boolean' && typeof asset === 'string' && typeof door === 'string')
      return { unknown, asset, door };
  } catch {
    // Falls through to the refusal.
  }
  throw new HoldfastError('bad_input', '`after` is not what a page before gave as `next`');
}
