/** What is to be replaced, because nobody repairs it any more: operating systems and products, as items of their assets. */
import type { Sql } from '../../kernel/sql/database.ts';
import type { KnownAsset, Unsupported } from './asset-facts.ts';
import type { Scope } from './judge.ts';
import type { Fix } from './model.ts';
import { numberFixes } from './store-needs.ts';

export async function unsupportedItems(
  sql: Sql,
  scope: 'all' | { readonly assets: readonly number[] },
  {
    assets,
    ended,
  }: {
    readonly assets: ReadonlyMap<number, KnownAsset>;
    /** Products of an asset, beside its operating system. */
    readonly ended: ReadonlyMap<number, readonly Unsupported[]>;
  },
): Promise<Scope['unsupported']> {
  const concerned =
    scope === 'all' ? [...assets.values()] : scope.assets.flatMap((id) => assets.get(id) ?? []);
  const found = concerned.flatMap((asset) => {
    const system = asset.unsupported === null ? [] : [asset.unsupported];
    const products = ended.get(asset.id) ?? [];
    return [
      ...system.map((since) => ({ asset, since, fix: replacementOf('os', since) })),
      ...products.map((since) => ({ asset, since, fix: replacementOf('generic', since) })),
    ];
  });
  const numbers = await numberFixes(
    sql,
    found.map(({ fix }) => fix),
  );
  return found.map(({ fix, ...each }) => ({ ...each, fix: numbers.get(fix.key) ?? 0 }));
}

function replacementOf(type: 'os' | 'generic', { product }: Unsupported): Fix {
  const subject = { type, release: '', name: product };
  return { key: `${type}/${product}#unsupported`, kind: 'replacement', subject, to: null };
}
