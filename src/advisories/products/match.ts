/** Products that are in no package ecosystem against CVE records and the NVD's configurations. Never asked of anything that has a feed of its own. */
import { cveFinding, isDropped, type CveVerdict } from '../cve-finding.ts';
import type { AdvisoryIndex } from '../index-open.ts';
import type { MatchOptions, MatchPackage } from '../match-model.ts';
import { mergeFindings } from '../merge-findings.ts';
import { feedProblem, type Feed } from '../model.ts';
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
  const feeds = productFeeds(index);
  const findings: Finding[] = [];
  const components = new Map<string, ComponentVerdict>();
  if (feeds.length === 0) return { findings, components };
  const isFresh = feeds.every((feed) => feedProblem(feed, options.now) === undefined);
  for (const item of packages) {
    const key = keyOf(item);
    const rows = key === undefined ? [] : index.products(key.vendor, key.product);
    if (key === undefined || rows.length === 0) continue;
    const { purl } = item;
    const name = `${key.vendor} ${key.product}`;
    const subject = { purl, name, version: versionOf(key, item.version), about: key.about };
    for (const [cve, own] of Map.groupBy(rows, (row) => row.cve)) {
      const finding = findingOf(subject, cve, own, { index, feeds, now: options.now });
      if (finding !== undefined && !isDropped(finding, purl, cve, options)) findings.push(finding);
    }
    // A list of some assessed CVEs is no feed of the product: what it does not name is not known.
    components.set(purl, {
      purl,
      state: 'unknown',
      reason: isFresh ? 'no-ecosystem' : 'stale-feed',
      limits: [`CVE records name ${name}; that none affects it proves nothing`],
    });
  }
  return { findings: findings.sort(compareFindings), components };
}

/** Who speaks of products: CVE records, and the NVD's configurations. */
function productFeeds({ manifest }: AdvisoryIndex): Feed[] {
  return manifest.feeds.filter(({ source }) => source === 'vulnrichment' || source === 'nvd');
}

interface Subject {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly about: string;
}

interface Tools {
  readonly index: AdvisoryIndex;
  readonly feeds: readonly Feed[];
  readonly now: Date;
}

/** Each feed judges by its own rows; what both say of one flaw is one finding. */
function findingOf(
  { about, ...subject }: Subject,
  cve: string,
  rows: readonly ProductRow[],
  { index, feeds, now }: Tools,
): Finding | undefined {
  let finding: Finding | undefined;
  for (const feed of feeds) {
    const own = rows.filter(({ by }) => (by === 'nvd') === (feed.source === 'nvd'));
    if (own.length === 0) continue;
    const fresh = feedProblem(feed, now) === undefined;
    const said = { ...subject, feed: feed.id, comparator: 'product', fresh };
    const verdict = verdictOf(own, subject.version, about);
    const next = cveFinding(said, { cve, ...verdict }, index);
    finding = finding === undefined ? next : mergeFindings(finding, next);
  }
  return finding;
}

/** Of a product with a maker, in no ecosystem. */
function keyOf({ type, ecosystem, purl }: MatchPackage): ProductName | undefined {
  if (type !== 'generic' || ecosystem !== '') return undefined;
  const parts = readPurl(purl).value;
  const maker = parts?.namespace ?? '';
  if (parts === undefined || maker === '') return undefined;
  const about = Object.values(parts.qualifiers ?? {}).join(' ');
  return { ...productKey(maker, parts.name), about };
}

interface ProductName {
  readonly vendor: string;
  readonly product: string;
  /** What the package URL tells besides: its edition, the system that it runs on. */
  readonly about: string;
}

function verdictOf(
  rows: readonly ProductRow[],
  version: string,
  about: string,
): Omit<CveVerdict, 'cve'> {
  const verdict = judgeProduct(rows, version, about);
  const { state, because } = verdict;
  if (state === 'affected')
    return { state, because, fixed: verdict.fixed === undefined ? [] : [verdict.fixed] };
  if (state === 'not_affected') return { state, because, fixed: [] };
  const isPlatform = 'platform' in verdict;
  const reason = version === '' ? 'no-version' : isPlatform ? 'platform' : 'advisory-version';
  return { state, because, fixed: [], reason };
}
