/** The report as CycloneDX 1.6 (ECMA-424): the components, the flaws found in them, and how complete that is. */
import type { Finding } from '../advisories/verdict.ts';
import { contentUuid, iriOf } from './identifiers.ts';
import { plain, short, webAddress } from './plain.ts';
import type { ReportComponent, ScanReport } from './report.ts';
import { reasonWords } from './words.ts';

/** The serial number comes from the content: the same report gives the same bytes. */
export function formatCycloneDx(report: ScanReport): object {
  const references = referencesOf(report.components);
  const components = report.components.map((component, at) =>
    componentOf(component, references[at] ?? ''),
  );
  const byPurl = new Map(report.components.map(({ purl }, at) => [purl, at]));
  const body = {
    metadata: metadataOf(report),
    components: [...systemOf(report), ...components],
    compositions: [
      { aggregate: report.summary.complete ? 'complete' : 'incomplete', assemblies: ['target'] },
    ],
    vulnerabilities: report.findings.map((finding) => {
      const at = byPurl.get(finding.purl);
      const component = at === undefined ? undefined : report.components[at];
      return vulnerabilityOf(
        finding,
        component,
        at === undefined ? 'target' : (references[at] ?? ''),
      );
    }),
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: contentUuid(body),
    version: 1,
    ...body,
  };
}

const TARGET_TYPES = {
  directory: 'application',
  file: 'application',
  archive: 'application',
  image: 'container',
  host: 'device',
} as const;

function metadataOf({ at, version, target, summary }: ScanReport): object {
  return {
    timestamp: at,
    tools: {
      components: [{ type: 'application', name: 'holdfast', version: plain(version) }],
    },
    component: {
      'bom-ref': 'target',
      type: TARGET_TYPES[target.kind],
      name: short(target.name, 500) || 'target',
      ...(target.digest !== undefined && { version: short(target.digest, 200) }),
    },
    properties: properties({
      complete: String(summary.complete),
      'components-unknown': String(summary.unknown),
      'findings-undecided': String(summary.undecided),
    }),
  };
}

function systemOf({ target }: ScanReport): object[] {
  const { distribution } = target;
  if (distribution === undefined) return [];
  const version = plain(distribution.version);
  return [
    {
      'bom-ref': 'distribution',
      type: 'operating-system',
      name: plain(distribution.id) || 'unknown',
      ...(version !== '' && { version }),
    },
  ];
}

/** Package URLs, each once: what comes again is numbered. */
function referencesOf(components: readonly ReportComponent[]): string[] {
  const seen = new Map<string, number>([
    ['target', 1],
    ['distribution', 1],
  ]);
  return components.map(({ purl }) => {
    const reference = iriOf(purl);
    const count = (seen.get(reference) ?? 0) + 1;
    seen.set(reference, count);
    return count === 1 ? reference : `${reference}#${count}`;
  });
}

function componentOf(component: ReportComponent, reference: string): object {
  const { purl, name, version, scope, locations, verdict, ecosystem, source } = component;
  const shown = plain(version);
  return {
    'bom-ref': reference,
    type: 'library',
    name: plain(name) || 'unnamed',
    ...(shown !== '' && { version: shown }),
    ...(scope !== undefined && { scope: scope === 'development' ? 'excluded' : 'optional' }),
    purl: iriOf(purl),
    ...(locations.length > 0 && {
      evidence: {
        occurrences: locations.slice(0, 100).map(({ path, line }) => ({
          location: plain(path),
          ...(line !== undefined && { line }),
        })),
      },
    }),
    properties: properties({
      ecosystem: plain(ecosystem),
      verdict: verdict.state,
      ...(verdict.reason !== undefined && { reason: verdict.reason }),
      ...(source !== undefined && { source: plain(`${source.name} ${source.version}`) }),
    }),
  };
}

const STATES = {
  affected: { analysis: 'exploitable', version: 'affected' },
  unknown: { analysis: 'in_triage', version: 'unknown' },
  not_affected: { analysis: 'not_affected', version: 'unaffected' },
} as const;

function vulnerabilityOf(
  finding: Finding,
  component: ReportComponent | undefined,
  reference: string,
): object {
  const { key, id, aliases, upstream, state, summary, url, published, modified, explain } = finding;
  const address = webAddress(url);
  const others = [...new Set([...aliases, ...upstream])].filter((name) => name !== id);
  const version = plain(component?.version ?? '');
  const detail =
    state === 'unknown' ? `Not known: ${reasonWords(finding.reason)}.` : explain.sentence;
  return {
    'bom-ref': `finding-${plain(key)}`,
    id: plain(id),
    source: { name: sourceName(finding), ...(address !== undefined && { url: address }) },
    ...(others.length > 0 && {
      references: others
        .sort()
        .map((name) => ({ id: plain(name), source: { name: familyOf(name) } })),
    }),
    ratings: ratingsOf(finding),
    ...(summary !== '' && { description: short(summary, 2000) }),
    recommendation: recommendationOf(finding),
    ...(address !== undefined && { advisories: [{ url: address }] }),
    ...momentOf('published', published),
    ...momentOf('updated', modified),
    analysis: { state: STATES[state].analysis, detail: short(detail, 2000) },
    affects: [
      {
        ref: reference,
        ...(version !== '' && { versions: [{ version, status: STATES[state].version }] }),
      },
    ],
    properties: properties(intelOf(finding)),
  };
}

/** The feed whose record it is. */
function sourceName({ id, explain }: Finding): string {
  return plain(explain.feeds.find(({ record }) => record === id)?.feed ?? familyOf(id));
}

/** `GHSA`, `CVE`, `DSA`: who gives names of that form. */
function familyOf(name: string): string {
  return plain(/^[A-Za-z]+/.exec(name)?.[0] ?? 'unknown');
}

const METHODS: readonly (readonly [string, string])[] = [
  ['CVSS:4', 'CVSSv4'],
  ['CVSS:3.1', 'CVSSv31'],
  ['CVSS:3', 'CVSSv3'],
  ['AV:', 'CVSSv2'],
];

function ratingsOf({ severity }: Finding): object[] {
  const given = severity.all.map(({ vector, score, from }) => ({
    source: { name: plain(from) },
    ...(score !== null && { score }),
    ...(vector === severity.vector && { severity: severity.word }),
    method: METHODS.find(([prefix]) => vector.startsWith(prefix))?.[1] ?? 'other',
    vector: plain(vector),
  }));
  const counted = severity.all.some(({ vector }) => vector === severity.vector);
  return counted
    ? given
    : [
        {
          source: { name: 'holdfast' },
          ...(severity.score !== null && { score: severity.score }),
          severity: severity.word,
          method: 'other',
        },
        ...given,
      ];
}

function recommendationOf({ fixed, fixState }: Finding): string {
  if (fixed.length > 0) return `Update to ${short(fixed.join(' or '), 400)}.`;
  return fixState === 'wont-fix' ? 'The vendor will not repair it.' : 'No repair is known.';
}

function intelOf({ kev, epss, ssvc, fixState, vex }: Finding): Readonly<Record<string, string>> {
  return {
    'fix-state': fixState,
    ...(kev !== null && {
      'known-exploited': plain(kev.added),
      'known-exploited-due': plain(kev.due),
      'known-ransomware-use': String(kev.ransomware),
    }),
    ...(epss !== null && { epss: String(epss.score), 'epss-date': plain(epss.date) }),
    ...(ssvc !== null && { 'ssvc-exploitation': plain(ssvc.exploitation) }),
    ...(vex !== undefined && {
      vex: plain(`${vex.document} statement ${vex.number}: ${vex.status}`),
    }),
  };
}

function momentOf(field: string, iso: string): Readonly<Record<string, string>> {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? {} : { [field]: new Date(time).toISOString() };
}

function properties(values: Readonly<Record<string, string>>): object[] {
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name: `holdfast:${name}`, value }));
}
