/**
 * A seeded extract of a care system with everything that makes counting hard: missing NHS numbers, typing errors, the
 * same person twice, twins, the dead, notes with entry codes, three ways to write a date. The truth comes with it.
 */
import { careNote } from './notes.ts';
import type { SyntheticPerson } from './person.ts';
import { syntheticPerson, twinOf } from './person.ts';
import type { Random } from './random.ts';
import { seeded } from './random.ts';

/** Records without a usable NHS number, per thousand, as published (CUREd, PMC9583284). */
export const MISSING_NHS_NUMBER = {
  'nhs-111': 37,
  ambulance: 856,
  'emergency-department': 20,
  inpatient: 3,
} as const;

export interface RecordOptions {
  readonly seed: string;
  readonly people: number;
  /** Per thousand records. */
  readonly missingNhsNumber?: number;
  /** Per thousand people who appear a second time, and per thousand of those records with a typing error. */
  readonly duplicates?: number;
  readonly typos?: number;
  /** Per thousand people who are twins of the one before. */
  readonly twins?: number;
  /** Per thousand people who have died (43 in the case of 2022). */
  readonly deceased?: number;
  /** Per thousand people whose notes tell how to get in. */
  readonly homeEntry?: number;
}

export interface SyntheticRecord {
  readonly row: readonly string[];
  /** Number of the person whom the record is about. */
  readonly person: number;
  readonly deceased: boolean;
  readonly homeEntry: boolean;
  /** What must be seen nowhere outside: name, number, code… */
  readonly secrets: readonly string[];
}

export const RECORD_HEADER = [
  'client_id',
  'nhs_number',
  'forename',
  'surname',
  'date_of_birth',
  'address',
  'postcode',
  'mobile',
  'email',
  'deceased',
  'diagnosis',
  'care_notes',
] as const;

const DIAGNOSES = ['', 'Type 2 diabetes', 'Stroke', 'Vascular dementia', 'COPD', 'Osteoarthritis'];

/** The records in a shuffled order would be counted the same; they come in order of the people. */
export function* syntheticRecords(options: RecordOptions): Generator<SyntheticRecord> {
  let before: SyntheticPerson | undefined;
  for (let index = 0; index < options.people; index++) {
    const random = seeded(`${options.seed}/record/${index}`);
    const isTwin = before !== undefined && random.chance(options.twins ?? 8, 1000);
    const person =
      isTwin && before !== undefined
        ? twinOf(before, options.seed, index)
        : syntheticPerson(options.seed, index);
    before = person;
    const facts = {
      deceased: random.chance(options.deceased ?? 43, 1000),
      homeEntry: random.chance(options.homeEntry ?? 11, 1000),
    };
    yield record(person, index, random, options, facts, false);
    if (random.chance(options.duplicates ?? 60, 1000)) {
      yield record(person, index, random, options, facts, true);
    }
  }
}

function record(
  person: SyntheticPerson,
  index: number,
  random: Random,
  options: RecordOptions,
  facts: { readonly deceased: boolean; readonly homeEntry: boolean },
  again: boolean,
): SyntheticRecord {
  const hasNumber = !random.chance(options.missingNhsNumber ?? 37, 1000);
  const typo = again && random.chance(options.typos ?? 250, 1000);
  const note = careNote(random, 'develop', facts.homeEntry);
  const row = [
    // A second record is often a second registration, with an id of its own.
    again ? `C${500_000 + index}` : `C${100_000 + index}`,
    hasNumber ? spelledNumber(random, person.nhsNumber) : missingNumber(random),
    again && random.chance(1, 3) ? person.given.toUpperCase() : person.given,
    typo ? withTypo(random, person.family) : person.family,
    spelledDate(random, person.born),
    `${person.street}, ${person.town}`,
    again && random.chance(1, 2) ? person.postcode.replace(' ', '').toLowerCase() : person.postcode,
    person.phone,
    person.email,
    facts.deceased ? 'Y' : 'N',
    random.pick(DIAGNOSES),
    note.text,
  ];
  const secrets = [person.nhsNumber, person.family, person.email, person.postcode, note.code];
  return { row, person: index, ...facts, secrets: secrets.filter((secret) => secret.length > 3) };
}

function spelledNumber(random: Random, number: string): string {
  const style = random.below(5);
  if (style === 0) return `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`;
  return style === 1 ? `${number.slice(0, 3)}-${number.slice(3, 6)}-${number.slice(6)}` : number;
}

function missingNumber(random: Random): string {
  return random.pick(['', '', '', '9999999999', '0000000000', 'unknown']);
}

function spelledDate(random: Random, iso: string): string {
  const [year = '', month = '', day = ''] = iso.split('-');
  return random.pick([`${day}/${month}/${year}`, `${day}/${month}/${year}`, iso]);
}

/** One letter swapped with its neighbour, doubled, or lost. */
function withTypo(random: Random, text: string): string {
  const at = 1 + random.below(Math.max(1, text.length - 2));
  const [head, here, next, tail] = [text.slice(0, at), text[at], text[at + 1], text.slice(at + 2)];
  const kind = random.below(3);
  if (kind === 0) return `${head}${next ?? ''}${here ?? ''}${tail}`;
  return kind === 1
    ? `${head}${here ?? ''}${here ?? ''}${next ?? ''}${tail}`
    : `${head}${next ?? ''}${tail}`;
}
