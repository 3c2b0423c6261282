/** A seeded generator of numbers (sfc32, seeded by FNV-1a): integer arithmetic only, so every machine draws the same. */

export interface Random {
  /** An unsigned 32-bit integer. */
  readonly word: () => number;
  /** An integer from 0 to `below` - 1. */
  below(below: number): number;
  /** True `parts` times in `of`. */
  chance(parts: number, of: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** A generator of its own for the part called `name`: parts can be drawn in any order. */
  part(name: string): Random;
}

/** The generator of `seed`: the same seed gives the same sequence. */
export function seeded(seed: string): Random {
  const state = [0, 1, 2, 3].map((salt) => fnv1a(`${salt}:${seed}`)) as [
    number,
    number,
    number,
    number,
  ];
  let [a, b, c, counter] = state;
  function word(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  function below(limit: number): number {
    return Math.floor((word() / 0x1_0000_0000) * limit);
  }
  for (let i = 0; i < 12; i++) word();
  return {
    word,
    below,
    chance: (parts, of) => below(of) < parts,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    part: (name) => seeded(`${seed}/${name}`),
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}
