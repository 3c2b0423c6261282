/** All hand-kept rules, and the feed that they are. */
import { hash } from 'node:crypto';
import type { Feed } from '../model.ts';
import { productKey } from '../products/names.ts';
import { citrixRules } from './citrix.ts';
import { exchangeRules } from './exchange.ts';
import type { Rule, RuleProduct } from './model.ts';
import { remoteAccessRules } from './remote-access.ts';
import { sourceSeen } from './seen.ts';
import { serverRules } from './servers.ts';
import { windowsRules } from './windows.ts';

export const rules: readonly Rule[] = [
  ...citrixRules,
  ...exchangeRules,
  ...remoteAccessRules,
  ...serverRules,
  ...windowsRules,
].map((rule) => ({ ...rule, seen: sourceSeen(rule.cve) }));

const DAY = 24 * 3600;
/** Older than this nobody has compared the rules with their sources for too long. */
const MAX_AGE = 366 * DAY;

let feed: Feed | undefined;

/** A feed without a file: it comes with the program, and is as new as the last comparison with its sources. */
export function rulesFeed(): Feed {
  feed ??= {
    id: 'rules',
    source: 'rules',
    ecosystem: '',
    asOf: lastChecked(),
    updatedAt: lastChecked(),
    maxAgeSeconds: MAX_AGE,
    records: new Set(rules.map(({ cve }) => cve)).size,
    rows: rules.flatMap(({ products }) => products.flatMap(({ branches }) => branches)).length,
    sha256: hash('sha256', JSON.stringify(rules, patternText), 'hex'),
    seesUnfixed: true,
    segment: '',
    from: 'this program',
  };
  return feed;
}

/** JSON drops patterns. */
function patternText(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? value.source : value;
}

function lastChecked(): string {
  const day = rules.reduce((last, { checked }) => (checked > last ? checked : last), '');
  return `${day}T00:00:00.000Z`;
}

export interface ProductRule {
  readonly rule: Rule;
  readonly product: RuleProduct;
}

let byProduct: Map<string, ProductRule[]> | undefined;

/** Rules that name a product, both names as `productKey` spells them. */
export function rulesFor(vendor: string, product: string): readonly ProductRule[] {
  byProduct ??= indexed();
  return byProduct.get(`${vendor}/${product}`) ?? [];
}

function indexed(): Map<string, ProductRule[]> {
  const index = new Map<string, ProductRule[]>();
  for (const rule of rules)
    for (const product of rule.products)
      for (const name of product.names) {
        const key = productKey(product.vendor, name);
        const place = `${key.vendor}/${key.product}`;
        const known = index.get(place);
        if (known === undefined) index.set(place, [{ rule, product }]);
        else known.push({ rule, product });
      }
  return index;
}
