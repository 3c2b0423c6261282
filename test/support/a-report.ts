/** Scan reports out of a few words, and one full of text that attacks its reader. */
import type { Finding } from '../../src/advisories/verdict.ts';
import { SCAN_SCHEMA, type ReportComponent, type ScanReport } from '../../src/scan/report.ts';

export function aComponent(parts: Partial<ReportComponent> = {}): ReportComponent {
  const { type = 'npm', name = 'left-lib', version = '1.2.3' } = parts;
  return {
    purl: `pkg:${type}/${encodeURIComponent(name.toWellFormed())}@${version}`,
    type,
    ecosystem: 'npm',
    name,
    version,
    evidence: 'locked',
    locations: [{ path: 'package-lock.json', extractor: 'npm-package-lock', line: 7 }],
    verdict: { state: 'assessed', limits: [] },
    ...parts,
  };
}

export function aFinding(parts: Partial<Finding> = {}): Finding {
  const id = parts.id ?? 'GHSA-aaaa-bbbb-cccc';
  const purl = parts.purl ?? 'pkg:npm/left-lib@1.2.3';
  return {
    key: Buffer.from(`${id} ${purl}`).toString('hex').slice(0, 32),
    purl,
    id,
    aliases: ['CVE-2026-0001'],
    upstream: [],
    state: 'affected',
    status: 'active',
    summary: 'A crafted request ends the process',
    url: `https://example.org/advisories/${id}`,
    published: '2026-01-02T03:04:05Z',
    modified: '2026-02-03T04:05:06Z',
    fixed: ['1.2.4'],
    fixState: 'fixed',
    severity: {
      word: 'high',
      score: 7.5,
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
      all: [
        { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', score: 7.5, from: 'osv:npm' },
      ],
      vendor: 'HIGH',
    },
    kev: null,
    epss: { score: 0.0123, percentile: 0.8, model: 'v2026.01.01', date: '2026-11-21' },
    ssvc: null,
    explain: {
      matched: { ecosystem: 'npm', name: 'left-lib', version: '1.2.3', by: 'component' },
      comparator: 'semver',
      feeds: [{ feed: 'osv:npm', record: id, says: 'affected', because: '< 1.2.4', fresh: true }],
      sentence: '1.2.3 is below 1.2.4, where osv:npm says that it was repaired',
    },
    ...parts,
  };
}

const KEV = { added: '2026-03-01', due: '2026-03-15', ransomware: true, name: 'Left Lib Crash' };

/** Whole where neither `findings` nor `components` say otherwise: two findings, one of them exploited. */
export function aReport(parts: Partial<ScanReport> = {}): ScanReport {
  const components = parts.components ?? [
    aComponent(),
    aComponent({ name: '@scope/other', version: '2.0.0' }),
    aComponent({ type: 'gem', name: 'quiet', version: '3', ecosystem: 'RubyGems' }),
  ];
  const findings = parts.findings ?? [
    aFinding({
      id: 'GHSA-dddd-eeee-ffff',
      kev: KEV,
      severity: { word: 'critical', score: 9.8, vector: null, all: [], vendor: 'CRITICAL' },
      epss: { score: 0.944, percentile: 0.999, model: 'v2026.01.01', date: '2026-11-21' },
    }),
    aFinding({ purl: components[1]?.purl ?? '', fixed: [], fixState: 'none-known' }),
  ];
  const unknown = components.filter(({ verdict }) => verdict.state === 'unknown').length;
  const affected = findings.filter(({ state }) => state === 'affected');
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  for (const { severity } of affected) bySeverity[severity.word] += 1;
  const undecided = findings.filter(({ state }) => state === 'unknown').length;
  return {
    schema: SCAN_SCHEMA,
    at: '2026-11-22T02:27:09.123Z',
    version: '0.1.0',
    target: { kind: 'directory', name: 'srv/app' },
    summary: {
      components: components.length,
      assessed: components.length - unknown,
      unknown,
      affectedComponents: new Set(affected.map(({ purl }) => purl)).size,
      affected: affected.length,
      undecided,
      knownExploited: affected.filter(({ kev }) => kev !== null).length,
      fixable: affected.filter(({ fixed }) => fixed.length > 0).length,
      bySeverity,
      complete: unknown === 0 && undecided === 0,
    },
    feeds: [
      {
        id: 'osv:npm',
        ecosystem: 'npm',
        asOf: '2026-11-21T00:00:00Z',
        rows: 12_345,
        fresh: true,
        seesUnfixed: true,
      },
    ],
    extractors: [
      {
        id: 'npm-package-lock',
        status: 'complete',
        files: 1,
        packages: 2,
        notes: [],
        furtherNotes: 0,
      },
    ],
    unread: [],
    skipped: [],
    components,
    findings,
    ...parts,
  };
}

/** With everything that can be unknown. */
export function anUnsureReport(): ScanReport {
  const unknown = (name: string) =>
    aComponent({
      type: 'generic',
      name,
      ecosystem: '',
      verdict: { state: 'unknown', reason: 'no-ecosystem', limits: [] },
    });
  const stale = aComponent({
    type: 'cargo',
    ecosystem: 'crates.io',
    name: 'old-feed',
    verdict: { state: 'unknown', reason: 'stale-feed', limits: [] },
  });
  return aReport({
    target: {
      kind: 'image',
      name: 'registry/app.tar',
      digest: 'sha256:00ff',
      distribution: { id: 'debian', version: '12' },
    },
    components: [aComponent(), unknown('firmware'), unknown('blob'), stale],
    findings: [
      aFinding(),
      aFinding({ id: 'GHSA-unde-cide-d000', state: 'unknown', reason: 'git-only', fixed: [] }),
      aFinding({ id: 'GHSA-nott-affe-cted', state: 'not_affected' }),
    ],
    feeds: [
      {
        id: 'osv:crates.io',
        ecosystem: 'crates.io',
        asOf: '2025-01-01T00:00:00Z',
        rows: 9,
        fresh: false,
        problem: 'stale',
        seesUnfixed: true,
      },
    ],
    extractors: [
      {
        id: 'pypi-installed',
        status: 'partial',
        files: 2,
        packages: 1,
        notes: [{ path: 'opt/METADATA', reason: 'truncated', detail: 'ends in line 3' }],
        furtherNotes: 4,
      },
    ],
    unread: [{ path: 'root', reason: 'not-permitted', detail: 'may not be listed' }],
    vex: {
      documents: [{ name: 'vendor.json', format: 'openvex', statements: 3 }],
      applied: 1,
      unmatched: [
        {
          document: 'vendor.json',
          number: 2,
          vulnerability: 'CVE-2026-0009',
          product: 'pkg:npm/else@1',
          nearest: null,
          because: 'nothing here is called so',
        },
      ],
      problems: [],
    },
  });
}

/** What each format must neutralise, in every field that comes from outside. */
export const HOSTILE =
  '=cmd|"/c calc"!A1<script>alert(1)</script>"\'>&amp;\u001b[31m\u001b]8;;x\u0007\r\nFAKE LINE\u202egpj.exe\u009b31m\u0000\ud800[a](javascript:x){0}`|';

export function aHostileReport(): ScanReport {
  const component = aComponent({
    purl: `pkg:npm/${HOSTILE}@1`,
    name: HOSTILE,
    version: HOSTILE,
    type: 'npm',
    ecosystem: HOSTILE,
    locations: [{ path: `../${HOSTILE}`, extractor: HOSTILE, line: 3 }],
  });
  const unknown: ReportComponent = {
    ...component,
    purl: `pkg:generic/${HOSTILE}@2`,
    verdict: { state: 'unknown', reason: 'no-feed', limits: [HOSTILE] },
  };
  const finding = aFinding({
    purl: component.purl,
    id: HOSTILE,
    aliases: [HOSTILE],
    upstream: [HOSTILE],
    summary: HOSTILE,
    url: `javascript:alert(1)//${HOSTILE}`,
    fixed: [HOSTILE],
    kev: { ...KEV, name: HOSTILE, due: HOSTILE, added: HOSTILE },
    published: HOSTILE,
    modified: HOSTILE,
    severity: {
      word: 'critical',
      score: 9.8,
      vector: HOSTILE,
      all: [{ vector: HOSTILE, score: null, from: HOSTILE }],
      vendor: HOSTILE,
    },
    explain: {
      matched: { ecosystem: HOSTILE, name: HOSTILE, version: HOSTILE, by: 'source' },
      comparator: HOSTILE,
      feeds: [{ feed: HOSTILE, record: HOSTILE, says: 'affected', because: HOSTILE, fresh: false }],
      sentence: HOSTILE,
    },
  });
  return aReport({
    target: {
      kind: 'directory',
      name: HOSTILE,
      digest: HOSTILE,
      distribution: { id: HOSTILE, version: HOSTILE },
    },
    components: [component, unknown],
    findings: [
      finding,
      { ...finding, key: 'b', state: 'unknown', reason: 'git-only' },
      { ...finding, key: 'c', state: 'not_affected' },
    ],
    feeds: [
      {
        id: HOSTILE,
        ecosystem: HOSTILE,
        asOf: HOSTILE,
        rows: 1,
        fresh: false,
        problem: 'stale',
        seesUnfixed: false,
      },
    ],
    extractors: [
      {
        id: HOSTILE,
        status: 'partial',
        files: 1,
        packages: 1,
        notes: [{ path: HOSTILE, reason: 'invalid', detail: HOSTILE }],
        furtherNotes: 1,
      },
    ],
    unread: [{ path: HOSTILE, reason: 'invalid', detail: HOSTILE }],
    vex: {
      documents: [{ name: HOSTILE, format: HOSTILE, statements: 1 }],
      applied: 0,
      unmatched: [
        {
          document: HOSTILE,
          number: 1,
          vulnerability: HOSTILE,
          product: HOSTILE,
          nearest: { purl: HOSTILE, differs: [HOSTILE] },
          because: HOSTILE,
        },
      ],
      problems: [{ document: HOSTILE, field: HOSTILE, problem: HOSTILE }],
    },
  });
}
