/** Which distribution a bill of materials is of: its own word, or what all of its package URLs agree upon. */
import type { Purl } from '../../versions/purl-model.ts';
import type { Distribution } from '../schema.ts';

/** Names in use by writers of bills of materials → os-release's `ID`. */
const IDS: ReadonlyMap<string, string> = new Map([
  ['alma', 'almalinux'],
  ['almalinux os', 'almalinux'],
  ['alpine linux', 'alpine'],
  ['amazon', 'amzn'],
  ['amazon linux', 'amzn'],
  ['centos linux', 'centos'],
  ['centos stream', 'centos'],
  ['debian gnu/linux', 'debian'],
  ['fedora linux', 'fedora'],
  ['opensuse', 'opensuse-leap'],
  ['opensuse leap', 'opensuse-leap'],
  ['opensuse.leap', 'opensuse-leap'],
  ['oracle', 'ol'],
  ['oracle linux server', 'ol'],
  ['photon os', 'photon'],
  ['red hat enterprise linux', 'rhel'],
  ['redhat', 'rhel'],
  ['rocky linux', 'rocky'],
  ['rockylinux', 'rocky'],
  ['suse', 'sles'],
  ['suse linux enterprise server', 'sles'],
]);

export function distributionOf(name: string, version: string): Distribution | undefined {
  const lower = name.trim().toLowerCase();
  const id = IDS.get(lower) ?? lower.replace(/[^a-z0-9._-]+/g, '-');
  return /[a-z0-9]/.test(id) ? { id, version: version.trim() } : undefined;
}

/** The one that all of them name, by id and version; undefined where they differ or there is none. */
export function agreed(all: readonly Distribution[]): Distribution | undefined {
  const [first] = all;
  const same = all.every(({ id, version }) => id === first?.id && version === first.version);
  return same ? first : undefined;
}

const OF_DISTRIBUTIONS = new Set(['apk', 'deb', 'rpm']);

/** From `distro=debian-12`, `distro=bookworm`, `distro=3.19.1` of a distribution's package. */
export function distributionOfPurl(purl: Purl): Distribution | undefined {
  const distro = purl.qualifiers?.['distro'];
  if (!OF_DISTRIBUTIONS.has(purl.type) || distro === undefined || purl.namespace === null) {
    return undefined;
  }
  const { id } = distributionOf(purl.namespace, '') ?? { id: '' };
  const last = distro.slice(distro.lastIndexOf('-') + 1);
  const inferred = 'from the package URLs';
  if (id === '') return undefined;
  return /^\d/.test(last)
    ? { id, version: last, inferred }
    : { id, version: '', codename: last, inferred };
}
