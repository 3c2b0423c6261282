/**
 * Where the arrays of one computation lie. Columns of a hundred thousand nodes made anew for every changed verdict would have the
 * collector walk the whole estate every few verdicts, which costs more than they do; so what nobody keeps lies in the same place again.
 */

/** Arrays of at least this length, by name. Their content is whatever was there before. */
export interface Space {
  bytes(name: string, length: number): Uint8Array;
  counts(name: string, length: number): Uint32Array;
  places(name: string, length: number): Int32Array;
  sums(name: string, length: number): Float64Array;
}

/** New arrays each time. */
export const ANEW: Space = {
  bytes: (_, length) => new Uint8Array(length),
  counts: (_, length) => new Uint32Array(length),
  places: (_, length) => new Int32Array(length),
  sums: (_, length) => new Float64Array(length),
};

/** The same arrays again under the same name: whoever asks again may keep nothing of what was there. */
export function keptSpace(): Space {
  const bytes = kept((length) => new Uint8Array(length));
  const counts = kept((length) => new Uint32Array(length));
  const places = kept((length) => new Int32Array(length));
  const sums = kept((length) => new Float64Array(length));
  return { bytes, counts, places, sums };
}

function kept<T extends { readonly length: number }>(
  make: (length: number) => T,
): (name: string, length: number) => T {
  const arrays = new Map<string, T>();
  return (name, length) => {
    const known = arrays.get(name);
    if (known !== undefined && known.length >= length) return known;
    // A graph grows by a few nodes with each change.
    const made = make(length + (length >>> 3) + 64);
    arrays.set(name, made);
    return made;
  };
}
