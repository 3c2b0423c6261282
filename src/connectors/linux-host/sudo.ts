/** Who may become root by sudo or doas: the subjects of the rules, as far as files on the host say (sudoers(5), doas.conf(5)). */
import { byPlace } from './pins.ts';

interface Rule {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}
export interface Person {
  readonly login: string;
  readonly uid: number;
  readonly groups: readonly string[];
}

/** Tests an account against the rules that let someone run something as another; a denial after a grant is not followed. */
export function mayBecomeRoot(rules: readonly Rule[]): (person: Person) => boolean {
  const lines = joined(rules);
  const aliases = new Map<string, readonly string[]>();
  for (const { text } of lines) {
    for (const [, name, members] of text.matchAll(
      /(?:^User_Alias\s+|:\s*)([A-Z][A-Z0-9_]*)\s*=\s*([^:]+)/g,
    )) {
      if (text.startsWith('User_Alias') && name !== undefined && members !== undefined) {
        aliases.set(name, subjects(members));
      }
    }
  }
  const granted = lines.flatMap(({ file, text }) =>
    file.includes('doas') ? doasSubjects(text) : sudoSubjects(text),
  );
  return (person) => matches(granted, person, aliases, 0);
}

/** Lines of one file, those that end in a backslash continued. */
function joined(rules: readonly Rule[]): { file: string; text: string }[] {
  const lines: { file: string; text: string }[] = [];
  let open: { file: string; text: string } | undefined;
  for (const { file, text } of [...rules].filter(isRead).sort(byPlace)) {
    const continues = text.endsWith('\\');
    const part = continues ? text.slice(0, -1) : text;
    if (open?.file === file) open.text = `${open.text} ${part}`;
    else {
      open = { file, text: part };
      lines.push(open);
    }
    if (!continues) open = undefined;
  }
  return lines;
}

/** sudo leaves out files of its directory whose names hold a dot or end in a tilde. */
function isRead({ file }: Rule): boolean {
  const [, name] = /\/sudoers\.d\/([^/]*)$/.exec(file) ?? [];
  return name === undefined || !(name.includes('.') || name.endsWith('~'));
}

function sudoSubjects(text: string): readonly string[] {
  if (/^(Defaults|User_Alias|Runas_Alias|Host_Alias|Cmnd_Alias|Cmd_Alias|[@#]include)/.test(text)) {
    return [];
  }
  const [, left, as] = SPECIFICATION.exec(text.replace(/\s*,\s*/g, ',')) ?? [];
  // Without parentheses the target is root, with a group alone it is oneself; several specifications of one rule (`:`) are taken as the first.
  const targets = as === undefined ? ['root'] : subjects(as);
  const root = targets.some(
    (name) => ['root', 'ALL', '#0'].includes(name) || /^[A-Z_]+$/.test(name),
  );
  return left === undefined || !root ? [] : subjects(left);
}

/** `who where = (as whom : as which group) what` */
const SPECIFICATION = /^(.*?\S)\s+\S+\s*=\s*(?:\(([^):]*)[^)]*\))?/;

/** `permit [nopass] [keepenv] [setenv {…}] identity [as target] …`; `deny` takes away and is not followed. */
function doasSubjects(text: string): readonly string[] {
  const words = text.replace(/\{[^}]*\}/g, '').split(/\s+/);
  if (words[0] !== 'permit') return [];
  const as = words.indexOf('as');
  if (as > 0 && words[as + 1] !== 'root') return [];
  const identity = words
    .slice(1)
    .find((word) => !['nopass', 'nolog', 'persist', 'keepenv', 'setenv'].includes(word));
  return identity === undefined ? [] : [identity.replace(/^:/, '%')];
}

function subjects(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim().replace(/^"|"$/g, ''))
    .filter((name) => name !== '');
}

function matches(
  granted: readonly string[],
  person: Person,
  aliases: ReadonlyMap<string, readonly string[]>,
  depth: number,
): boolean {
  if (depth > 8) return false;
  const is = (name: string): boolean => {
    if (name.startsWith('%')) return person.groups.includes(name.slice(1));
    if (name.startsWith('#')) return Number(name.slice(1)) === person.uid;
    const members = aliases.get(name);
    if (members !== undefined) return matches(members, person, aliases, depth + 1);
    return name === 'ALL' || name === person.login;
  };
  const denied = granted.filter((name) => name.startsWith('!')).some((name) => is(name.slice(1)));
  return !denied && granted.some((name) => !name.startsWith('!') && is(name));
}
