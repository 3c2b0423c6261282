/**
 * From identities to people, three times: who is the same person *certainly*, *probably* (the method's answer) and
 * *possibly*. The rules and what low, best and high mean are in README.md, "Who is the same person".
 */
import type { Identities } from './identities.ts';
import {
  ABSENT,
  ALIKE,
  DETAILS,
  EMAIL,
  LOCAL,
  NAME_BORN,
  NAME_POSTCODE,
  NHS,
  PART,
} from './identities.ts';
import { BY_DETAILS, BY_LOCAL_ID, BY_NHS_NUMBER, BY_PARTIAL } from './categories.ts';

export type Level = 'low' | 'best' | 'high';

/** People found at one level: for each its representing key (number in `keys`) and its flags. */
export interface People {
  readonly keys: Uint32Array;
  readonly flags: Uint32Array;
}

/** What links somebody of whom only a part is known to the others, the surest first. */
const PARTIAL = [NAME_BORN, NAME_POSTCODE, EMAIL] as const;
const POSSIBLE = [NAME_BORN, NAME_POSTCODE, EMAIL, ALIKE] as const;
/** A local id that stands beside more different details than this numbers something else: a household, a visit, a branch. */
const MOST_DETAILS = 3;

/** The people of `identities` at a level; the same set of entries gives the same people in any order. */
export function resolvePeople(all: Identities, level: Level): People {
  const links = localLinks(all);
  const groups = unionFind(all.keys.size);
  for (let entry = 0; entry < all.size; entry++) joinEntry(all, entry, level, links, groups);
  return gather(all, level, groups);
}

interface Links {
  /** By key of a local id: how many different NHS numbers (2 = several) and details stand beside it. */
  readonly numbers: Uint8Array;
  readonly details: Uint8Array;
}

function localLinks(all: Identities): Links {
  const size = all.keys.size;
  const lastNumber = new Uint32Array(size).fill(ABSENT);
  const seen: Uint32Array[] = Array.from({ length: MOST_DETAILS }, () =>
    new Uint32Array(size).fill(ABSENT),
  );
  const numbers = new Uint8Array(size);
  const details = new Uint8Array(size);
  for (let entry = 0; entry < all.size; entry++) {
    const local = all.slot(entry, LOCAL);
    if (local === ABSENT) continue;
    const number = all.slot(entry, NHS);
    if (number !== ABSENT && lastNumber[local] !== number && (numbers[local] as number) < 2) {
      numbers[local] = (numbers[local] as number) + 1;
      lastNumber[local] = number;
    }
    const detail = all.slot(entry, DETAILS);
    if (detail !== ABSENT) countDetail(seen, details, local, detail);
  }
  return { numbers, details };
}

function countDetail(
  seen: Uint32Array[],
  details: Uint8Array,
  local: number,
  detail: number,
): void {
  for (const column of seen) {
    if (column[local] === detail) return;
    if (column[local] === ABSENT) {
      column[local] = detail;
      details[local] = (details[local] as number) + 1;
      return;
    }
  }
  details[local] = MOST_DETAILS + 1;
}

/** Whether a local id names one person surely enough for the level. */
function localHolds(links: Links, local: number, level: Level): boolean {
  const allowed = level === 'high' ? 1 : MOST_DETAILS;
  return (links.numbers[local] as number) <= 1 && (links.details[local] as number) <= allowed;
}

/** The key by which an entry is counted when nothing links it to anybody. */
function ownKey(all: Identities, entry: number): number {
  for (const slot of [NHS, DETAILS, LOCAL, PART]) {
    const key = all.slot(entry, slot);
    if (key !== ABSENT) return key;
  }
  return ABSENT;
}

function joinEntry(
  all: Identities,
  entry: number,
  level: Level,
  links: Links,
  groups: UnionFind,
): void {
  const own = ownKey(all, entry);
  const local = all.slot(entry, LOCAL);
  if (local !== ABSENT && localHolds(links, local, level)) groups.join(own, local);
  if (level === 'high') return;
  const details = all.slot(entry, DETAILS);
  if (details !== ABSENT) groups.join(own, details);
  if (level === 'best') return;
  for (const slot of POSSIBLE) {
    const key = all.slot(entry, slot);
    if (key !== ABSENT) groups.join(own, key);
  }
}

/** Counts a group as its NHS numbers, or as one person when it has none; entries without a number join the smallest. */
function gather(all: Identities, level: Level, groups: UnionFind): People {
  const size = all.keys.size;
  const before = smaller(all);
  const numberOf = new Uint32Array(size).fill(ABSENT);
  const strongest = new Uint32Array(size).fill(ABSENT);
  const rank = new Uint8Array(size).fill(255);
  for (let entry = 0; entry < all.size; entry++) {
    if (level === 'best' && isPartial(all, entry)) continue;
    const own = ownKey(all, entry);
    const group = groups.find(own);
    const number = all.slot(entry, NHS);
    if (number !== ABSENT && before(number, numberOf[group] as number)) numberOf[group] = number;
    const kind = kindOf(all, entry);
    const held = rank[group] as number;
    if (kind < held || (kind === held && before(own, strongest[group] as number))) {
      strongest[group] = own;
      rank[group] = kind;
    }
  }
  const personOf = (entry: number): number => {
    const number = all.slot(entry, NHS);
    if (number !== ABSENT) return number;
    const group = groups.find(ownKey(all, entry));
    const held = numberOf[group] as number;
    return held === ABSENT ? (strongest[group] as number) : held;
  };
  const owners = level === 'best' ? partialOwners(all, personOf, before) : undefined;
  return tally(all, (entry) => {
    if (owners === undefined || !isPartial(all, entry)) return personOf(entry);
    return owners(entry) ?? ownKey(all, entry);
  });
}

/** Someone of whom only a part is known is taken for the one known person who shares it, or the first of several. */
function partialOwners(
  all: Identities,
  personOf: (entry: number) => number,
  before: (a: number, b: number) => boolean,
): (entry: number) => number | undefined {
  const owner = new Uint32Array(all.keys.size).fill(ABSENT);
  for (let entry = 0; entry < all.size; entry++) {
    if (isPartial(all, entry)) continue;
    const person = personOf(entry);
    for (const slot of PARTIAL) {
      const key = all.slot(entry, slot);
      if (key !== ABSENT && before(person, owner[key] as number)) owner[key] = person;
    }
  }
  return (entry) => {
    for (const slot of PARTIAL) {
      const key = all.slot(entry, slot);
      if (key !== ABSENT && owner[key] !== ABSENT) return owner[key];
    }
    return undefined;
  };
}

function isPartial(all: Identities, entry: number): boolean {
  return kindOf(all, entry) === 3;
}

/** 0 by NHS number, 1 by details, 2 by local id, 3 by a part only. */
function kindOf(all: Identities, entry: number): number {
  if (all.slot(entry, NHS) !== ABSENT) return 0;
  if (all.slot(entry, DETAILS) !== ABSENT) return 1;
  return all.slot(entry, LOCAL) === ABSENT ? 3 : 2;
}

const KIND_FLAG = [BY_NHS_NUMBER, BY_DETAILS, BY_LOCAL_ID, BY_PARTIAL] as const;

function tally(all: Identities, personOf: (entry: number) => number): People {
  const numberOf = new Uint32Array(all.keys.size).fill(ABSENT);
  const keys = new Uint32Array(all.size);
  const flags = new Uint32Array(all.size);
  let people = 0;
  for (let entry = 0; entry < all.size; entry++) {
    const key = personOf(entry);
    let person = numberOf[key] as number;
    if (person === ABSENT) {
      person = people++;
      numberOf[key] = person;
      keys[person] = key;
    }
    const kind = KIND_FLAG[kindOf(all, entry)] as number;
    flags[person] = (flags[person] as number) | all.flags(entry) | kind;
  }
  return { keys: keys.slice(0, people), flags: flags.slice(0, people) };
}

/** Orders keys by their hash, not by their number, which depends on the order of the rows; ABSENT is the largest. */
function smaller(all: Identities): (a: number, b: number) => boolean {
  const { keys } = all;
  return (a, b) => {
    if (b === ABSENT) return true;
    const [ah, bh] = [keys.hi(a), keys.hi(b)];
    return ah === bh ? keys.lo(a) < keys.lo(b) : ah < bh;
  };
}

interface UnionFind {
  find(key: number): number;
  join(a: number, b: number): void;
}

function unionFind(size: number): UnionFind {
  const parent = Uint32Array.from({ length: size }, (_, i) => i);
  function find(key: number): number {
    let at = key;
    while (parent[at] !== at) {
      const next = parent[parent[at] as number] as number;
      parent[at] = next;
      at = next;
    }
    return at;
  }
  return {
    find,
    join(a, b) {
      const [x, y] = [find(a), find(b)];
      if (x !== y) parent[Math.max(x, y)] = Math.min(x, y);
    },
  };
}
