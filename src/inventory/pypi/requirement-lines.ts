/** The lines of a requirements file (pip's "Requirements File Format", PEP 508). */
import { linesOf } from '../text.ts';
import { NAME } from './pypi-package.ts';

export interface Requirement {
  readonly kind: 'requirement';
  /** Empty where only an address is given. */
  readonly name: string;
  /** Empty where it is not pinned. */
  readonly version: string;
  readonly address?: string;
}

export type RequirementLine =
  | Requirement
  | { readonly kind: 'include'; readonly path: string }
  | { readonly kind: 'constraints'; readonly path: string }
  | { readonly kind: 'option' }
  | { readonly kind: 'strange' };

/** Characters, without the hashes behind it. */
const MAX_LINE = 10_000;

export function* readLines(
  text: string,
): Generator<{ readonly line: number; readonly parsed: RequirementLine }> {
  for (const { line, text: whole } of joined(text)) {
    const content = whole.replace(/(?:^|\s)#.*$/s, '').trim();
    if (content === '') continue;
    yield { line, parsed: content.startsWith('-') ? option(content) : requirement(content) };
  }
}

/** A backslash at its end joins a line with the next; the first one's number counts. */
function* joined(text: string): Generator<{ readonly line: number; readonly text: string }> {
  let parts: string[] = [];
  let start = 0;
  for (const { line, text: whole } of linesOf(text)) {
    if (parts.length === 0) start = line;
    const comment = /^\s*#/.test(whole);
    if (whole.endsWith('\\') && !comment) {
      parts.push(whole.slice(0, -1));
      continue;
    }
    parts.push(comment ? '' : whole);
    yield { line: start, text: parts.join(' ') };
    parts = [];
  }
  if (parts.length > 0) yield { line: start, text: parts.join(' ') };
}

function option(content: string): RequirementLine {
  if (content.length > MAX_LINE) return { kind: 'option' };
  const [, flag, value] = /^(--?[a-z-]+?)(?:\s*=\s*|\s+|(?<=^-[a-z]))(\S.*)?$/i.exec(content) ?? [];
  const path = (value ?? '').replace(/^["']|["']$/g, '');
  switch (flag) {
    case '-r':
    case '--requirement':
      return { kind: 'include', path };
    case '-c':
    case '--constraint':
      return { kind: 'constraints', path };
    case '-e':
    case '--editable':
      return requirement(path);
    default:
      return { kind: 'option' };
  }
}

/** The name, its extras, and what follows. */
const PARTS = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/s;

function requirement(content: string): RequirementLine {
  const bare = (content.split(/\s(?:--[a-z]|-C\s)/, 1)[0] ?? '').trim();
  if (bare.length > MAX_LINE) return { kind: 'strange' };
  if (isPath(bare)) return { kind: 'requirement', name: '', version: '', address: bare };
  return URL_LINE.test(bare) ? addressed(bare) : named(bare);
}

const URL_LINE = /^[a-z][a-z+]*:\/\//i;

function addressed(bare: string): Requirement {
  const name = /[#&]egg=([A-Za-z0-9._-]+)/.exec(bare)?.[1] ?? '';
  return { kind: 'requirement', name, version: '', address: bare.replace(/\s.*$/s, '') };
}

function named(bare: string): RequirementLine {
  const [, name, rest = ''] = PARTS.exec(bare) ?? [];
  if (name === undefined || !NAME.test(name)) return { kind: 'strange' };
  if (rest.startsWith('@')) {
    const [address = ''] = rest.slice(1).trim().split(/\s/, 1);
    return { kind: 'requirement', name, version: '', address };
  }
  const version = pinned(rest.split(';', 1)[0] ?? '');
  return version === undefined ? { kind: 'strange' } : { kind: 'requirement', name, version };
}

function isPath(text: string): boolean {
  return (
    /^\.{0,2}\/|^\.{1,2}$|^[A-Za-z]:[\\/]/.test(text) ||
    /^[^\s=<>!~;]+\.(?:whl|zip|tar\.gz)$/.test(text)
  );
}

/** Empty where the specifiers leave a choice; undefined where they are none. */
function pinned(specifiers: string): string | undefined {
  const text = specifiers
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim();
  if (text === '') return '';
  let version = '';
  for (const part of text.split(',')) {
    const [, operator, value] = /^\s*(===|==|~=|!=|<=|>=|<|>)\s*(\S+)\s*$/.exec(part) ?? [];
    if (operator === undefined || value === undefined) {
      if (part.trim() === '') continue;
      return undefined;
    }
    const exact = operator === '===' || (operator === '==' && !value.includes('*'));
    if (exact && !value.includes('$')) version = value;
  }
  return version;
}
