/** What `holdfast versions compare` and `holdfast purl` do with the lines they read: pure, text in, text out. */
import { compareVersions } from './index.ts';
import type { PurlParts } from './purl-model.ts';
import { canonicalPurl, formatPurl, readPurl } from './purl.ts';

const SIGNS = { '-1': '<', '0': '=', '1': '>' } as const;

/**
 * `A<TAB>B` → `<`, `=`, `>`, or `?` where either cannot be read, the ecosystem is unknown or there is no tab. Spaces and
 * a carriage return around a version do not count.
 *
 * @example compareLine('Debian', '1.0~rc1\t1.0') === '<'
 */
export function compareLine(ecosystem: string, line: string): '<' | '=' | '>' | '?' {
  const tab = line.indexOf('\t');
  if (tab < 0) return '?';
  const result = compareVersions(ecosystem, line.slice(0, tab).trim(), line.slice(tab + 1).trim());
  return result === undefined ? '?' : SIGNS[result];
}

/** One sign per line of `text`; an empty line gives `?`, the end of the last line adds none. */
export function compareLines(ecosystem: string, text: string): string[] {
  return linesOf(text).map((line) => compareLine(ecosystem, line));
}

/**
 * One JSON answer per line: a package URL (as text or as a JSON string) is read, an object of parts is written.
 * `{"purl": canonical, "parts": {type, namespace, name, version, qualifiers, subpath}}`, or `{"error": reason}`, with the
 * `purl` beside it when the text breaks only the rules of its type or has capital qualifier keys.
 */
export function purlLine(line: string): string {
  const input = parsedLine(line);
  if (typeof input === 'string') return JSON.stringify(readAnswer(input));
  if (!isParts(input)) return JSON.stringify({ error: 'neither a package URL nor its parts' });
  const written = formatPurl(input);
  return JSON.stringify(
    written.value === undefined ? { error: written.problem } : readAnswer(written.value),
  );
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

function readAnswer(text: string): object {
  const parts = readPurl(text);
  const canonical = canonicalPurl(text, { lenient: true });
  const purl = canonical.value === undefined ? {} : { purl: canonical.value };
  return parts.value === undefined
    ? { ...purl, error: parts.problem }
    : { ...purl, parts: parts.value };
}

/** Every part is a text or absent, every qualifier a text. */
function isParts(input: unknown): input is PurlParts {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  return Object.entries(input).every(([part, value]: [string, unknown]) =>
    part === 'qualifiers' ? isQualifiers(value) : isTextOrAbsent(value),
  );
}

function isTextOrAbsent(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'string';
}

function isQualifiers(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return (
    typeof value === 'object' && Object.values(value).every((text) => typeof text === 'string')
  );
}

export function purlLines(text: string): string[] {
  return linesOf(text).map(purlLine);
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
