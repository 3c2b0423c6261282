/** A supplier's declared estate of any size: seeded, every name invented. */

const PLACES = [
  'Alder',
  'Bracken',
  'Castle',
  'Dunmere',
  'Elms',
  'Fallow',
  'Gorse',
  'Hazel',
  'Ivel',
  'Juniper',
];
const ENDINGS = [
  'shaw',
  'wick',
  'combe',
  'ford',
  'holt',
  'mere',
  'stow',
  'thorpe',
  'worth',
  'leigh',
];
const BUSINESSES = [
  'Home Care',
  'Community Trust',
  'Medical Centre',
  'Hospice',
  'Urgent Care',
  'Surgery',
];
const SERVICES = [
  ['urgent-care', 'Urgent care', 'immediate'],
  ['record', 'Patient record', 'urgent'],
  ['rota', 'Visit rota', 'urgent'],
  ['billing', 'Billing', 'none'],
] as const;
/** Customers whose data lies in one database. */
const PER_DATABASE = 50;

interface Options {
  readonly customers: number;
  readonly seed: number;
}

/**
 * YAML of a supplier with so many customers: each uses one to three services, with a holding for each, in databases of
 * 50 customers behind a domain controller and a Citrix door.
 */
export function declaredEstate({ customers, seed }: Options): string {
  const random = mulberry32(seed);
  const chosen = Array.from({ length: customers }, (_, index) => aCustomer(index, random));
  const databases = Array.from(
    { length: Math.max(1, Math.ceil(customers / PER_DATABASE)) },
    (_, index) => `db-${index + 1}`,
  );
  const holdings = chosen.flatMap((customer, index) =>
    customer.services.map((service) => ({
      asset: databases[Math.floor(index / PER_DATABASE)] ?? 'db-1',
      customer: customer.id,
      service,
      people: Math.floor(50 + random() ** 3 * 20_000),
    })),
  );
  return [
    '# An invented supplier.',
    'divisions:\n  - id: care\n    name: Health and care\n  - id: corporate\n    name: Corporate',
    section(
      'customers',
      chosen.map(({ id, name, ods }) => ({ id, name, ods })),
    ),
    section(
      'services',
      SERVICES.map(([id, name, clinicalCriticality]) => ({
        id,
        name,
        clinicalCriticality,
        division: 'care',
        customers: chosen
          .filter(({ services }) => services.includes(id))
          .map((customer) => customer.id),
        runsOn: databases,
      })),
    ),
    'networks:\n  - id: internet\n    zone: internet\n  - id: data-hall\n    zone: internal\n    cidrs: [10.20.0.0/16]',
    section('assets', [
      { id: 'dc1', type: 'directory', fqdn: 'dc1.corp.example', administers: databases },
      { id: 'ctx1', type: 'host', hostname: 'ctx1', memberOf: 'dc1' },
      ...databases.map((id) => ({ id, type: 'database', hostname: id, memberOf: 'dc1' })),
    ]),
    section('doors', [
      {
        id: 'citrix',
        type: 'remote-desktop',
        asset: 'ctx1',
        port: 443,
        reachableFrom: 'internet',
        accepts: 'dc1',
        opens: ['asset/ctx1', 'service/rota'],
      },
    ]),
    section('holdings', holdings),
    '',
  ].join('\n');
}

function aCustomer(index: number, random: () => number) {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? '';
  const name = `${pick(PLACES)}${pick(ENDINGS)} ${pick(BUSINESSES)}`;
  const number = String(index).padStart(6, '0');
  const services = SERVICES.map(([id]) => id).filter(() => random() < 0.45);
  return {
    id: `${name.toLowerCase().replaceAll(' ', '-')}-${number}`,
    name,
    ods: `Z${number}`,
    services: services.length === 0 ? ['record'] : services,
  };
}

type Field = string | number | readonly string[];

function section(name: string, items: readonly Readonly<Record<string, Field>>[]): string {
  return [`${name}:`, ...items.map((item) => `  - ${fields(item).join('\n    ')}`)].join('\n');
}

function fields(item: Readonly<Record<string, Field>>): string[] {
  return Object.entries(item).map(([key, value]) =>
    typeof value === 'string' || typeof value === 'number'
      ? `${key}: ${value}`
      : `${key}:${value.map((one) => `\n      - ${one}`).join('')}`,
  );
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
