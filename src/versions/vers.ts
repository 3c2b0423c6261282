/**
 * VERS version ranges, `vers:type/constraint|constraint…` (the VERS specification): read, write canonically, ask whether
 * a version lies inside. Constraints are signposts on the line of versions, sorted by version.
 */
import { schemeOfType } from './index.ts';
import type { Read } from './purl-model.ts';
import { order, type Order, type Scheme } from './scheme.ts';

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '*';

/** `*` stands alone, without a version. */
export interface Constraint {
  readonly comparator: Comparator;
  readonly version: string;
}

export interface Vers {
  readonly type: string;
  readonly constraints: readonly Constraint[];
}

/**
 * Reads a range and refuses every spelling that is not canonical, as the specification asks.
 *
 * @example readVers('vers:npm/>=1.0.0|<2.0.0').value?.constraints.length === 2
 */
export function readVers(text: string): Read<Vers> {
  return withProblem(() => {
    const vers = partsOf(text, canonicalVersion);
    const sorted = sortConstraints(vers.type, vers.constraints);
    if (sorted.some((constraint, index) => constraint !== vers.constraints[index])) {
      throw new VersProblem('constraints are not sorted by version');
    }
    return vers;
  });
}

/** The canonical spelling of a range whose constraints may stand in any order. */
export function canonicalVers(text: string): Read<string> {
  return withProblem(() => formatVers(partsOf(text, decodedVersion)));
}

/** Writes a range with its constraints sorted by version; a version that cannot be read keeps its place at the end. */
export function formatVers({ type, constraints }: Vers): string {
  const written = sortConstraints(type, constraints).map(
    ({ comparator, version }) => (comparator === '=' ? '' : comparator) + encodedVersion(version),
  );
  return `vers:${type}/${written.join('|')}`;
}

/**
 * Whether a version lies inside; undefined (unknown) when the type or one of the versions cannot be read and the answer
 * depends on it.
 */
export function versContains({ type, constraints }: Vers, version: string): boolean | undefined {
  if (type === 'all') return true;
  if (type === 'none') return false;
  if (constraints.some(({ comparator }) => comparator === '*')) return true;
  if (constraints.some((post) => post.comparator === '=' && post.version === version)) return true;
  const scheme = schemeOfType(type);
  const value = scheme?.parse(version);
  if (scheme === undefined || value === undefined) return undefined;
  const posts = sortConstraints(type, constraints).map((post) => ({
    comparator: post.comparator,
    side: sideOf(scheme, value, post.version),
  }));
  return posts.some(({ side }) => side === undefined) ? undefined : contains(posts);
}

interface Post {
  readonly comparator: Comparator;
  /** Where the version in question stands, seen from this post. */
  readonly side: Order | undefined;
}

function sideOf(scheme: Scheme, value: unknown, post: string): Order | undefined {
  const other = scheme.parse(post);
  return other === undefined ? undefined : scheme.compare(value, other);
}

/** The specification's walk, which also takes redundant neighbours: ranges of one direction are joined. */
function contains(posts: readonly Post[]): boolean {
  const equal = posts.filter(({ side }) => side === 0);
  if (equal.some(({ comparator }) => comparator === '!=')) return false;
  if (equal.some(({ comparator }) => comparator.endsWith('='))) return true;
  const bounds = posts.filter(({ comparator }) => /^[<>]/.test(comparator));
  if (bounds.length === 0) return posts.every(({ comparator }) => comparator === '!=');
  const below = bounds.findLast(
    ({ side, comparator }) => side === 1 || (side === 0 && comparator === '<'),
  );
  const above = bounds.find(
    ({ side, comparator }) => side === -1 || (side === 0 && comparator === '>'),
  );
  return below?.comparator.startsWith('>') === true || above?.comparator.startsWith('<') === true;
}

/** By version, then by comparator; what cannot be read keeps its place at the end. */
function sortConstraints(type: string, constraints: readonly Constraint[]): readonly Constraint[] {
  const scheme = schemeOfType(type);
  if (scheme === undefined) return constraints;
  const entries = constraints.map((constraint) => ({
    constraint,
    value: scheme.parse(constraint.version),
  }));
  return entries
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined) {
        return Number(a.value === undefined) - Number(b.value === undefined);
      }
      const byVersion = scheme.compare(a.value, b.value);
      return byVersion !== 0 ? byVersion : order(a.constraint.comparator, b.constraint.comparator);
    })
    .map(({ constraint }) => constraint);
}

/** Ends the reading of one text; never leaves this file. */
class VersProblem extends Error {}

function withProblem<Value>(read: () => Value): Read<Value> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof VersProblem) return { problem: `non-canonical VERS: ${error.message}` };
    throw error;
  }
}

const HEAD = /^vers:([a-z][a-z0-9.-]*)\/(.*)$/s;
const CONSTRAINT = /^(!=|<=|>=|[<>=])?(.*)$/s;

function partsOf(text: string, versionOf: (encoded: string, type: string) => string): Vers {
  if (/\s/.test(text)) throw new VersProblem('whitespace is not permitted');
  const match = HEAD.exec(text);
  if (match === null)
    throw new VersProblem('it does not begin with vers: and a type in lower case');
  const [, type = '', list = ''] = match;
  if (list === '*') return { type, constraints: [{ comparator: '*', version: '' }] };
  checkPipes(list);
  const constraints = list.split('|').map((constraint): Constraint => {
    const [, comparator = '=', encoded = ''] = CONSTRAINT.exec(constraint) ?? [];
    if (encoded === '') throw new VersProblem('a constraint has no version');
    return { comparator: comparator as Comparator, version: versionOf(encoded, type) };
  });
  return { type, constraints };
}

function checkPipes(list: string): void {
  if (list.startsWith('|')) throw new VersProblem('leading pipe is not permitted');
  if (list.endsWith('|')) throw new VersProblem('trailing pipe is not permitted');
  if (list.includes('||')) throw new VersProblem('consecutive pipes are not permitted');
}

/** Only letters, digits and `.-_~:` may never be percent-encoded. */
function canonicalVersion(encoded: string, type: string): string {
  if (type === 'datetime' && /[tz]/.test(encoded))
    throw new VersProblem('datetime must use uppercase T and Z');
  const version = decodedVersion(encoded);
  for (const [escape] of encoded.matchAll(/%../g)) {
    const hidden = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (escape !== escape.toUpperCase())
      throw new VersProblem('percent-encoding in version is not canonical');
    if (type === 'datetime' && hidden === ':')
      throw new VersProblem('datetime time colons must be unencoded');
    if (/[A-Za-z0-9._~:-]/.test(hidden))
      throw new VersProblem('percent-encoding in version is not canonical');
  }
  if (/[<>=!*]/.test(encoded))
    throw new VersProblem('percent-encoding in version is not canonical');
  return version;
}

function decodedVersion(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new VersProblem('invalid percent-encoding in version');
  }
}

function encodedVersion(version: string): string {
  return version.replace(/[<>=!*|%]|[^\x21-\x7e]+/g, (part) =>
    /^[!*]$/.test(part) ? (part === '!' ? '%21' : '%2A') : encodeURIComponent(part.toWellFormed()),
  );
}
