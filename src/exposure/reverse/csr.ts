/** Lists of numbers, one for each position, in two typed arrays (compressed sparse rows). */

export interface Lists {
  /** The list of position i is `items[starts[i]…starts[i + 1] - 1]`. */
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
}

/** Lists out of pairs of position and item; each list ascending and without repeats. */
export function listsOf(length: number, pairs: Iterable<readonly [number, number]>): Lists {
  const lists = new Map<number, Set<number>>();
  let size = 0;
  for (const [position, item] of pairs) {
    let list = lists.get(position);
    if (list === undefined) lists.set(position, (list = new Set()));
    if (!list.has(item)) size += 1;
    list.add(item);
  }
  const starts = new Uint32Array(length + 1);
  const items = new Uint32Array(size);
  let at = 0;
  for (let position = 0; position < length; position++) {
    starts[position] = at;
    const list = lists.get(position);
    if (list === undefined) continue;
    for (const item of [...list].sort((a, b) => a - b)) items[at++] = item;
  }
  starts[length] = at;
  return { starts, items };
}

export function eachOf({ starts, items }: Lists, position: number, visit: (item: number) => void) {
  const end = starts[position + 1] ?? 0;
  for (let i = starts[position] ?? 0; i < end; i++) visit(items[i] as number);
}
