/**
 * Accounts that no door can tell apart, as one class: the same traits, the same of the groups that any door names, and
 * named by none. A verdict is worked out once for a class and a door, never for each of their accounts.
 */
import { accountAt, type AccountTable } from './table.ts';
import type { Account, Door, Scope } from './model.ts';

/** What doors speak of, as far as accounts differ in it. */
export interface Spoken {
  readonly groups: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
  readonly customers: ReadonlySet<string>;
}

export interface Classes {
  readonly count: number;
  readonly classOf: Uint32Array;
  readonly samples: readonly Account[];
  /** Accounts of class c: `members[membersFrom[c] .. membersFrom[c + 1]]`. */
  readonly members: Uint32Array;
  readonly membersFrom: Uint32Array;
  readonly bySource: ReadonlyMap<string, readonly number[]>;
  readonly spoken: Spoken;
  /** Of each class: its traits, its groups that some door names (as in the table), whether it is one named account or customer. */
  readonly traits: Uint32Array;
  readonly groups: readonly (readonly number[] | undefined)[];
  readonly single: Uint8Array;
}

export function spokenOf(doors: Iterable<Door>): Spoken {
  const groups = new Set<string>();
  const accounts = new Set<string>();
  const customers = new Set<string>();
  const take = (scope: Scope | undefined): void => {
    for (const name of scope?.groups ?? []) groups.add(name.toLowerCase());
    for (const key of scope?.accounts ?? []) accounts.add(key);
    for (const key of scope?.customers ?? []) customers.add(key);
  };
  for (const door of doors) {
    for (const { settings, accountSettings, authentication, admits } of door.policies) {
      take(admits);
      for (const rule of authentication?.rules ?? []) {
        take(rule.for);
        take(rule.except);
      }
      for (const row of accountSettings ?? []) accounts.add(row.account);
      take({ groups: listed(settings, 'duo.groups') });
      take({ groups: listed(settings, 'sshd.allowgroups') });
      take({ groups: listed(settings, 'sshd.denygroups') });
    }
  }
  return { groups, accounts, customers };
}

function listed(settings: Readonly<Record<string, string>> | undefined, name: string): string[] {
  return (settings?.[name] ?? '').split(/[\s,]+/).filter((each) => each !== '');
}

/** sshd's patterns of groups may name any, and its patterns of users anybody: such doors are asked account by account. */
export function isPersonal(door: Door): boolean {
  const names = ['sshd.allowusers', 'sshd.denyusers', 'sshd.allowgroups', 'sshd.denygroups'];
  return door.policies.some(({ settings, accountSettings }) => {
    if (settings === undefined) return false;
    return accountSettings !== undefined || names.some((name) => settings[name] !== undefined);
  });
}

/** Whether classes made for `spoken` also serve doors that speak of `more`. */
export function covers(spoken: Spoken, more: Spoken): boolean {
  return (
    [...more.customers].every((key) => spoken.customers.has(key)) &&
    [...more.groups].every((name) => spoken.groups.has(name)) &&
    [...more.accounts].every((name) => spoken.accounts.has(name))
  );
}

export function classify(table: AccountTable, spoken: Spoken): Classes {
  const numbers = new Map<number | string, number>();
  const classOf = new Uint32Array(table.size);
  const sizes: number[] = [];
  const samples: Account[] = [];
  const traits: number[] = [];
  const groups: (readonly number[] | undefined)[] = [];
  const single: number[] = [];
  const named = Uint8Array.from(table.groupNames, (name) => Number(spoken.groups.has(name)));
  for (let at = 0; at < table.size; at++) {
    const own = namedGroups(table, at, named);
    const key = classKey(table, at, spoken, own);
    let number = numbers.get(key);
    if (number === undefined) {
      number = samples.length;
      numbers.set(key, number);
      samples.push(accountAt(table, at));
      sizes.push(0);
      traits.push(table.traits[at] ?? 0);
      groups.push(own);
      single.push(singleKey(table, at, spoken) === '' ? 0 : 1);
    }
    classOf[at] = number;
    sizes[number] = (sizes[number] ?? 0) + 1;
  }
  const { members, membersFrom } = grouped(classOf, sizes);
  const bySource = Map.groupBy(samples.keys(), (number) => samples[number]?.identitySource ?? '');
  return {
    count: samples.length,
    classOf,
    samples,
    members,
    membersFrom,
    bySource,
    spoken,
    traits: Uint32Array.from(traits),
    groups,
    single: Uint8Array.from(single),
  };
}

/** A number where that will do, because a million texts take longer than all the rest. */
function classKey(
  table: AccountTable,
  at: number,
  spoken: Spoken,
  groups: readonly number[] | undefined,
): number | string {
  const traits = table.traits[at] ?? 0;
  const single = singleKey(table, at, spoken);
  const packed = single === '' ? pack(traits, groups) : undefined;
  return packed ?? `${traits}g${groups?.join() ?? ''}${single}`;
}

/** Traits and at most two groups in one number. */
function pack(traits: number, groups: readonly number[] = []): number | undefined {
  if (traits >= 1 << 20 || groups.length > 2) return undefined;
  if (groups.some((group) => group >= 0xffff)) return undefined;
  const [first = -1, second = -1] = groups;
  return (traits * 0x10000 + first + 1) * 0x10000 + second + 1;
}

/** Not empty for an account that some door names, or whose customer one names. */
function singleKey(table: AccountTable, at: number, { accounts, customers }: Spoken): string {
  if (isNamed(table, at, accounts)) return `n${at}`;
  const customer = table.customer[at] ?? -1;
  if (customers.size === 0 || customer === -1) return '';
  // Whether it has a customer matters too: one without is the supplier's own.
  return customers.has(table.customers[customer] ?? '') ? `c${customer}` : 'c';
}

function namedGroups(table: AccountTable, at: number, named: Uint8Array): number[] | undefined {
  const to = table.groupsFrom[at + 1] ?? 0;
  let groups: number[] | undefined;
  for (let place = table.groupsFrom[at] ?? 0; place < to; place++) {
    const group = table.groups[place] ?? 0;
    if (named[group >> 1] === 1) (groups ??= []).push(group);
  }
  return groups?.sort((a, b) => a - b);
}

function isNamed(table: AccountTable, at: number, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false;
  return names.has(table.keys[at] ?? '') || names.has(table.logins[at] ?? '');
}

/** Accounts in the order of their classes (a counting sort). */
function grouped(classOf: Uint32Array, sizes: readonly number[]) {
  const membersFrom = new Uint32Array(sizes.length + 1);
  for (const [number, size] of sizes.entries())
    membersFrom[number + 1] = (membersFrom[number] ?? 0) + size;
  const next = membersFrom.slice();
  const members = new Uint32Array(classOf.length);
  for (let at = 0; at < classOf.length; at++) {
    const number = classOf[at] ?? 0;
    const place = next[number] ?? 0;
    members[place] = at;
    next[number] = place + 1;
  }
  return { members, membersFrom };
}
