/**
 * All accounts as columns: a million of them take what their names take and some sixty bytes each. Everything that a
 * verdict can depend on, but for names, groups and the customer, is interned as one number, the account's traits.
 */
import type { Account } from './model.ts';

export interface AccountTable {
  readonly size: number;
  readonly keys: readonly string[];
  readonly logins: readonly string[];
  readonly traits: Uint32Array;
  /** One account of each kind of traits; its key, login, customer, division and groups are of no meaning. */
  readonly samples: readonly Account[];
  /** -1: none. */
  readonly customer: Int32Array;
  readonly division: Int32Array;
  readonly customers: readonly string[];
  readonly divisions: readonly string[];
  /** Groups of account i: `groups[groupsFrom[i] .. groupsFrom[i + 1]]`; number × 2, plus 1 where it is not certain. */
  readonly groups: Uint32Array;
  readonly groupsFrom: Uint32Array;
  readonly groupNames: readonly string[];
  /** Milliseconds since 1970; NaN: unknown. */
  readonly lastSignInAt: Float64Array;
  indexOf(key: string): number | undefined;
}

/** Takes accounts one by one, so that they need not all be there at once. */
export function accountTable(accounts: Iterable<Account>): AccountTable {
  const keys: string[] = [];
  const logins: string[] = [];
  const traits = interned();
  const customers = interned();
  const divisions = interned();
  const groupNames = interned();
  const samples: Account[] = [];
  const columns = { traits: [] as number[], customer: [] as number[], division: [] as number[] };
  const groups: number[] = [];
  const groupsFrom: number[] = [0];
  const lastSignInAt: number[] = [];
  for (const account of accounts) {
    keys.push(account.key);
    logins.push(account.login);
    const trait = traits.numberOf(traitsKey(account));
    if (trait === samples.length)
      samples.push({ ...account, groups: account.groups && [], maybeGroups: [] });
    columns.traits.push(trait);
    columns.customer.push(
      account.customer === undefined ? -1 : customers.numberOf(account.customer),
    );
    columns.division.push(
      account.division === undefined ? -1 : divisions.numberOf(account.division),
    );
    for (const name of account.groups ?? [])
      groups.push(groupNames.numberOf(name.toLowerCase()) * 2);
    for (const name of account.maybeGroups)
      groups.push(groupNames.numberOf(name.toLowerCase()) * 2 + 1);
    groupsFrom.push(groups.length);
    lastSignInAt.push(account.lastSignInAt ?? Number.NaN);
  }
  let index: Map<string, number> | undefined;
  return {
    size: keys.length,
    keys,
    logins,
    traits: Uint32Array.from(columns.traits),
    samples,
    customer: Int32Array.from(columns.customer),
    division: Int32Array.from(columns.division),
    customers: customers.texts,
    divisions: divisions.texts,
    groups: Uint32Array.from(groups),
    groupsFrom: Uint32Array.from(groupsFrom),
    groupNames: groupNames.texts,
    lastSignInAt: Float64Array.from(lastSignInAt),
    indexOf: (key) => (index ??= new Map(keys.map((each, at) => [each, at]))).get(key),
  };
}

/** The account at a place of the table, whole. */
export function accountAt(table: AccountTable, at: number): Account {
  const sample = table.samples[table.traits[at] ?? 0];
  if (sample === undefined) throw new RangeError('no such account');
  const own = table.groups.subarray(table.groupsFrom[at], table.groupsFrom[at + 1]);
  const names = (odd: number) =>
    [...own].filter((each) => each % 2 === odd).map((each) => table.groupNames[each >> 1] ?? '');
  const lastSignInAt = table.lastSignInAt[at] ?? Number.NaN;
  return {
    ...sample,
    key: table.keys[at] ?? '',
    login: table.logins[at] ?? '',
    customer: table.customers[table.customer[at] ?? -1],
    division: table.divisions[table.division[at] ?? -1],
    groups: sample.groups === undefined ? undefined : names(0),
    maybeGroups: names(1),
    lastSignInAt: Number.isNaN(lastSignInAt) ? undefined : lastSignInAt,
  };
}

function traitsKey(account: Account): string {
  const { origin, factors, disputed } = account;
  const kinds = factors.map((factor) => `${factor.type}${mark(factor.origin)}`).sort();
  return [
    account.identitySource,
    account.population,
    account.enabled,
    account.password,
    account.groups === undefined,
    account.privileged,
    account.interactive,
    account.workloadIdentity,
    account.oldestKeyAt === undefined,
    account.keysKnown,
    account.factorsListed,
    account.sshKeysListed,
    account.login === 'root',
    mark(origin),
    [...disputed].join('+'),
    kinds.join('+'),
  ].join('|');
}

function mark({ fresh, declared }: Account['origin']): string {
  return fresh ? (declared ? 'd' : 'f') : 's';
}

function interned() {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  return {
    texts,
    numberOf(text: string): number {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, texts.length);
      return texts.push(text) - 1;
    },
  };
}
