/**
 * The estate of the 2022 case with invented names, from a seed. The generator plants people in the extracts of holdings;
 * every figure about them comes out of counting those extracts (`src/people/count.ts`), none is written down for a report.
 */
import type { Observation } from '../../estate/schema.ts';
import type { Extract } from '../extract.ts';
import { extractOf } from '../extract.ts';
import { accountFacts } from './accounts.ts';
import { databaseOf, machineFacts, workingDriveOf } from './machines.ts';
import { careNote } from './notes.ts';
import type { DemoCustomer, ServiceKey } from './organisation.ts';
import { demoCustomers, organisationFacts } from './organisation.ts';
import type { SyntheticPerson } from './person.ts';
import { syntheticPerson } from './person.ts';
import { MISSING_NHS_NUMBER } from './records.ts';
import { seeded } from './random.ts';

/** What is planted: people numbered from 0, the dead first, then those with special category data, then the others. */
const PLANTED = { people: 82_946, deceased: 3_542, special: 41_196, homeEntry: 890 } as const;

export interface DemoHolding {
  readonly key: string;
  readonly name: string;
  readonly asset: string;
  readonly customer: string;
  readonly service: ServiceKey;
  readonly exfiltrated: boolean;
  /** Its extract, made anew at each call; undefined where nobody has counted it: people unknown. */
  readonly extract?: () => Extract;
}

export interface DemoEstate {
  readonly seed: string;
  readonly customers: readonly DemoCustomer[];
  readonly holdings: readonly DemoHolding[];
  /** Everything but the holdings, as facts true at this time. */
  facts(trueAt: string): Generator<Observation>;
}

/** The estate of a seed: about 5,000 facts and, for sixteen customers, the extracts of what they had stored. */
export function demoEstate(seed = 'holdfast'): DemoEstate {
  const customers = demoCustomers(seeded(`${seed}/customers`));
  return {
    seed,
    customers,
    holdings: demoHoldings(seed, customers),
    *facts(trueAt) {
      yield* organisationFacts(customers, trueAt);
      yield* machineFacts(trueAt);
      yield* accountFacts(customers, seed, trueAt);
    },
  };
}

function demoHoldings(seed: string, customers: readonly DemoCustomer[]): DemoHolding[] {
  const stricken = customers.filter((customer) => customer.exfiltrated);
  const people = shareOut(seed, stricken.length);
  return customers.flatMap((customer) => {
    const place = stricken.indexOf(customer);
    return customer.services.flatMap((service, i) => {
      const plain = holding(customer, service, 'database');
      if (place < 0 || i > 0) return [plain];
      const members = people[place] ?? [];
      const drive = holding(customer, service, 'working drive');
      return [
        { ...plain, extract: () => databaseExtract(seed, plain.name, members) },
        { ...drive, extract: () => driveExtract(seed, drive.name, members) },
      ];
    });
  });
}

function holding(
  customer: DemoCustomer,
  service: ServiceKey,
  what: 'database' | 'working drive',
): DemoHolding {
  const database = what === 'database';
  return {
    key: `${customer.key}-${service}-${database ? 'database' : 'drive'}`,
    name: `${customer.name}: ${what}`,
    asset: database ? databaseOf(service) : workingDriveOf(service),
    customer: customer.key,
    service,
    exfiltrated: customer.exfiltrated && (service === 'home-care-rota' || service === 'care-homes'),
  };
}

/** Everybody at one of the customers, and one in forty at a second one: customers of very different sizes. */
function shareOut(seed: string, customers: number): number[][] {
  const random = seeded(`${seed}/share`);
  const weights = Array.from({ length: customers }, () => 10 + random.below(90));
  const total = weights.reduce((sum, each) => sum + each, 0);
  const members: number[][] = weights.map(() => []);
  const draw = (): number => {
    let at = random.below(total);
    return Math.max(
      0,
      weights.findIndex((weight) => (at -= weight) < 0),
    );
  };
  for (let person = 0; person < PLANTED.people; person++) {
    const first = draw();
    members[first]?.push(person);
    if (!random.chance(1, 40)) continue;
    const second = draw();
    if (second !== first) members[second]?.push(person);
  }
  return members;
}

interface Planted extends SyntheticPerson {
  readonly index: number;
  readonly deceased: boolean;
  readonly special: boolean;
  readonly homeEntry: boolean;
}

function planted(seed: string, index: number): Planted {
  const living = index - PLANTED.deceased;
  return {
    ...syntheticPerson(seed, index),
    index,
    deceased: living < 0,
    special: living >= 0 && living < PLANTED.special,
    homeEntry: living >= 0 && living < PLANTED.homeEntry,
  };
}

const DATABASE_HEADER = [
  'person_id',
  'nhs_number',
  'forename',
  'surname',
  'date_of_birth',
  'address',
  'postcode',
  'mobile',
  'date_of_death',
  'diagnosis',
  'visit_notes',
];
const DIAGNOSES = [
  'Vascular dementia',
  'Stroke',
  'Type 2 diabetes',
  'COPD',
  'Osteoarthritis',
  'Heart failure',
];

/** The service's own table: one row a person. The dead are kept with their contact details only. */
function databaseExtract(seed: string, name: string, members: readonly number[]): Extract {
  const rows = members.map((index) => {
    const person = planted(seed, index);
    const random = seeded(`${seed}/database/${index}`);
    const missing = random.chance(MISSING_NHS_NUMBER['nhs-111'], 1000);
    return [
      `P${index}`,
      missing ? '' : person.nhsNumber,
      person.given,
      person.family,
      person.born,
      `${person.street}, ${person.town}`,
      person.postcode,
      person.phone,
      person.deceased
        ? `${2018 + random.below(4)}-0${1 + random.below(9)}-1${random.below(9)}`
        : '',
      person.special ? random.pick(DIAGNOSES) : '',
      person.special ? careNote(random, 'develop', person.homeEntry).text : '',
    ];
  });
  return extractOf(name, DATABASE_HEADER, rows);
}

const DRIVE_HEADER = ['Surname', 'First name', 'DOB', 'Post code', 'NHS No', 'Round'];

/** A spreadsheet that support staff once exported: two people in five, some twice, other spellings, nobody marked as dead. */
function driveExtract(seed: string, name: string, members: readonly number[]): Extract {
  const rows = members.flatMap((index) => {
    const random = seeded(`${seed}/drive/${index}`);
    if (!random.chance(2, 5)) return [];
    const person = planted(seed, index);
    const [year = '', month = '', day = ''] = person.born.split('-');
    const number = person.nhsNumber;
    const row = [
      person.family.toUpperCase(),
      random.chance(1, 5) ? `${person.given} J` : person.given,
      `${day}/${month}/${year}`,
      person.postcode.replace(' ', ''),
      random.chance(MISSING_NHS_NUMBER['emergency-department'], 1000)
        ? ''
        : `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`,
      `Round ${1 + random.below(30)}`,
    ];
    return random.chance(1, 50) ? [row, row] : [row];
  });
  return extractOf(name, DRIVE_HEADER, rows);
}
