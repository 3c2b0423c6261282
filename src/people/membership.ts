/**
 * Exact distinct counts over any set of holdings. People who are in the same holdings form one class; a union adds up the
 * classes that it touches, so it never looks at a hash again. docs/decisions has the measurement against sorted arrays
 * and bitmaps.
 */

import { widened } from './key-table.ts';

/** Hashes in ascending order of one holding's members. */
export interface Members {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

export interface Membership {
  /** How many distinct members the holdings at these positions have together. */
  union(holdings: Iterable<number>): number;
  /** Distinct members of all. */
  readonly total: number;
  /** Classes of people who are in two holdings or more, and the memory of the whole, in bytes. */
  readonly classes: number;
  readonly bytes: number;
}

/** Entries of one part of the hash space that fit the processor's cache while they are sorted out. */
const PART = 16_384;
const NONE = 0xffff_ffff;

/** Builds the index. Members must be in ascending order and without repetition. */
export function membership(holdings: readonly Members[]): Membership {
  const entries = holdings.reduce((sum, { hi }) => sum + hi.length, 0);
  const bits = Math.min(20, Math.max(0, Math.ceil(Math.log2(entries / PART || 1))));
  const alone = new Uint32Array(holdings.length);
  const classes = classTable();
  const part = partTable();
  const cursors = new Uint32Array(holdings.length);
  for (let p = 0; p < 2 ** bits; p++) {
    const end = bits === 0 ? 2 ** 32 : (p + 1) * 2 ** (32 - bits);
    for (let holding = 0; holding < holdings.length; holding++) {
      const { hi, lo } = holdings[holding] as Members;
      let at = cursors[holding] as number;
      for (; at < hi.length && (hi[at] as number) < end; at++) {
        part.add(hi[at] as number, lo[at] as number, holding);
      }
      cursors[holding] = at;
    }
    part.drain((list, from, to) => {
      if (to - from > 1) classes.add(list, from, to);
      else alone[list[from] as number] = (alone[list[from] as number] as number) + 1;
    });
  }
  return unionIndex(alone, classes, holdings.length);
}

interface PartTable {
  add(hi: number, lo: number, holding: number): void;
  /** Gives every hash's holdings, ascending, as `list[from…to-1]`, and empties the table. */
  drain(take: (list: Uint32Array, from: number, to: number) => void): void;
}

/** The hashes of one part of the hash space with the holdings that each is in. */
function partTable(): PartTable {
  let mask = PART * 4 - 1;
  let slots = new Uint32Array(mask + 1).fill(NONE);
  let his = new Uint32Array(PART * 2);
  let los = new Uint32Array(PART * 2);
  let counts = new Uint32Array(PART * 2);
  let people = 0;
  let entryPerson = new Uint32Array(PART * 2);
  let entryHolding = new Uint32Array(PART * 2);
  let entries = 0;

  function probe(hi: number, lo: number): number {
    let slot = (lo ^ Math.imul(hi, 0x85ebca6b)) & mask;
    for (;;) {
      const person = slots[slot] as number;
      if (person === NONE || (los[person] === lo && his[person] === hi)) return slot;
      slot = (slot + 1) & mask;
    }
  }
  function growPeople(): void {
    his = widened(his, his.length * 2);
    los = widened(los, los.length * 2);
    counts = widened(counts, counts.length * 2);
    mask = mask * 2 + 1;
    slots = new Uint32Array(mask + 1).fill(NONE);
    for (let i = 0; i < people; i++) slots[probe(his[i] as number, los[i] as number)] = i;
  }
  function personOf(hi: number, lo: number): number {
    const slot = probe(hi, lo);
    const person = slots[slot] as number;
    if (person !== NONE) return person;
    if (people === his.length) {
      growPeople();
      return personOf(hi, lo);
    }
    his[people] = hi;
    los[people] = lo;
    slots[slot] = people;
    return people++;
  }
  return {
    add(hi, lo, holding) {
      if (entries === entryPerson.length) {
        entryPerson = widened(entryPerson, entries * 2);
        entryHolding = widened(entryHolding, entries * 2);
      }
      const person = personOf(hi, lo);
      counts[person] = (counts[person] as number) + 1;
      entryPerson[entries] = person;
      entryHolding[entries++] = holding;
    },
    drain(take) {
      const ends = new Uint32Array(people + 1);
      for (let i = 0; i < people; i++) ends[i + 1] = (ends[i] as number) + (counts[i] as number);
      const next = ends.slice();
      const list = new Uint32Array(entries);
      for (let i = 0; i < entries; i++) {
        const person = entryPerson[i] as number;
        const place = next[person] as number;
        list[place] = entryHolding[i] as number;
        next[person] = place + 1;
      }
      for (let i = 0; i < people; i++) take(list, ends[i] as number, ends[i + 1] as number);
      slots.fill(NONE);
      counts.fill(0);
      people = 0;
      entries = 0;
    },
  };
}

interface ClassTable {
  /** One more person who is in exactly the holdings `list[from…to-1]`. */
  add(list: Uint32Array, from: number, to: number): void;
  readonly size: number;
  /** The holdings of all classes one after the other, cut by `starts`. */
  readonly pool: Uint32Array;
  readonly starts: Uint32Array;
  readonly weights: Uint32Array;
}

function classTable(): ClassTable {
  let slots = new Uint32Array(4096).fill(NONE);
  let starts = new Uint32Array(2048);
  let weights = new Uint32Array(2048);
  let pool = new Uint32Array(4096);
  let size = 0;

  function mixOf(list: Uint32Array, from: number, to: number): number {
    let mix = to - from;
    for (let i = from; i < to; i++)
      mix = Math.imul(mix ^ (list[i] as number), 0x9e3779b1) ^ (mix >>> 13);
    return mix ^ (mix >>> 16);
  }
  function isSame(each: number, list: Uint32Array, from: number, to: number): boolean {
    const start = starts[each] as number;
    if ((starts[each + 1] as number) - start !== to - from) return false;
    for (let i = from; i < to; i++) if (pool[start + i - from] !== list[i]) return false;
    return true;
  }
  function probe(list: Uint32Array, from: number, to: number): number {
    const mask = slots.length - 1;
    let slot = mixOf(list, from, to) & mask;
    for (;;) {
      const each = slots[slot] as number;
      if (each === NONE || isSame(each, list, from, to)) return slot;
      slot = (slot + 1) & mask;
    }
  }
  function makeRoom(length: number): void {
    const used = starts[size] as number;
    if (used + length > pool.length) pool = widened(pool, Math.max(pool.length * 2, used + length));
    if (size + 2 < starts.length) return;
    starts = widened(starts, starts.length * 2);
    weights = widened(weights, weights.length * 2);
    slots = new Uint32Array(slots.length * 2).fill(NONE);
    for (let i = 0; i < size; i++)
      slots[probe(pool, starts[i] as number, starts[i + 1] as number)] = i;
  }
  return {
    add(list, from, to) {
      makeRoom(to - from);
      const slot = probe(list, from, to);
      if (slots[slot] === NONE) {
        const start = starts[size] as number;
        pool.set(list.subarray(from, to), start);
        starts[size + 1] = start + to - from;
        slots[slot] = size++;
      }
      const each = slots[slot] as number;
      weights[each] = (weights[each] as number) + 1;
    },
    get size() {
      return size;
    },
    get pool() {
      return pool;
    },
    get starts() {
      return starts;
    },
    get weights() {
      return weights;
    },
  };
}

function unionIndex(alone: Uint32Array, table: ClassTable, holdings: number): Membership {
  const weights = table.weights.slice(0, table.size);
  const { starts, lists } = listsByHolding(table, holdings);
  // Most classes are small, and a byte each stays in the processor's cache; 0 stands for a larger one.
  const small = Uint8Array.from(weights, (weight) => (weight < 256 ? weight : 0));
  const seen = new Uint32Array(Math.ceil(weights.length / 32) || 1);
  const sum = (array: Uint32Array): number => array.reduce((total, each) => total + each, 0);

  function union(chosen: Iterable<number>): number {
    let total = 0;
    seen.fill(0);
    for (const holding of new Set(chosen)) {
      total += alone[holding] as number;
      const end = starts[holding + 1] as number;
      for (let i = starts[holding] as number; i < end; i++) {
        const each = lists[i] as number;
        const bit = 1 << (each & 31);
        const word = seen[each >>> 5] as number;
        if ((word & bit) === 0) {
          seen[each >>> 5] = word | bit;
          total += (small[each] as number) || (weights[each] as number);
        }
      }
    }
    return total;
  }
  return {
    union,
    total: sum(alone) + sum(weights),
    classes: weights.length,
    bytes: [alone, starts, lists, weights, small, seen].reduce(
      (bytes, each) => bytes + each.byteLength,
      0,
    ),
  };
}

/** For each holding the classes it belongs to, in ascending order, as one array cut by `starts`. */
function listsByHolding(
  table: ClassTable,
  holdings: number,
): { starts: Uint32Array; lists: Uint32Array } {
  const { pool, size } = table;
  const used = table.starts[size] as number;
  const starts = new Uint32Array(holdings + 1);
  for (let i = 0; i < used; i++) {
    const after = (pool[i] as number) + 1;
    starts[after] = (starts[after] as number) + 1;
  }
  for (let i = 0; i < holdings; i++)
    starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  const lists = new Uint32Array(used);
  const next = starts.slice();
  for (let each = 0; each < size; each++) {
    for (let i = table.starts[each] as number; i < (table.starts[each + 1] as number); i++) {
      const holding = pool[i] as number;
      const place = next[holding] as number;
      lists[place] = each;
      next[holding] = place + 1;
    }
  }
  return { starts, lists };
}
