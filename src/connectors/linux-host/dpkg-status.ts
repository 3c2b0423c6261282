/** dpkg's status file (deb822 paragraphs), for hosts without dpkg-query: distroless images, copies of a disk. */

export interface DpkgPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** As dpkg-query abbreviates it: what is wanted, what is, and `R` for an error. */
  readonly state: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
}

/** Second letter of the abbreviation (dpkg-query(1), db:Status-Abbrev). */
const STATES: Readonly<Record<string, string>> = {
  installed: 'i',
  'config-files': 'c',
  unpacked: 'U',
  'half-configured': 'F',
  'half-installed': 'H',
  'triggers-awaited': 'W',
  'triggers-pending': 't',
  'not-installed': 'n',
};
const FIELDS = new Set(['package', 'version', 'architecture', 'status', 'source']);

/** Packages that have a version, in the order of the file; a paragraph without name or version is no package. */
export function parseDpkgStatus(text: string): DpkgPackage[] {
  const packages: DpkgPackage[] = [];
  for (const paragraph of text.split(/\n(?:[ \t]*\n)+/)) {
    const fields = fieldsOf(paragraph);
    const name = fields.get('package');
    const version = fields.get('version');
    if (name === undefined || version === undefined) continue;
    packages.push({
      name,
      version,
      architecture: fields.get('architecture') ?? '',
      state: stateOf(fields.get('status')),
      ...sourceOf(fields.get('source'), name, version),
    });
  }
  return packages;
}

function fieldsOf(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of paragraph.split('\n')) {
    const colon = line.indexOf(':');
    // Lines that begin with a blank continue a field that is not of interest here.
    if (colon < 1 || /^[\s#]/.test(line)) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (FIELDS.has(name) && value !== '') fields.set(name, value);
  }
  return fields;
}

function stateOf(status: string | undefined): string {
  const [want = '', error = '', state = ''] = (status ?? '').split(/\s+/);
  // A paragraph of status.d has no Status: what is listed there is installed.
  if (state === '') return 'ii';
  return `${want === 'deinstall' ? 'r' : want.charAt(0)}${STATES[state] ?? '?'}${error === 'ok' ? '' : 'R'}`;
}

function sourceOf(
  source: string | undefined,
  name: string,
  version: string,
): { sourceName: string; sourceVersion: string } {
  const [, sourceName, sourceVersion] = /^(\S+)(?:\s+\(([^)]+)\))?$/.exec(source ?? name) ?? [];
  return { sourceName: sourceName ?? name, sourceVersion: sourceVersion ?? version };
}
