/** A growing set of distinct 64-bit hashes, each with a number of its own: 0 for the first, 1 for the second… */

const NONE = 0xffff_ffff;

export interface KeyTable {
  readonly size: number;
  /** The number of a hash, which is added when it is new. */
  add(hi: number, lo: number): number;
  /** The number of a hash, or -1. */
  find(hi: number, lo: number): number;
  hi(index: number): number;
  lo(index: number): number;
}

/** An empty table: 16 to 24 bytes a hash, outside the JavaScript heap. */
export function keyTable(expected = 1024): KeyTable {
  let capacity = 1024;
  while (capacity < expected) capacity *= 2;
  let slots = new Uint32Array(capacity * 2).fill(NONE);
  let his = new Uint32Array(capacity);
  let los = new Uint32Array(capacity);
  let size = 0;

  function slotOf(hi: number, lo: number): number {
    const mask = slots.length - 1;
    // Mixed well, because keys may also be small numbers in sequence.
    const mixed = Math.imul(hi ^ Math.imul(lo, 0x9e3779b1), 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    for (;;) {
      const index = slots[slot] as number;
      if (index === NONE || (los[index] === lo && his[index] === hi)) return slot;
      slot = (slot + 1) & mask;
    }
  }
  function grow(): void {
    capacity *= 2;
    his = widened(his, capacity);
    los = widened(los, capacity);
    slots = new Uint32Array(capacity * 2).fill(NONE);
    for (let i = 0; i < size; i++) slots[slotOf(his[i] as number, los[i] as number)] = i;
  }

  return {
    get size() {
      return size;
    },
    add(hi, lo) {
      const slot = slotOf(hi, lo);
      const index = slots[slot] as number;
      if (index !== NONE) return index;
      if (size === capacity) {
        grow();
        return this.add(hi, lo);
      }
      his[size] = hi;
      los[size] = lo;
      slots[slot] = size;
      return size++;
    },
    find(hi, lo) {
      const index = slots[slotOf(hi, lo)] as number;
      return index === NONE ? -1 : index;
    },
    hi: (index) => his[index] as number,
    lo: (index) => los[index] as number,
  };
}

/** A copy of `array` with room for `length`. */
export function widened(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const wide = new Uint32Array(length);
  wide.set(array);
  return wide;
}
