/** The report in words that every format for people shares. */
import { PENDING_UPLOAD } from '../advisories/pending-upload.ts';
import type { Finding, VerdictUnknownReason } from '../advisories/verdict.ts';
import { plain } from './plain.ts';
import type { ReportComponent, ScanReport } from './report.ts';

export const REASON_WORDS: Readonly<Record<VerdictUnknownReason, string>> = {
  'no-ecosystem': 'nobody publishes advisories for this kind of package that we know of',
  'no-feed': 'no feed for its ecosystem was brought here',
  'empty-feed': 'the feed for its ecosystem is empty',
  'stale-feed': 'the feed for its ecosystem is too old',
  canary: 'the feed for its ecosystem lacks an advisory that a whole one must hold',
  'no-version': 'the file names no version',
  version: 'the version cannot be read',
  'advisory-version': "the advisory's own range cannot be read",
  'git-only': 'the advisory names only commits',
  'no-range': 'the advisory names no version',
  setting: 'its fix works only with a setting that was not seen',
  updates: 'which updates are installed, or what they hold, is not wholly known',
  platform: 'the advisory speaks of one edition or platform, and which one this is of is not known',
  module: 'the advisory speaks of one module stream, and which one this is of is not known',
};

export function reasonWords(reason: VerdictUnknownReason | undefined): string {
  return reason === undefined ? 'it was not judged' : REASON_WORDS[reason];
}

/** `unknown` is a word for what nobody rated. */
export function severityWords({ severity }: Finding): string {
  return severity.word === 'unknown' ? 'not rated' : severity.word;
}

export interface UnknownGroup {
  readonly reason: VerdictUnknownReason | undefined;
  /** OSV's ecosystem, or the kind of package where it has none. */
  readonly of: string;
  readonly components: readonly ReportComponent[];
}

/** Components that nobody answers for, together by reason and ecosystem, the largest group first. */
export function unknownGroups({ components }: ScanReport): UnknownGroup[] {
  const groups = new Map<string, UnknownGroup & { readonly components: ReportComponent[] }>();
  for (const component of components) {
    if (component.verdict.state !== 'unknown') continue;
    const { reason } = component.verdict;
    const of = component.ecosystem === '' ? component.type : component.ecosystem;
    const key = `${reason ?? ''} ${of}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { reason, of, components: [component] });
    else group.components.push(component);
  }
  return [...groups.values()].sort(
    (a, b) => b.components.length - a.components.length || compare(a.of, b.of),
  );
}

export function componentsByPurl({ components }: ScanReport): ReadonlyMap<string, ReportComponent> {
  return new Map(components.map((component) => [component.purl, component]));
}

/** Name and version as a person would write them, without the kind of package. */
export function componentName(purl: string, component: ReportComponent | undefined): string {
  return plain(component?.name ?? purl);
}

export function fixWords({ fixed, fixState }: Finding): string {
  if (fixed.length > 0) return plain(fixed.join(', '));
  switch (fixState) {
    case 'wont-fix':
      return "won't be fixed";
    case 'under-investigation':
      return 'being looked at';
    case 'fixed':
    case 'none-known':
      return 'none known';
  }
}

/** "1 component", "2 components". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/**
 * "3 vulnerabilities in 6 components of 80, 2 pending security uploads": one flaw in four packages is one, and uploads name
 * no flaw.
 */
export function flawWords(findings: readonly Finding[], total?: number): string {
  const known = findings.filter(({ id }) => id !== PENDING_UPLOAD);
  const flaws = new Set(known.map(({ id }) => id)).size;
  const components = new Set(known.map(({ purl }) => purl)).size;
  const uploads = findings.length - known.length;
  return [
    `${counted(flaws, 'vulnerability', 'vulnerabilities')} in ${counted(components, 'component')}`,
    ...(total === undefined ? [] : [` of ${grouped(total)}`]),
    ...(uploads === 0 ? [] : [`, ${counted(uploads, 'pending security upload')}`]),
  ].join('');
}

/** 12345 → `12,345`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** 0.9436 → `94 %`; what is below a half per cent is not rounded to nothing. */
export function epssWords({ epss }: Finding): string {
  if (epss === null) return '';
  const percent = epss.score * 100;
  if (percent >= 99.5) return '>99 %';
  return percent < 0.5 ? '<1 %' : `${Math.round(percent)} %`;
}

/** ISO 8601 → `2026-11-22 02:27 UTC`. */
export function momentWords(iso: string): string {
  return `${plain(iso).slice(0, 16).replace('T', ' ')} UTC`;
}

/** `debian 12`, or nothing. */
export function distributionWords({ target }: ScanReport): string {
  const { distribution } = target;
  return distribution === undefined
    ? ''
    : plain(`${distribution.id} ${distribution.version}`).trim();
}

export interface Gap {
  readonly what: string;
  readonly why: string;
}

/** Everything for which the report's silence proves nothing, without the components and findings themselves. */
export function gaps(report: ScanReport): Gap[] {
  const feeds = report.feeds
    .filter(({ fresh }) => !fresh)
    .map(({ id, asOf, problem }) => ({
      what: plain(`feed ${id}`),
      why:
        problem === 'stale'
          ? `too old: as of ${plain(asOf).slice(0, 10)}`
          : FEED_WORDS[problem ?? 'empty'],
    }));
  const extractors = report.extractors.flatMap(({ id, status, notes, furtherNotes }) => [
    ...(status === 'failed' && notes.length === 0
      ? [{ what: plain(id), why: 'could read nothing' }]
      : []),
    ...notes.map(({ path, reason, detail }) => ({
      what: plain(path),
      why: plain(`${reason}: ${detail}`),
    })),
    ...(furtherNotes === 0
      ? []
      : [{ what: plain(id), why: `${counted(furtherNotes, 'more note')} not listed` }]),
  ]);
  const unread = report.unread.map(({ path, reason, detail }) => ({
    what: plain(path),
    why: plain(`${reason}: ${detail}`),
  }));
  return [...unread, ...extractors, ...feeds];
}

const FEED_WORDS = {
  empty: 'holds nothing',
  canary: 'lacks an advisory that a whole one must hold',
  stale: 'too old',
} as const;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
