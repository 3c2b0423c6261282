/** Sets of holdings, each kept once, with the number of distinct people in it, counted from the set that it grew out of. */
import type { Population } from './population.ts';

export interface HoldingSets {
  /** Number of the empty set. */
  readonly empty: 0;
  /** The set that holds all of these sets and these positions. */
  join(sets: Iterable<number>, positions: Iterable<number>): number;
  /** The same bit by bit, for many joins without a list each: `begin`, then any of `add` and `own`, then `end`. */
  begin(): void;
  add(set: number): void;
  own(position: number): void;
  end(): number;
  /** Distinct living people, by the best count. */
  people(set: number): number;
  /** Holdings that nobody counted. */
  unknown(set: number): number;
  holdings(set: number): number[];
  /** About how much memory the table takes. */
  readonly bytes: number;
}

interface Kept {
  readonly words: Uint32Array;
  readonly people: number;
  readonly unknown: number;
}

/** An empty table for positions below `positions`. */
export function holdingSets(people: Population, positions: number): HoldingSets {
  const width = Math.ceil(positions / 32);
  const kept: Kept[] = [{ words: new Uint32Array(width), people: 0, unknown: 0 }];
  const byHash = new Map<number, number[]>([[hashOf(new Uint32Array(width)), [0]]]);
  const scratch = new Uint32Array(width);
  const count = counter(people);
  const at = (set: number): Kept => kept[set] as Kept;
  // A second state of the same estate asks for mostly the same joins.
  const joins = joinsKept();
  const sets = growingList();
  const own = growingList();
  const seen: number[] = [];
  let turn = 0;

  function intern(base: number): number {
    const hash = hashOf(scratch);
    const alike = byHash.get(hash) ?? [];
    const same = alike.find((set) => isSame(at(set).words, scratch));
    if (same !== undefined) return same;
    kept.push({ words: scratch.slice(), ...count(scratch, at(base)) });
    alike.push(kept.length - 1);
    byHash.set(hash, alike);
    return kept.length - 1;
  }
  function united(): number {
    let base = sets.at(0);
    scratch.fill(0);
    for (let i = 0; i < sets.size(); i++) {
      const set = sets.at(i);
      const { words } = at(set);
      for (let w = 0; w < width; w++) scratch[w] = (scratch[w] as number) | (words[w] as number);
      if (at(set).people > at(base).people) base = set;
    }
    for (let i = 0; i < own.size(); i++) {
      const position = own.at(i);
      scratch[position >>> 5] = (scratch[position >>> 5] as number) | (1 << (position & 31));
    }
    return intern(base);
  }
  function begin(): void {
    turn++;
    sets.clear();
    own.clear();
  }
  function add(set: number): void {
    if (set === 0 || seen[set] === turn) return;
    seen[set] = turn;
    sets.push(set);
  }
  function end(): number {
    if (sets.size() <= 1 && own.size() === 0) return sets.size() === 0 ? 0 : sets.at(0);
    const [some, positions] = [sets.sorted(), own.sorted()];
    return joins(some, positions) ?? joins.keep(united());
  }
  return {
    empty: 0,
    begin,
    add,
    own: own.push,
    end,
    join(some, positions) {
      begin();
      for (const set of some) add(set);
      for (const position of positions) own.push(position);
      return end();
    },
    people: (set) => at(set).people,
    unknown: (set) => at(set).unknown,
    holdings: (set) => positionsOf(at(set).words),
    get bytes() {
      return kept.length * width * 4 + joins.bytes();
    },
  };
}

/** Numbers in an array that stays when they go. */
function growingList() {
  let numbers = new Uint32Array(256);
  let used = 0;
  return {
    at: (i: number): number => (i < used ? (numbers[i] as number) : 0),
    size: () => used,
    clear(): void {
      used = 0;
    },
    push: (number: number): void => {
      if (used === numbers.length) {
        const more = new Uint32Array(used * 2);
        more.set(numbers);
        numbers = more;
      }
      numbers[used++] = number;
    },
    sorted: () => numbers.subarray(0, used).sort(),
  };
}

interface JoinsKept {
  /** What was kept for this question. */
  (sets: Uint32Array, positions: Uint32Array): number | undefined;
  /** Keeps the answer to the question that was asked last. */
  keep(set: number): number;
  bytes(): number;
}

/** Answers by question: sets and positions, both ascending. */
function joinsKept(): JoinsKept {
  interface Join {
    readonly sets: Uint32Array;
    readonly positions: Uint32Array;
    readonly answer: number;
  }
  const byHash = new Map<number, Join[]>();
  let asked: { hash: number; sets: Uint32Array; positions: Uint32Array } | undefined;
  let numbers = 0;
  const find = (sets: Uint32Array, positions: Uint32Array): number | undefined => {
    const hash = mixed(positions, mixed(sets, sets.length));
    asked = { hash, sets, positions };
    for (const join of byHash.get(hash) ?? []) {
      if (isSame(join.sets, sets) && isSame(join.positions, positions)) return join.answer;
    }
    return undefined;
  };
  return Object.assign(find, {
    keep(answer: number): number {
      if (asked === undefined) return answer;
      const { hash, sets, positions } = asked;
      const join = { sets: sets.slice(), positions: positions.slice(), answer };
      const alike = byHash.get(hash);
      if (alike === undefined) byHash.set(hash, [join]);
      else alike.push(join);
      numbers += sets.length + positions.length + JOIN;
      return answer;
    },
    bytes: () => numbers * 8,
  });
}

/** About what a kept join takes beside its numbers, in numbers. */
const JOIN = 20;

function mixed(numbers: Uint32Array, from: number): number {
  let hash = from;
  for (let i = 0; i < numbers.length; i++)
    hash = (Math.imul(hash ^ (numbers[i] as number), 0x9e3779b1) ^ (hash >>> 15)) | 0;
  return hash;
}

/** Counts a set by what it has more than its base, so that nested sets cost their differences. */
function counter(people: Population): (words: Uint32Array, base: Kept) => Omit<Kept, 'words'> {
  const { alone, starts, classes, shared, unknown } = people;
  const seen = new Uint32Array(shared.sizes.length);
  let turn = 0;
  const isInBase = (each: number, base: Uint32Array): boolean => {
    const end = shared.starts[each + 1] as number;
    for (let i = shared.starts[each] as number; i < end; i++) {
      if (has(base, shared.holdings[i] as number)) return true;
    }
    return false;
  };
  function ofHolding(position: number, base: Kept): number {
    let total = alone[position] as number;
    const end = starts[position + 1] as number;
    for (let i = starts[position] as number; i < end; i++) {
      const each = classes[i] as number;
      if (seen[each] === turn) continue;
      seen[each] = turn;
      if (base.people === 0 || !isInBase(each, base.words)) total += shared.sizes[each] as number;
    }
    return total;
  }
  return (words, base) => {
    turn++;
    let total = base.people;
    let unseen = base.unknown;
    for (const position of positionsOf(words, base.words)) {
      if (position >= unknown.length || unknown[position] === 1) unseen++;
      else total += ofHolding(position, base);
    }
    return { people: total, unknown: unseen };
  };
}

function has(words: Uint32Array, position: number): boolean {
  return ((words[position >>> 5] as number) & (1 << (position & 31))) !== 0;
}

/** Positions in `words` that are not in `without`. */
function positionsOf(words: Uint32Array, without?: Uint32Array): number[] {
  const positions: number[] = [];
  for (let i = 0; i < words.length; i++) {
    let rest = (words[i] as number) & ~(without?.[i] ?? 0);
    while (rest !== 0) {
      const bit = 31 - Math.clz32(rest & -rest);
      positions.push(i * 32 + bit);
      rest &= rest - 1;
    }
  }
  return positions;
}

function hashOf(words: Uint32Array): number {
  let hash = 0;
  for (const word of words) hash = Math.imul(hash ^ word, 0x9e3779b1) ^ (hash >>> 15);
  return hash;
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
