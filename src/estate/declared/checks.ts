/** What can only be seen over all files together: things said twice, names that lead nowhere, circles. */
import type { Observation } from '../schema.ts';
import type { Placed, Reading, Reference } from './item.ts';
import { nearest } from './nearest.ts';
import { formatPosition, quoted, type ProblemCode, type Problems } from './problem.ts';
import type { Target } from './shape.ts';

/** Whether something is known already, from an earlier import or another source. */
export type IsKnown = (kind: Target, key: string) => boolean;

interface Together {
  readonly observations: readonly Placed[];
  readonly references: readonly Reference[];
  readonly failed: Reading['failed'];
  readonly isKnown: IsKnown;
}

/** After one of these a part of a file is unread, and what a reference names may be in that part. */
const UNREAD: readonly ProblemCode[] = ['encoding', 'limit', 'syntax', 'unknown-section'];

/** Reports each duplicate, overlap, dangling reference and circle. */
export function checkTogether(all: Together, problems: Problems): void {
  const unread = problems.list.some(({ code }) => UNREAD.includes(code));
  const declared = checkTwice(all.observations, problems);
  for (const { kind, key } of all.failed) note(declared, kind, key);
  if (!unread) checkReferences(declared, all.references, all.isKnown, problems);
  checkCircles(all.observations, problems);
}

function report(
  placed: Placed,
  code: ProblemCode,
  message: string,
  problems: Problems,
  field?: string,
): void {
  const more = field === undefined ? {} : { field };
  problems.add({
    code,
    ...placed.at,
    ...more,
    message: `${labelOf(placed.observation)}${message}`,
  });
}

function labelOf({ kind, key }: Observation): string {
  return `${kind} ${quoted(key)}`;
}

type Declared = Map<Target, Set<string>>;

function note(declared: Declared, target: Target, key: string): void {
  const keys = declared.get(target);
  if (keys === undefined) declared.set(target, new Set([key]));
  else keys.add(key);
}

function checkTwice(observations: readonly Placed[], problems: Problems): Declared {
  const declared: Declared = new Map();
  const byKey = new Map<string, Placed>();
  const byFact = new Map<string, Placed>();
  for (const placed of observations) {
    const { observation } = placed;
    const { kind, key } = observation;
    note(declared, kind, key);
    if (kind === 'account') note(declared, 'identity-source', observation.body.identitySource);
    if (kind === 'asset') note(declared, 'identity-source', key);
    const first = byKey.get(`${kind}\n${key}`);
    if (first !== undefined) {
      const message = ` is declared twice; first at ${formatPosition(first.at)}`;
      report(placed, 'duplicate', message, problems, 'id');
      continue;
    }
    byKey.set(`${kind}\n${key}`, placed);
    for (const [field, fact] of facts(observation)) {
      const other = byFact.get(`${kind}\n${fact}`);
      if (other === undefined) byFact.set(`${kind}\n${fact}`, placed);
      else {
        const where = `${labelOf(other.observation)} at ${formatPosition(other.at)}`;
        report(placed, 'overlap', `: ${overlap(field, fact)} ${where}`, problems, field);
      }
    }
  }
  return declared;
}

/** What may be said of one thing of its kind only: the field, and the words that must be unique. */
function facts(observation: Observation): readonly (readonly [string, string])[] {
  const names = (observation.identifiers ?? []).map((name) => ['identifiers', name] as const);
  switch (observation.kind) {
    case 'account': {
      const { identitySource, login } = observation.body;
      return [...names, ['login', JSON.stringify([identitySource, login])]];
    }
    case 'holding': {
      const { asset, customer, service, name } = observation.body;
      return [...names, ['asset', JSON.stringify([asset, customer, service, name])]];
    }
    case 'dependency': {
      const { type, from, to } = observation.body;
      return [...names, ['type', JSON.stringify([type, from.kind, from.key, to.kind, to.key])]];
    }
    default:
      return names;
  }
}

function overlap(field: string, fact: string): string {
  switch (field) {
    case 'login':
      return 'the same login of the same identity source is';
    case 'asset':
      return 'the same people would count twice; give a different name, or one holding for both:';
    case 'type':
      return 'the same dependency is';
    default:
      return `its name ${quoted(fact)} belongs to`;
  }
}

/** Suggestions compare a name with every declared one; more than a few help nobody. */
const MOST_SUGGESTIONS = 100;

function checkReferences(
  declared: Declared,
  references: readonly Reference[],
  isKnown: IsKnown,
  problems: Problems,
): void {
  let suggestions = 0;
  for (const { at, label, field, target, key } of references) {
    if (declared.get(target)?.has(key) === true || isKnown(target, key)) continue;
    if (target === 'identity-source' && isKnown('asset', key)) continue;
    suggestions += 1;
    const near =
      suggestions > MOST_SUGGESTIONS ? undefined : nearest(key, declared.get(target) ?? []);
    const hint = near === undefined ? '' : `; did you mean ${quoted(near)}?`;
    const thing = target === 'identity-source' ? 'an asset or identity source' : article(target);
    const message = `${label}: ${field} names ${thing} ${quoted(key)} that is neither declared in these files nor known${hint}`;
    problems.add({ code: 'dangling', ...at, field, message });
  }
}

function article(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** What cannot go in a circle: nothing runs on, or is a member of, itself by a detour. */
const STRAIGHT: readonly string[] = ['runs-on', 'member-of'];

function checkCircles(observations: readonly Placed[], problems: Problems): void {
  const edges = new Map<string, { to: string; placed: Placed }[]>();
  for (const placed of observations) {
    if (placed.observation.kind !== 'dependency') continue;
    const { type, from, to } = placed.observation.body;
    const [start, end] = [`${from.kind}/${from.key}`, `${to.kind}/${to.key}`];
    if (start === end) {
      report(placed, 'cycle', `: ${start} cannot depend on itself`, problems, 'to');
    } else if (STRAIGHT.includes(type)) {
      const list = edges.get(`${type}\n${start}`) ?? [];
      list.push({ to: `${type}\n${end}`, placed });
      edges.set(`${type}\n${start}`, list);
    }
  }
  const state = new Map<string, 'open' | 'done'>();
  for (const start of edges.keys()) walk(start, edges, state, problems);
}

/** Depth first without recursion: a chain may be as long as the file. */
function walk(
  start: string,
  edges: ReadonlyMap<string, readonly { to: string; placed: Placed }[]>,
  state: Map<string, 'open' | 'done'>,
  problems: Problems,
): void {
  if (state.has(start)) return;
  const trail = [{ node: start, next: 0 }];
  state.set(start, 'open');
  for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
    const edge = edges.get(top.node)?.[top.next];
    top.next += 1;
    if (edge === undefined) {
      state.set(top.node, 'done');
      trail.pop();
    } else if (state.get(edge.to) === 'open') {
      const names = trail.map(({ node }) => node.split('\n')[1] ?? '');
      const circle = names.slice(trail.findIndex(({ node }) => node === edge.to));
      const [type = ''] = edge.to.split('\n');
      const shown = [...circle.slice(0, 8), ...(circle.length > 8 ? ['…'] : []), circle[0] ?? ''];
      report(edge.placed, 'cycle', `: ${type} goes in a circle: ${shown.join(' → ')}`, problems);
    } else if (!state.has(edge.to)) {
      state.set(edge.to, 'open');
      trail.push({ node: edge.to, next: 0 });
    }
  }
}
