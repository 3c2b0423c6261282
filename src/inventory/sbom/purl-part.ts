/** From a package URL in a bill of materials to the package that it names. */
import type { Purl } from '../../versions/purl-model.ts';
import { formatPurl, readPurl } from '../../versions/purl.ts';
import type { Found } from '../schema.ts';
import type { SbomItem } from './item.ts';

export interface PurlPart {
  readonly purl: Purl;
  readonly found: Found;
}

/** The first of the item's package URLs that can be read; otherwise why none can, undefined where it has none. */
export function purlPart(item: SbomItem): PurlPart | { readonly problem: string } | undefined {
  let problem: string | undefined;
  for (const text of item.purls) {
    const read = readPurl(text, { lenient: true });
    if (read.problem === undefined) {
      const purl = completed(read.value, item.version);
      const canonical = formatPurl(purl, { lenient: true });
      if (canonical.problem === undefined)
        return { purl, found: foundOf(purl, canonical.value, item) };
    }
    problem ??= read.problem ?? 'cannot be written again';
  }
  return problem === undefined ? undefined : { problem };
}

/** With the version that only the document says, and with an epoch where Debian's versions hold it. */
function completed(purl: Purl, version: string): Purl {
  const stated = purl.version === null && version !== '' ? { ...purl, version } : purl;
  const epoch = stated.qualifiers?.['epoch'];
  if (stated.type !== 'deb' || epoch === undefined || stated.version === null) return stated;
  const qualifiers = { ...stated.qualifiers };
  delete qualifiers['epoch'];
  const prefix = epoch === '0' || stated.version.includes(':') ? '' : `${epoch}:`;
  return { ...stated, version: `${prefix}${stated.version}`, qualifiers };
}

const OF_DISTRIBUTIONS = new Set(['apk', 'deb', 'rpm']);

function foundOf(purl: Purl, canonical: string, item: SbomItem): Found {
  const { type, namespace, name, qualifiers } = purl;
  const version = versionOf(purl);
  const arch = qualifiers?.['arch'];
  return {
    type,
    name,
    version,
    purl: canonical,
    ...(OF_DISTRIBUTIONS.has(type)
      ? ofDistribution(purl, version, item)
      : namespace !== null && { namespace }),
    ...(arch !== undefined && { arch }),
    ...(item.scope !== undefined && { scope: item.scope }),
    ...(item.line !== undefined && { line: item.line }),
  };
}

function ofDistribution(
  purl: Purl,
  version: string,
  item: SbomItem,
): Pick<Found, 'source' | 'module'> {
  const stated = item.source?.version === '' ? { ...item.source, version } : item.source;
  const source = upstreamOf(purl, version) ?? stated;
  const module = item.module ?? purl.qualifiers?.['rpmmod'] ?? '';
  return { ...(source !== undefined && { source }), ...(module !== '' && { module }) };
}

function versionOf({ type, version, qualifiers }: Purl): string {
  const epoch = type === 'rpm' ? (qualifiers?.['epoch'] ?? '0') : '0';
  if (version === null || epoch === '0' || version.includes(':')) return version ?? '';
  return `${epoch}:${version}`;
}

/** `upstream=glibc`, `upstream=glibc@2.36`, `upstream=openssl-3.0.7-16.el9.src.rpm`. */
function upstreamOf({ type, qualifiers }: Purl, version: string): Found['source'] {
  const upstream = qualifiers?.['upstream'];
  if (upstream === undefined || upstream === '') return undefined;
  const file = /^(.+)-([^-]+-[^-]+)\.src\.rpm$/.exec(upstream);
  if (type === 'rpm' && file !== null) return { name: file[1] ?? '', version: file[2] ?? '' };
  const [name = '', own = version] = upstream.split('@');
  return { name, version: own };
}
