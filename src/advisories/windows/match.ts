/** The Windows systems among a target's packages against Microsoft's updates. */
import { cveFinding, isDropped, type CveVerdict } from '../cve-finding.ts';
import type { AdvisoryIndex } from '../index-open.ts';
import type { MatchOptions } from '../match-model.ts';
import { feedProblem, type Feed } from '../model.ts';
import { compareFindings } from '../priority.ts';
import type { ComponentVerdict, Finding } from '../verdict.ts';
import { readPurl } from '../../versions/purl.ts';
import { judgeWindows } from './judge.ts';
import type { WindowsUpdate, WindowsVerdict } from './model.ts';
import { catalogueName } from './product.ts';

/** What it needs of a package. Packages of one file belong to one system. */
export interface WindowsPackage {
  readonly purl: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly locations: readonly { readonly path: string }[];
}

export interface WindowsMatch {
  readonly findings: readonly Finding[];
  /** Verdicts of the systems and of their updates, by package URL. */
  readonly components: ReadonlyMap<string, ComponentVerdict>;
}

export interface WindowsOptions extends MatchOptions {
  /** Files that were not read whole. */
  readonly partial: ReadonlySet<string>;
}

const SYSTEM = /^pkg:generic\/microsoft\/windows-/;
const UPDATE = /^pkg:generic\/microsoft\/kb(\d+)/;

export function matchWindows(
  packages: readonly WindowsPackage[],
  index: AdvisoryIndex,
  options: WindowsOptions,
): WindowsMatch {
  const systems = onePerHost(packages.filter(({ purl }) => SYSTEM.test(purl)));
  const updates = packages.filter(({ purl }) => UPDATE.test(purl));
  const feed = index.manifest.feeds.find(({ source }) => source === 'windows');
  const findings: Finding[] = [];
  const components = new Map<string, ComponentVerdict>();
  for (const system of systems) {
    const own = systems.length === 1 ? updates : updates.filter((each) => isBeside(each, system));
    const verdict = judgeSystem(system, own, { index, feed, options, findings });
    components.set(system.purl, verdict);
    for (const { purl } of own) components.set(purl, { ...verdict, purl });
  }
  return { findings: findings.sort(compareFindings), components };
}

/** Of each flaw the first update that repairs it on this product. */
function firstFixes(catalogue: readonly WindowsUpdate[]): Map<string, WindowsUpdate> {
  const first = new Map<string, WindowsUpdate>();
  for (const update of catalogue)
    for (const cve of update.cves) {
      const known = first.get(cve);
      if (known === undefined || update.date < known.date) first.set(cve, update);
    }
  return first;
}

function releasedBy(
  first: WindowsUpdate | undefined,
  feed: string,
): Pick<CveVerdict, 'fixReleased'> {
  if (first === undefined) return {};
  return { fixReleased: { at: first.date, from: `KB${first.kb} (${feed})` } };
}

interface Tools {
  readonly index: AdvisoryIndex;
  readonly feed: Feed | undefined;
  readonly options: WindowsOptions;
  readonly findings: Finding[];
}

function judgeSystem(
  system: WindowsPackage,
  updates: readonly WindowsPackage[],
  { index, feed, options, findings }: Tools,
): ComponentVerdict {
  const { purl, version } = system;
  const parts = readPurl(purl).value;
  const qualifiers = parts?.qualifiers ?? {};
  const name = parts?.name ?? '';
  const product = productOf(name, qualifiers);
  const catalogue = product === undefined ? [] : index.windows(product);
  if (feed === undefined || product === undefined || catalogue.length === 0)
    return { purl, state: 'unknown', reason: 'no-feed', limits: [] };
  const problem = feedProblem(feed, options.now);
  const installed = updates.flatMap((each) => UPDATE.exec(each.purl)?.[1] ?? []);
  const whole = isWhole(system, updates, options.partial);
  const host = { build: buildOf(version), installed, whole };
  const fresh = problem === undefined;
  const subject = { purl, name, version, feed: feed.id, comparator: 'windows-updates', fresh };
  const isController = qualifiers['role'] === 'domain-controller';
  const first = firstFixes(catalogue);
  for (const [cve, judged] of judgeWindows({ product, updates: catalogue }, host)) {
    const verdict = asked(cve, judged, isController);
    if (isDropped(verdict, purl, cve, options)) continue;
    const released = releasedBy(first.get(cve), feed.id);
    findings.push(cveFinding(subject, { cve, ...verdict, ...released }, index));
  }
  return componentOf(purl, feed, problem);
}

/**
 * A list of updates is known to be whole where every file of it was; that there is none at all only `systeminfo` says,
 * which tells the host's role too. A registry or `ver` tells of a system and nothing of its updates.
 */
function isWhole(
  system: WindowsPackage,
  updates: readonly WindowsPackage[],
  partial: ReadonlySet<string>,
): boolean {
  const files = [system, ...updates].flatMap(({ locations }) => locations);
  if (files.some(({ path }) => partial.has(path))) return false;
  return updates.length > 0 || /[?&]role=/.test(system.purl);
}

const UNSURE = {
  'newer-than-catalogue': 'an installed update is newer than the catalogue',
  'before-rollups': 'rollups may hold this older update, and Microsoft does not say which do',
  'part-of-list': 'the list of installed updates is not whole',
} as const;

function componentOf(
  purl: string,
  { id }: Feed,
  problem: ReturnType<typeof feedProblem>,
): ComponentVerdict {
  if (problem !== undefined) {
    return { purl, state: 'unknown', reason: REASONS[problem], limits: [] };
  }
  const limit = `only flaws that an update exists for are told (${id})`;
  return { purl, state: 'assessed', limits: [limit] };
}

const REASONS = { stale: 'stale-feed', empty: 'empty-feed', canary: 'canary' } as const;

function productOf(name: string, qualifiers: Readonly<Record<string, string>>): string | undefined {
  return catalogueName({
    name,
    arch: qualifiers['arch'] ?? 'x64',
    release: qualifiers['release'] ?? '',
    servicePack: qualifiers['service_pack'] ?? '',
    core: qualifiers['installation'] === 'server-core',
  });
}

/** Flaws whose update works on a domain controller only with a setting: ZeroLogon's enforcement (KB4557222). */
const NEEDS_SETTING: Readonly<Record<string, string>> = {
  'CVE-2020-1472':
    'its update is installed; whether enforcement is on and no account is exempted (FullSecureChannelProtection, and the policy "Allow vulnerable Netlogon secure channel connections") was not seen',
};

function asked(
  cve: string,
  verdict: WindowsVerdict,
  isController: boolean,
): Omit<Parameters<typeof cveFinding>[1], 'cve'> {
  const setting = isController ? NEEDS_SETTING[cve] : undefined;
  if (verdict.state === 'affected')
    return {
      state: 'affected',
      fixed: verdict.fixes,
      because: 'none of the updates that repair it is installed or held by one that is',
    };
  if (verdict.state === 'unknown')
    return {
      state: 'unknown',
      reason: 'updates',
      fixed: verdict.fixes,
      because: UNSURE[verdict.reason],
    };
  if (setting !== undefined)
    return { state: 'unknown', reason: 'setting', fixed: [], because: setting };
  return { state: 'not_affected', fixed: [], because: verdict.because };
}

function buildOf(version: string): number {
  return Number(version.split('.')[2] ?? 0);
}

/** Two sources of one host may give its version with and without the revision: the longer one speaks. */
function onePerHost(systems: readonly WindowsPackage[]): WindowsPackage[] {
  return systems.filter(
    (system) =>
      !systems.some(
        (other) =>
          other !== system &&
          other.name === system.name &&
          other.version.startsWith(`${system.version}.`) &&
          folderOf(other) === folderOf(system),
      ),
  );
}

function isBeside(update: WindowsPackage, system: WindowsPackage): boolean {
  const paths = new Set(system.locations.map(({ path }) => path));
  return update.locations.some(({ path }) => paths.has(path));
}

function folderOf({ locations }: WindowsPackage): string {
  return (locations[0]?.path ?? '').replace(/[^/]*$/, '');
}
