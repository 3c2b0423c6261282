/** Products beyond operating systems that nobody repairs any more, on the assets that have them. */
import type { EolProduct } from '../../advisories/model.ts';
import type { Entity } from '../../estate/model.ts';
import { Asset } from '../../estate/schema.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import type { FactSources, Unsupported } from './asset-facts.ts';
import { readHolders } from './store-items.ts';
import { readProducts } from './store-needs.ts';
import { cycleOf, endOfSupport } from './support.ts';

/**
 * Whether `vendor/product` in a version is past its end. A distribution's package is never asked here: whatever its upstream
 * does, the distribution repairs it as long as the release is supported.
 *
 * @param extended whoever has the asset pays for repairs beyond the usual end
 * @example endedProduct({ name: 'postgresql/postgresql', version: '9.6.24' }, false, index.eol, now)?.product // 'PostgreSQL 9.6'
 */
export function endedProduct(
  { name, version }: { readonly name: string; readonly version: string },
  extended: boolean,
  lookUp: (identifier: string) => readonly EolProduct[],
  now: Date,
): Unsupported | null {
  const told = name.toLowerCase().replaceAll(' ', '_');
  const [vendor = '', product = ''] = (NAMED_ANEW[told] ?? told).split('/');
  if (product === '' || version === '') return null;
  for (const identifier of [`cpe:2.3:a:${vendor}:${product}`, `cpe:/a:${vendor}:${product}`]) {
    const [found] = lookUp(identifier);
    const cycle = found === undefined ? undefined : cycleOf(found.cycles, version);
    if (found === undefined || cycle === undefined) continue;
    const end = endOfSupport(cycle, extended);
    if (end === null || Date.parse(end) > now.getTime()) return null;
    return { product: `${found.title} ${cycle.cycle}`, since: new Date(end).toISOString() };
  }
  return null;
}

/** Products whose maker was another one when their name was given. */
const NAMED_ANEW: Readonly<Record<string, string>> = { 'nginx/nginx': 'f5/nginx' };

/** By the number of the asset; in the order of their names, each once. */
export async function endedProducts(
  sql: Sql,
  entities: readonly Entity[],
  { ended }: Pick<FactSources, 'ended'>,
): Promise<Map<number, Unsupported[]>> {
  if (ended === undefined) return new Map();
  const products = new Map(
    (await readProducts(sql))
      .filter((each) => ended(each, false) !== null)
      .map((each) => [each.component, each]),
  );
  if (products.size === 0) return new Map();
  const paid = new Set(
    entities.flatMap(({ kind, id, body }) =>
      kind === 'asset' &&
      (Asset.partial().safeParse(body).data?.entitlements ?? []).includes('extended-support')
        ? [id]
        : [],
    ),
  );
  const found = new Map<number, Unsupported[]>();
  for (const { asset, components } of await readHolders(sql, {
    components: [...products.keys()],
  })) {
    const own = new Map<string, Unsupported>();
    for (const component of components) {
      const product = products.get(component);
      const end = product === undefined ? null : ended(product, paid.has(asset));
      if (end !== null) own.set(end.product, end);
    }
    const sorted = [...own.values()].sort((a, b) => (a.product < b.product ? -1 : 1));
    if (sorted.length > 0) found.set(asset, [...(found.get(asset) ?? []), ...sorted]);
  }
  return found;
}
