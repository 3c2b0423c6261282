/**
 * Exact distinct counts over any set of holdings. People who are in the same holdings with the same flags form one class; a
 * union adds up the classes that it touches, so it never looks at a hash again, whatever facet is asked for. docs/decisions
 * has the measurement against sorted arrays and bitmaps.
 */

import { CATEGORY_BIT, CHILD, DECEASED, bitsOf } from './categories.ts';
import type { Category } from './categories.ts';
import { PART, classTable, partTable } from './class-table.ts';
import { keyTable } from './key-table.ts';

/** Hashes in ascending order of one holding's members, and their flags (categories.ts) where a facet is to be asked for. */
export interface Members {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
  readonly flags?: Uint32Array;
}

/** Whom to count: those with one of these flags in a holding (0: anybody there), the living, the dead or both. */
export interface Whom {
  readonly bits: number;
  readonly of: 'living' | 'deceased' | 'persons';
}

/** People by the holdings they are in: everything that any question about any set of holdings needs. */
export interface PeopleClasses {
  /** For each holding, how many people are in it and in no other. */
  readonly alone: Uint32Array;
  /** Class `c` is in the holdings `holdings[starts[c] … starts[c + 1] - 1]`, two or more, ascending. */
  readonly starts: Uint32Array;
  readonly holdings: Uint32Array;
  /** How many people each class has; 0 where none of them is asked for. */
  readonly sizes: Uint32Array;
}

export interface Membership {
  /** How many distinct members the holdings at these positions have together. */
  union(holdings: Iterable<number>, whom?: Whom): number;
  peopleClasses(whom?: Whom): PeopleClasses;
  /** Distinct members of all. */
  readonly total: number;
  /** Classes of people who are in two holdings or more, and the memory of the whole, in bytes. */
  readonly classes: number;
  readonly bytes: number;
}

const ANYBODY: Whom = { bits: 0, of: 'persons' };
const TOLD_APART = bitsOf(Object.keys(CATEGORY_BIT) as Category[]) | CHILD | DECEASED;

/** No flags are these. */
const NO_FLAGS = 0xffff_ffff;

/** Builds the index. Members must be in ascending order and without repetition. */
export function membership(holdings: readonly Members[]): Membership {
  const entries = holdings.reduce((sum, { hi }) => sum + hi.length, 0);
  const bits = Math.min(20, Math.max(0, Math.ceil(Math.log2(entries / PART || 1))));
  // A cell is what one holding says of people with the same flags.
  const cells = keyTable();
  const alone: number[] = [];
  const classes = classTable();
  const part = partTable();
  const cursors = new Uint32Array(holdings.length);
  const flagsBefore = new Uint32Array(holdings.length).fill(NO_FLAGS);
  const cellBefore = new Uint32Array(holdings.length);
  for (let p = 0; p < 2 ** bits; p++) {
    const end = bits === 0 ? 2 ** 32 : (p + 1) * 2 ** (32 - bits);
    for (let holding = 0; holding < holdings.length; holding++) {
      const { hi, lo, flags } = holdings[holding] as Members;
      // Neighbours mostly have the same flags, so the cell before is tried first.
      let told = flagsBefore[holding] as number;
      let cell = cellBefore[holding] as number;
      let at = cursors[holding] as number;
      for (; at < hi.length && (hi[at] as number) < end; at++) {
        const now = flags === undefined ? 0 : (flags[at] as number) & TOLD_APART;
        if (now !== told) {
          told = now;
          cell = cells.add(holding, now);
        }
        part.add(hi[at] as number, lo[at] as number, cell);
      }
      cursors[holding] = at;
      flagsBefore[holding] = told;
      cellBefore[holding] = cell;
    }
    part.drain((list, from, to) => {
      const cell = list[from] as number;
      if (to - from > 1) classes.add(list, from, to);
      else alone[cell] = (alone[cell] ?? 0) + 1;
    });
  }
  const index: Index = {
    alone: Uint32Array.from({ length: cells.size }, (_, cell) => alone[cell] ?? 0),
    holdingOf: Uint32Array.from({ length: cells.size }, (_, cell) => cells.hi(cell)),
    flagsOf: Uint32Array.from({ length: cells.size }, (_, cell) => cells.lo(cell)),
    starts: classes.starts.slice(0, classes.size + 1),
    pool: classes.pool.slice(0, classes.starts[classes.size]),
    weights: classes.weights.slice(0, classes.size),
  };
  return ofIndex(index, holdings.length);
}

interface Index {
  /** By cell: people of no other cell, the holding, the flags. */
  readonly alone: Uint32Array;
  readonly holdingOf: Uint32Array;
  readonly flagsOf: Uint32Array;
  /** By class: its cells and people. */
  readonly starts: Uint32Array;
  readonly pool: Uint32Array;
  readonly weights: Uint32Array;
}

function ofIndex(index: Index, holdings: number): Membership {
  const { alone, holdingOf, flagsOf, weights } = index;
  const cellsOf = listsBy(holdingOf, holdings);
  const classesOf = classesByCell(index);
  const dead = deadClasses(index);
  // Most classes are small, and a byte each stays in the processor's cache; 0 stands for a larger one.
  const small = Uint8Array.from(weights, (weight) => (weight < 256 ? weight : 0));
  const seen = new Uint32Array(Math.ceil(weights.length / 32) || 1);
  const sum = (array: Uint32Array): number => array.reduce((total, each) => total + each, 0);

  function ofCell(cell: number, of: Whom['of']): number {
    let total = isAsked(of, ((flagsOf[cell] as number) & DECEASED) !== 0)
      ? (alone[cell] as number)
      : 0;
    const end = classesOf.starts[cell + 1] as number;
    for (let i = classesOf.starts[cell] as number; i < end; i++) {
      const each = classesOf.list[i] as number;
      const bit = 1 << (each & 31);
      const word = seen[each >>> 5] as number;
      if ((word & bit) !== 0) continue;
      seen[each >>> 5] = word | bit;
      if (isAsked(of, dead[each] === 1))
        total += (small[each] as number) || (weights[each] as number);
    }
    return total;
  }
  function union(chosen: Iterable<number>, whom = ANYBODY): number {
    let total = 0;
    seen.fill(0);
    for (const holding of new Set(chosen)) {
      const end = cellsOf.starts[holding + 1] as number;
      for (let i = cellsOf.starts[holding] as number; i < end; i++) {
        const cell = cellsOf.list[i] as number;
        if (isIn(whom, flagsOf[cell] as number)) total += ofCell(cell, whom.of);
      }
    }
    return total;
  }
  const held = [
    ...[alone, holdingOf, flagsOf, index.starts, index.pool, weights, dead, small, seen],
    ...[cellsOf.starts, cellsOf.list, classesOf.starts, classesOf.list],
  ];
  return {
    union,
    peopleClasses: (whom = ANYBODY) => askedClasses(index, dead, holdings, whom),
    total: sum(alone) + sum(weights),
    classes: weights.length,
    bytes: held.reduce((bytes, each) => bytes + each.byteLength, 0),
  };
}

function isIn({ bits }: Whom, flags: number): boolean {
  return bits === 0 || (flags & bits) !== 0;
}

function isAsked(of: Whom['of'], dead: boolean): boolean {
  return of === 'persons' || dead === (of === 'deceased');
}

/** Dead in one holding is dead in all: an old copy that does not know it brings nobody back to life. */
function deadClasses({ starts, pool, flagsOf, weights }: Index): Uint8Array {
  const dead = new Uint8Array(weights.length);
  for (let each = 0; each < dead.length; each++) {
    const end = starts[each + 1] as number;
    for (let i = starts[each] as number; i < end; i++) {
      if (((flagsOf[pool[i] as number] as number) & DECEASED) !== 0) dead[each] = 1;
    }
  }
  return dead;
}

/** The classes as one facet sees them: cells without it are left out, and classes that have become equal are one. */
function askedClasses(index: Index, dead: Uint8Array, holdings: number, whom: Whom): PeopleClasses {
  const { holdingOf, flagsOf, starts, pool, weights } = index;
  const alone = new Uint32Array(holdings);
  const add = (holding: number, people: number): void => {
    alone[holding] = (alone[holding] as number) + people;
  };
  for (let cell = 0; cell < holdingOf.length; cell++) {
    const flags = flagsOf[cell] as number;
    if (isIn(whom, flags) && isAsked(whom.of, (flags & DECEASED) !== 0)) {
      add(holdingOf[cell] as number, index.alone[cell] as number);
    }
  }
  const table = classTable();
  const list = new Uint32Array(holdings);
  for (let each = 0; each < weights.length; each++) {
    if (!isAsked(whom.of, dead[each] === 1)) continue;
    const end = starts[each + 1] as number;
    let length = 0;
    for (let i = starts[each] as number; i < end; i++) {
      const cell = pool[i] as number;
      if (isIn(whom, flagsOf[cell] as number)) list[length++] = holdingOf[cell] as number;
    }
    if (length === 1) add(list[0] as number, weights[each] as number);
    else if (length > 1) table.add(list, 0, length, weights[each]);
  }
  return {
    alone,
    starts: table.starts.slice(0, table.size + 1),
    holdings: table.pool.slice(0, table.starts[table.size]),
    sizes: table.weights.slice(0, table.size),
  };
}

interface Lists {
  readonly starts: Uint32Array;
  readonly list: Uint32Array;
}

/** For each group its members, ascending, as one array cut by `starts`. */
function listsBy(groupOf: Uint32Array, groups: number): Lists {
  const starts = new Uint32Array(groups + 1);
  for (const group of groupOf) starts[group + 1] = (starts[group + 1] as number) + 1;
  for (let i = 0; i < groups; i++)
    starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  const list = new Uint32Array(groupOf.length);
  const next = starts.slice();
  for (let i = 0; i < groupOf.length; i++) {
    const group = groupOf[i] as number;
    const place = next[group] as number;
    list[place] = i;
    next[group] = place + 1;
  }
  return { starts, list };
}

/** For each cell the classes it belongs to, ascending. */
function classesByCell({ starts, pool, holdingOf, weights }: Index): Lists {
  const places = listsBy(pool, holdingOf.length);
  const classOf = new Uint32Array(pool.length);
  for (let each = 0; each < weights.length; each++)
    classOf.fill(each, starts[each], starts[each + 1]);
  return { starts: places.starts, list: places.list.map((place) => classOf[place] as number) };
}
