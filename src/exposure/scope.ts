/** Exposure as one customer or one service sees it: the same ways in, and only their own people at the end. */
import type { Exposure } from './exposure.ts';
import { NODE_KINDS, type AttackGraph } from './model.ts';

export interface ExposureScope {
  readonly customer?: string | undefined;
  readonly service?: string | undefined;
}

/** The exposure itself where nothing is asked for. Ways and gaps stay; figures count only what the scope holds. */
export function within(exposure: Exposure, { customer, service }: ExposureScope): Exposure {
  if (customer === undefined && service === undefined) return exposure;
  const inside = exposure.facts.holdings.map(
    ({ body }) =>
      (customer === undefined || body.customer === customer) &&
      (service === undefined || body.service === service),
  );
  const graph = withHoldings(exposure.graph, (position) => inside[position] === true);
  const { engine } = exposure;
  return {
    ...exposure,
    graph,
    proven: engine.assess(graph, 'proven'),
    all: engine.assess(graph, 'all'),
  };
}

const HOLDING = NODE_KINDS.indexOf('holding');
const DATA = NODE_KINDS.indexOf('data');

/** What is not wanted is a place like any other: reached, and nobody's records. */
function withHoldings(graph: AttackGraph, wanted: (position: number) => boolean): AttackGraph {
  const kinds = graph.kinds.map((kind, node) =>
    kind === HOLDING && !wanted(graph.holding[node] ?? -1) ? DATA : kind,
  );
  return { ...graph, kinds };
}
