/**
 * Brings what scanners saw in line with what is known of assets: an address that found its owner becomes doors of that
 * asset, one that lost it becomes an unknown asset. Both leave observations, so that any past moment shows what was known.
 */
import type { Clock } from '../kernel/clock.ts';
import { isWithin, readAddress, readRange } from '../kernel/ip.ts';
import type { Database, Sql } from '../kernel/sql/database.ts';
import { attribute, knownNetwork, type Attribution } from './attribute.ts';
import type { Applied } from './model.ts';
import { seenAfter, seenAfterSilence } from './seen-ports.ts';
import { NETWORK_SECTION, sightedFacts, unknownKey, type Attributed } from './sighted.ts';
import type { Inventory, Observation, Sighting, Sweep } from './schema.ts';
import {
  applyInventory,
  assetOf,
  numberComponents,
  type ComponentNumbers,
} from './store-inventory.ts';
import { pairKey } from './store-names.ts';
import * as store from './store-sightings.ts';
import { applyObservations, lockEstate, retract, type Writer } from './store.ts';

const BATCH = 2000;

export interface SettleTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly components: ComponentNumbers;
}

/** Adds to what a source knows of these addresses. */
export async function takeSightings(
  sql: Sql,
  writer: Writer,
  sightings: readonly Sighting[],
): Promise<void> {
  const place = (each: { network?: string | undefined; address: string }) =>
    `${each.network ?? ''} ${each.address}`;
  const distinct = new Map(sightings.map((each) => [place(each), each]));
  const addresses = [...distinct.values()].map(({ address }) => address);
  const before = await store.readSightings(sql, writer.source, { addresses });
  const known = new Map(before.map((row) => [place(row), row.body]));
  const rows = [...distinct.values()].map((sighting) => ({
    network: sighting.network ?? '',
    address: sighting.address,
    trueAt: sighting.trueAt,
    body: seenAfter(known.get(place(sighting)), sighting),
  }));
  await store.saveSightings(sql, writer, rows);
}

/** After a look that went to its end: of addresses in it that were not sighted it is known that they were silent. */
export async function takeSweeps(
  sql: Sql,
  writer: Writer,
  sweeps: readonly Sweep[],
): Promise<void> {
  if (sweeps.length === 0) return;
  const unseenIn = writer.collection;
  const silent = await store.readSightings(sql, writer.source, { unseenIn });
  const at = writer.at.toISOString();
  for (const sweep of sweeps) {
    const ranges = sweep.ranges.flatMap((text) => readRange(text) ?? []);
    const concerned = silent.filter(({ network, address: text }) => {
      const address = readAddress(text);
      return (
        network === (sweep.network ?? '') &&
        address !== undefined &&
        ranges.some((range) => isWithin(address, range))
      );
    });
    const after = concerned.map((row) => ({ row, body: seenAfterSilence(row.body, sweep, at) }));
    const gone = after.filter(({ body }) => body === undefined).map(({ row }) => row);
    await store.deleteSightings(sql, writer.source, gone);
    const kept = after.flatMap(({ row: { network, address, trueAt }, body }) =>
      body === undefined ? [] : [{ network, address, trueAt: trueAt.toISOString(), body }],
    );
    await store.saveSightings(sql, writer, kept);
  }
}

/** Derives anew all that a source says, from its sightings and from what is known of assets now. */
export async function settleSource(tools: SettleTools, scanner: store.Scanner): Promise<Applied> {
  const { database, clock } = tools;
  const settled = await database.transaction('everything', async (sql) => {
    await lockEstate(sql);
    return settleIn(sql, { ...scanner, at: clock.now() });
  });
  await storeBanners(tools, scanner, settled.inventories);
  return settled.applied;
}

/** After another source's collection: scanners whose addresses now belong to somebody else are settled anew. */
export async function settleTouched(tools: SettleTools, collection: number): Promise<void> {
  const { database } = tools;
  const scanners = await database.transaction('everything', async (sql) => {
    if (!(await store.hasSightings(sql))) return [];
    const touched = await store.readTouched(sql, collection);
    const moved: store.Scanner[] = [];
    for (const { source, collection: last, addresses } of touched) {
      const rows = await store.readSightings(sql, source, { addresses });
      const owners = await attributed(sql, rows);
      const differs = rows.some((row, at) => row.owner !== ownerOf(row, owners[at]));
      if (differs) moved.push({ source, collection: last });
    }
    return moved;
  });
  for (const scanner of scanners) await settleSource(tools, scanner);
}

async function settleIn(
  sql: Sql,
  writer: Writer,
): Promise<{ applied: Applied; inventories: Inventory[] }> {
  const rows = await store.readSightings(sql, writer.source);
  const owners = await attributed(sql, rows);
  const facts = await factsOf(sql, rows, owners);
  const applied = await assertAll(sql, writer, facts.observations);
  const told = facts.inventories.map((each) => ({ ...each, trueAt: writer.at.toISOString() }));
  const names = new Set(told.map(({ asset }) => asset));
  const emptied = (await store.readBannerAssets(sql, writer.source))
    .filter((asset) => !names.has(asset))
    .map((asset): Inventory => {
      return {
        type: 'inventory',
        asset,
        section: NETWORK_SECTION,
        trueAt: writer.at.toISOString(),
        components: [],
      };
    });
  await store.saveOwners(
    sql,
    writer.source,
    rows.map((row, at) => {
      const { network, address } = row;
      const owner = owners[at];
      const why = owner?.asset === undefined ? (owner?.why ?? '') : '';
      return { network, address, owner: ownerOf(row, owner), why };
    }),
  );
  return { applied, inventories: [...told, ...emptied] };
}

function ownerOf({ network, address }: store.SightingRow, owner: Attribution | undefined): string {
  return owner?.asset ?? unknownKey(network, address);
}

async function attributed(sql: Sql, rows: readonly store.SightingRow[]): Promise<Attribution[]> {
  const networks = (await store.readNetworkRanges(sql)).map(({ key, cidrs }) =>
    knownNetwork(key, cidrs),
  );
  const addresses = [...new Set(rows.map(({ address }) => address))];
  const hostnames = [...new Set(rows.flatMap((row) => row.hostnames))];
  const claims = await store.readClaims(sql, addresses, hostnames);
  return rows.map(({ address, network, hostnames: names }) =>
    attribute({ address, network, hostnames: names }, claims, networks),
  );
}

async function factsOf(
  sql: Sql,
  rows: readonly store.SightingRow[],
  owners: readonly Attribution[],
) {
  const assets = [...new Set(owners.flatMap(({ asset }) => asset ?? []))];
  const doors = await store.readDescribedDoors(sql, assets);
  const packages = rows.flatMap(({ body }) =>
    body.services.flatMap(({ product }) => product?.packages ?? []),
  );
  const held = await store.readPackageNames(sql, assets, [...new Set(packages)]);
  const names = new Set(held.map(({ asset, name }) => pairKey(asset, name)));
  const all = rows.map((row, at): Attributed => ({
    address: row.address,
    network: row.network,
    trueAt: row.trueAt.toISOString(),
    seen: row.body,
    owner: owners[at] ?? { asset: undefined, why: '' },
  }));
  return sightedFacts(all, doors, (asset, wanted) =>
    wanted.some((name) => names.has(pairKey(asset, name))),
  );
}

/** What the source says now, and nothing else any more. */
async function assertAll(
  sql: Sql,
  writer: Writer,
  observations: readonly Observation[],
): Promise<Applied> {
  const total: Applied = { observed: 0, changed: 0, gone: 0 };
  for (let from = 0; from < observations.length; from += BATCH) {
    const batch = observations.slice(from, from + BATCH);
    const { applied } = await applyObservations(sql, writer, batch);
    total.observed += applied.observed;
    total.changed += applied.changed;
  }
  const said = new Set(observations.map(({ kind, key }) => pairKey(kind, key)));
  const asserted = await store.readAsserted(sql, writer.source);
  const gone = asserted.filter(({ kind, key }) => !said.has(pairKey(kind, key)));
  await retract(sql, writer, gone);
  return { ...total, gone: gone.length };
}

async function storeBanners(
  { database, clock, components }: SettleTools,
  scanner: store.Scanner,
  inventories: readonly Inventory[],
): Promise<void> {
  const all = inventories.flatMap((inventory) => inventory.components);
  const numbers = await numberComponents(database, components, all);
  await database.transaction('everything', async (sql) => {
    const at = clock.now();
    let from = 0;
    for (const inventory of inventories) {
      const ids = numbers.slice(from, (from += inventory.components.length));
      const asset = await assetOf(sql, inventory.asset, at);
      await applyInventory(sql, { ...scanner, at }, asset, inventory, ids);
    }
  });
}
