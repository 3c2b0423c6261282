/** Turns one row into evidence of identity and flags about the person, by the decisions made for its columns. */
import { CATEGORY_BIT, CHILD, DECEASED, bitsOf } from './categories.ts';
import type { Role } from './column-words.ts';
import type { Column } from './detect-columns.ts';
import { holdsEntryDetail, holdsHomeEntry } from './detect-home-entry.ts';
import type { Evidence } from './identities.ts';
import { dateNumber, fullNameKey, nameKey, postcodeKey } from './identity-text.ts';
import { parseNhsNumber } from './nhs-number.ts';

export interface RowOptions {
  readonly acceptTestRange: boolean;
  /** The day of the count as yyyymmdd. */
  readonly today: number;
  /** Scopes local ids. */
  readonly source: string;
}

export interface RowReader {
  readonly evidence: Evidence;
  /** Fills `evidence` from the row and gives the flags of the person. */
  read(row: readonly string[]): number;
}

/** Words for "nothing" in a cell. */
const NOTHING = new Set([
  '',
  '-',
  '--',
  'n/a',
  'na',
  'nil',
  'none',
  'null',
  'no',
  'unknown',
  'not known',
  '0',
  'nan',
  '\\n',
]);
const YES = new Set(['y', 'yes', 'true', 't', '1', 'deceased', 'dead', 'died', 'd', 'rip']);
const NO = new Set(['n', 'no', 'false', 'f', '0', 'alive', 'living', 'a', 'l', 'active']);
/** Shorter cells hold no sentence. */
const SHORTEST_TEXT = 8;
const ADULT = 180_000;

/** A reader for rows with these columns. */
export function rowReader(columns: readonly Column[], options: RowOptions): RowReader {
  const evidence: Evidence = {
    nhsNumber: -1,
    name: '',
    born: 0,
    postcode: '',
    localId: '',
    email: '',
  };
  const at = (role: Role): number => columns.find((column) => column.role === role)?.index ?? -1;
  const place = {
    nhs: at('nhs-number'),
    full: at('full-name'),
    given: at('given-name'),
    family: at('family-name'),
    born: at('date-of-birth'),
    died: at('date-of-death'),
    dead: at('deceased'),
    age: at('age'),
    postcode: at('postcode'),
    local: at('local-id'),
    email: at('email'),
  };
  const byIndex = (index: number): Column | undefined => columns[index];
  const bornOrder = byIndex(place.born)?.dateOrder ?? 'day-first';
  const diedOrder = byIndex(place.died)?.dateOrder ?? 'day-first';
  const inverted = byIndex(place.dead)?.inverted ?? false;
  const thisYear = Math.floor(options.today / 10_000);
  const marks = columns
    .filter((column) => column.categories.length > 0 && column.role !== 'entry-detail')
    .map((column) => ({ index: column.index, bits: bitsOf(column.categories) }));
  const texts = columns
    .filter((column) => ['free-text', 'other', 'address'].includes(column.role))
    .map((column) => column.index);
  const details = columns
    .filter((column) => column.role === 'entry-detail')
    .map((column) => column.index);
  const cell = (row: readonly string[], index: number): string =>
    index < 0 ? '' : (row[index] ?? '');

  function identity(row: readonly string[]): void {
    evidence.nhsNumber =
      place.nhs < 0 ? -1 : parseNhsNumber(row[place.nhs] ?? '', options.acceptTestRange);
    evidence.name = nameOf(row);
    const born = dateNumber(cell(row, place.born).trim(), bornOrder, thisYear);
    evidence.born = born > options.today ? 0 : born;
    evidence.postcode = postcodeKey(cell(row, place.postcode));
    const local = cell(row, place.local).trim();
    evidence.localId = isNothing(local) ? '' : `${options.source}|${local.toLowerCase()}`;
    const email = cell(row, place.email).trim().toLowerCase();
    evidence.email = email.includes('@') ? email : '';
  }
  function nameOf(row: readonly string[]): string {
    if (place.given >= 0 && place.family >= 0) {
      return nameKey(row[place.given] ?? '', row[place.family] ?? '');
    }
    return place.full < 0 ? '' : fullNameKey(row[place.full] ?? '');
  }
  function stateOf(row: readonly string[]): number {
    let flags = 0;
    const died = cell(row, place.died).trim();
    if (died !== '' && dateNumber(died, diedOrder, thisYear) !== 0) flags |= DECEASED;
    const dead = cell(row, place.dead).trim().toLowerCase();
    if (dead !== '' && saysDead(dead, inverted)) flags |= DECEASED;
    if (evidence.born !== 0 && options.today - evidence.born < ADULT) flags |= CHILD;
    if (evidence.born === 0 && place.age >= 0 && isChildAge(cell(row, place.age))) flags |= CHILD;
    return flags;
  }
  function categoriesOf(row: readonly string[]): number {
    let flags = 0;
    for (const { index, bits } of marks) {
      if ((flags & bits) !== bits && !isNothing(row[index] ?? '')) flags |= bits;
    }
    return holdsEntry(row) ? flags | CATEGORY_BIT['home-entry'] : flags;
  }
  function holdsEntry(row: readonly string[]): boolean {
    for (const index of details) if (holdsEntryDetail(row[index] ?? '')) return true;
    for (const index of texts) {
      const text = row[index] ?? '';
      if (text.length >= SHORTEST_TEXT && holdsHomeEntry(text)) return true;
    }
    return false;
  }

  return {
    evidence,
    read(row) {
      identity(row);
      return stateOf(row) | categoriesOf(row);
    },
  };
}

function isNothing(value: string): boolean {
  return value.length < 10 && NOTHING.has(value.trim().toLowerCase());
}

function saysDead(value: string, inverted: boolean): boolean {
  if (/^(?:alive|living)/.test(value)) return false;
  if (/^(?:dead|deceased|died)/.test(value)) return true;
  return inverted ? NO.has(value) : YES.has(value);
}

function isChildAge(value: string): boolean {
  const age = value.trim();
  return /^\d{1,3}$/.test(age) && Number(age) < 18;
}
