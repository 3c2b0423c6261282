/** The people of one holding as a sorted set of keyed 64-bit hashes with flags: still personal data, so sealed at rest. */
import { HoldfastError } from '../kernel/errors.ts';
import type { Identities } from './identities.ts';
import { ABSENT, DETAILS, NHS } from './identities.ts';
import type { PersonKey } from './person-key.ts';
import { resolvePeople } from './resolve.ts';

export interface PersonSet {
  /** The key under which it was counted. */
  readonly keyId: string;
  readonly keyLayers: number;
  /** Hashes in ascending order, 32 bits high and low, and each person's flags (categories.ts). */
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
  readonly flags: Uint32Array;
  /** Other hashes of these people (name, birth and postcode of someone with an NHS number) and whose they are. */
  readonly aliases: {
    readonly hi: Uint32Array;
    readonly lo: Uint32Array;
    /** Position of the person above. */
    readonly of: Uint32Array;
  };
}

/** The set of the people that were counted (the best answer). */
export function personSet(people: Identities, key: PersonKey): PersonSet {
  const best = resolvePeople(people, 'best');
  const { keys } = people;
  const order = sortedOrder(best.keys, people);
  const position = new Uint32Array(keys.size).fill(ABSENT);
  order.forEach((person, at) => (position[best.keys[person] as number] = at));
  return {
    keyId: key.id,
    keyLayers: key.layers,
    hi: order.map((person) => keys.hi(best.keys[person] as number)),
    lo: order.map((person) => keys.lo(best.keys[person] as number)),
    flags: order.map((person) => best.flags[person] as number),
    aliases: aliasesOf(people, position),
  };
}

function aliasesOf(people: Identities, position: Uint32Array): PersonSet['aliases'] {
  const pairs = new Set<number>();
  const details: number[] = [];
  const owners: number[] = [];
  for (let entry = 0; entry < people.size; entry++) {
    const number = people.slot(entry, NHS);
    const detail = people.slot(entry, DETAILS);
    if (number === ABSENT || detail === ABSENT) continue;
    const pair = detail * people.keys.size + number;
    if (pairs.has(pair)) continue;
    pairs.add(pair);
    details.push(detail);
    owners.push(position[number] as number);
  }
  const order = sortedOrder(details, people, owners);
  return {
    hi: order.map((i) => people.keys.hi(details[i] as number)),
    lo: order.map((i) => people.keys.lo(details[i] as number)),
    of: order.map((i) => owners[i] as number),
  };
}

/** Positions of keys (numbers of the table) in ascending order of their hashes. */
function sortedOrder(
  keyAt: readonly number[] | Uint32Array,
  people: Identities,
  then: readonly number[] = [],
): Uint32Array<ArrayBuffer> {
  const hi = Uint32Array.from(keyAt, (key) => people.keys.hi(key));
  const lo = Uint32Array.from(keyAt, (key) => people.keys.lo(key));
  return orderOfPairs({ hi, lo }, then);
}

/**
 * The set carried over to a key with more layers, without the source. Only a key that begins with the set's own key can
 * do it; for any other the holding has to be counted again.
 */
export function rekeyedSet(set: PersonSet, older: PersonKey, newer: PersonKey): PersonSet {
  if (set.keyId !== older.id) {
    throw new HoldfastError('conflict', 'the set was counted under another person key', {
      remedy: 'Count the holding again from its source.',
    });
  }
  const people = carried(set.hi, set.lo, older, newer);
  const order = orderOfPairs(people);
  const place = new Uint32Array(order.length);
  order.forEach((from, to) => (place[from] = to));
  const alias = carried(set.aliases.hi, set.aliases.lo, older, newer);
  const aliasOrder = orderOfPairs(alias);
  return {
    keyId: newer.id,
    keyLayers: newer.layers,
    hi: order.map((i) => people.hi[i] as number),
    lo: order.map((i) => people.lo[i] as number),
    flags: order.map((i) => set.flags[i] as number),
    aliases: {
      hi: aliasOrder.map((i) => alias.hi[i] as number),
      lo: aliasOrder.map((i) => alias.lo[i] as number),
      of: aliasOrder.map((i) => place[set.aliases.of[i] as number] as number),
    },
  };
}

interface Pairs {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

function carried(hi: Uint32Array, lo: Uint32Array, older: PersonKey, newer: PersonKey): Pairs {
  const to = { hi: new Uint32Array(hi.length), lo: new Uint32Array(lo.length) };
  for (let i = 0; i < hi.length; i++) {
    newer.carry(older, hi[i] as number, lo[i] as number);
    to.hi[i] = newer.out[0] as number;
    to.lo[i] = newer.out[1] as number;
  }
  return to;
}

/** Positions in ascending order of the 64-bit value: three passes of counting over the high half, ties by the low half, then by `then`. */
export function orderOfPairs(
  { hi, lo }: Pairs,
  then: readonly number[] = [],
): Uint32Array<ArrayBuffer> {
  const isBefore = (a: number, b: number): boolean => {
    if (hi[a] !== hi[b]) return true;
    if (lo[a] !== lo[b]) return (lo[a] as number) < (lo[b] as number);
    return (then[a] ?? 0) <= (then[b] ?? 0);
  };
  let order = Uint32Array.from({ length: hi.length }, (_, i) => i);
  for (const shift of [0, 11, 22]) order = countingPass(order, hi, shift);
  for (let i = 1; i < order.length; i++) {
    const moved = order[i] as number;
    let at = i;
    for (; at > 0; at--) {
      const before = order[at - 1] as number;
      if (isBefore(before, moved)) break;
      order[at] = before;
    }
    order[at] = moved;
  }
  return order;
}

function countingPass(
  order: Uint32Array,
  keys: Uint32Array,
  shift: number,
): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(2049);
  for (const i of order) {
    const after = (((keys[i] as number) >>> shift) & 2047) + 1;
    next[after] = (next[after] as number) + 1;
  }
  for (let i = 0; i < 2048; i++) next[i + 1] = (next[i + 1] as number) + (next[i] as number);
  const sorted = new Uint32Array(order.length);
  for (const i of order) {
    const digit = ((keys[i] as number) >>> shift) & 2047;
    const place = next[digit] as number;
    sorted[place] = i;
    next[digit] = place + 1;
  }
  return sorted;
}
