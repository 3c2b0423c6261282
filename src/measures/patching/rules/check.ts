/** What the shape of a rule file cannot say: names used twice, limits that nothing can fill, rules that never apply. */
import type { Rule, RuleSet } from './schema.ts';

export interface RuleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export function checkRules(set: RuleSet): RuleProblem[] {
  return [
    ...twice(set.rules, 'rules'),
    ...twice(set.alerts, 'alerts'),
    ...validity(set),
    ...set.rules.flatMap(checkRule),
  ];
}

function twice(items: readonly { readonly id: string }[], field: string): RuleProblem[] {
  const seen = new Map<string, number>();
  return items.flatMap(({ id }, at) => {
    const first = seen.get(id);
    seen.set(id, first ?? at);
    if (first === undefined) return [];
    return [{ path: [field, at, 'id'], message: `${id} is used twice, first by [${first + 1}]` }];
  });
}

function validity({ valid }: RuleSet): RuleProblem[] {
  const { from, until } = valid;
  if (from === undefined || until === undefined || Date.parse(from) < Date.parse(until)) return [];
  return [{ path: ['valid', 'until'], message: `must be after ${from}` }];
}

function checkRule(rule: Rule, at: number): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const say = (message: string, ...path: (string | number)[]): void => {
    problems.push({ path: ['rules', at, ...path], message });
  };
  const { limit, start, when } = rule;
  if ((limit === 'kev-due' || start === 'kev-added') && when.some(({ kev }) => kev !== true))
    say(
      'counts by the catalogue of known exploited flaws, so each condition needs kev: true',
      'when',
    );
  const byAlert = limit === 'alert-due' || start === 'alert-issued';
  if (byAlert && when.some(({ alert }) => alert === undefined))
    say('counts by an alert, so each condition needs alert: true or alert: high', 'when');
  if (start === 'support-ended' && when.some(({ unsupported }) => unsupported !== true))
    say('counts from the end of support, so each condition needs unsupported: true', 'when');
  when.forEach((conditions, index) => {
    if (Object.keys(conditions).length > 0) return;
    say('holds no condition; to mean every fix write severity: none', 'when', index);
  });
  return problems;
}
