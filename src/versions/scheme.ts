/** What every version scheme offers: read a version, order two of them, and give a coarse string for an index. */

/** -1: the first is older; 0: the same; 1: the first is newer. */
export type Order = -1 | 0 | 1;

/**
 * How one family of versions is ordered. `Value` is private to the scheme.
 *
 * `parse` answers undefined for what the scheme cannot place: unknown is a value, never "equal" and never "older".
 */
export interface Scheme<Value = unknown> {
  readonly id: string;
  parse(text: string): Value | undefined;
  compare(a: Value, b: Value): Order;
  /**
   * At most `COARSE_LENGTH` printable ASCII characters such that a ≤ b ⇒ coarse(a) ≤ coarse(b) byte by byte, so that a
   * B-tree finds the candidates of a range in both directions. Undefined where the reference tool's own order has no
   * such place (it is not transitive there): keep such a version out of any prefilter.
   */
  coarse(value: Value): string | undefined;
}

export const COARSE_LENGTH = 24;

export function order(a: string, b: string): Order {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * A scheme whose versions have sort keys: ASCII strings whose byte order is the versions' order. Its order is total,
 * comparing is linear in the length of the text, and any prefix of the key is a coarse version.
 */
export function keyedScheme(id: string, key: (text: string) => string | undefined): Scheme<string> {
  return {
    id,
    parse: key,
    compare: order,
    coarse: (value) => value.slice(0, COARSE_LENGTH),
  };
}

const MOST_READ = 4096;
const LONGEST_READ = 128;
const readBefore = new Map<Scheme, Map<string, unknown>>();

/** `scheme.parse`, with a memory of what was read last: hundreds of advisories name the same version. */
export function parsedOnce(scheme: Scheme, version: string): unknown {
  if (version.length > LONGEST_READ) return scheme.parse(version);
  let known = readBefore.get(scheme);
  if (known === undefined || known.size > MOST_READ) {
    known = new Map();
    readBefore.set(scheme, known);
  }
  let value = known.get(version);
  if (value === undefined) {
    value = scheme.parse(version);
    known.set(version, value);
  }
  return value;
}
