/** Networks: where the attacker begins, which network reaches which, and what nobody described. */
import { LIKELIHOOD } from './attackers.ts';
import { BEGINNING, certain, type Drawing } from './drawing.ts';
import { UNDESCRIBED } from './standing.ts';

export function drawNetworks(to: Drawing): void {
  for (const key of to.begins) to.edge(BEGINNING, to.network(key));
  const described = new Set(to.facts.networks.map(({ key }) => key));
  const mentioned = new Set([...described, ...mentionedNetworks(to)]);
  for (const key of mentioned) {
    if (!to.begins.has(key) && to.around.zoneOf(key) === undefined) drawUndescribed(to, key);
  }
  if (mentioned.has(UNDESCRIBED)) {
    for (const key of described) drawReach(to, UNDESCRIBED, key);
  }
  if (to.moves('network')) drawReaches(to);
}

/** Networks on which assets stand and from which doors are reached, described or not. */
function mentionedNetworks({ facts, around }: Drawing): string[] {
  return [
    ...facts.assets.flatMap(({ key }) => around.standingOf(key).networks),
    ...facts.doors.flatMap((door) => around.reachOf(door).networks),
  ];
}

/** A network of which nobody says what it is may be reached from the outside. */
function drawUndescribed(to: Drawing, key: string): void {
  const step = to.node({
    kind: 'move',
    key: `move:undescribed/${key}`,
    label:
      key === UNDESCRIBED
        ? 'whatever is not described may be reached from outside'
        : `nobody says from where network ${key} is reached`,
    certainty: 'assumed',
    likelihood: LIKELIHOOD.undescribed,
    gap: { measure: 'other', key: `network:${key}`, count: 1 },
  });
  for (const begin of to.begins) to.edge(to.network(begin), step);
  to.edge(step, to.network(key));
}

function drawReach(to: Drawing, from: string, target: string): void {
  if (!to.moves('network') || from === target) return;
  const step = to.node({
    kind: 'move',
    key: `move:undescribed/${from}>${target}`,
    label: `nobody says what the network reaches; perhaps ${target}`,
    certainty: 'assumed',
    likelihood: LIKELIHOOD.undescribed,
  });
  to.edge(to.network(from), step);
  to.edge(step, to.network(target));
}

/** `reaches` between networks, and between a network or an asset and what it reaches. */
function drawReaches(to: Drawing): void {
  for (const fact of to.facts.dependencies) {
    const { type, from, to: target } = fact.body;
    if (type !== 'reaches' || from === undefined || target === undefined) continue;
    if (target.kind !== 'network') continue;
    if (from.kind !== 'network' && from.kind !== 'asset') continue;
    const step = to.node(
      {
        kind: 'move',
        key: `move:reach/${from.key}>${target.key}`,
        label: `${from.kind} ${from.key} reaches network ${target.key}`,
        certainty: certain(fact),
      },
      fact,
    );
    to.edge(from.kind === 'network' ? to.network(from.key) : `asset:${from.key}`, step);
    to.edge(step, to.network(target.key));
  }
}
