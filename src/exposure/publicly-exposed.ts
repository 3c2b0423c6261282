/** Whether anybody on the internet reaches a listening service of an asset: a row of the rules for patching asks it. */
import type { EstateFacts } from './facts.ts';
import { surroundingsOf, UNDESCRIBED } from './standing.ts';

export type PubliclyExposed = (asset: string) => 'yes' | 'no' | 'unknown';

/**
 * `yes`: a door of the asset is reached from a network of the zone internet. `no`: its listening services were seen by a
 * source that is not stale, every network from which they are reached is described, and none is the internet. Else unknown.
 */
export function publiclyExposed(facts: EstateFacts): PubliclyExposed {
  const around = surroundingsOf(facts);
  const doorsOf = Map.groupBy(facts.doors, ({ body }) => body.asset ?? '');
  const fromOutside = outerNetworks(facts, around.zoneOf);
  return (asset) => {
    const networks = (doorsOf.get(asset) ?? []).flatMap((door) => around.reachOf(door).networks);
    if (networks.some((network) => fromOutside.has(network))) return 'yes';
    const own = around.standingOf(asset);
    const all = [...networks, ...own.networks];
    const described = all.every(
      (network) => network !== UNDESCRIBED && around.zoneOf(network) !== undefined,
    );
    const seen = facts.looked.get(asset)?.services === 'covered';
    const outside = own.networks.some((network) => fromOutside.has(network));
    return described && seen && !outside && own.networks.length > 0 ? 'no' : 'unknown';
  };
}

/** Networks of the zone internet, and those that the internet reaches by a stated dependency. */
function outerNetworks(
  { networks, dependencies }: EstateFacts,
  zoneOf: (network: string) => string | undefined,
): Set<string> {
  const outer = new Set(
    ['internet', ...networks.map(({ key }) => key)].filter((key) => zoneOf(key) === 'internet'),
  );
  for (const { body } of dependencies) {
    const { type, from, to } = body;
    if (type !== 'reaches' || from?.kind !== 'network' || to?.kind !== 'network') continue;
    if (zoneOf(from.key) === 'internet') outer.add(to.key);
  }
  return outer;
}
