/** Which operating system a host runs, and which line of package versions its packages belong to. */
import type { Bodies } from '../../estate/schema.ts';
import type { HostFacts } from './parse.ts';

export function osOf(os: HostFacts['os']): NonNullable<Bodies['asset']['os']> | undefined {
  const fields = new Map(os?.release.map((row) => [row.key, row.value]));
  const id = fields.get('ID');
  if (id === undefined) return undefined;
  const versionId = fields.get('VERSION_ID');
  const codename = fields.get('VERSION_CODENAME');
  const prettyName = fields.get('PRETTY_NAME');
  return {
    id: id.toLowerCase(),
    ...(versionId === undefined ? {} : { versionId }),
    ...(codename === undefined ? {} : { codename }),
    ...(prettyName === undefined ? {} : { prettyName }),
  };
}

/** Advisories of these are by major version; VERSION_ID says 9.4. */
const BY_MAJOR = new Set(['rhel', 'almalinux', 'rocky', 'centos', 'ol', 'amzn', 'debian']);
/** And of these by major.minor; VERSION_ID says 3.19.1. */
const BY_MINOR = new Set(['alpine', 'wolfi']);

/**
 * The release that component versions belong to: `debian-12`, `almalinux-9`, `alpine-3.19`, `ubuntu-22.04`; a rolling
 * release has its codename, or nothing after the name; empty where the operating system is unknown.
 */
export function releaseOf(os: Bodies['asset']['os']): string {
  if (os === undefined) return '';
  if (os.versionId === undefined) {
    return os.codename === undefined ? os.id : `${os.id}-${os.codename}`;
  }
  const parts = os.versionId.split('.');
  if (BY_MAJOR.has(os.id)) return `${os.id}-${parts[0] ?? ''}`;
  if (BY_MINOR.has(os.id)) return `${os.id}-${parts.slice(0, 2).join('.')}`;
  return `${os.id}-${os.versionId}`;
}
