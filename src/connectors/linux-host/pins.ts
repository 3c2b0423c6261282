/** Pins of apt: /etc/apt/preferences (apt_preferences(5)), as far as they name packages. */
export interface Pin {
  readonly packages: readonly string[];
  readonly priority: number;
}
interface FileLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Stanzas of the files; `Package: *` says nothing of one package and is left out. */
export function pinsOf(lines: readonly FileLine[]): Pin[] {
  const pins: Pin[] = [];
  let packages: string[] = [];
  let file = '';
  for (const line of [...lines].sort(byPlace)) {
    if (line.file !== file) packages = [];
    file = line.file;
    const [, field, value = ''] = /^([A-Za-z-]+) *: *(.*)$/.exec(line.text) ?? [];
    if (field?.toLowerCase() === 'package') {
      packages = value.split(/\s+/).filter((name) => name !== '' && name !== '*');
    }
    if (field?.toLowerCase() === 'pin-priority' && /^-?\d{1,9}$/.test(value)) {
      if (packages.length > 0) pins.push({ packages, priority: Number(value) });
    }
  }
  return pins;
}

/** The priority that a package is pinned to, the first stanza that names it; undefined for none. */
export function pinOf(pins: readonly Pin[], name: string, source: string): number | undefined {
  return pins.find(({ packages }) => packages.some((pattern) => names(pattern, name, source)))
    ?.priority;
}

function names(pattern: string, name: string, source: string): boolean {
  if (pattern.startsWith('src:')) return names(pattern.slice(4), source, source);
  const wanted = pattern.replace(/:[a-z0-9-]+$/, '');
  if (wanted.endsWith('*')) return name.startsWith(wanted.slice(0, -1));
  return wanted === name;
}

/** Rows come sorted by bytes; a stanza is what stands together in one file. */
export function byPlace(a: FileLine, b: FileLine): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}
