/** What nmap says of one port, as a service of the estate. */
import type { SightedProduct, SightedService } from '../../estate/schema.ts';
import { keptText } from '../kept-text.ts';
import { productOf, sightedProduct } from '../service-products.ts';
import { childNamed, type Element } from './read-xml.ts';

export interface Port {
  readonly transport: string;
  readonly port: number;
  /** nmap's own word: `open`, `closed`, `filtered`, `open|filtered`… */
  readonly state: string;
  readonly service: SightedService | undefined;
}

export function portOf(element: Element): Port | undefined {
  const { protocol, portid } = element.attributes;
  const port = Number(portid);
  const state = childNamed(element, 'state')?.attributes['state'];
  if (protocol === undefined || state === undefined || !isPort(port)) return undefined;
  const known = protocol === 'tcp' || protocol === 'udp';
  const service = known && state === 'open' ? serviceOf(element, protocol, port) : undefined;
  return { transport: protocol, port, state, service };
}

function serviceOf(element: Element, transport: 'tcp' | 'udp', port: number): SightedService {
  const service = childNamed(element, 'service');
  const protocol = protocolOf(service);
  const banner = scriptOf(element, 'banner')?.attributes['output'];
  const certificate = certificateOf(scriptOf(element, 'ssl-cert'));
  const product = service === undefined ? undefined : productOfService(service);
  const told = product ?? (banner === undefined ? undefined : productOf(banner));
  return {
    transport,
    port,
    ...(protocol === undefined ? {} : { protocol }),
    ...(told === undefined ? {} : { product: told }),
    ...(banner === undefined ? {} : { banner: keptText(banner, 300) }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function protocolOf(service: Element | undefined): string | undefined {
  const { name, tunnel } = service?.attributes ?? {};
  if (name === undefined) return undefined;
  return tunnel === 'ssl' && name === 'http' ? 'https' : keptText(name, 100);
}

/** Only what nmap asked for: a name out of its table of ports says nothing of what listens. */
function productOfService(service: Element): SightedProduct | undefined {
  const { method, product, version = '', extrainfo = '' } = service.attributes;
  if (method !== 'probed' || product === undefined) return undefined;
  const cpe = service.children
    .filter((child) => child.name === 'cpe')
    .map(({ text }) => cpeOf(text.trim()))
    .find((each) => each !== undefined);
  if (cpe === undefined) return undefined;
  const evidence = keptText(
    [product, version, extrainfo].filter((each) => each !== '').join(' '),
    300,
  );
  const [first] = version.trim().split(/\s/);
  return sightedProduct({ ...cpe, version: cpe.version ?? first, evidence });
}

/** CPE 2.2 URI binding (NISTIR 7695 section 6.1) of an application or a device: `cpe:/a:openbsd:openssh:9.2p1`. */
function cpeOf(
  text: string,
): { vendor: string; product: string; version: string | undefined } | undefined {
  const [, vendor, product, version] =
    /^cpe:\/[ah]:([^:]{1,100}):([^:]{1,100})(?::([^:]{1,100}))?/.exec(text) ?? [];
  if (vendor === undefined || product === undefined) return undefined;
  return {
    vendor: decoded(vendor),
    product: decoded(product),
    version: version === undefined ? undefined : decoded(version),
  };
}

function decoded(text: string): string {
  try {
    return keptText(decodeURIComponent(text), 100);
  } catch {
    return keptText(text, 100);
  }
}

function certificateOf(script: Element | undefined): SightedService['certificate'] {
  if (script === undefined) return undefined;
  const subject = nameOf(tableOf(script, 'subject'));
  if (subject === undefined) return undefined;
  const issuer = nameOf(tableOf(script, 'issuer'));
  const validity = tableOf(script, 'validity');
  const notBefore = instantOf(elementOf(validity, 'notBefore'));
  const notAfter = instantOf(elementOf(validity, 'notAfter'));
  const names = alternativeNames(script);
  return {
    subject,
    ...(issuer === undefined ? {} : { issuer }),
    ...(names.length === 0 ? {} : { names }),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(notAfter === undefined ? {} : { notAfter }),
  };
}

function alternativeNames(script: Element): string[] {
  const tables = tableOf(script, 'extensions')?.children ?? [];
  const value = tables
    .filter((each) => elementOf(each, 'name') === 'X509v3 Subject Alternative Name')
    .map((each) => elementOf(each, 'value') ?? '')[0];
  const found = [...(value ?? '').matchAll(/DNS:([^,\s]{1,253})/g)].map(([, name = '']) => name);
  return [...new Set(found)].slice(0, 100);
}

/** The organisation's own names; never an e-mail address. */
function nameOf(table: Element | undefined): string | undefined {
  const parts = ['commonName', 'organizationName']
    .map((field) => elementOf(table, field))
    .filter((each) => each !== undefined && each !== '' && !each.includes('@'));
  return parts.length === 0 ? undefined : keptText(parts.join(', '), 500);
}

function instantOf(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return undefined;
  const time = Date.parse(`${text.slice(0, 19)}Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function scriptOf(port: Element, id: string): Element | undefined {
  return port.children.find((child) => child.name === 'script' && child.attributes['id'] === id);
}

function tableOf(element: Element, key: string): Element | undefined {
  return element.children.find(
    (child) => child.name === 'table' && child.attributes['key'] === key,
  );
}

function elementOf(table: Element | undefined, key: string): string | undefined {
  return table?.children
    .find((child) => child.name === 'elem' && child.attributes['key'] === key)
    ?.text.trim();
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}
