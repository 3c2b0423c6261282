/** What a finding asks for: which fix, of which flaw, and what is known of when the fix was released. */
import type { Finding } from '../../advisories/verdict.ts';
import type { ClockFact, Fix, FlawFacts, Subject, Tri } from './model.ts';
import { vendorWord } from './severity-word.ts';

/** The parts of a finding that decide; the rest explains. */
export interface NeedyFinding {
  readonly id: string;
  /** All names of the flaw, in capitals. */
  readonly names: readonly string[];
  readonly state: Finding['state'];
  readonly reason: string | null;
  readonly fixed: string | null;
  readonly severity: Finding['severity'];
  readonly kev: Finding['kev'];
  readonly ssvc: Finding['ssvc'];
  readonly published: string | null;
  readonly fixReleased: { readonly at: string; readonly from: string } | null;
  readonly firstSeen: Date;
}

export interface NeedyComponent {
  readonly type: string;
  readonly release: string;
  readonly name: string;
  readonly sourceName: string;
}

export interface Need {
  readonly fix: Fix;
  readonly flaw: FlawFacts;
  readonly certain: boolean;
  readonly fixable: boolean;
}

export const WINDOWS = 'windows';

export function subjectOf({ type, release, name, sourceName }: NeedyComponent): Subject {
  // Of a Windows its source name is what its files say besides: its role, its settings.
  if (type === WINDOWS) return { type, release, name };
  return { type, release, name: sourceName === '' ? name : sourceName };
}

export function subjectKey({ type, release, name }: Subject): string {
  return `${type}/${release === '' ? '' : `${release}/`}${name}`;
}

/** A setting that must be made, a version that repairs, or, where there is neither, something that stands in the way. */
export function needOf(component: NeedyComponent, finding: NeedyFinding): Need {
  const subject = subjectOf(component);
  const flaw = flawOf(finding);
  const certain = finding.state === 'affected';
  const base = { flaw, certain };
  const about = subjectKey(subject);
  if (finding.reason === 'setting') {
    const fix: Fix = {
      key: `${about}#setting-${flaw.name}`,
      kind: 'configuration',
      subject,
      to: null,
    };
    return { ...base, fix, fixable: true };
  }
  if (finding.fixed !== null) {
    const fix: Fix = {
      key: `${about}@${finding.fixed}`,
      kind: 'upgrade',
      subject,
      to: finding.fixed,
    };
    return { ...base, fix, fixable: true };
  }
  const fix: Fix = { key: `${about}#no-fix-${flaw.name}`, kind: 'mitigation', subject, to: null };
  return { ...base, fix, fixable: false };
}

function flawOf(finding: NeedyFinding): FlawFacts {
  const { severity, kev, ssvc, names, id } = finding;
  const scores = [severity.score, ...severity.all.map(({ score }) => score)].filter(
    (score) => score !== null,
  );
  return {
    name: names.find((name) => name.startsWith('CVE-')) ?? id,
    names,
    score: scores.length === 0 ? null : Math.max(...scores),
    word: severity.word,
    vendor: vendorWord(severity.vendor),
    kev: kev === null ? null : { added: kev.added, due: kev.due, ransomware: kev.ransomware },
    automatable: answer(ssvc?.automatable),
    impact: impactOf(ssvc?.impact),
  };
}

function answer(text: string | undefined): Tri {
  return text === 'yes' || text === 'no' ? text : 'unknown';
}

function impactOf(text: string | undefined): FlawFacts['impact'] {
  return text === 'partial' || text === 'total' ? text : 'unknown';
}

/** Announcements that a fix is out, by how vendors number them: their publication is the release. */
const NOTICE =
  /^(?:DSA|DLA|ELA|USN|LSN|ALSA|ALBA|RHSA|RHBA|RHEA|ELSA|RLSA|ALAS\w*|MGASA|SUSE-[A-Z]+|OPENSUSE-SU)-/i;

/**
 * What the finding tells of the release. The day that a source gives for the fix itself, or of the vendor's notice, is
 * evidence, and so is that we knew the flaw without a fix (`watched`) and now see one; the publication of any other record,
 * and the day on which we first knew, only stand in.
 */
export function clockFactsOf(finding: NeedyFinding, watched: boolean, now: Date): ClockFact[] {
  const { fixReleased, published, id, firstSeen } = finding;
  const facts: ClockFact[] = [
    { at: firstSeen, source: 'first-known', from: 'our own reading', observedAt: now },
  ];
  const add = (text: string, source: ClockFact['source'], from: string): void => {
    const at = Date.parse(text);
    if (!Number.isNaN(at)) facts.push({ at: new Date(at), source, from, observedAt: now });
  };
  if (fixReleased !== null) add(fixReleased.at, 'vendor', fixReleased.from);
  if (published !== null) add(published, NOTICE.test(id) ? 'vendor' : 'advisory', id);
  if (watched) add(now.toISOString(), 'catalogue', id);
  return facts;
}
