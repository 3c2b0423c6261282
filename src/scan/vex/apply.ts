/** Puts VEX statements onto findings, and reports every statement that spoke of nothing, with what came nearest. */
import type { Finding, VexWord } from '../../advisories/verdict.ts';
import type { Package } from '../../inventory/schema.ts';
import type { Purl } from '../../versions/purl-model.ts';
import { readPurl } from '../../versions/purl.ts';
import type { VexMiss, VexReport } from '../report.ts';
import type { VexDocument, VexProduct, VexStatement, VexSubject } from './model.ts';
import { differences } from './same.ts';

export interface VexTarget {
  /** What the target itself is called: its name, digest, package URL. */
  readonly identifiers: readonly string[];
  readonly packages: readonly Pick<Package, 'purl'>[];
}

export interface NamedDocument {
  readonly name: string;
  readonly document: VexDocument;
}

/**
 * The newest statement decides. `not_affected` and `fixed` make a finding not affected, `affected` settles an unknown one,
 * `under_investigation` leaves it standing. Findings keep their place; those that a statement spoke of carry it.
 */
export function applyVex(
  documents: readonly NamedDocument[],
  target: VexTarget,
  findings: readonly Finding[],
): { readonly findings: readonly Finding[]; readonly report: VexReport } {
  const matcher = createMatcher(target, findings);
  const words = new Map<string, VexWord>();
  const unmatched: VexMiss[] = [];
  for (const { document } of documents) {
    for (const statement of document.statements) {
      for (const product of statement.products) {
        const hits = matcher.hits(statement, product);
        for (const key of hits) takeNewest(words, key, wordOf(statement));
        if (hits.length === 0) unmatched.push(matcher.miss(statement, product));
      }
    }
  }
  return {
    findings: findings.map((finding) => decided(finding, words.get(finding.key))),
    report: {
      documents: documents.map(({ name, document }) => ({
        name,
        format: document.format,
        statements: document.statements.length,
      })),
      applied: words.size,
      unmatched,
      problems: documents.flatMap(({ document }) => document.problems),
    },
  };
}

function wordOf(statement: VexStatement): VexWord {
  const { document, number, status, justification = null, timestamp } = statement;
  return { document, number, status, justification, timestamp };
}

/** Of two of the same time the later one in the order given. */
function takeNewest(words: Map<string, VexWord>, key: string, word: VexWord): void {
  const before = words.get(key);
  if (before === undefined || time(word) >= time(before)) words.set(key, word);
}

function time({ timestamp }: VexWord): number {
  const at = Date.parse(timestamp);
  return Number.isNaN(at) ? 0 : at;
}

function decided(finding: Finding, vex: VexWord | undefined): Finding {
  if (vex === undefined) return finding;
  if (vex.status === 'under_investigation')
    return { ...finding, vex, fixState: 'under-investigation' };
  const settled: { -readonly [Field in keyof Finding]: Finding[Field] } = { ...finding, vex };
  settled.state = vex.status === 'affected' ? 'affected' : 'not_affected';
  delete settled.reason;
  return settled;
}

interface Candidate {
  readonly purl: string;
  readonly parts: Purl | undefined;
}

function createMatcher(target: VexTarget, findings: readonly Finding[]) {
  const byVulnerability = new Map<string, Finding[]>();
  for (const finding of findings) {
    for (const name of namesOf(finding)) {
      const known = byVulnerability.get(name);
      if (known === undefined) byVulnerability.set(name, [finding]);
      else known.push(finding);
    }
  }
  const components = new Map<string, Candidate>(
    target.packages.map(({ purl }) => [purl, { purl, parts: readPurl(purl).value }]),
  );
  const byName = new Map<string, Candidate[]>();
  for (const candidate of components.values()) {
    const name = candidate.parts?.name.toLowerCase() ?? '';
    byName.set(name, [...(byName.get(name) ?? []), candidate]);
  }
  const own = new Set(target.identifiers.map((each) => each.toLowerCase()));
  const isTarget = (subject: VexSubject): boolean =>
    subject.identifiers.some((each) => own.has(each.toLowerCase()));

  function named(statement: VexStatement): Finding[] {
    const found = statement.vulnerabilities.flatMap(
      (name) => byVulnerability.get(vulnerabilityName(name)) ?? [],
    );
    return [...new Set(found)];
  }

  return {
    /** Keys of the findings that the statement decides. */
    hits(statement: VexStatement, product: VexProduct): string[] {
      const whole = isTarget(product);
      const subjects = product.subcomponents.length > 0 ? product.subcomponents : [product];
      return named(statement)
        .filter(({ purl }) => {
          const parts = components.get(purl)?.parts;
          if (product.subcomponents.length === 0 && whole) return true;
          if (product.subcomponents.length > 0 && !whole) return false;
          return subjects.some((subject) => means(subject, purl, parts));
        })
        .map(({ key }) => key);
    },
    /** Why it decides nothing: the product is another one, nothing here is called so, or nobody found that flaw. */
    miss(statement: VexStatement, product: VexProduct): VexMiss {
      const base = {
        document: statement.document,
        number: statement.number,
        vulnerability: statement.vulnerabilities[0] ?? '',
        product: [product, ...product.subcomponents].map(({ text }) => text).join(' → '),
      };
      if (product.subcomponents.length > 0 && !isTarget(product)) {
        return {
          ...base,
          nearest: null,
          because: `it speaks of parts of ${product.text}, and this target is called ${target.identifiers.join(', ')}`,
        };
      }
      const subjects = product.subcomponents.length > 0 ? product.subcomponents : [product];
      const nearest = nearestOf(subjects, byName, components);
      return { ...base, nearest, because: becauseOf(nearest, named(statement)) };
    },
  };
}

function becauseOf(nearest: VexMiss['nearest'], findings: readonly Finding[]): string {
  if (nearest !== null && nearest.differs.length === 0)
    return 'the component is here, and no advisory names this vulnerability for it';
  if (nearest !== null) return 'the nearest component differs';
  return findings.length > 0
    ? 'the vulnerability was found in components that the statement does not name'
    : 'no component here has that name';
}

function means(subject: VexSubject, purl: string, parts: Purl | undefined): boolean {
  if (subject.identifiers.includes(purl)) return true;
  if (subject.purl === undefined || parts === undefined) return false;
  return differences(subject.purl, parts).length === 0;
}

/** The component of the same name with the fewest differences. */
function nearestOf(
  subjects: readonly VexSubject[],
  byName: ReadonlyMap<string, readonly Candidate[]>,
  components: ReadonlyMap<string, Candidate>,
): VexMiss['nearest'] {
  let best: { purl: string; differs: string[] } | null = null;
  for (const { purl, text } of subjects) {
    const exact = components.get(text);
    if (exact !== undefined) return { purl: exact.purl, differs: [] };
    for (const candidate of byName.get((purl?.name ?? text).toLowerCase()) ?? []) {
      const differs =
        purl === undefined || candidate.parts === undefined
          ? [`identifier: ${text} is no package URL`]
          : differences(purl, candidate.parts);
      if (best === null || differs.length < best.differs.length)
        best = { purl: candidate.purl, differs };
    }
  }
  return best;
}

/** A notice of several flaws is not settled by a statement about one of them. */
function namesOf({ id, aliases, upstream }: Finding): Set<string> {
  const made = upstream.length === 1 ? upstream : [];
  return new Set([id, ...aliases, ...made].map(vulnerabilityName));
}

/** `https://…/CVE-2024-1` and `cve-2024-1` are the same name. */
function vulnerabilityName(text: string): string {
  return (text.split(/[/=]/).at(-1) ?? text).toUpperCase();
}
