/** From the ways through a virtual server to rules: who is asked for a second factor, on which way in, and who is not. */
import type { Bodies } from '../../estate/schema.ts';
import { groupOf } from './expression.ts';
import type { Flow, Path, StepKind } from './flow.ts';

export type Authentication = NonNullable<Bodies['door']['authentication']>;
type Rule = Authentication['rules'][number];
type Level = 'one-factor' | 'unknown' | 'second-factor';

export interface Demand {
  readonly authentication: Authentication;
  /** Identity sources whose accounts have a way in. */
  readonly sources: readonly string[];
}

/** Combinations of conditions are all tried: beyond this many conditions the door is unknown. */
const MOST_CONDITIONS = 10;
const LEVELS: readonly Level[] = ['one-factor', 'unknown', 'second-factor'];
/** The condition under which NetScaler's own one-time codes are managed, not used to come in. */
const REGISTRATION = /manageotp/i;
const LONGEST_TITLE = 500;
const LONGEST_KEY = 200;

/** Which groups an account is in decides rules; every other condition decides ways in. */
export function demandOf(flow: Flow, sourceOf: (action: string) => string | undefined): Demand {
  const groups = flow.conditions.filter((each) => groupOf(each) !== undefined);
  const others = flow.conditions.filter((each) => groupOf(each) === undefined);
  if (flow.conditions.length > MOST_CONDITIONS) {
    const rules: Rule[] = [
      { id: 'too many conditions', demands: 'unknown', for: { everyone: true } },
    ];
    return { authentication: { rules, whole: false }, sources: [] };
  }
  const sources = new Set<string>();
  const ways = new Map<string, { readonly when: string[]; readonly rules: Rule[] }>();
  let selfRegistration = false;
  for (const met of combinations(others)) {
    const rules = rulesOf(flow, groups, met, sourceOf, sources);
    if ([...met].some((condition) => REGISTRATION.test(condition))) {
      selfRegistration ||= !rules.some(isForEveryone);
      continue;
    }
    const id = JSON.stringify(rules);
    const way = ways.get(id) ?? { when: [], rules };
    way.when.push(circumstances(others, met));
    ways.set(id, way);
  }
  sources.delete('');
  return {
    authentication: joined([...ways.values()], flow, selfRegistration),
    sources: [...sources].sort(),
  };
}

function isForEveryone(rule: Rule): boolean {
  return (
    rule.demands === 'second-factor' && rule.for?.everyone === true && rule.except === undefined
  );
}

function joined(
  ways: readonly { readonly when: string[]; readonly rules: Rule[] }[],
  flow: Flow,
  selfRegistration: boolean,
): Authentication {
  const single = ways.length === 1;
  const named = ways.map(({ when, rules }, index) => ({
    id: single ? undefined : `way ${index + 1}`,
    title: shortened(when.join('; or '), LONGEST_TITLE),
    rules,
  }));
  const rules = named.flatMap((way) =>
    way.rules.map((rule): Rule => {
      const id = way.id === undefined ? rule.id : `${way.id}: ${rule.id}`;
      return {
        ...rule,
        id: shortened(id, LONGEST_KEY),
        ...(way.id === undefined ? {} : { ways: [way.id] }),
        ...(selfRegistration && rule.demands === 'second-factor'
          ? { unregistered: 'registers' }
          : {}),
      };
    }),
  );
  return {
    ...(single ? {} : { ways: named.map(({ id, title }) => ({ id: id ?? '', title })) }),
    rules,
    ...(flow.problems.length === 0 ? {} : { whole: false }),
  };
}

/** The rules on one way in: what an account must show, by its identity source and its groups. */
function rulesOf(
  flow: Flow,
  groups: readonly string[],
  met: ReadonlySet<string>,
  sourceOf: (action: string) => string | undefined,
  seen: Set<string>,
): Rule[] {
  const memberships = [...combinations(groups)].map((member) => ({
    member,
    levels: levelsBySource(flow.paths(new Set([...met, ...member])), sourceOf),
  }));
  const sources = [...new Set(memberships.flatMap(({ levels }) => [...levels.keys()]))].sort();
  for (const source of sources) seen.add(source);
  const alike = memberships.every(({ levels }) => new Set(levels.values()).size <= 1);
  const separate = alike ? [undefined] : sources;
  return separate.flatMap((source) =>
    (['second-factor', 'unknown'] as const).flatMap((level) => {
      const cubes = memberships
        .filter(({ levels }) => levelFor(levels, source) === level)
        .map(({ member }) => groups.map((group) => member.has(group)));
      return merged(cubes).map((cube) => ruleOf(level, cube, groups, source, sources));
    }),
  );
}

function levelFor(levels: ReadonlyMap<string, Level>, source: string | undefined): Level {
  if (source !== undefined) return levels.get(source) ?? 'unknown';
  // No way is open under these conditions: whether that refuses everybody is not said by the configuration.
  return [...levels.values()][0] ?? 'unknown';
}

/** For each identity source the weakest way that begins with it. */
function levelsBySource(
  paths: readonly Path[],
  sourceOf: (action: string) => string | undefined,
): Map<string, Level> {
  const levels = new Map<string, Level>();
  for (const path of paths) {
    const source =
      path.map(({ action }) => sourceOf(action)).find((each) => each !== undefined) ?? '';
    const level = levelOf(path);
    const before = levels.get(source);
    if (before === undefined || LEVELS.indexOf(level) < LEVELS.indexOf(before)) {
      levels.set(source, level);
    }
  }
  const anonymous = levels.get('');
  if (anonymous === undefined || levels.size === 1) return levels;
  // A way whose accounts are not known is open to those of every source.
  levels.delete('');
  for (const [source, level] of levels) {
    if (LEVELS.indexOf(anonymous) < LEVELS.indexOf(level)) levels.set(source, anonymous);
  }
  return levels;
}

/** Two different kinds of thing are two factors; RADIUS and another system's answer alone may be one or two. */
export function levelOf(path: Path): Level {
  const kinds = new Set<StepKind>(path.map(({ kind }) => kind));
  const undecided = kinds.delete('other');
  if (kinds.size >= 2) return 'second-factor';
  return undecided || kinds.has('radius') ? 'unknown' : 'one-factor';
}

type Cube = readonly (boolean | undefined)[];

/** Joins memberships that differ in one group only, until none do. */
function merged(cubes: readonly Cube[]): Cube[] {
  let current = new Map(cubes.map((cube) => [String(cube), cube]));
  for (;;) {
    const next = new Map<string, Cube>();
    const used = new Set<string>();
    const list = [...current];
    for (const [i, [keyA, a]] of list.entries()) {
      for (const [keyB, b] of list.slice(i + 1)) {
        const joint = jointOf(a, b);
        if (joint === undefined) continue;
        used.add(keyA).add(keyB);
        next.set(String(joint), joint);
      }
    }
    if (used.size === 0) return [...current.values()];
    for (const [key, cube] of list) if (!used.has(key)) next.set(key, cube);
    current = next;
  }
}

function jointOf(a: Cube, b: Cube): Cube | undefined {
  const differing = a.flatMap((value, index) => (value === b[index] ? [] : [index]));
  const [only] = differing;
  if (only === undefined || differing.length > 1) return undefined;
  if (a[only] === undefined || b[only] === undefined) return undefined;
  return a.map((value, index) => (index === only ? undefined : value));
}

function ruleOf(
  level: 'second-factor' | 'unknown',
  cube: Cube,
  groups: readonly string[],
  source: string | undefined,
  sources: readonly string[],
): Rule {
  const [inside, outside] = [true, false].map((wanted) =>
    groups.filter((_, index) => cube[index] === wanted).map((each) => groupOf(each) ?? each),
  ) as [string[], string[]];
  const elsewhere = sources.filter(
    (each) => source !== undefined && each !== source && each !== '',
  );
  // A scope's groups unite; who must be in several at once is not sayable, and so not known.
  const demands = inside.length > 1 ? 'unknown' : level;
  const bySource = source !== undefined && source !== '' && inside.length === 0;
  const except = {
    ...(outside.length === 0 ? {} : { groups: outside }),
    ...(bySource || elsewhere.length === 0 ? {} : { identitySources: elsewhere }),
  };
  const who = bySource ? { identitySources: [source] } : scopeOf(inside);
  const named = bySource ? source : inside.join(' and ') || 'everyone';
  const not = outside.length === 0 ? '' : ` but ${outside.join(', ')}`;
  return {
    id: shortened(`${demands} for ${named}${not}`, LONGEST_KEY),
    demands,
    for: who,
    ...(Object.keys(except).length === 0 ? {} : { except }),
  };
}

function scopeOf(inside: readonly string[]): NonNullable<Rule['for']> {
  return inside.length === 0 ? { everyone: true } : { groups: [...inside] };
}

function* combinations(conditions: readonly string[]): Generator<ReadonlySet<string>> {
  for (let bits = 0; bits < 2 ** conditions.length; bits += 1) {
    yield new Set(conditions.filter((_, index) => (bits & (1 << index)) !== 0));
  }
}

function circumstances(conditions: readonly string[], met: ReadonlySet<string>): string {
  return conditions
    .map((each) => (met.has(each) ? masked(each) : `not ${masked(each)}`))
    .join(' and ');
}

/** What a header or cookie must be may be a shared secret; the client's name and the OTP page's mark are not. */
export function masked(expression: string): string {
  if (!/header|cookie|body|query|token/i.test(expression)) return expression;
  if (/user-agent|nsc_tass/i.test(expression)) return expression;
  return expression
    .replace(/(\.[A-Z_]+\()\s*("(?:[^"\\]|\\.)*"|'[^']*')\s*\)(?=[^.]*$)/gi, '$1"…")')
    .replace(/( == | CONTAINS ).*$/, '$1…');
}

function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
}
