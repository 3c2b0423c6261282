/** The two tables with which `membership.ts` sorts people into classes: one for a part of the hash space, one for all classes. */

import { widened } from './key-table.ts';

/** Entries of one part of the hash space that fit the processor's cache while they are sorted out. */
export const PART = 16_384;
const NONE = 0xffff_ffff;

export interface PartTable {
  add(hi: number, lo: number, cell: number): void;
  /** Gives every hash's cells, in the order of adding, as `list[from…to-1]`, and empties the table. */
  drain(take: (list: Uint32Array, from: number, to: number) => void): void;
}

/** The hashes of one part of the hash space with the cells that each is in. */
export function partTable(): PartTable {
  let mask = PART * 4 - 1;
  let slots = new Uint32Array(mask + 1).fill(NONE);
  let his = new Uint32Array(PART * 2);
  let los = new Uint32Array(PART * 2);
  let counts = new Uint32Array(PART * 2);
  let people = 0;
  let entryPerson = new Uint32Array(PART * 2);
  let entryCell = new Uint32Array(PART * 2);
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
    add(hi, lo, cell) {
      if (entries === entryPerson.length) {
        entryPerson = widened(entryPerson, entries * 2);
        entryCell = widened(entryCell, entries * 2);
      }
      const person = personOf(hi, lo);
      counts[person] = (counts[person] as number) + 1;
      entryPerson[entries] = person;
      entryCell[entries++] = cell;
    },
    drain(take) {
      const ends = new Uint32Array(people + 1);
      for (let i = 0; i < people; i++) ends[i + 1] = (ends[i] as number) + (counts[i] as number);
      const next = ends.slice();
      const list = new Uint32Array(entries);
      for (let i = 0; i < entries; i++) {
        const person = entryPerson[i] as number;
        const place = next[person] as number;
        list[place] = entryCell[i] as number;
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

export interface ClassTable {
  /** One more person, or several, in exactly the cells `list[from…to-1]`. */
  add(list: Uint32Array, from: number, to: number, people?: number): void;
  readonly size: number;
  /** The cells of all classes one after the other, cut by `starts`. */
  readonly pool: Uint32Array;
  readonly starts: Uint32Array;
  readonly weights: Uint32Array;
}

export function classTable(): ClassTable {
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
    add(list, from, to, people = 1) {
      makeRoom(to - from);
      const slot = probe(list, from, to);
      if (slots[slot] === NONE) {
        const start = starts[size] as number;
        pool.set(list.subarray(from, to), start);
        starts[size + 1] = start + to - from;
        slots[slot] = size++;
      }
      const each = slots[slot] as number;
      weights[each] = (weights[each] as number) + people;
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
