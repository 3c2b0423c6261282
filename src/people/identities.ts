/**
 * The distinct identities that rows carry, as keyed hashes. What a row says of who it is about becomes one entry (the
 * same entry for the same row seen again); what it says about the person is OR-ed into the entry's flags. So neither
 * order nor repetition nor the cut into files can change anything that is counted.
 */
import type { KeyTable } from './key-table.ts';
import { keyTable, widened } from './key-table.ts';
import type { PersonKey } from './person-key.ts';

/** What one row says of who it is about; an empty string or 0 where it says nothing. */
export interface Evidence {
  /** A valid NHS number, or -1. */
  nhsNumber: number;
  /** `first|last` as `nameKey` gives it. */
  name: string;
  /** Date of birth as yyyymmdd. */
  born: number;
  postcode: string;
  /** The source's own number for the person, with the source's name in front. */
  localId: string;
  email: string;
}

/**
 * The slots of an entry. DETAILS = name + birth + postcode. PART identifies where nothing stronger does. These four are
 * keyed hashes; the last four say who may belong together and never leave memory, so a quick hash will do.
 */
export const NHS = 0;
export const DETAILS = 1;
export const LOCAL = 2;
export const PART = 3;
export const NAME_BORN = 4;
export const NAME_POSTCODE = 5;
export const EMAIL = 6;
export const ALIKE = 7;
const WIDTH = 8;
/** Stands in a slot that the row did not fill. */
export const ABSENT = 0xffff_ffff;

export interface Identities {
  readonly keys: KeyTable;
  readonly size: number;
  /** Adds a row's evidence with its flags; false when it is tied to nobody. */
  add(evidence: Evidence, flags: number): boolean;
  /** The number (in `keys`) in a slot of an entry, or ABSENT. */
  slot(entry: number, slot: number): number;
  flags(entry: number): number;
}

/** An empty collection of identities hashed under `key`. */
export function identities(key: PersonKey, expected = 1024): Identities {
  const keys = keyTable(expected * 4);
  let capacity = 1024;
  while (capacity < expected) capacity *= 2;
  let entries = new Uint32Array(capacity * WIDTH);
  let flagsOf = new Uint32Array(capacity);
  let index = new Uint32Array(capacity * 2).fill(ABSENT);
  let size = 0;
  const row = new Uint32Array(WIDTH);

  function hashed(identity: string): number {
    key.hash(identity);
    return keys.add(key.out[0] as number, key.out[1] as number);
  }
  const quick = key.quick();
  function quickly(identity: string): number {
    quick.hash(identity);
    return keys.add(quick.out[0] as number, quick.out[1] as number);
  }
  function placeOf(at: Uint32Array, offset: number): number {
    let mix = 0x811c9dc5;
    for (let i = 0; i < WIDTH; i++) mix = Math.imul(mix ^ (at[offset + i] as number), 0x01000193);
    mix ^= mix >>> 15;
    const mask = index.length - 1;
    let place = Math.imul(mix, 0x2c1b3c6d) & mask;
    for (;;) {
      const entry = index[place] as number;
      if (entry === ABSENT || sameEntry(at, offset, entry)) return place;
      place = (place + 1) & mask;
    }
  }
  function sameEntry(at: Uint32Array, offset: number, entry: number): boolean {
    const base = entry * WIDTH;
    for (let i = 0; i < WIDTH; i++) if (entries[base + i] !== at[offset + i]) return false;
    return true;
  }
  function grow(): void {
    capacity *= 2;
    entries = widened(entries, capacity * WIDTH);
    flagsOf = widened(flagsOf, capacity);
    index = new Uint32Array(capacity * 2).fill(ABSENT);
    for (let entry = 0; entry < size; entry++) index[placeOf(entries, entry * WIDTH)] = entry;
  }

  return {
    keys,
    get size() {
      return size;
    },
    add(evidence, flags) {
      if (!fill(row, evidence, hashed, quickly)) return false;
      let place = placeOf(row, 0);
      if (index[place] === ABSENT) {
        if (size === capacity) {
          grow();
          place = placeOf(row, 0);
        }
        entries.set(row, size * WIDTH);
        index[place] = size++;
      }
      const entry = index[place] as number;
      flagsOf[entry] = (flagsOf[entry] as number) | flags;
      return true;
    },
    slot: (entry, slot) => entries[entry * WIDTH + slot] as number,
    flags: (entry) => flagsOf[entry] as number,
  };
}

type Hash = (identity: string) => number;

/** Hashes what is there; each kind of identity has a prefix of its own, so two kinds never share a hash. */
function fill(row: Uint32Array, evidence: Evidence, hashed: Hash, quickly: Hash): boolean {
  const { nhsNumber, name, born, postcode, localId } = evidence;
  row.fill(ABSENT);
  if (nhsNumber >= 0) row[NHS] = hashed(`n:${nhsNumber}`);
  if (localId !== '') row[LOCAL] = hashed(`l:${localId}`);
  if (name !== '' && born !== 0 && postcode !== '') {
    row[DETAILS] = hashed(`d:${name}|${born}|${postcode}`);
  }
  fillLinks(row, evidence, quickly);
  if (row[NHS] !== ABSENT || row[DETAILS] !== ABSENT || row[LOCAL] !== ABSENT) return true;
  const part = partOf(evidence);
  if (part === '') return false;
  row[PART] = hashed(part);
  return true;
}

function fillLinks(row: Uint32Array, evidence: Evidence, quickly: Hash): void {
  const { name, born, postcode, email } = evidence;
  if (email !== '') row[EMAIL] = quickly(`e:${email}`);
  if (name !== '' && born !== 0) row[NAME_BORN] = quickly(`b:${name}|${born}`);
  if (name !== '' && postcode !== '') row[NAME_POSTCODE] = quickly(`p:${name}|${postcode}`);
  if (born !== 0 && postcode !== '')
    row[ALIKE] = quickly(`a:${born}|${postcode}|${name.charAt(0)}`);
}

function partOf({ name, born, postcode, email }: Evidence): string {
  if (name !== '' && born !== 0) return `b:${name}|${born}`;
  if (name !== '' && postcode !== '') return `p:${name}|${postcode}`;
  return email === '' ? '' : `e:${email}`;
}
