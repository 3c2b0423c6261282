/** The supplier, its divisions, services, customers and networks of the 2022 case, with invented names. */
import type { Observation } from '../../estate/schema.ts';
import { FAMILY, TOWNS } from './names.ts';
import type { Random } from './random.ts';

export type ServiceKey =
  | 'urgent-care'
  | 'triage'
  | 'mental-health-record'
  | 'community'
  | 'care-homes'
  | 'home-care-rota'
  | 'finance'
  | 'documents'
  | 'workforce';

export interface ServicePlan {
  readonly key: ServiceKey;
  readonly name: string;
  readonly criticality: 'immediate' | 'urgent' | 'routine';
  /** Customers that use it first of all. */
  readonly customers: number;
  readonly kinds: readonly string[];
}

/** Nine services, 658 customers. */
export const SERVICES: readonly ServicePlan[] = [
  plan('urgent-care', 'Lantern Urgent Care', 'immediate', 42, [
    'Out of Hours',
    'Urgent Care',
    '111',
  ]),
  plan('triage', 'Compass Triage', 'immediate', 24, ['Clinical Assessment', 'Ambulance Trust']),
  plan('mental-health-record', 'Willow Notes', 'urgent', 16, [
    'Mental Health Trust',
    'Partnership Trust',
  ]),
  plan('community', 'Causeway Community', 'urgent', 30, ['Hospice', 'Community Trust']),
  plan('care-homes', 'Hearth Care Homes', 'urgent', 168, [
    'Care Homes',
    'Residential Care',
    'House',
  ]),
  plan('home-care-rota', 'Roundsman Rota', 'urgent', 232, [
    'Home Care',
    'Care at Home',
    'Domiciliary Care',
  ]),
  plan('finance', 'Ledgerstone Finance', 'routine', 96, [
    'Hospitals Trust',
    'Council',
    'Care Board',
  ]),
  plan('documents', 'Quill Documents', 'routine', 28, ['Surgery Group', 'Health Centre']),
  plan('workforce', 'Almanac Workforce', 'routine', 22, ['Staffing', 'Nursing Agency']),
];

function plan(
  key: ServiceKey,
  name: string,
  criticality: ServicePlan['criticality'],
  customers: number,
  kinds: readonly string[],
): ServicePlan {
  return { key, name, criticality, customers, kinds };
}

export interface DemoCustomer {
  readonly key: string;
  readonly name: string;
  /** The first is the one whose data the supplier holds most of. */
  readonly services: readonly ServiceKey[];
  readonly exfiltrated: boolean;
}

/** How many customers of which service lost data, not only the service. */
const EXFILTRATED: Partial<Record<ServiceKey, number>> = { 'home-care-rota': 10, 'care-homes': 6 };

/** The customers in order of their services; names are unique. */
export function demoCustomers(random: Random): DemoCustomer[] {
  const customers: DemoCustomer[] = [];
  const used = new Set<string>();
  for (const service of SERVICES) {
    for (let i = 0; i < service.customers; i++) {
      const number = String(customers.length + 1).padStart(3, '0');
      const services: ServiceKey[] = [service.key];
      if (service.key !== 'finance' && random.chance(1, 12)) services.push('finance');
      customers.push({
        key: `customer-${number}`,
        name: uniqueName(random, service, used),
        services,
        exfiltrated: i < (EXFILTRATED[service.key] ?? 0),
      });
    }
  }
  return customers;
}

function uniqueName(random: Random, service: ServicePlan, used: Set<string>): string {
  for (;;) {
    const place = random.chance(1, 3) ? random.pick(TOWNS)[0] : random.pick(FAMILY);
    const name = `${place} ${random.pick(service.kinds)}`;
    if (used.has(name)) continue;
    used.add(name);
    return name;
  }
}

export const DIVISIONS = [
  ['health-and-care', 'Health and Care'],
  ['corporate', 'Corporate'],
] as const;

export const NETWORKS = [
  { key: 'internet', name: 'Internet', zone: 'internet', cidrs: ['0.0.0.0/0'] },
  { key: 'hscn', name: 'Health network link', zone: 'partner', cidrs: ['10.200.0.0/16'] },
  { key: 'dmz', name: 'Hosting edge', zone: 'internal', cidrs: ['10.10.0.0/24'] },
  { key: 'servers', name: 'Hosting servers', zone: 'internal', cidrs: ['10.10.16.0/20'] },
  { key: 'office', name: 'Office', zone: 'internal', cidrs: ['10.20.0.0/16'] },
  { key: 'management', name: 'Management', zone: 'management', cidrs: ['10.30.0.0/24'] },
] as const;

/** Divisions, services, customers and networks as facts. */
export function* organisationFacts(
  customers: readonly DemoCustomer[],
  trueAt: string,
): Generator<Observation> {
  const fact = { type: 'observation', trueAt } as const;
  for (const [key, name] of DIVISIONS) yield { ...fact, kind: 'division', key, body: { name } };
  for (const { key, name, zone, cidrs } of NETWORKS) {
    yield { ...fact, kind: 'network', key, body: { name, zone, cidrs: [...cidrs] } };
  }
  for (const { key, name } of customers) yield { ...fact, kind: 'customer', key, body: { name } };
  for (const service of SERVICES) {
    yield {
      ...fact,
      kind: 'service',
      key: service.key,
      body: {
        name: service.name,
        clinicalCriticality: service.criticality,
        division: service.key === 'finance' ? 'corporate' : 'health-and-care',
        customers: customers.flatMap((each) =>
          each.services.includes(service.key) ? [each.key] : [],
        ),
      },
    };
  }
}
