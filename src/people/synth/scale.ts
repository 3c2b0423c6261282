/** Holdings for measuring at scale: invented 64-bit hashes, drawn holding by holding, never all rows at once. */
import { orderOfPairs } from '../hash-set.ts';
import { seeded } from './random.ts';

export interface ScaleOptions {
  readonly seed: string;
  readonly holding: number;
  readonly holdings: number;
  /** Hashes of all holdings together. */
  readonly hashes: number;
  /**
   * `customers`: four holdings a customer (database, backup, file share, report), each of the same people but for a part,
   * and one person in twenty known to another customer. `random`: anybody anywhere, the hardest for any compression.
   */
  readonly shape: 'customers' | 'random';
}

export interface ScaleHolding {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
  /** Numbers of the people, for checking against another way to count. */
  readonly people: Uint32Array;
}

/** The people of one holding, in ascending order of their hashes. */
export function holdingMembers(options: ScaleOptions): ScaleHolding {
  const people = options.shape === 'random' ? anybody(options) : ofCustomer(options);
  const hi = people.map((person) => mix(person, 0x9e3779b1));
  const lo = people.map((person) => mix(person, 0x85ebca6b));
  const order = orderOfPairs({ hi, lo });
  return {
    hi: order.map((i) => hi[i] as number),
    lo: order.map((i) => lo[i] as number),
    people: order.map((i) => people[i] as number),
  };
}

const COPIES = 4;

function ofCustomer({ seed, holding, holdings, hashes }: ScaleOptions): Uint32Array<ArrayBuffer> {
  const size = Math.floor(hashes / holdings);
  const customers = Math.ceil(holdings / COPIES);
  const customer = Math.floor(holding / COPIES);
  const random = seeded(`${seed}/scale/${holding}`);
  const shared = Math.floor(size / 20);
  const found = new Set<number>();
  for (let i = 0; i < size - shared; i++) found.add(customer * size + i);
  // Those of another customer whom this one knows too: a run of theirs, the same in each copy.
  const other = seeded(`${seed}/other/${customer}`).below(customers);
  const from = random.chance(1, 10) ? random.below(size - shared) : 0;
  for (let i = 0; i < shared; i++) found.add(other * size + from + i);
  return Uint32Array.from(found);
}

function anybody({ seed, holding, holdings, hashes }: ScaleOptions): Uint32Array<ArrayBuffer> {
  const size = Math.floor(hashes / holdings);
  const population = Math.max(size * 2, Math.floor(hashes / 10));
  const random = seeded(`${seed}/random/${holding}`);
  const found = new Set<number>();
  while (found.size < size) found.add(random.below(population));
  return Uint32Array.from(found);
}

function mix(value: number, salt: number): number {
  let mixed = Math.imul(value ^ salt, 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x297a2d39);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
