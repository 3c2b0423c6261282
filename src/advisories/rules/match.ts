/** Products that a hand-kept rule names, against the rules: needs no feed at all. */
import { readPurl } from '../../versions/purl.ts';
import { cveFinding } from '../cve-finding.ts';
import type { AdvisoryIndex } from '../index-open.ts';
import { feedProblem, type Intel } from '../model.ts';
import { productKey } from '../products/names.ts';
import { versionOf } from '../products/version-of.ts';
import type { ComponentVerdict, Finding } from '../verdict.ts';
import { rulesFeed, rulesFor } from './index.ts';
import { judgeByRule, type RuleVerdict } from './judge.ts';
import type { Rule, RuleProduct } from './model.ts';

/** What it needs of a package. */
export interface RulePackage {
  readonly purl: string;
  readonly type: string;
  readonly ecosystem: string;
  readonly version: string;
  readonly locations?: readonly { readonly path: string }[];
}

export interface RuleFinding {
  readonly finding: Finding;
  /** The version tells everything: other evidence cannot know better. */
  readonly exact: boolean;
}

export interface RuleMatch {
  /** Also of what is not affected. */
  readonly findings: readonly RuleFinding[];
  /** Only of packages that a rule names. */
  readonly components: ReadonlyMap<string, ComponentVerdict>;
}

export function matchRules(
  packages: readonly RulePackage[],
  index: AdvisoryIndex,
  now: Date,
): RuleMatch {
  const findings: RuleFinding[] = [];
  const components = new Map<string, ComponentVerdict>();
  for (const item of packages) {
    const subject = subjectOf(item);
    if (subject === undefined) continue;
    const installed = installedBeside(item, packages);
    for (const each of subject.rules) {
      const verdict = judgeByRule(each.product, subject.version, installed);
      const asked = withSetting(verdict, each.rule, subject.role);
      const finding = findingOf(item, subject.name, each.rule, asked, index, now);
      findings.push({ finding, exact: each.product.exact });
    }
    components.set(item.purl, {
      purl: item.purl,
      state: 'unknown',
      reason: item.version === '' ? 'no-version' : 'no-ecosystem',
      limits: [
        `hand-kept rules speak of ${subject.rules.length} of its flaws and know of no others`,
      ],
    });
  }
  return { findings, components };
}

interface Subject {
  readonly name: string;
  readonly version: string;
  readonly role: string | undefined;
  readonly rules: readonly { readonly rule: Rule; readonly product: RuleProduct }[];
}

function subjectOf(item: RulePackage): Subject | undefined {
  const { type, ecosystem, purl } = item;
  if (type !== 'generic' || ecosystem !== '') return undefined;
  const parts = readPurl(purl).value;
  if (parts === undefined || (parts.namespace ?? '') === '') return undefined;
  const { vendor, product } = productKey(parts.namespace ?? '', parts.name);
  const rules = rulesFor(vendor, product);
  if (rules.length === 0) return undefined;
  const version = versionOf({ vendor, product }, item.version);
  return { name: `${vendor} ${product}`, version, role: parts.qualifiers?.['role'], rules };
}

const UPDATE = /^pkg:generic\/microsoft\/kb(\d+)/;
const SYSTEM = /^pkg:generic\/microsoft\/windows-/;

/** Updates of the same host: of several systems in one target, those that the same file tells of. */
function installedBeside(item: RulePackage, packages: readonly RulePackage[]): ReadonlySet<string> {
  const updates = packages.filter(({ purl }) => UPDATE.test(purl));
  const one = packages.filter(({ purl }) => SYSTEM.test(purl)).length <= 1;
  const paths = new Set((item.locations ?? []).map(({ path }) => path));
  const own = one
    ? updates
    : updates.filter(({ locations = [] }) => locations.some(({ path }) => paths.has(path)));
  return new Set(own.map(({ purl }) => `KB${UPDATE.exec(purl)?.[1] ?? ''}`));
}

/** A fix that needs a setting besides proves nothing by itself. */
function withSetting(verdict: RuleVerdict, { setting }: Rule, role: string | undefined) {
  if (setting?.role !== role || setting === undefined || verdict.state !== 'not_affected')
    return verdict;
  return {
    state: 'unknown',
    reason: 'setting',
    because: `its update is in (${verdict.because}); ${setting.ask} was not seen (${setting.source})`,
    fixed: [],
  } as const;
}

function findingOf(
  { purl, version }: RulePackage,
  name: string,
  rule: Rule,
  verdict: RuleVerdict,
  index: AdvisoryIndex,
  now: Date,
): Finding {
  const feed = rulesFeed();
  const fresh = feedProblem(feed, now) === undefined;
  const subject = { purl, name, version, feed: feed.id, comparator: 'product', fresh };
  const { state, reason, fixed } = verdict;
  const when =
    state === 'affected' && rule.reachedBy !== undefined
      ? ` (reached where ${rule.reachedBy})`
      : '';
  const finding = cveFinding(
    subject,
    {
      cve: rule.cve,
      state,
      ...(reason === undefined ? {} : { reason }),
      fixed,
      because: `${verdict.because}${when}`,
    },
    index,
    { kev: kevOf(rule), ...(rule.cvss === undefined ? {} : { cvss: [rule.cvss] }) },
  );
  return {
    ...finding,
    summary: rule.title,
    url: rule.source,
    fixReleased: {
      at: verdict.released ?? rule.fixReleased,
      from: `${rule.publisher} (${rule.source})`,
    },
  };
}

function kevOf({ kev, title }: Rule): Intel['kev'] {
  return kev === undefined ? undefined : { ...kev, name: title };
}
