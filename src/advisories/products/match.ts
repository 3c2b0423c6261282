/** Products that are in no package ecosystem against CVE records. Never asked of anything that has a feed of its own. */
import { cveFinding, isDropped, type CveVerdict } from '../cve-finding.ts';
import type { AdvisoryIndex } from '../index-open.ts';
import type { MatchOptions, MatchPackage } from '../match-model.ts';
import { feedProblem } from '../model.ts';
import { compareFindings } from '../priority.ts';
import type { ComponentVerdict, Finding } from '../verdict.ts';
import { readPurl } from '../../versions/purl.ts';
import { judgeProduct } from './judge.ts';
import type { ProductRow } from './model.ts';
import { productKey } from './names.ts';
import { versionOf } from './version-of.ts';

export interface ProductMatch {
  readonly findings: readonly Finding[];
  /** Only of packages that a record speaks of. */
  readonly components: ReadonlyMap<string, ComponentVerdict>;
}

export function matchProducts(
  packages: readonly MatchPackage[],
  index: AdvisoryIndex,
  options: MatchOptions,
): ProductMatch {
  const feed = index.manifest.feeds.find(({ source }) => source === 'vulnrichment');
  const findings: Finding[] = [];
  const components = new Map<string, ComponentVerdict>();
  if (feed === undefined) return { findings, components };
  const fresh = feedProblem(feed, options.now) === undefined;
  for (const item of packages) {
    const key = keyOf(item);
    const rows = key === undefined ? [] : index.products(key.vendor, key.product);
    if (key === undefined || rows.length === 0) continue;
    const name = `${key.vendor} ${key.product}`;
    const { purl } = item;
    const version = versionOf(key, item.version);
    const subject = { purl, name, version, feed: feed.id, comparator: 'product', fresh };
    for (const [cve, own] of byCve(rows)) {
      const verdict = verdictOf(own, version);
      if (isDropped(verdict, purl, cve, options)) continue;
      findings.push(cveFinding(subject, { cve, ...verdict }, index));
    }
    // A list of some assessed CVEs is no feed of the product: what it does not name is not known.
    components.set(purl, {
      purl,
      state: 'unknown',
      reason: fresh ? 'no-ecosystem' : 'stale-feed',
      limits: [`CVE records name ${name}; that none affects it proves nothing`],
    });
  }
  return { findings: findings.sort(compareFindings), components };
}

/** Of a product with a maker, in no ecosystem. */
function keyOf({ type, ecosystem, purl }: MatchPackage): ReturnType<typeof productKey> | undefined {
  if (type !== 'generic' || ecosystem !== '') return undefined;
  const parts = readPurl(purl).value;
  const maker = parts?.namespace ?? '';
  return parts === undefined || maker === '' ? undefined : productKey(maker, parts.name);
}

function verdictOf(rows: readonly ProductRow[], version: string): Omit<CveVerdict, 'cve'> {
  const verdict = judgeProduct(rows, version);
  const { state, because } = verdict;
  if (state === 'affected')
    return { state, because, fixed: verdict.fixed === undefined ? [] : [verdict.fixed] };
  if (state === 'not_affected') return { state, because, fixed: [] };
  return { state, because, fixed: [], reason: version === '' ? 'no-version' : 'advisory-version' };
}

function byCve(rows: readonly ProductRow[]): Map<string, ProductRow[]> {
  const groups = new Map<string, ProductRow[]>();
  for (const row of rows) {
    const known = groups.get(row.cve);
    if (known === undefined) groups.set(row.cve, [row]);
    else known.push(row);
  }
  return groups;
}
