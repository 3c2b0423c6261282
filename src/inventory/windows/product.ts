/** What Windows is called, by its build: the same words whatever language the machine speaks. README.md tells the shape. */
import type { Found } from '../schema.ts';

export interface WindowsFacts {
  /** `10.0.17763`, or `10.0.17763.107` where the update build revision is known. */
  readonly version: string;
  /** As the machine writes it, in its language. */
  readonly productName?: string;
  readonly arch?: string;
  readonly role?: 'domain-controller' | 'server' | 'workstation';
  readonly servicePack?: string;
  readonly installation?: string;
  readonly line?: number;
}

/** Build → client, server (with what the name of the product adds), release. */
const BUILDS: Readonly<
  Record<string, readonly [client: string, server: string, release?: string]>
> = {
  2195: ['windows-2000', 'windows-2000-server'],
  2600: ['windows-xp', 'windows-xp'],
  3790: ['windows-xp-x64', 'windows-server-2003'],
  6000: ['windows-vista', 'windows-server-2008'],
  6001: ['windows-vista', 'windows-server-2008'],
  6002: ['windows-vista', 'windows-server-2008'],
  6003: ['windows-vista', 'windows-server-2008'],
  7600: ['windows-7', 'windows-server-2008-r2'],
  7601: ['windows-7', 'windows-server-2008-r2'],
  9200: ['windows-8', 'windows-server-2012'],
  9600: ['windows-8.1', 'windows-server-2012-r2'],
  10240: ['windows-10', 'windows-server', '1507'],
  10586: ['windows-10', 'windows-server', '1511'],
  14393: ['windows-10', 'windows-server-2016', '1607'],
  15063: ['windows-10', 'windows-server', '1703'],
  16299: ['windows-10', 'windows-server', '1709'],
  17134: ['windows-10', 'windows-server', '1803'],
  17763: ['windows-10', 'windows-server-2019', '1809'],
  18362: ['windows-10', 'windows-server', '1903'],
  18363: ['windows-10', 'windows-server', '1909'],
  19041: ['windows-10', 'windows-server', '2004'],
  19042: ['windows-10', 'windows-server', '20h2'],
  19043: ['windows-10', 'windows-server', '21h1'],
  19044: ['windows-10', 'windows-server', '21h2'],
  19045: ['windows-10', 'windows-server', '22h2'],
  20348: ['windows-server-2022', 'windows-server-2022', '21h2'],
  22000: ['windows-11', 'windows-server', '21h2'],
  22621: ['windows-11', 'windows-server', '22h2'],
  22631: ['windows-11', 'windows-server', '23h2'],
  25398: ['windows-server', 'windows-server', '23h2'],
  26100: ['windows-11', 'windows-server-2025', '24h2'],
  26200: ['windows-11', 'windows-server', '25h2'],
  28000: ['windows-11', 'windows-server', '26h1'],
};

const EDITIONS: readonly (readonly [string, RegExp])[] = [
  ['enterprise-ltsc', /\bLTS[BC]\b/],
  ['datacenter', /\bdatacenter\b/i],
  ['essentials', /\bessentials\b/i],
  ['enterprise', /\b(?:enterprise|entreprise|empresa\w*)\b|企业|企業|корпоративная/i],
  ['education', /\b(?:education|éducation)\b|教育/i],
  ['standard', /\bstandard\b|标准/i],
  ['professional', /\bpro(?:fessional|fessionnel)?\b|专业|профессиональная/i],
  ['home', /\b(?:home|famille|hogar)\b|家庭|домашняя/i],
  ['web', /\bweb\b/i],
];

/** The operating system as a package. */
export function foundWindows(facts: WindowsFacts): Found {
  const { version, productName = '', arch, role, line } = facts;
  const build = version.split('.')[2] ?? '';
  const [client, server, release] = BUILDS[build] ?? ['windows', 'windows-server'];
  const isServer = /server|datacenter|сервер/i.test(productName) || role === 'domain-controller';
  const known = productName !== '' || role !== undefined;
  const edition = EDITIONS.find(([, pattern]) => pattern.test(productName))?.[0];
  const qualifiers = {
    edition,
    installation: facts.installation,
    // A build alone does not tell whether it is a server.
    release: known || client === server ? release : undefined,
    role,
    service_pack: facts.servicePack,
  };
  return {
    type: 'generic',
    namespace: 'microsoft',
    name: named(known, isServer, productName, client, server),
    version,
    ...(arch === undefined ? {} : { arch }),
    qualifiers: withoutUnknown(qualifiers),
    ...(line === undefined ? {} : { line }),
  };
}

function named(
  known: boolean,
  isServer: boolean,
  productName: string,
  client: string,
  server: string,
): string {
  if (!known) return client === server ? client : 'windows';
  if (!isServer) return client;
  const isR2 = server === 'windows-server-2003' && /\bR2\b/.test(productName);
  return isR2 ? 'windows-server-2003-r2' : server;
}

function withoutUnknown(
  qualifiers: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [key, value] of Object.entries(qualifiers))
    if (value !== undefined) known[key] = value;
  return known;
}

/**
 * The number of an update out of what Windows calls it: `KB4480116`, `Q147222` and a bare number name the same kind of thing,
 * `KB893803v2` a second issue of it, `KB2510531-IE8` its form for one product. Undefined for identifiers (`{…}`) and `File 1`.
 */
export function kbNumber(id: string): string | undefined {
  return /^(?:KB|Q)?(\d{5,8})(?:v\d+)?(?:[-_][a-z0-9]+)*$/i.exec(id.trim())?.[1];
}

/** An installed update. */
export function foundKb(number: string, line?: number): Found {
  return {
    type: 'generic',
    namespace: 'microsoft',
    name: `kb${number}`,
    version: '',
    ...(line === undefined ? {} : { line }),
  };
}
