/** What can be done about one way: each fix that breaks it, and how many people it alone takes out of reach. */
import type { Assessment } from './assess.ts';
import type { Exposure } from './exposure.ts';
import { fixesOf } from './fixes.ts';
import type { AttackPath, Fix } from './model.ts';

export interface WayFix {
  readonly key: string;
  readonly label: string;
  readonly cost: number;
  /** People saved by doing it alone, and sets of records that nobody counted. */
  readonly people: number;
  readonly unknownHoldings: number;
  /** Number of the first step of the way that it takes away, the one after the start being 1. */
  readonly step: number;
}

const MOST = 20;

/** Those that save most people first, of those the cheapest. */
export function fixesOfWay(exposure: Exposure, { nodes, certainty }: AttackPath): WayFix[] {
  const state = certainty === 'proven' ? exposure.proven : exposure.all;
  const stepOf = new Map(nodes.map((node, step) => [node, step]));
  const breaking = fixesOf(exposure).flatMap((fix) => {
    const steps = fix.nodes.flatMap((node) => stepOf.get(node) ?? []);
    return steps.length === 0 ? [] : [{ fix, step: Math.min(...steps) }];
  });
  return breaking
    .slice(0, MOST)
    .map(({ fix, step }) => ({ ...shown(fix), step, ...lossOf(state, fix) }))
    .sort((a, b) => b.people - a.people || a.cost - b.cost || a.step - b.step);
}

function shown({ key, label, cost = 1 }: Fix): Pick<WayFix, 'key' | 'label' | 'cost'> {
  return { key, label, cost };
}

function lossOf(state: Assessment, { nodes }: Fix): Pick<WayFix, 'people' | 'unknownHoldings'> {
  const { people, unknown } = state.losses(nodes);
  return { people, unknownHoldings: unknown };
}
