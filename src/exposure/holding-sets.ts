/** Sets of holdings, each kept once, with the number of distinct people in it, counted from the set that it grew out of. */
import type { Population } from './population.ts';

export interface HoldingSets {
  /** Number of the empty set. */
  readonly empty: 0;
  /** The set that holds all of these sets and these positions. */
  join(sets: Iterable<number>, positions: readonly number[]): number;
  /** Distinct living people, by the best count. */
  people(set: number): number;
  /** Holdings that nobody counted. */
  unknown(set: number): number;
  holdings(set: number): number[];
  /** How many different sets there are. */
  readonly size: number;
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
  const joined = new Map<string, number>();

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
  function united(different: ReadonlySet<number>, own: readonly number[], first: number): number {
    let base = first;
    scratch.fill(0);
    for (const set of different) {
      const { words } = at(set);
      for (let i = 0; i < width; i++) scratch[i] = (scratch[i] as number) | (words[i] as number);
      if (at(set).people > at(base).people) base = set;
    }
    for (const position of own) {
      scratch[position >>> 5] = (scratch[position >>> 5] as number) | (1 << (position & 31));
    }
    return intern(base);
  }
  return {
    empty: 0,
    join(sets, own) {
      const different = new Set(sets);
      different.delete(0);
      const [first = 0] = different;
      if (different.size <= 1 && own.length === 0) return first;
      const question = `${[...different].sort((a, b) => a - b).join()}+${own.join()}`;
      const known = joined.get(question);
      if (known !== undefined) return known;
      const set = united(different, own, first);
      joined.set(question, set);
      return set;
    },
    people: (set) => at(set).people,
    unknown: (set) => at(set).unknown,
    holdings: (set) => positionsOf(at(set).words),
    get size() {
      return kept.length;
    },
  };
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

function isSame(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
