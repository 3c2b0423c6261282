/** What hangs on each asset: services, holdings and customers, also through what runs on it and what it works for. */
import type {
  DependencyLink,
  EstateLinkRows,
  HoldingLink,
  NamedEntity,
} from '../../estate/store-columns.ts';
import { eachOf, listsOf, type Lists } from './csr.ts';

/** Things of one kind by position: 0, 1, 2… in the order of their keys. */
export interface Things {
  readonly keys: readonly string[];
  readonly names: readonly string[];
  /** Position by key. */
  readonly at: ReadonlyMap<string, number>;
}

export interface Links {
  readonly assets: Things;
  readonly customers: Things;
  readonly services: Things;
  readonly divisions: Things;
  readonly holdings: Things;
  readonly holdingRows: readonly HoldingLink[];
  /** Position of an asset by its number in the estate; -1: it is not there any more. Asked for every pair: no map. */
  readonly assetAt: (id: number) => number;
  /** By position of the asset. */
  readonly servicesOf: Lists;
  readonly holdingsOf: Lists;
  readonly customersOf: Lists;
  /** Position of the division, or -1. */
  readonly divisionOf: Int32Array;
  /** By position of the holding; -1 where it names none. */
  readonly holdingCustomer: Int32Array;
  readonly holdingService: Int32Array;
}

/**
 * Whoever controls an asset controls what runs on it, with its holdings. The services are those that any of these serve,
 * directly or by serving another asset. Customers: whose asset it is, whose data are on it, and whose service it is.
 */
export function linksOf(rows: EstateLinkRows): Links {
  const assets = thingsOf(rows.entities, 'asset');
  const customers = thingsOf(rows.entities, 'customer');
  const services = thingsOf(rows.entities, 'service');
  const divisions = thingsOf(rows.entities, 'division');
  const count = assets.keys.length;
  const { hosted, serving } = standing(rows.dependencies, assets, services);
  const holdingsAt = listsOf(count, holdingPairs(rows.holdings, assets));
  const at = (things: WithIds, id: number | null): number =>
    id === null ? -1 : (things.byId.get(id) ?? -1);
  const holdingCustomer = Int32Array.from(rows.holdings, ({ customer }) => at(customers, customer));
  const holdingService = Int32Array.from(rows.holdings, ({ service }) => at(services, service));
  const holdingsOf = gathered(count, hosted, (asset, add) => eachOf(holdingsAt, asset, add));
  const servedDirectly = gathered(count, serving.through, (asset, add) => {
    eachOf(serving.services, asset, add);
    eachOf(holdingsAt, asset, (holding) => {
      const service = holdingService[holding] as number;
      if (service >= 0) add(service);
    });
  });
  const servicesOf = gathered(count, hosted, (asset, add) => eachOf(servedDirectly, asset, add));
  const owners = ownersOf(rows.entities, assets, customers);
  const customersOfService = listsOf(
    services.keys.length,
    pairsOf(rows.serviceCustomers, ({ service, customer }) => [
      at(services, service),
      at(customers, customer),
    ]),
  );
  const owned = gathered(count, hosted, (asset, add) => {
    const owner = owners[asset] as number;
    if (owner >= 0) add(owner);
  });
  const customersOf = lists(count, (asset, add) => {
    eachOf(owned, asset, add);
    eachOf(holdingsOf, asset, (holding) => {
      const customer = holdingCustomer[holding] as number;
      if (customer >= 0) add(customer);
    });
    eachOf(servicesOf, asset, (service) => eachOf(customersOfService, service, add));
  });
  return {
    assets,
    customers,
    services,
    divisions,
    holdings: {
      keys: rows.holdings.map(({ key }) => key),
      names: rows.holdings.map(({ key }) => key),
      at: new Map(rows.holdings.map(({ key }, position) => [key, position])),
    },
    holdingRows: rows.holdings,
    assetAt: positionsById(assets),
    servicesOf,
    holdingsOf,
    customersOf,
    divisionOf: divisionsOf(rows.entities, assets, divisions),
    holdingCustomer,
    holdingService,
  };
}

interface WithIds extends Things {
  readonly byId: ReadonlyMap<number, number>;
}

function thingsOf(entities: readonly NamedEntity[], kind: NamedEntity['kind']): WithIds {
  const own = entities.filter((entity) => entity.kind === kind);
  own.sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    keys: own.map(({ key }) => key),
    names: own.map(({ name }) => name),
    at: new Map(own.map(({ key }, position) => [key, position])),
    byId: new Map(own.map(({ id }, position) => [id, position])),
  };
}

function positionsById({ byId }: WithIds): (id: number) => number {
  let highest = 0;
  for (const id of byId.keys()) highest = Math.max(highest, id);
  const positions = new Int32Array(highest + 1).fill(-1);
  for (const [id, position] of byId) positions[id] = position;
  return (id) => (id <= highest ? (positions[id] as number) : -1);
}

/** Pairs of positions; those with a side that is not there are left out. */
function* pairsOf<Row>(
  rows: Iterable<Row>,
  pairOf: (row: Row) => readonly [number | undefined, number | undefined],
): Generator<[number, number]> {
  for (const row of rows) {
    const [from = -1, to = -1] = pairOf(row);
    if (from >= 0 && to >= 0) yield [from, to];
  }
}

function holdingPairs(holdings: readonly HoldingLink[], { byId }: WithIds) {
  return pairsOf(holdings.entries(), ([position, { asset }]) => [
    asset === null ? undefined : byId.get(asset),
    position,
  ]);
}

interface Standing {
  /** By asset: assets that run on it. */
  readonly hosted: Lists;
  readonly serving: {
    /** By asset: services that it serves or that run on it; assets that it serves. */
    readonly services: Lists;
    readonly through: Lists;
  };
}

function standing(
  dependencies: readonly DependencyLink[],
  assets: WithIds,
  services: WithIds,
): Standing {
  const count = assets.keys.length;
  // `serves` points at who is served; `runs-on` from what stands to what it stands on.
  const turned = dependencies.map((link) =>
    link.type === 'serves'
      ? {
          ...link,
          below: link.from,
          belowKind: link.fromKind,
          above: link.to,
          aboveKind: link.toKind,
        }
      : {
          ...link,
          below: link.to,
          belowKind: link.toKind,
          above: link.from,
          aboveKind: link.fromKind,
        },
  );
  const between = (aboveKind: 'asset' | 'service', type?: DependencyLink['type']) =>
    turned.filter(
      (link) =>
        link.belowKind === 'asset' &&
        link.aboveKind === aboveKind &&
        (type === undefined || link.type === type),
    );
  const toAsset = (type: DependencyLink['type']): Lists =>
    listsOf(
      count,
      pairsOf(between('asset', type), ({ below, above }) => [
        assets.byId.get(below),
        assets.byId.get(above),
      ]),
    );
  return {
    hosted: toAsset('runs-on'),
    serving: {
      services: listsOf(
        count,
        pairsOf(between('service'), ({ below, above }) => [
          assets.byId.get(below),
          services.byId.get(above),
        ]),
      ),
      through: toAsset('serves'),
    },
  };
}

/** What `each` gives of every asset that an asset leads to, itself included; circles end. */
function gathered(
  count: number,
  leads: Lists,
  each: (asset: number, add: (item: number) => void) => void,
): Lists {
  const seen = new Int32Array(count).fill(-1);
  return lists(count, (asset, add) => {
    const waiting = [asset];
    seen[asset] = asset;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      each(next, add);
      eachOf(leads, next, (further) => {
        if (seen[further] === asset) return;
        seen[further] = asset;
        waiting.push(further);
      });
    }
  });
}

/** Each asset's list, ascending and without repeats. */
function lists(count: number, fill: (asset: number, add: (item: number) => void) => void): Lists {
  const starts = new Uint32Array(count + 1);
  const items: number[] = [];
  const own = new Set<number>();
  for (let asset = 0; asset < count; asset++) {
    own.clear();
    fill(asset, (item) => own.add(item));
    for (const item of [...own].sort((a, b) => a - b)) items.push(item);
    starts[asset + 1] = items.length;
  }
  return { starts, items: Uint32Array.from(items) };
}

function ownersOf(entities: readonly NamedEntity[], assets: WithIds, customers: WithIds) {
  const owners = new Int32Array(assets.keys.length).fill(-1);
  for (const { id, kind, customer } of entities) {
    const asset = kind === 'asset' ? assets.byId.get(id) : undefined;
    if (asset !== undefined) owners[asset] = customers.byId.get(customer) ?? -1;
  }
  return owners;
}

function divisionsOf(entities: readonly NamedEntity[], assets: WithIds, divisions: WithIds) {
  const of = new Int32Array(assets.keys.length).fill(-1);
  for (const { id, kind, division } of entities) {
    const asset = kind === 'asset' ? assets.byId.get(id) : undefined;
    if (asset === undefined || division === null) continue;
    of[asset] = divisions.byId.get(division) ?? -1;
  }
  return of;
}
