/** What rules and proof ask of an asset, out of what the estate says. */
import type { Entity } from '../../estate/model.ts';
import { Asset, Dependency, Service, type Bodies, type HostPatching } from '../../estate/schema.ts';
import { CRITICALITIES, type AssetFacts, type Criticality, type Tri } from './model.ts';
import type { RestartDue } from './proof.ts';

/** That nobody repairs the asset's operating system any more. */
export interface Unsupported {
  /** `debian 10`. */
  readonly product: string;
  /** ISO 8601. */
  readonly since: string;
}

export interface KnownAsset {
  readonly id: number;
  readonly key: string;
  readonly customer: number;
  readonly facts: AssetFacts;
  readonly unsupported: Unsupported | null;
  readonly restarts: readonly RestartDue[] | undefined;
  readonly listsAt: Date | undefined;
  readonly bootedAt: Date | undefined;
  /** What it says of its updates as a whole. */
  readonly patching: HostPatching | undefined;
}

/** An asset of which nothing is known but its inventory: the worst is assumed of it. */
export const UNKNOWN_FACTS: AssetFacts = { exposed: 'unknown', criticality: 'unknown' };

export interface FactSources {
  /** Whether an outsider reaches the asset; `unknown` counts as yes. */
  readonly exposed: (asset: string) => Tri;
  /** Whether its operating system is out of support, entitlements included. */
  readonly unsupported: (asset: Bodies['asset']) => Unsupported | null;
  /** Whether a product (`vendor/product`) in its version is; `extended`: repairs beyond the usual end are paid for. */
  readonly ended?: (
    product: { readonly name: string; readonly version: string },
    extended: boolean,
  ) => Unsupported | null;
}

/** Of entities of the kinds asset, service and dependency. */
export function knownAssets(entities: readonly Entity[], sources: FactSources): KnownAsset[] {
  const criticality = criticalities(entities);
  return entities.flatMap(({ kind, id, key, customer, body }) => {
    if (kind !== 'asset') return [];
    const asset = Asset.safeParse(body).data;
    return {
      id,
      key,
      customer,
      facts: { exposed: sources.exposed(key), criticality: criticality.get(key) ?? 'unknown' },
      unsupported: asset === undefined ? null : sources.unsupported(asset),
      restarts: asset?.restartNeeded,
      listsAt: dateOf(asset?.packageListsAt),
      bootedAt: dateOf(asset?.bootedAt),
      patching: asset?.patching,
    };
  });
}

function dateOf(time: string | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}

/** The worst of the services that run on an asset, directly or through others (a machine on a hypervisor). */
function criticalities(entities: readonly Entity[]): Map<string, Criticality> {
  const worst = new Map<string, Criticality>();
  const { below, open } = dependents(entities);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [asset, level] = next;
    const before = worst.get(asset);
    if (before !== undefined && rank(before) >= rank(level)) continue;
    worst.set(asset, level);
    for (const other of below.get(asset) ?? []) open.push([other, level]);
  }
  return worst;
}

/** What each asset runs on, and the assets that services run on, with how critical those are. */
function dependents(entities: readonly Entity[]) {
  const services = new Map(
    entities
      .filter(({ kind }) => kind === 'service')
      .map(({ key, body }) => [key, Service.safeParse(body).data?.clinicalCriticality]),
  );
  const below = new Map<string, string[]>();
  const open: [string, Criticality][] = [];
  for (const { kind, body } of entities) {
    const dependency = kind === 'dependency' ? Dependency.safeParse(body).data : undefined;
    if (dependency === undefined) continue;
    const { type, from, to } = dependency;
    const ends = `${from.kind} ${type} ${to.kind}`;
    if (ends === 'asset serves service') open.push([from.key, services.get(to.key) ?? 'unknown']);
    if (ends === 'service runs-on asset') open.push([to.key, services.get(from.key) ?? 'unknown']);
    if (ends === 'asset runs-on asset')
      below.set(from.key, [...(below.get(from.key) ?? []), to.key]);
  }
  return { below, open };
}

/** Unknown is the worst. */
function rank(level: Criticality): number {
  return level === 'unknown' ? CRITICALITIES.length : CRITICALITIES.indexOf(level);
}
