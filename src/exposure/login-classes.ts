/** Login paths of a door as a handful of classes: whose accounts they are, how privileged, and with which verdict. */
import { codeAt, membersOf, verdictOfCode, type Coverage } from '../measures/mfa/coverage.ts';
import type { Account, Population, Verdict } from '../measures/mfa/model.ts';

export interface LoginClass {
  readonly population: Population | undefined;
  /** Undefined: nobody says. */
  readonly privileged: boolean | undefined;
  readonly verdict: Verdict;
  /** A source that is not stale tells these accounts. */
  readonly fresh: boolean;
  readonly identitySources: ReadonlySet<string>;
  readonly count: number;
  /** Accounts by customer; `null`: of none that is known. */
  readonly customers: ReadonlyMap<string | null, number>;
}

interface Draft {
  readonly sample: Account;
  readonly verdict: Verdict;
  readonly identitySources: Set<string>;
  count: number;
  readonly customers: Map<number, number>;
}

/** Classes of the door's login paths, in a stable order. Accounts that are seen to be switched off are left out. */
export function loginClasses(coverage: Coverage, door: string): LoginClass[] {
  const judged = coverage.judged.get(door);
  if (judged === undefined) return [];
  const { classes, table } = coverage;
  const cells = customersByClass(coverage);
  const drafts = new Map<string, Draft>();
  const count = (
    number: number,
    code: number | undefined,
    customer: number,
    many: number,
  ): void => {
    const verdict = verdictOfCode(code ?? -1);
    const sample = classes.samples[number];
    if (verdict === undefined || verdict === 'closed' || sample === undefined || isOff(sample))
      return;
    add(draftOf(drafts, sample, verdict), customer, many);
  };
  judged.codes.forEach((code, number) => {
    for (const [customer, many] of cells[number] ?? []) count(number, code, customer, many);
  });
  for (const [at, code] of judged.own) {
    const number = classes.classOf[at] ?? 0;
    const customer = table.customer[at] ?? -1;
    count(number, judged.codes[number], customer, -1);
    count(number, code, customer, 1);
  }
  return [...drafts]
    .filter(([, { count }]) => count > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, draft]) => ({ ...shared(draft), customers: named(draft, table.customers) }));
}

function draftOf(drafts: Map<string, Draft>, sample: Account, verdict: Verdict): Draft {
  const { population, privileged, origin } = sample;
  const key = `${population ?? ''}/${String(privileged)}/${verdict}/${String(origin.fresh)}`;
  let draft = drafts.get(key);
  if (draft === undefined) {
    draft = { sample, verdict, identitySources: new Set(), count: 0, customers: new Map() };
    drafts.set(key, draft);
  }
  draft.identitySources.add(sample.identitySource);
  return draft;
}

function add(draft: Draft, customer: number, many: number): void {
  draft.count += many;
  draft.customers.set(customer, (draft.customers.get(customer) ?? 0) + many);
}

function shared({ sample, verdict, identitySources, count }: Draft): Omit<LoginClass, 'customers'> {
  const { population, privileged, origin } = sample;
  return { population, privileged, verdict, fresh: origin.fresh, identitySources, count };
}

function named(draft: Draft, customers: readonly string[]): Map<string | null, number> {
  return new Map(
    [...draft.customers].flatMap(([at, many]) =>
      many > 0 ? [[customers[at] ?? null, many] as const] : [],
    ),
  );
}

/** Only a fresh source that saw it: what is typed closes nothing. */
function isOff({ enabled, origin }: Account): boolean {
  return enabled === false && origin.fresh && !origin.declared;
}

const counted = new WeakMap<Coverage['classes'], readonly ReadonlyMap<number, number>[]>();

/** For each class of accounts, how many are of which customer (-1: none); made once for as long as the classes stand. */
function customersByClass({ classes, table }: Coverage): readonly ReadonlyMap<number, number>[] {
  const known = counted.get(classes);
  if (known !== undefined) return known;
  const cells = Array.from({ length: classes.count }, () => new Map<number, number>());
  for (let at = 0; at < table.size; at++) {
    const cell = cells[classes.classOf[at] ?? 0];
    const customer = table.customer[at] ?? -1;
    cell?.set(customer, (cell.get(customer) ?? 0) + 1);
  }
  counted.set(classes, cells);
  return cells;
}

/** Some accounts of a class, by key, when somebody asks who they are. */
export function membersOfClass(
  coverage: Coverage,
  door: string,
  wanted: Pick<LoginClass, 'population' | 'privileged' | 'verdict' | 'fresh'>,
  { customer, limit }: { readonly customer?: string | undefined; readonly limit: number },
): string[] {
  const { classes, table } = coverage;
  const found: string[] = [];
  const isOfClass = ({ population, privileged, origin }: Account): boolean =>
    population === wanted.population &&
    privileged === wanted.privileged &&
    origin.fresh === wanted.fresh;
  for (const [number, sample] of classes.samples.entries()) {
    if (!isOfClass(sample) || isOff(sample)) continue;
    for (const at of membersOf(classes, number)) {
      if (customer !== undefined && table.customers[table.customer[at] ?? -1] !== customer)
        continue;
      if (verdictOfCode(codeAt(coverage, door, at) ?? -1) !== wanted.verdict) continue;
      found.push(table.keys[at] ?? '');
      if (found.length >= limit) return found;
    }
  }
  return found;
}
