/** The Windows systems among a target's packages against Microsoft's updates. */
import { cveFinding, isDropped, type CveVerdict } from '../cve-finding.ts';
import type { AdvisoryIndex } from '../index-open.ts';
import type { MatchOptions } from '../match-model.ts';
import { feedProblem, type Feed } from '../model.ts';
import { compareFindings } from '../priority.ts';
import type { ComponentVerdict, Finding } from '../verdict.ts';
import { readPurl } from '../../versions/purl.ts';
import {
  shownVersion,
  windowsIn,
  type WindowsFact,
  type WindowsPackage,
  type WindowsParts,
} from './host.ts';
import { judgeWindows } from './judge.ts';
import type { WindowsCatalogue, WindowsHost, WindowsUpdate, WindowsVerdict } from './model.ts';
import {
  enforcesAt,
  hasSettings,
  judgeNetlogon,
  ZEROLOGON,
  type NetlogonVerdict,
} from './netlogon.ts';
import { catalogueName } from './product.ts';
import { releaseOf, standingOf } from './release.ts';

export interface WindowsMatch {
  readonly findings: readonly Finding[];
  /** Verdicts of the systems and of their updates, by package URL. */
  readonly components: ReadonlyMap<string, ComponentVerdict>;
}

export interface WindowsOptions extends MatchOptions {
  /** What files say besides packages. */
  readonly facts: readonly WindowsFact[];
}

export function matchWindows(
  packages: readonly WindowsPackage[],
  index: AdvisoryIndex,
  options: WindowsOptions,
): WindowsMatch {
  const feed = index.manifest.feeds.find(({ source }) => source === 'windows');
  const findings: Finding[] = [];
  const components = new Map<string, ComponentVerdict>();
  for (const parts of windowsIn(packages, options.facts)) {
    const verdict = judgeSystem(parts, { index, feed, options, findings });
    components.set(parts.system.purl, verdict);
    for (const purl of parts.updates) components.set(purl, { ...verdict, purl });
  }
  return { findings: findings.sort(compareFindings), components };
}

/** Of each flaw the first update that repairs it on this product. */
function firstFixes(
  catalogue: readonly WindowsUpdate[],
  build: number,
): Map<string, Pick<WindowsUpdate, 'kb' | 'date'>> {
  const first = new Map<string, Pick<WindowsUpdate, 'kb' | 'date'>>();
  for (const { kb, date: listed, cves } of catalogue) {
    const date = releaseOf(build, kb)?.date ?? listed;
    for (const cve of cves) if (date < (first.get(cve)?.date ?? '9')) first.set(cve, { kb, date });
  }
  return first;
}

function releasedBy(
  first: Pick<WindowsUpdate, 'kb' | 'date'> | undefined,
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

function judgeSystem(parts: WindowsParts, tools: Tools): ComponentVerdict {
  const { index, feed, findings } = tools;
  const { purl } = parts.system;
  const asked = questionOf(parts);
  const product = productOf(asked.name, asked.qualifiers);
  const catalogue = product === undefined ? [] : index.windows(product);
  if (feed !== undefined && product !== undefined && catalogue.length > 0)
    return judgeByCatalogue(parts, asked, { product, updates: catalogue }, { ...tools, feed });
  const setting = settingAlone(asked, shownVersion(parts.system.version, parts.installed));
  if (setting !== undefined)
    findings.push(
      cveFinding(
        { ...subjectOf(parts, asked), feed: 'rules', fresh: true },
        { cve: ZEROLOGON, ...setting },
        index,
      ),
    );
  return { purl, state: 'unknown', reason: 'no-feed', limits: [] };
}

interface Question {
  readonly name: string;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly host: WindowsHost;
  readonly facts: ReadonlyMap<string, string>;
  readonly isController: boolean | undefined;
}

function questionOf({ system, installed, facts }: WindowsParts): Question {
  const parts = readPurl(system.purl).value;
  const name = parts?.name ?? '';
  const qualifiers = parts?.qualifiers ?? {};
  const role = qualifiers['role'] ?? facts.get('windows.role');
  const host = hostOf(system.version, installed, facts);
  return { name, qualifiers, host, facts, isController: controllerOf(name, role) };
}

function subjectOf({ system }: WindowsParts, { name }: Question) {
  const { purl, version } = system;
  return { purl, name, version, comparator: 'windows-updates' };
}

function judgeByCatalogue(
  parts: WindowsParts,
  asked: Question,
  catalogue: WindowsCatalogue,
  { index, feed, options, findings }: Tools & { readonly feed: Feed },
): ComponentVerdict {
  const { purl } = parts.system;
  const { host } = asked;
  const problem = feedProblem(feed, options.now);
  const subject = { ...subjectOf(parts, asked), feed: feed.id, fresh: problem === undefined };
  const first = firstFixes(catalogue.updates, host.build);
  const blind = isBlind(host);
  for (const [cve, judged] of judgeWindows(catalogue, host)) {
    const verdict =
      cve === ZEROLOGON ? withSetting(judged, asked, catalogue.updates) : saidOf(judged);
    if (isDropped(verdict, purl, cve, options)) continue;
    if (blind && verdict.state === 'unknown' && index.intel(cve).kev === undefined) continue;
    const released = releasedBy(first.get(cve), feed.id);
    findings.push(cveFinding(subject, { cve, ...verdict, ...released }, index));
  }
  return blind ? blindVerdict(purl) : componentOf(purl, feed, problem);
}

function withSetting(
  judged: WindowsVerdict,
  asked: Question,
  updates: readonly WindowsUpdate[],
): Said {
  if (judged.state === 'unknown') return saidOf(judged);
  const setting = judgeNetlogon({ ...asked, updates, isEnforced: judged.state === 'not_affected' });
  return setting === undefined ? saidOf(judged) : settingOf(setting);
}

/** Without a catalogue the revision of the build tells which step of the repair is in, and the settings the rest. */
function settingAlone(asked: Question, shown: string | undefined): Said | undefined {
  const host = shown === undefined ? asked.host : hostOf(shown, asked.host.installed, asked.facts);
  const isEnforced = enforcesAt(host);
  if (isEnforced === undefined || !hasSettings(asked.facts)) return undefined;
  const setting = judgeNetlogon({ ...asked, host, updates: [], isEnforced });
  return setting === undefined ? undefined : settingOf(setting);
}

function hostOf(
  version: string,
  installed: readonly string[],
  facts: ReadonlyMap<string, string>,
): WindowsHost {
  const [, , build = '0', revision] = version.split('.');
  return {
    build: Number(build),
    ...(revision === undefined ? {} : { revision: Number(revision) }),
    installed,
    whole: facts.get('windows.updates') === 'whole',
  };
}

/** Undefined: it may be one. */
function controllerOf(name: string, role: string | undefined): boolean | undefined {
  if (role !== undefined) return role === 'domain-controller';
  return name.startsWith('windows-server') ? undefined : false;
}

/** Neither a list of updates nor a revision that stands for one: everything may be there, and everything may be missing. */
function isBlind({ build, revision, installed, whole }: WindowsHost): boolean {
  const tells = revision !== undefined && standingOf(build, revision) !== undefined;
  return !tells && !whole && installed.length === 0;
}

/** One word for the thousands of flaws of which nothing is known; those that are exploited are named one by one. */
function blindVerdict(purl: string): ComponentVerdict {
  return {
    purl,
    state: 'unknown',
    reason: 'updates',
    limits: ['neither its updates nor the revision of its build are known'],
  };
}

const UNSURE = {
  'newer-than-catalogue': 'an installed update is newer than the catalogue',
  'before-rollups': 'rollups may hold this older update, and Microsoft does not say which do',
  'part-of-list':
    'the list of installed updates is not whole, and the revision of the build is not known',
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

type Said = Omit<CveVerdict, 'cve'>;

function saidOf(verdict: WindowsVerdict): Said {
  switch (verdict.state) {
    case 'affected':
      return {
        state: 'affected',
        fixed: verdict.fixes,
        because: 'none of the updates that repair it is installed or held by one that is',
      };
    case 'unknown':
      return {
        state: 'unknown',
        reason: 'updates',
        fixed: verdict.fixes,
        because: UNSURE[verdict.reason],
      };
    case 'not_affected':
      return { state: 'not_affected', fixed: [], because: verdict.because };
  }
}

function settingOf({ state, because }: NetlogonVerdict): Said {
  return state === 'not_affected'
    ? { state, fixed: [], because }
    : { state, reason: 'setting', fixed: [], because };
}
