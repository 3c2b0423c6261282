/** People who do not exist: each is drawn from the seed and its own number, so any of them can be made again alone. */
import { nhsCheckDigit } from '../nhs-number.ts';
import { FAMILY, GIVEN_FEMALE, GIVEN_MALE, STREETS, STREET_ENDS, TOWNS } from './names.ts';
import type { Random } from './random.ts';
import { seeded } from './random.ts';

export interface SyntheticPerson {
  readonly given: string;
  readonly family: string;
  /** yyyy-mm-dd. */
  readonly born: string;
  readonly street: string;
  readonly town: string;
  readonly postcode: string;
  readonly phone: string;
  readonly email: string;
  /** In the 999 range, with a right check digit. */
  readonly nhsNumber: string;
}

const POSTCODE_LETTERS = 'ABDEFGHJLNPQRSTUWXYZ';
const DAY = 86_400_000;
const FIRST_BIRTH = Date.UTC(1922, 0, 1);
const LAST_BIRTH = Date.UTC(2022, 5, 30);

/** Person number `index` of a population. Up to 909,090 of them have NHS numbers of their own. */
export function syntheticPerson(seed: string, index: number): SyntheticPerson {
  const random = seeded(`${seed}/person/${index}`);
  const given = random.pick(random.chance(1, 2) ? GIVEN_FEMALE : GIVEN_MALE);
  const family = random.chance(1, 40)
    ? `${random.pick(FAMILY)}-${random.pick(FAMILY)}`
    : random.pick(FAMILY);
  const [town, area] = random.pick(TOWNS);
  return {
    given,
    family,
    born: birth(random),
    street: `${1 + random.below(180)} ${random.pick(STREETS)} ${random.pick(STREET_ENDS)}`,
    town,
    postcode: postcode(random, area),
    phone: `07700 900${String(random.below(1000)).padStart(3, '0')}`,
    email: `${given}.${family}${index}@example.org`.toLowerCase(),
    nhsNumber: testNhsNumber(index),
  };
}

/** A twin: the same household and day of birth, another given name and number. */
export function twinOf(person: SyntheticPerson, seed: string, index: number): SyntheticPerson {
  const other = syntheticPerson(seed, index);
  const given =
    other.given === person.given
      ? (GIVEN_FEMALE.find((name) => name !== person.given) ?? other.given)
      : other.given;
  return { ...person, given, email: other.email, nhsNumber: other.nhsNumber };
}

/** People of care are old: two of three draws out of the older part of the century. */
function birth(random: Random): string {
  const span = LAST_BIRTH - FIRST_BIRTH;
  const share = random.chance(2, 3) ? random.below(40) : random.below(100);
  const day = Math.floor((span * (share + random.below(1000) / 1000)) / 100 / DAY) * DAY;
  return new Date(FIRST_BIRTH + Math.min(day, span)).toISOString().slice(0, 10);
}

function postcode(random: Random, area: string): string {
  const letter = (): string => POSTCODE_LETTERS[random.below(POSTCODE_LETTERS.length)] ?? 'A';
  return `${area}${1 + random.below(60)} ${random.below(10)}${letter()}${letter()}`;
}

const PREFIXES = 1_000_000;
let valid: Uint32Array | undefined;

/** The test number of an index: all that have a check digit, in an order that leaves no runs. */
export function testNhsNumber(index: number): string {
  valid ??= validPrefixes();
  const nine = valid[(index * 524_287) % valid.length] as number;
  return `${nine}${nhsCheckDigit(nine)}`;
}

function validPrefixes(): Uint32Array {
  const found: number[] = [];
  for (let i = 0; i < PREFIXES; i++) {
    const nine = 999_000_000 + i;
    if (nhsCheckDigit(nine) >= 0 && nine !== 999_999_999) found.push(nine);
  }
  return Uint32Array.from(found);
}
