/** A finding out of a cluster's verdict: the words, the severity, what is known of its exploitation. */
import { hash } from 'node:crypto';
import { schemeOf } from '../versions/index.ts';
import { orderNames, type Cluster } from './cluster.ts';
import type { ClusterVerdict, MemberVerdict } from './cluster-verdict.ts';
import { ecosystemBase } from './ecosystem.ts';
import { releasedBy } from './fix-notice.ts';
import type { AdvisoryIndex } from './index-open.ts';
import { isAffected } from './match-row.ts';
import type { MatchPackage } from './match-model.ts';
import type { Intel } from './model.ts';
import { rateSeverity, type Said } from './severity.ts';
import type { Explanation, Finding } from './verdict.ts';

/**
 * What the verdict says of every component that asks the same, named by `findingFor`.
 */
export function findingOf(
  item: MatchPackage,
  cluster: Cluster,
  verdict: ClusterVerdict,
  index: AdvisoryIndex,
): Finding {
  const spokesman = spokesmanOf(item, verdict);
  const { id } = spokesman.member;
  const counted = verdict.members.filter(({ says }) => says === verdictWord(verdict));
  const upstream = upstreamOf(cluster, counted);
  const cves = [...cluster.names, ...upstream].filter((name) => name.startsWith('CVE-'));
  const intel = intelOf(cves, index);
  const fixed = fixesOf(item, verdict);
  const released = releasedBy(verdict.members);
  return {
    key: '',
    purl: '',
    id,
    aliases: cluster.names.filter((name) => name !== id),
    upstream,
    state: verdict.state,
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    status: statusOf(verdict, spokesman, intel),
    ...textsOf(spokesman),
    fixed,
    fixState: fixStateOf(verdict, fixed),
    ...(released === undefined ? {} : { fixReleased: released }),
    severity: rateSeverity(saidOf(verdict, cves, index), vendorWordOf(spokesman)),
    ...exploitationOf(intel),
    explain: explanationOf(item, verdict, spokesman, fixed),
  };
}

/** The finding as that of one component. */
export function findingFor(item: MatchPackage, finding: Finding): Finding {
  const [first = finding.id] = orderNames([finding.id, ...finding.aliases]);
  const { version, name } = item;
  const subject = `${name} ${version === '' ? '(no version)' : version}`;
  const { explain } = finding;
  return {
    ...finding,
    key: findingKey(item.purl, first),
    purl: item.purl,
    explain: { ...explain, sentence: explain.sentence.replace(SUBJECT, () => subject) },
  };
}

/** Stands for the component in sentences that are not yet about one. */
const SUBJECT = '\0';

type Texts = Pick<Finding, 'summary' | 'url' | 'published' | 'modified'>;

function textsOf({ member: { record } }: MemberVerdict): Texts {
  if (record === undefined) return { summary: '', url: '', published: '', modified: '' };
  const { summary, url, published, modified } = record;
  return { summary, url, published, modified };
}

function exploitationOf({ kev, epss, ssvc }: Intel): Pick<Finding, 'kev' | 'epss' | 'ssvc'> {
  return { kev: kev ?? null, epss: epss ?? null, ssvc: ssvc ?? null };
}

/** Of the package and the first name of the cluster: 128 bits, hex. */
export function findingKey(purl: string, name: string): string {
  return hash('sha256', `${purl}\0${name}`, 'hex').slice(0, 32);
}

function verdictWord({ state }: ClusterVerdict): string {
  return state === 'not_affected' ? 'outside' : state;
}

const NATIVE: ReadonlyMap<string, string> = new Map([
  ['Bitnami', 'BIT-'],
  ['Go', 'GO-'],
  ['PyPI', 'PYSEC-'],
  ['crates.io', 'RUSTSEC-'],
]);

/** The record that the finding is named after: one that says what the verdict says, of the ecosystem's own names first. */
function spokesmanOf(item: MatchPackage, verdict: ClusterVerdict): MemberVerdict {
  const native = NATIVE.get(ecosystemBase(item.ecosystem));
  const word = verdictWord(verdict);
  const rank = ({ member: { id }, says }: MemberVerdict): number => {
    const agrees = says === word ? 0 : 10;
    if (native !== undefined && id.startsWith(native)) return agrees;
    return agrees + (id.startsWith('GHSA-') ? 1 : id.startsWith('CVE-') ? 2 : 3);
  };
  const [first] = [...verdict.members].sort(
    (a, b) => rank(a) - rank(b) || (a.member.id < b.member.id ? -1 : 1),
  );
  if (first === undefined) throw new Error('a cluster without members');
  return first;
}

function upstreamOf(cluster: Cluster, counted: readonly MemberVerdict[]): string[] {
  const names = new Set(cluster.names);
  const upstream = counted.flatMap(({ member }) => member.record?.upstream ?? []);
  return [...new Set(upstream)].filter((name) => !names.has(name)).sort();
}

/** Ransomware first, then anything exploited; the greatest likelihood; the first that decided by SSVC. */
function intelOf(cves: readonly string[], index: AdvisoryIndex): Intel {
  const parts = cves.map((cve) => index.intel(cve));
  const kevs = parts.flatMap(({ kev }) => kev ?? []);
  const scores = parts.flatMap(({ epss }) => epss ?? []);
  const kev = kevs.find(({ ransomware }) => ransomware) ?? kevs[0];
  const [epss] = scores.sort((a, b) => b.score - a.score);
  const ssvc = parts.find((part) => part.ssvc !== undefined)?.ssvc;
  const disputed = parts.length > 0 && parts.every(({ status }) => status === 'disputed');
  return {
    ...(kev === undefined ? {} : { kev }),
    ...(epss === undefined ? {} : { epss }),
    ...(ssvc === undefined ? {} : { ssvc }),
    ...(disputed ? { status: 'disputed' as const } : {}),
  };
}

function statusOf(
  verdict: ClusterVerdict,
  spokesman: MemberVerdict,
  intel: Intel,
): Finding['status'] {
  if (verdict.state !== 'affected') {
    const { says, member } = spokesman;
    return says === 'withdrawn' || says === 'rejected' ? says : (member.record?.status ?? 'active');
  }
  const speaking = verdict.members.filter(({ says }) => says === 'affected');
  const disputed = speaking.every(({ member }) => member.record?.status === 'disputed');
  return disputed || intel.status === 'disputed' ? 'disputed' : 'active';
}

/**
 * Smallest first, each once, as the ecosystem orders them. What one feed calls repaired and another affected is no repair,
 * as it would be no silence.
 */
function fixesOf(item: MatchPackage, { members }: ClusterVerdict): string[] {
  const affecting = members.flatMap((member) => member.affecting);
  const named = [...new Set(affecting.flatMap(({ fixed }) => fixed ?? []))].sort();
  const builds = affecting.some(({ row }) => row.module !== undefined);
  const fixes =
    affecting.length < 2 || builds
      ? named
      : named.filter((fix) => !affecting.some(({ row }) => isAffected(item.ecosystem, fix, row)));
  if (fixes.length < 2) return fixes;
  const scheme = schemeOf(item.ecosystem);
  const parsed = fixes.map((version) => ({
    version,
    value: scheme?.parse(version),
  }));
  if (scheme === undefined) return parsed.map(({ version }) => version);
  parsed.sort((a, b) =>
    a.value === undefined || b.value === undefined ? 0 : scheme.compare(a.value, b.value),
  );
  return parsed
    .filter(({ value }, index) => {
      const before = parsed[index - 1]?.value;
      return value === undefined || before === undefined || scheme.compare(before, value) !== 0;
    })
    .map(({ version }) => version);
}

function fixStateOf({ members }: ClusterVerdict, fixed: readonly string[]): Finding['fixState'] {
  if (fixed.length > 0) return 'fixed';
  const states = new Set(
    members
      .filter(({ says }) => says === 'affected' || says === 'unknown')
      .map(({ decisive }) => decisive.row.state),
  );
  if (states.has('wont_fix')) return 'wont-fix';
  return states.has('under_investigation') ? 'under-investigation' : 'none-known';
}

function saidOf(
  { members }: ClusterVerdict,
  cves: readonly string[],
  index: AdvisoryIndex,
): Said[] {
  const byFeeds = members.flatMap(({ member: { feed, record } }) =>
    (record?.cvss ?? []).map((vector): Said => ({ vector, from: feed.id })),
  );
  const byRecords = cves.flatMap((cve) =>
    (index.intel(cve).cvss ?? []).map((vector): Said => ({ vector, from: cve })),
  );
  return [...byFeeds, ...byRecords];
}

function vendorWordOf({ decisive, member }: MemberVerdict): string | null {
  return decisive.row.urgency ?? member.record?.severity ?? null;
}

function explanationOf(
  item: MatchPackage,
  verdict: ClusterVerdict,
  spokesman: MemberVerdict,
  fixed: readonly string[],
): Explanation {
  const { lookup } = spokesman.decisive;
  return {
    matched: {
      ecosystem: item.ecosystem,
      name: lookup.name,
      version: lookup.version,
      by: lookup.by,
    },
    comparator: schemeOf(item.ecosystem)?.id ?? 'none',
    feeds: verdict.words,
    sentence: sentenceOf(verdict, spokesman, fixed),
  };
}

function sentenceOf(
  verdict: ClusterVerdict,
  { member, decisive }: MemberVerdict,
  fixed: readonly string[],
): string {
  const what = SUBJECT;
  const word = verdict.words.find(
    ({ record, feed }) => record === member.id && feed === member.feed.id,
  );
  const because = word?.because ?? '';
  const { by, version } = decisive.lookup;
  const through = by === 'source' ? `, which is at ${version}` : '';
  switch (verdict.state) {
    case 'affected':
      return `${what} is affected by ${member.id}: ${member.feed.id} says ${because}${through}${repair(fixed)}.`;
    case 'unknown':
      return `Whether ${member.id} affects ${what} is not known: of ${member.feed.id}, ${because}.`;
    case 'not_affected':
      return `${what} is not affected by ${member.id}: ${member.feed.id} says ${word?.says ?? ''}, ${because}.`;
  }
}

function repair(fixed: readonly string[]): string {
  return fixed.length === 0 ? '; no fix is known' : `; repaired in ${fixed.join(', ')}`;
}
