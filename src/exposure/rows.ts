/** The neighbours of every node in pages, so that another version of a graph copies only the pages in which something changed. */

/**
 * A page holds `PAGE` nodes: first where each node's list begins in it, then where the last ends, then the lists. The list of
 * node `v` is `page[page[v % PAGE]] … page[page[v % PAGE + 1] - 1]`, ascending and without repetition.
 */
export type Rows = readonly Uint32Array[];

export const PAGE_BITS = 8;
const PAGE = 1 << PAGE_BITS;
export const PAGE_MASK = PAGE - 1;

/** Out of lists that stand one after the other: that of node `v` is `list[starts[v] … starts[v + 1] - 1]`. */
export function rowsOf(size: number, starts: Uint32Array, list: Uint32Array): Rows {
  const rows: Uint32Array[] = [];
  for (let first = 0; first < size; first += PAGE) {
    const from = starts[first] as number;
    const to = starts[Math.min(first + PAGE, size)] as number;
    const page = new Uint32Array(PAGE + 1 + to - from);
    for (let i = 0; i <= PAGE; i++)
      page[i] = (starts[Math.min(first + i, size)] as number) - from + PAGE + 1;
    page.set(list.subarray(from, to), PAGE + 1);
    rows.push(page);
  }
  return rows;
}

export function rowOf(rows: Rows, node: number): Uint32Array {
  const page = rows[node >>> PAGE_BITS];
  const at = node & PAGE_MASK;
  return page === undefined ? NONE : page.subarray(page[at], page[at + 1]);
}

const NONE = new Uint32Array();

/** The same with other lists for some nodes; a node beyond all pages gets one. Lists must be ascending and without repetition. */
export function changedRows(rows: Rows, changed: ReadonlyMap<number, readonly number[]>): Rows {
  const byPage = Map.groupBy(changed.keys(), (node) => node >>> PAGE_BITS);
  const next = rows.slice();
  const last = Math.max(-1, ...byPage.keys());
  while (next.length <= last) next.push(EMPTY);
  for (const number of byPage.keys()) {
    const lists = Array.from({ length: PAGE }, (_, at) => {
      const node = number * PAGE + at;
      return changed.get(node) ?? rowOf(rows, node);
    });
    next[number] = pageOf(lists);
  }
  return next;
}

const EMPTY = new Uint32Array(PAGE + 1).fill(PAGE + 1);

function pageOf(lists: readonly ArrayLike<number>[]): Uint32Array {
  const page = new Uint32Array(lists.reduce((sum, { length }) => sum + length, PAGE + 1));
  let used = PAGE + 1;
  lists.forEach((list, at) => {
    page[at] = used;
    page.set(list, used);
    used += list.length;
  });
  page[PAGE] = used;
  return page;
}
