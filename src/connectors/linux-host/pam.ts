/** PAM stacks of a service as they are walked, includes resolved (pam.conf(5)). */
import type { HostFacts } from './parse.ts';
import { byPlace } from './pins.ts';

type Line = NonNullable<HostFacts['pam']>['pam'][number];
type PamType = 'auth' | 'account' | 'password' | 'session';

const DEEPEST = 16;
const MOST_LINES = 500;
/** A file of this name answers for a service that has none of its own. */
const FALLBACK = 'other';

export interface PamStack {
  /** `control module arguments`, in the order in which PAM asks. */
  readonly lines: readonly string[];
  /** Files that an include names and that are not there (or not readable), and includes that go in a circle. */
  readonly missing: readonly string[];
}

/** Stacks by service; services in their own file take it from the first directory that has one. */
export function pamStack(
  pam: HostFacts['pam'],
  service: string,
  type: PamType,
): PamStack | undefined {
  const files = filesOf(pam?.pam ?? []);
  const name = files.has(service) ? service : FALLBACK;
  if (!files.has(name)) return undefined;
  const lines: string[] = [];
  const missing = new Set<string>();
  walk(name, []);
  return { lines, missing: [...missing].sort() };

  function walk(file: string, within: readonly string[]): void {
    const rows = files.get(file);
    if (rows === undefined || within.includes(file) || within.length >= DEEPEST) {
      missing.add(file);
      return;
    }
    for (const row of rows) {
      if (lines.length >= MOST_LINES) return;
      const [, included] = /^@include\s+(\S+)/.exec(row.text) ?? [];
      if (included !== undefined) {
        walk(baseName(included), [...within, file]);
        continue;
      }
      const rule = ruleOf(row.text);
      if (rule?.type !== type) continue;
      if (rule.control === 'include') walk(baseName(rule.rest), [...within, file]);
      else if (rule.control === 'substack') {
        // A substack's `die` ends the substack only: its bounds must stay visible.
        lines.push(`substack ${baseName(rule.rest)} {`);
        walk(baseName(rule.rest), [...within, file]);
        lines.push('}');
      } else lines.push(`${rule.control} ${rule.rest}`);
    }
  }
}

/** `pam.SERVICE.TYPE` → the stack, a line each, for the services through which a person signs in or becomes root. */
export function pamSettings(pam: HostFacts['pam']): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const service of ['login', 'sshd', 'su', 'sudo']) {
    for (const type of ['account', 'auth'] as const) {
      const stack = pamStack(pam, service, type);
      if (stack === undefined || stack.lines.length === 0) continue;
      const notes = stack.missing.map((file) => `# missing: ${file}`);
      settings[`pam.${service}.${type}`] = [...stack.lines, ...notes].join('\n').slice(0, 4000);
    }
  }
  return settings;
}

/** Lines by the file's own name; /etc/pam.d goes before the vendor's /usr/lib/pam.d. */
function filesOf(rows: readonly Line[]): Map<string, Line[]> {
  const files = new Map<string, { path: string; lines: Line[] }>();
  for (const row of [...rows].sort(byPlace)) {
    const directory = row.file.slice(0, row.file.lastIndexOf('/') + 1);
    if (!directory.endsWith('/pam.d/')) continue;
    const name = baseName(row.file);
    const file = files.get(name);
    if (file === undefined) files.set(name, { path: row.file, lines: [row] });
    else if (file.path === row.file) file.lines.push(row);
  }
  return new Map([...files].map(([name, file]) => [name, file.lines]));
}

function ruleOf(text: string): { type: string; control: string; rest: string } | undefined {
  const [, type, control, rest] = /^-?(\w+)\s+(\[[^\]]*\]|\S+)\s+(.+)$/.exec(text) ?? [];
  if (type === undefined || control === undefined || rest === undefined) return undefined;
  return { type: type.toLowerCase(), control: control.replace(/\s+/g, ' '), rest };
}

function baseName(path: string): string {
  const name = path.trim().split(/\s+/)[0] ?? '';
  return name.slice(name.lastIndexOf('/') + 1);
}
