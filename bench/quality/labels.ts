/** Human labels of matches, replayed for every one that the feeds at hand can judge. */
import path from 'node:path';
import { ecosystemBase } from '../../src/advisories/ecosystem.ts';
import type { AdvisoryIndex } from '../../src/advisories/index-open.ts';
import { matchPackages } from '../../src/advisories/match.ts';
import type { MatchPackage } from '../../src/advisories/match-model.ts';
import type { Finding } from '../../src/advisories/verdict.ts';
import { segmentItems } from '../../src/advisories/segment-items.ts';
import { sharedFile } from '../../test/support/shared-data.ts';
import { NOW } from './feeds.ts';
import type { Miss, Outcome } from './suite.ts';

/** Image, package, version, the advisory and its CVE, the label, and a note. */
interface Label {
  readonly i: string;
  readonly p: string | null;
  readonly v: string | null;
  readonly id: string;
  readonly cve: string | null;
  readonly l: 'TP' | 'FP' | '??';
}

/** Last part of a name → full names, by ecosystem: labels leave out Maven's group. */
type Names = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

export function labels(index: AdvisoryIndex, directory: string): Outcome[] {
  const all = sharedFile('quality/match-labels.jsonl.zst')
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Label);
  const names = namesIn(index, directory);
  const tallies = new Map<string, Tally>();
  const beyond: Record<string, number> = {};
  for (const label of all) {
    const judged = judge(label, index, names);
    if (typeof judged === 'string') {
      beyond[judged] = (beyond[judged] ?? 0) + 1;
      continue;
    }
    const tally = tallies.get(judged.ecosystem) ?? { found: 0, misses: [] };
    tallies.set(judged.ecosystem, tally);
    count(tally, label, judged);
  }
  const suites = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1));
  return suites.map(([ecosystem, tally], at) => ({
    suite: `labels, ${ecosystem}`,
    ...tally,
    beyond: at === 0 ? beyond : {},
  }));
}

interface Tally {
  found: number;
  misses: Miss[];
}

interface Judged {
  readonly ecosystem: string;
  readonly affected: boolean;
  readonly why: string;
}

function count(tally: Tally, { i, p, v, id, l }: Label, { affected, why }: Judged): void {
  const row = [i.slice(-12), p, v, id].join(' ');
  if (l === 'TP' && affected) tally.found += 1;
  if (l === 'TP' && !affected) tally.misses.push({ kind: 'missed', row, why });
  if (l === 'FP' && affected) tally.misses.push({ kind: 'too much', row, why });
}

/** A word where it cannot be judged. */
function judge(label: Label, index: AdvisoryIndex, names: Names): Judged | string {
  if (label.l === '??') return 'the labellers did not decide';
  if (label.p === null || label.v === null) return 'the label names no package';
  const places = placesOf(label, names);
  if (typeof places === 'string') return places;
  const wanted = [label.id, label.cve].filter((name) => name !== null);
  let known: Judged | undefined;
  for (const { ecosystem, name } of places) {
    const item = itemOf(label, ecosystem, name);
    const { findings } = matchPackages([item], index, { now: NOW, all: true });
    const finding = findings.find(({ id, aliases, upstream }) =>
      [id, ...aliases, ...upstream].some((one) => wanted.includes(one)),
    );
    if (finding === undefined) continue;
    const affected = finding.state === 'affected';
    known = { ecosystem: ecosystemBase(ecosystem), affected, why: wordOf(finding, affected) };
    if (affected) return known;
  }
  return known ?? silentWord(label, places);
}

/** What the record says today, and what that means where the label says otherwise. */
function wordOf({ explain }: Finding, affected: boolean): string {
  const what = affected
    ? 'labelled a false positive: a fork, or brought and repaired by a distribution, which ownership of files tells and labels lack'
    : 'labelled a true positive: the record has been narrowed since';
  return `${explain.sentence} (${what})`;
}

function silentWord({ l }: Label, places: readonly Place[]): Judged | string {
  const ecosystem = places[0]?.ecosystem ?? '';
  const distribution = ecosystem.startsWith('AlmaLinux');
  // A feed of a distribution answers for all of its packages: silence is "not affected", and right for a false positive.
  if (l === 'FP' && distribution) return { ecosystem: 'AlmaLinux', affected: false, why: '' };
  return distribution
    ? 'AlmaLinux has no advisory of it: its feed tells only of what was fixed'
    : 'no feed at hand has a record of it for this package';
}

interface Place {
  readonly ecosystem: string;
  readonly name: string;
}

/** The kind of package is not in the label: the image and the shape of the version tell it. */
function placesOf({ i, p, v }: Label, names: Names): readonly Place[] | string {
  const name = p ?? '';
  const image = i.split('@')[0] ?? '';
  const distribution = DISTRIBUTED.find((shape) => shape.test(v ?? ''));
  if (distribution !== undefined) {
    const el = /[._+]el(\d+)/.exec(v ?? '')?.[1];
    if (el !== undefined && image.endsWith('/almalinux'))
      return [{ ecosystem: `AlmaLinux:${el}`, name }];
    return 'a distribution whose feed is not at hand';
  }
  const places = LANGUAGES.filter((one) => one !== 'Bitnami' || image.includes('bitnami/')).flatMap(
    (ecosystem) =>
      [...(names.get(ecosystem)?.get(name.toLowerCase()) ?? [])].map((one) => ({
        ecosystem,
        name: one,
      })),
  );
  return places.length === 0 ? 'no feed at hand names the package' : places;
}

/** Versions as distributions write them. */
const DISTRIBUTED: readonly RegExp[] = [
  /[._+](el|amzn|cm|mga|oe|suse|ph|fc)\d/,
  /-r\d+$/,
  /\+deb|~deb|ubuntu|\+b\d+$/,
  /^\d+:/,
];

const LANGUAGES = ['Bitnami', 'Go', 'Maven', 'NuGet', 'PyPI', 'RubyGems', 'crates.io', 'npm'];

function itemOf({ v }: Label, ecosystem: string, name: string): MatchPackage {
  const version = v ?? '';
  const type = ecosystem.startsWith('AlmaLinux') ? 'rpm' : 'generic';
  return { purl: `${ecosystem}/${name}@${version}`, type, ecosystem, name, version };
}

function namesIn(index: AdvisoryIndex, directory: string): Names {
  const names = new Map<string, Map<string, Set<string>>>();
  for (const feed of index.manifest.feeds) {
    if (!LANGUAGES.includes(feed.ecosystem)) continue;
    const own = names.get(feed.ecosystem) ?? new Map<string, Set<string>>();
    names.set(feed.ecosystem, own);
    for (const item of segmentItems(path.join(directory, feed.segment), feed.id)) {
      if (item.kind !== 'row') continue;
      for (const short of shortNames(feed.ecosystem, item.name)) {
        const full = own.get(short) ?? new Set();
        own.set(short, full.add(item.name));
      }
    }
  }
  return names;
}

function shortNames(ecosystem: string, name: string): string[] {
  const lower = name.toLowerCase();
  return ecosystem === 'Maven' ? [lower, lower.split(':').at(-1) ?? ''] : [lower];
}
