/** Package URLs, `pkg:type/namespace/name@version?qualifiers#subpath` (ECMA-427, purl-spec): read, check and write. */
import type { Purl, PurlParts, Read } from './purl-model.ts';
import { nameHoldsSlashes, normalizedPurl, typeProblem } from './purl-types.ts';

interface Options {
  /** Also take what others write: capital qualifier keys, and parts that the type demands or forbids. */
  readonly lenient?: boolean;
}

/**
 * Reads a package URL; the result is normalized.
 *
 * @example readPurl('pkg:npm/%40angular/core@17.0.0').value?.namespace === '@angular'
 */
export function readPurl(text: string, options: Options = {}): Read<Purl> {
  try {
    return checked(partsOf(text, options), options);
  } catch (error) {
    if (error instanceof PurlProblem) return { problem: error.message };
    throw error;
  }
}

/** Builds the canonical text from parts that may be missing, empty or not normalized. */
export function formatPurl(parts: PurlParts, options: Options = {}): Read<string> {
  const purl = checked(parts, options);
  return purl.problem === undefined ? { value: written(purl.value) } : purl;
}

/** Parts as `readPurl` gives them, for who has no text to read. */
export function normalizePurl(parts: PurlParts, options: Options = {}): Read<Purl> {
  return checked(parts, options);
}

/** The text of parts that are normalized. */
export function purlText(purl: Purl): string {
  return written(purl);
}

/** The canonical spelling of a package URL. */
export function canonicalPurl(text: string, options: Options = {}): Read<string> {
  const purl = readPurl(text, options);
  return purl.problem === undefined ? { value: written(purl.value) } : purl;
}

/** Ends the reading of one text; never leaves this file. */
class PurlProblem extends Error {}

function partsOf(text: string, { lenient = false }: Options): PurlParts {
  const [beforeSubpath, subpath] = cut(text.trim(), text.trim().lastIndexOf('#'));
  const [location, qualifiers] = cut(beforeSubpath, beforeSubpath.indexOf('?'));
  const scheme = /^pkg:\/*/i.exec(location)?.[0];
  if (scheme === undefined) throw new PurlProblem('a package URL begins with pkg:');
  const [main, version] = cut(
    location.slice(scheme.length),
    versionMark(location.slice(scheme.length)),
  );
  const segments = (version === undefined ? withoutTrailingSlashes(main) : main).split('/');
  const [type = ''] = segments;
  if (segments.length < 2) throw new PurlProblem('a package URL has a type and a name');
  const nameAt = nameHoldsSlashes(type.toLowerCase()) ? Math.min(2, segments.length - 1) : -1;
  return {
    type,
    namespace: segments.slice(1, nameAt).filter(Boolean).map(segmentOf).join('/'),
    name: segments.slice(nameAt).map(decoded).join('/'),
    version: decoded(version ?? ''),
    qualifiers: qualifiersOf(qualifiers ?? '', lenient),
    subpath: pathSegments(subpath ?? '')
      .map(segmentOf)
      .join('/'),
  };
}

function cut(text: string, at: number): readonly [string, string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The last `@`, unless it belongs to a namespace such as npm's `@scope/`. */
function versionMark(text: string): number {
  const at = text.lastIndexOf('@');
  return at < text.lastIndexOf('/') ? -1 : at;
}

function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === '/') end -= 1;
  return text.slice(0, end);
}

function pathSegments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function segmentOf(encoded: string): string {
  const segment = decoded(encoded);
  if (segment.includes('/')) throw new PurlProblem('a segment holds an encoded slash');
  return segment;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new PurlProblem('wrong percent-encoding');
  }
}

const KEY = /^[a-z][a-zA-Z0-9._-]*$/;

function qualifiersOf(text: string, lenient: boolean): Record<string, string> {
  const qualifiers: Record<string, string> = {};
  for (const pair of text.split('&').filter(Boolean)) {
    const [written, value = ''] = cut(pair, pair.indexOf('='));
    const key = written.toLowerCase();
    if (!KEY.test(lenient ? key : written))
      throw new PurlProblem(`wrong qualifier key "${written}"`);
    if (Object.hasOwn(qualifiers, key)) throw new PurlProblem(`the qualifier ${key} stands twice`);
    if (value !== '') qualifiers[key] = decoded(value);
  }
  return qualifiers;
}

const TYPE = /^[a-z][a-z0-9.+-]*$/;

function checked(parts: PurlParts, { lenient = false }: Options): Read<Purl> {
  const type = textOrNull(parts.type)?.toLowerCase() ?? '';
  if (!TYPE.test(type)) return { problem: 'the type is missing or wrong' };
  const qualifiers = Object.entries(parts.qualifiers ?? {}).filter(([, value]) => value !== '');
  const wrong = qualifiers.find(([key]) => !KEY.test(key.toLowerCase()));
  if (wrong !== undefined) return { problem: `wrong qualifier key "${wrong[0]}"` };
  const name = textOrNull(parts.name);
  if (name === null) return { problem: 'the name is missing' };
  const purl = normalizedPurl({
    type,
    namespace: pathOrNull(parts.namespace),
    name,
    version: textOrNull(parts.version),
    qualifiers: qualifiers.length === 0 ? null : sortedByKey(qualifiers),
    subpath: pathOrNull(pathSegments(parts.subpath ?? '').join('/')),
  });
  const problem = lenient ? undefined : typeProblem(purl);
  return problem === undefined ? { value: purl } : { problem };
}

function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function pathOrNull(path: string | null | undefined): string | null {
  const segments = (path ?? '').split('/').filter(Boolean);
  return segments.length === 0 ? null : segments.join('/');
}

function sortedByKey(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const lower = entries.map(([key, value]) => [key.toLowerCase(), value] as const);
  return Object.fromEntries(lower.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function written({ type, namespace, name, version, qualifiers, subpath }: Purl): string {
  let text = `pkg:${type}/`;
  if (namespace !== null) text += `${namespace.split('/').map(encoded).join('/')}/`;
  text += nameHoldsSlashes(type) ? name.split('/').map(encoded).join('/') : encoded(name);
  if (version !== null) text += `@${encoded(version)}`;
  const pairs = Object.entries(qualifiers ?? {}).map(([key, value]) => `${key}=${encoded(value)}`);
  if (pairs.length > 0) text += `?${pairs.join('&')}`;
  return subpath === null ? text : `${text}#${subpath.split('/').map(encoded).join('/')}`;
}

/** Everything but letters, digits and `.-_~:` is percent-encoded (purl-spec, "Character encoding"). */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
