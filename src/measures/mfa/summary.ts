/** Coverage in numbers: totals, by division and by customer, worst first. */
import { add, countsBy, noCounts, totalOf, type Counts, type Coverage } from './coverage.ts';
import { accountFilter, doorsOf, type PathFilter } from './paths.ts';
import { codeAt } from './coverage.ts';
import { gapsOf, open, pathsOf, type Ranking } from './rank.ts';

export interface Share {
  /** null: of none. */
  readonly name: string | null;
  readonly counts: Counts;
}

export interface Summary {
  readonly total: Counts;
  readonly byDivision: readonly Share[];
  readonly byCustomer: readonly Share[];
  readonly byPopulation: readonly Share[];
  readonly doors: number;
  /** Doors that were found and that nobody has declared. */
  readonly undeclaredDoors: number;
  /** Doors of which no source says whose accounts they accept: their login paths cannot be counted. */
  readonly doorsWithoutAccounts: number;
}

export function summarise(coverage: Coverage, ranking: Ranking, filter: PathFilter = {}): Summary {
  const doors = doorsOf(ranking, filter);
  const keys = new Set(doors.map(({ door }) => door.key));
  const parts =
    accountFilter(coverage, filter) === undefined
      ? whole(coverage, keys)
      : chosen(coverage, ranking, filter);
  return {
    ...parts,
    doors: doors.length,
    undeclaredDoors: doors.filter(({ door }) => !door.declared).length,
    doorsWithoutAccounts: doors.filter(({ door }) => door.accepts === undefined).length,
  };
}

type Parts = Pick<Summary, 'total' | 'byDivision' | 'byCustomer' | 'byPopulation'>;

/** By classes: no account is looked at by itself. */
function whole(coverage: Coverage, keys: ReadonlySet<string>): Parts {
  return {
    total: totalOf(coverage, keys),
    byDivision: shares(countsBy(coverage, 'division', keys)),
    byCustomer: shares(countsBy(coverage, 'customer', keys)),
    byPopulation: shares(byPopulation(coverage, keys)),
  };
}

function byPopulation(
  { judged, classes, table }: Coverage,
  keys: ReadonlySet<string>,
): Map<string | null, Counts> {
  const counts = new Map<string | null, Counts>();
  const of = (population: string | undefined) => {
    const known = counts.get(population ?? null) ?? noCounts();
    counts.set(population ?? null, known);
    return known;
  };
  for (const { door, codes, own } of judged.values()) {
    if (!keys.has(door.key)) continue;
    for (const [number, code] of codes.entries()) {
      const size = (classes.membersFrom[number + 1] ?? 0) - (classes.membersFrom[number] ?? 0);
      add(of(classes.samples[number]?.population), code, size);
    }
    for (const [at, code] of own) {
      const share = of(table.samples[table.traits[at] ?? 0]?.population);
      add(share, codes[classes.classOf[at] ?? 0] ?? -1, -1);
      add(share, code, 1);
    }
  }
  return counts;
}

/** Account by account: only some are asked for. */
function chosen(coverage: Coverage, ranking: Ranking, filter: PathFilter): Parts {
  const { table } = coverage;
  const takes = accountFilter(coverage, filter);
  const total = noCounts();
  const groups = {
    division: new Map<string | null, Counts>(),
    customer: new Map<string | null, Counts>(),
    population: new Map<string | null, Counts>(),
  };
  const count = (map: Map<string | null, Counts>, name: string | undefined, code: number) => {
    const counts = map.get(name ?? null) ?? noCounts();
    map.set(name ?? null, counts);
    add(counts, code, 1);
  };
  for (const { door } of doorsOf(ranking, filter)) {
    for (let at = 0; at < table.size; at++) {
      if (takes?.(at, door) === false) continue;
      const code = codeAt(coverage, door.key, at);
      if (code === undefined) continue;
      add(total, code, 1);
      count(groups.division, table.divisions[table.division[at] ?? -1], code);
      count(groups.customer, table.customers[table.customer[at] ?? -1], code);
      count(groups.population, table.samples[table.traits[at] ?? 0]?.population, code);
    }
  }
  return {
    total,
    byDivision: shares(groups.division),
    byCustomer: shares(groups.customer),
    byPopulation: shares(groups.population),
  };
}

function shares(counts: ReadonlyMap<string | null, Counts>): Share[] {
  const all = [...counts].map(([name, each]) => ({ name, counts: each }));
  return all
    .filter((share) => pathsOf(share.counts) > 0)
    .sort(
      (a, b) =>
        open(b.counts) - open(a.counts) ||
        gapsOf(b.counts) - gapsOf(a.counts) ||
        compare(a.name, b.name),
    );
}

function compare(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
