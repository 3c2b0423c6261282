/**
 * Coverage of a whole estate: verdicts by class of accounts and door, counts by door, customer and division, and any
 * single path on demand. The paths themselves, which may be a hundred million, are never made.
 */
import { classify, covers, isPersonal, spokenOf, type Classes } from './classes.ts';
import { compilePolicy, type CompiledPolicy } from './compile.ts';
import { countsAgainst, judge, type Setting } from './judge.ts';
import { VERDICTS, type Door, type Path, type Policy, type SignIn, type Verdict } from './model.ts';
import { accountAt, type AccountTable } from './table.ts';

/** Login paths by verdict; `closed` are no login paths and stand apart. */
export type Counts = Record<Verdict | 'closed', number>;

/** In a table of verdicts: the place in VERDICTS, or one of these. */
export const CLOSED = 4;
const NOT_HERE = 255;

interface Judged {
  readonly door: Door;
  /** By class. */
  readonly codes: Uint8Array;
  /** Accounts whose path differs from that of their class: named by the door, or seen signing in with one factor. */
  readonly own: ReadonlyMap<number, number>;
  readonly counts: Counts;
}

export interface Coverage {
  readonly table: AccountTable;
  readonly now: number;
  readonly judged: ReadonlyMap<string, Judged>;
  readonly classes: Classes;
  /** With what the logs show of single accounts, and (`bare`) without. */
  readonly setting: Setting;
  readonly bare: Setting;
  /** Sign-ins by door and place of the account. */
  readonly seen: ReadonlyMap<string, ReadonlyMap<number, SignIn>>;
}

export interface CoverageInput {
  readonly table: AccountTable;
  readonly doors: readonly Door[];
  readonly signIns: Iterable<SignIn>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function measureCoverage({ table, doors, signIns, now }: CoverageInput): Coverage {
  const seen = seenAt(table, signIns);
  return measure({ table, now, seen }, doors, classify(table, spokenOf(doors)));
}

type Ground = Pick<Coverage, 'table' | 'now' | 'seen'>;

function measure(ground: Ground, doors: readonly Door[], classes: Classes): Coverage {
  const judged = new Map<string, Judged>();
  const coverage = { ...ground, ...settings(ground, doors), classes, judged };
  for (const door of doors) judged.set(door.key, judgeDoor(coverage, door));
  return coverage;
}

/** The same with one door changed (or new): only it and the doors that are reached through it are judged anew. */
export function withDoor(before: Coverage, door: Door): Coverage {
  const doors = new Map([...before.judged].map(([key, each]) => [key, each.door]));
  doors.set(door.key, door);
  const all = [...doors.values()];
  const spoken = spokenOf(all);
  const judged = new Map(before.judged);
  const coverage = { ...before, ...settings(before, all), judged };
  if (!covers(before.classes.spoken, spoken)) refine(coverage, spoken);
  for (const each of all) {
    const affected = each.key === door.key || reaches(each, door.key, doors, 0);
    if (affected) judged.set(each.key, judgeDoor(coverage, each));
  }
  return coverage;
}

/** Finer classes, because more is spoken of; the doors that have not changed judge the parts as they judged the whole. */
function refine(
  coverage: {
    classes: Classes;
    readonly judged: Map<string, Judged>;
    readonly table: AccountTable;
  },
  spoken: Classes['spoken'],
): void {
  const { classes: old, judged } = coverage;
  const both = {
    groups: new Set([...old.spoken.groups, ...spoken.groups]),
    accounts: new Set([...old.spoken.accounts, ...spoken.accounts]),
    customers: new Set([...old.spoken.customers, ...spoken.customers]),
  };
  const classes = classify(coverage.table, both);
  for (const [key, each] of judged) {
    const codes = Uint8Array.from({ length: classes.count }, (_, number) => {
      const member = classes.members[classes.membersFrom[number] ?? 0] ?? 0;
      return each.codes[old.classOf[member] ?? 0] ?? NOT_HERE;
    });
    judged.set(key, { ...each, codes });
  }
  coverage.classes = classes;
}

function reaches(from: Door, to: string, doors: ReadonlyMap<string, Door>, depth: number): boolean {
  if (depth > 4) return false;
  return [...from.through.values()].some((key) => {
    const next = doors.get(key);
    return key === to || (next !== undefined && reaches(next, to, doors, depth + 1));
  });
}

function settings(
  { table, now, seen }: Ground,
  doors: readonly Door[],
): Pick<Coverage, 'setting' | 'bare'> {
  const byKey = new Map(doors.map((door) => [door.key, door]));
  const compiled = new WeakMap<Policy, CompiledPolicy>();
  const bare: Setting = {
    now,
    doorOf: (key) => byKey.get(key),
    signInOf: () => undefined,
    compiled: (door, policy) => {
      const known = compiled.get(policy);
      if (known !== undefined) return known;
      const made = compilePolicy(policy, door);
      compiled.set(policy, made);
      return made;
    },
  };
  const signInOf = (account: string, door: string) => {
    const here = seen.get(door);
    return here === undefined ? undefined : here.get(table.indexOf(account) ?? -1);
  };
  return { bare, setting: { ...bare, signInOf } };
}

function seenAt(table: AccountTable, signIns: Iterable<SignIn>): Map<string, Map<number, SignIn>> {
  const seen = new Map<string, Map<number, SignIn>>();
  for (const signIn of signIns) {
    const at = table.indexOf(signIn.account);
    if (at === undefined) continue;
    const here = seen.get(signIn.door) ?? new Map<number, SignIn>();
    const before = here.get(at);
    here.set(at, before === undefined ? signIn : later(before, signIn));
    seen.set(signIn.door, here);
  }
  return seen;
}

/** Of what two logs show of one account at one door, the last of each kind. */
function later(a: SignIn, b: SignIn): SignIn {
  const newer = (b.oneFactorAt ?? -Infinity) > (a.oneFactorAt ?? -Infinity) ? b : a;
  const two = Math.max(a.twoFactorAt ?? -Infinity, b.twoFactorAt ?? -Infinity);
  return { ...newer, twoFactorAt: two === -Infinity ? undefined : two };
}

function judgeDoor(coverage: Coverage, door: Door): Judged {
  const { classes, bare, table, setting } = coverage;
  const codes = new Uint8Array(classes.count).fill(NOT_HERE);
  const counts = noCounts();
  const numbers = (door.accepts ?? []).flatMap((source) => classes.bySource.get(source) ?? []);
  const keyOf = keysFor(coverage, door);
  const known = new Map<number | string, number>();
  for (const number of numbers) {
    const sample = classes.samples[number];
    if (sample === undefined) continue;
    const key = keyOf(number);
    let code = known.get(key);
    if (code === undefined) known.set(key, (code = codeOf(judge(sample, door, bare))));
    codes[number] = code;
    add(counts, code, size(classes, number));
  }
  const own = new Map<number, number>();
  for (const at of singled(coverage, door, numbers)) {
    const code = codes[classes.classOf[at] ?? 0] ?? NOT_HERE;
    if (code === NOT_HERE) continue;
    const exact = codeOf(judge(accountAt(table, at), door, setting));
    if (exact === code) continue;
    add(counts, code, -1);
    add(counts, exact, 1);
    own.set(at, exact);
  }
  return { door, codes, own, counts };
}

/** What this door, and those that are signed in at first, can tell classes apart by: traits, and the groups it names. */
function keysFor(
  { classes, bare, table }: Coverage,
  door: Door,
): (number: number) => number | string {
  const chain = new Set([door]);
  for (const each of chain) {
    for (const key of each.through.values()) {
      const next = bare.doorOf(key);
      if (next !== undefined) chain.add(next);
    }
  }
  const spoken = spokenOf(chain);
  const single = spoken.accounts.size > 0 || spoken.customers.size > 0;
  const named = Uint8Array.from(table.groupNames, (name) => Number(spoken.groups.has(name)));
  return (number) => {
    if (single && classes.single[number] === 1) return `n${number}`;
    const traits = classes.traits[number] ?? 0;
    const own = classes.groups[number]?.filter((group) => named[group >> 1] === 1);
    return own === undefined || own.length === 0 ? traits : `${traits}g${own.join()}`;
  };
}

/** Accounts to be judged one by one: named by the door, or seen with one factor at it or where they sign in first. */
function singled(
  { seen, classes, bare, now }: Coverage,
  door: Door,
  numbers: readonly number[],
): Set<number> {
  const places = new Set<number>();
  if (isPersonal(door)) {
    for (const number of numbers) for (const at of membersOf(classes, number)) places.add(at);
  }
  const doors = new Set([door.key]);
  for (const key of doors) {
    for (const next of bare.doorOf(key)?.through.values() ?? []) doors.add(next);
    for (const [at, { oneFactorAt }] of seen.get(key) ?? []) {
      if (countsAgainst(oneFactorAt, now)) places.add(at);
    }
  }
  return places;
}

function codeOf(path: Path): number {
  return path === 'closed' ? CLOSED : VERDICTS.indexOf(path.verdict);
}

export function verdictOfCode(code: number): Verdict | 'closed' | undefined {
  return code === CLOSED ? 'closed' : VERDICTS[code];
}

export function noCounts(): Counts {
  return { none: 0, 'registered-not-enforced': 0, unknown: 0, enforced: 0, closed: 0 };
}

export function add(counts: Counts, code: number, number: number): void {
  const verdict = verdictOfCode(code);
  if (verdict !== undefined) counts[verdict] += number;
}

function size({ membersFrom }: Classes, number: number): number {
  return (membersFrom[number + 1] ?? 0) - (membersFrom[number] ?? 0);
}

export function membersOf({ members, membersFrom }: Classes, number: number): Uint32Array {
  return members.subarray(membersFrom[number], membersFrom[number + 1]);
}

/** The verdict of one path as the counts have it; undefined where the door does not accept the account. */
export function codeAt(
  { judged, classes }: Coverage,
  door: string,
  at: number,
): number | undefined {
  const here = judged.get(door);
  const code = here?.own.get(at) ?? here?.codes[classes.classOf[at] ?? 0];
  return code === NOT_HERE ? undefined : code;
}

export function totalOf(coverage: Coverage, doors?: ReadonlySet<string>): Counts {
  const total = noCounts();
  for (const { door, counts } of coverage.judged.values()) {
    if (doors !== undefined && !doors.has(door.key)) continue;
    for (const verdict of [...VERDICTS, 'closed'] as const) total[verdict] += counts[verdict];
  }
  return total;
}

/** Counts by customer or division over some doors; null: of none. An account without a division has its door's. */
export function countsBy(
  coverage: Coverage,
  column: 'customer' | 'division',
  doors?: ReadonlySet<string>,
): Map<string | null, Counts> {
  const { table, classes } = coverage;
  const names = column === 'customer' ? table.customers : table.divisions;
  const cells = cellsOf(coverage, column);
  const counts = new Map<string | null, Counts>();
  for (const [unless, group] of byDivision(coverage, column, doors)) {
    const countsOf = (value: number) => tallied(counts, names[value] ?? unless);
    addClasses(cells, verdictsOf(classes.count, group), countsOf);
    for (const { codes, own } of group) {
      for (const [at, code] of own) {
        const here = countsOf(table[column][at] ?? -1);
        add(here, codes[classes.classOf[at] ?? 0] ?? NOT_HERE, -1);
        add(here, code, 1);
      }
    }
  }
  return counts;
}

/** How many of these doors give each verdict to a class: worked out once, whatever customers its accounts are of. */
function verdictsOf(count: number, group: readonly Judged[]): Uint32Array {
  const verdicts = new Uint32Array(count * CODES);
  for (const { codes } of group) {
    for (const [number, code] of codes.entries()) {
      const at = number * CODES + code;
      if (code !== NOT_HERE) verdicts[at] = (verdicts[at] ?? 0) + 1;
    }
  }
  return verdicts;
}

function addClasses(
  cells: readonly ReadonlyMap<number, number>[],
  verdicts: Uint32Array,
  countsOf: (value: number) => Counts,
): void {
  for (const [number, values] of cells.entries()) {
    for (const [value, many] of values) {
      const here = countsOf(value);
      for (let code = 0; code < CODES; code++) {
        add(here, code, many * (verdicts[number * CODES + code] ?? 0));
      }
    }
  }
}

/** Codes that stand for a verdict, or for none: see `verdictOfCode`. */
const CODES = CLOSED + 1;

/** The doors that are wanted, by what stands in for a missing value. */
function byDivision(
  { judged }: Coverage,
  column: 'customer' | 'division',
  doors: ReadonlySet<string> | undefined,
): Map<string | null, Judged[]> {
  const wanted = [...judged.values()].filter(({ door }) => doors?.has(door.key) !== false);
  return Map.groupBy(wanted, ({ door }) =>
    column === 'division' ? (door.division ?? null) : null,
  );
}

function tallied(counts: Map<string | null, Counts>, name: string | null): Counts {
  const known = counts.get(name) ?? noCounts();
  counts.set(name, known);
  return known;
}

/** For each class, how many of its accounts have each value. */
function cellsOf(
  { table, classes }: Coverage,
  column: 'customer' | 'division',
): Map<number, number>[] {
  const cells = Array.from({ length: classes.count }, () => new Map<number, number>());
  for (let at = 0; at < table.size; at++) {
    const cell = cells[classes.classOf[at] ?? 0];
    const value = table[column][at] ?? -1;
    cell?.set(value, (cell.get(value) ?? 0) + 1);
  }
  return cells;
}
