/** Products that a file declares of an asset, as components of the estate: matched as what a connector saw. */
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/sql/database.ts';
import { DECLARED } from './model.ts';
import type { Asset, Component, Inventory } from './schema.ts';
import { applyInventory, assetOf, numberComponents } from './store-inventory.ts';
import { PRODUCTS_SECTION, readListed, writerOf } from './store-products.ts';
import { readAssertions } from './store-read.ts';
import { lockEstate } from './store.ts';
import type * as z from 'zod';

interface Declared {
  readonly asset: string;
  readonly components: readonly Component[];
}

/** After an import: one section for each asset with declared products, and an empty one where there are none any more. */
export async function applyDeclaredProducts(
  database: Database,
  clock: Clock,
  collection: number,
): Promise<void> {
  const lists = await database.transaction('everything', async (sql) => {
    const writer = await writerOf(sql, collection, clock.now());
    const declared = (await readAssertions(sql, DECLARED)).flatMap(({ kind, key, body }) =>
      kind === 'asset' ? declaredOf(key, body as z.infer<typeof Asset>) : [],
    );
    const named = new Set(declared.map(({ asset }) => asset));
    const gone = (await readListed(sql, writer.source)).filter(({ key }) => !named.has(key));
    return [...declared, ...gone.map(({ key }): Declared => ({ asset: key, components: [] }))];
  });
  if (lists.length === 0) return;
  const all = lists.flatMap(({ components }) => components);
  const numbers = await numberComponents(database, new Map(), all);
  await database.transaction('everything', async (sql) => {
    await lockEstate(sql);
    const writer = await writerOf(sql, collection, clock.now());
    const given = numbers.values();
    for (const { asset, components } of lists) {
      const ids = components.map(() => given.next().value ?? 0);
      const place = await assetOf(sql, asset, writer.at);
      await applyInventory(sql, writer, place, sectionOf(asset, components, writer.at), ids);
    }
  });
}

function sectionOf(asset: string, components: readonly Component[], at: Date): Inventory {
  const section = PRODUCTS_SECTION;
  return { type: 'inventory', asset, section, trueAt: at.toISOString(), components };
}

function declaredOf(asset: string, { products = [] }: z.infer<typeof Asset>): Declared[] {
  return products.length === 0 ? [] : [{ asset, components: products.map(componentOf) }];
}

/** `citrix/netscaler-adc@13.1-48.47`; without a version what affects it is unknown, never nothing. */
function componentOf(product: string): Component {
  const at = product.indexOf('@');
  return {
    type: 'generic',
    release: '',
    name: at < 0 ? product : product.slice(0, at),
    version: at < 0 ? '' : product.slice(at + 1),
    architecture: '',
    sourceName: '',
    sourceVersion: '',
  };
}
