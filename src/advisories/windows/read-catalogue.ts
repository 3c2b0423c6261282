/**
 * Microsoft's updates from a table with the columns DatePosted, CVE, BulletinKB, AffectedProduct, AffectedComponent and
 * Supersedes, one row for each CVE, update and product: gathered by product and update, which is a hundredth of it.
 */
import type { WindowsCatalogue, WindowsUpdate } from './model.ts';

export interface CatalogueRow {
  /** YYYYMMDD */
  readonly date: string;
  readonly cve: string;
  readonly kb: string;
  readonly product: string;
  readonly component: string;
  /** Updates with semicolons between. */
  readonly supersedes: string;
}

interface Gathered {
  readonly dates: Map<string, number>;
  readonly cves: Set<string>;
  readonly components: Set<string>;
  readonly supersedes: Set<string>;
}

/** Takes rows in any order; `catalogues` gives what they make. */
export function gatherCatalogues(): {
  take(row: CatalogueRow): void;
  catalogues(): WindowsCatalogue[];
} {
  const products = new Map<string, Map<string, Gathered>>();
  // The same few thousand names stand in hundreds of thousands of rows: one copy of each is kept.
  const names = new Map<string, string>();
  const once = (text: string): string => {
    const known = names.get(text);
    if (known !== undefined) return known;
    names.set(text, text);
    return text;
  };
  return {
    take({ date, cve, kb, product, component, supersedes }) {
      const name = systemName(product);
      if (name === undefined || !/^\d{6,7}$/.test(kb)) return;
      const updates = products.get(name) ?? new Map<string, Gathered>();
      products.set(name, updates);
      const update = updates.get(kb) ?? nothing();
      updates.set(kb, update);
      update.dates.set(date, (update.dates.get(date) ?? 0) + 1);
      if (/^CVE-\d{4}-\d{4,}$/.test(cve)) update.cves.add(once(cve));
      update.components.add(once(component));
      for (const older of supersedes.split(';'))
        if (/^\d{6,7}$/.test(older)) update.supersedes.add(once(older));
    },
    catalogues: () =>
      [...products]
        .map(([product, updates]) => ({ product, updates: [...updates].map(updateOf) }))
        .sort((a, b) => (a.product < b.product ? -1 : 1)),
  };
}

/**
 * The system that a row is about. Parts of Windows (Internet Explorer, the first Edge) are listed as `part on system`; since
 * Windows 10 they are repaired by the system's own cumulative update. Before it they have updates and chains of their own.
 */
function systemName(product: string): string | undefined {
  if (/^Windows |^Microsoft Windows /.test(product)) return productName(product);
  const on = PART_ON_SYSTEM.exec(product)?.[1];
  return on === undefined ? undefined : productName(on);
}

const PART_ON_SYSTEM =
  /^(?:Internet Explorer \d+|Microsoft Edge \(EdgeHTML-based\)) on (Windows (?:10|11|Server 20(?:16|19|22|25)).*)$/;

/** One spelling of a product: catalogues write its parts in several cases and with or without the maker. */
export function productName(product: string): string {
  return product
    .replace(/^Microsoft /, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

function nothing(): Gathered {
  return { dates: new Map(), cves: new Set(), components: new Set(), supersedes: new Set() };
}

function updateOf([kb, { dates, cves, components, supersedes }]: [
  string,
  Gathered,
]): WindowsUpdate {
  return {
    kb,
    date: mostFrequent(dates).replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
    part: partOf([...components]),
    cves: [...cves].sort(),
    supersedes: [...supersedes].sort(),
  };
}

/** Of days that are equally frequent the first. */
function mostFrequent(dates: ReadonlyMap<string, number>): string {
  const [best] = [...dates].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return best?.[0] ?? '';
}

function partOf(components: readonly string[]): WindowsUpdate['part'] {
  const all = (pattern: RegExp): boolean => components.every((name) => pattern.test(name));
  if (all(/^Adobe Flash Player$/i)) return 'flash';
  if (all(/\.NET/i)) return 'dotnet';
  return all(/^Servicing Stack Updates$/i) ? 'servicing-stack' : 'windows';
}
