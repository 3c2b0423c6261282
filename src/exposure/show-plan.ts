/** The plan as API and command line show it. */
import { HoldfastError } from '../kernel/errors.ts';
import type { Exposure } from './exposure.ts';
import { fixesOf } from './fixes.ts';
import type { Belief, Fix } from './model.ts';
import { fixesNamed, planFixes, type Plan, type PlanChoice } from './plan.ts';
import type { ExposurePlan } from './schema.ts';
import { heading, shownFigures } from './show.ts';

export interface PlanQuestion {
  /** Only steps with evidence unless `all`. */
  readonly belief?: Belief;
  readonly steps?: number;
  /** Fixes to take as done, each by its key or by words of its name: `mfa citrix`. */
  readonly whatIf?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface Planned {
  readonly shown: ExposurePlan;
  readonly plan: Plan;
}

/** @throws HoldfastError `not_found` where no fix has all words of a what-if. */
export function planOf(exposure: Exposure, question: PlanQuestion = {}): Planned {
  const { belief = 'proven', steps, whatIf = [], signal } = question;
  const { engine, graph } = exposure;
  const fixes = fixesOf(exposure);
  const done = [...new Set(whatIf.flatMap((phrase) => fixesCalled(fixes, phrase)))];
  const closed = done.flatMap(({ nodes }) => nodes);
  const plan = planFixes(
    engine,
    graph,
    fixes.filter((fix) => !done.includes(fix)),
    {
      belief,
      closed,
      ...(steps === undefined ? {} : { steps }),
      ...(signal === undefined ? {} : { signal }),
    },
  );
  const today = belief === 'proven' ? exposure.proven.total : exposure.all.total;
  const shown: ExposurePlan = {
    ...heading(exposure),
    belief,
    whatIf: done.map(shownFix),
    today: shownFigures(today),
    before: shownFigures(plan.before),
    steps: plan.steps.map((step) => ({
      ...shownChoice(step),
      left: shownFigures(step.left),
      alternatives: step.alternatives.map(shownChoice),
    })),
    left: shownFigures(plan.left),
    least: shownFigures(plan.least),
  };
  return { shown, plan };
}

function fixesCalled(fixes: readonly Fix[], phrase: string): Fix[] {
  const exact = fixes.filter(({ key }) => key === phrase);
  const found = exact.length > 0 ? exact : fixesNamed(fixes, phrase);
  if (found.length > 0) return found;
  throw new HoldfastError('not_found', `no fix is called ${phrase}`, {
    remedy: 'Name it by words of the plan: "mfa citrix", "patch dc-01", "segment dmz".',
  });
}

function shownFix({ key, label, cost = 1 }: Fix) {
  return { key, label, cost };
}

function shownChoice({ fixes, cost, people, unknownHoldings }: PlanChoice) {
  return { fixes: fixes.map(shownFix), cost, people, unknownHoldings };
}
