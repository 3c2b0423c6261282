/** The report as SARIF 2.1.0 (OASIS), for code hosts and defect trackers: a rule for each advisory, a result for each finding. */
import type { Finding } from '../advisories/verdict.ts';
import type { Location } from '../inventory/schema.ts';
import { plain, short, webAddress } from './plain.ts';
import type { ReportComponent, ScanReport } from './report.ts';
import {
  componentName,
  componentsByPurl,
  fixWords,
  gaps,
  reasonWords,
  unknownGroups,
} from './words.ts';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** `results` keep the report's order; what is unknown stands among the notifications, so that no result is not "clean". */
export function formatSarif(report: ScanReport): object {
  const rules = rulesOf(report.findings);
  const components = componentsByPurl(report);
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Holdfast',
            version: plain(report.version),
            rules: [...rules.values()].map(({ rule }) => rule),
            notifications: NOTIFICATIONS,
          },
        },
        automationDetails: { id: `holdfast/${short(report.target.name, 200)}/` },
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: momentOf(report.at),
            toolExecutionNotifications: notificationsOf(report),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) =>
          resultOf(finding, components.get(finding.purl), rules.get(finding.id)?.index ?? 0),
        ),
        properties: { summary: report.summary },
      },
    ],
  };
}

interface Rule {
  readonly index: number;
  readonly rule: object;
}

function rulesOf(findings: readonly Finding[]): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>();
  for (const finding of findings) {
    if (!rules.has(finding.id)) rules.set(finding.id, { index: rules.size, rule: ruleOf(finding) });
  }
  return rules;
}

function ruleOf({ id, aliases, upstream, summary, url, severity, kev }: Finding): object {
  const help = webAddress(url);
  const names = [...new Set([...aliases, ...upstream])].map(plain).sort();
  const title = short(summary === '' ? id : summary, 300);
  return {
    id: plain(id),
    shortDescription: { text: messageText(title) },
    fullDescription: {
      text: messageText(names.length === 0 ? title : `${title} (${names.join(', ')})`),
    },
    ...(help !== undefined && { helpUri: help, help: { text: messageText(`${title}: ${help}`) } }),
    defaultConfiguration: { level: levelOf(severity.word) },
    properties: {
      // The code host that reads it takes a text.
      ...(severity.score !== null && { 'security-severity': severity.score.toFixed(1) }),
      ...(severity.vector !== null && { cvss: plain(severity.vector) }),
      tags: [
        'security',
        'vulnerability',
        ...(kev === null ? [] : ['known-exploited']),
        ...names,
      ].slice(0, 20),
    },
  };
}

function levelOf(word: Finding['severity']['word']): 'error' | 'warning' | 'note' {
  if (word === 'critical' || word === 'high') return 'error';
  return word === 'low' || word === 'none' ? 'note' : 'warning';
}

/** `open`: "insufficient information to decide" (section 3.27.9); only a failure has a level. */
const KINDS = { affected: 'fail', unknown: 'open', not_affected: 'pass' } as const;

function resultOf(
  finding: Finding,
  component: ReportComponent | undefined,
  ruleIndex: number,
): object {
  const { key, purl, id, state, severity, kev, epss, fixed } = finding;
  const [first, ...others] = component?.locations ?? [];
  return {
    ruleId: plain(id),
    ruleIndex,
    kind: KINDS[state],
    level: state === 'affected' ? levelOf(severity.word) : 'none',
    message: { text: messageText(sentenceOf(finding, component)) },
    locations: [locationOf(first, purl)],
    ...(others.length > 0 && {
      relatedLocations: others
        .slice(0, 100)
        .map((location, at) => ({ id: at + 1, ...locationOf(location, purl) })),
    }),
    partialFingerprints: { 'holdfastFinding/v1': plain(key) },
    properties: {
      purl: plain(purl),
      state,
      ...(fixed.length > 0 && { fixed: fixed.map(plain) }),
      ...(kev !== null && {
        knownExploited: {
          added: plain(kev.added),
          due: plain(kev.due),
          ransomware: kev.ransomware,
        },
      }),
      ...(epss !== null && { epss: epss.score }),
    },
  };
}

function sentenceOf(finding: Finding, component: ReportComponent | undefined): string {
  const name =
    `${componentName(finding.purl, component)} ${plain(component?.version ?? '')}`.trim();
  const exploited = finding.kev === null ? '' : ' Known to be exploited.';
  const because = short(finding.explain.sentence, 400);
  switch (finding.state) {
    case 'affected':
      return `${name} is affected by ${plain(finding.id)}. Fixed in: ${fixWords(finding)}.${exploited} ${because}`;
    case 'unknown':
      return `Whether ${name} is affected by ${plain(finding.id)} is not known: ${reasonWords(finding.reason)}.`;
    case 'not_affected':
      return `${name} is not affected by ${plain(finding.id)}. ${because}`;
  }
}

function locationOf(location: Location | undefined, purl: string): object {
  const path = location?.path ?? '';
  // What lies inside an archive has no address of its own.
  const [outer = ''] = path.split('!');
  return {
    ...(outer !== '' && {
      physicalLocation: {
        artifactLocation: { uri: relativeUri(outer) },
        region: { startLine: location?.line ?? 1 },
      },
    }),
    logicalLocations: [
      { fullyQualifiedName: plain(purl), kind: 'package' },
      ...(path === outer ? [] : [{ fullyQualifiedName: plain(path), kind: 'resource' }]),
    ],
  };
}

/** A relative reference of RFC 3986 that climbs nowhere. */
function relativeUri(path: string): string {
  const parts = path
    .toWellFormed()
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.map(encodeURIComponent).join('/');
}

const NOTIFICATIONS = [
  { id: 'component-unknown', shortDescription: { text: 'No fresh feed answers for a component' } },
  {
    id: 'not-seen',
    shortDescription: { text: 'Something could not be read, or a feed is not fresh' },
  },
  { id: 'vex-unmatched', shortDescription: { text: 'A VEX statement matched nothing' } },
];

function notificationsOf(report: ScanReport): object[] {
  const unknown = unknownGroups(report).map(({ reason, of, components }) =>
    notification(0, `${components.length} ${plain(of)}: ${reasonWords(reason)}`),
  );
  const seen = gaps(report).map(({ what, why }) =>
    notification(1, `${short(what, 300)}: ${short(why, 300)}`),
  );
  const vex = (report.vex?.unmatched ?? []).map(({ document, number, because }) =>
    notification(2, `${short(document, 200)} statement ${number}: ${short(because, 300)}`),
  );
  return [...unknown, ...seen, ...vex];
}

function notification(index: number, text: string): object {
  return {
    descriptor: { id: NOTIFICATIONS[index]?.id, index },
    level: 'warning',
    message: { text: messageText(text) },
  };
}

/** In a message brackets make links and braces are places for arguments (sections 3.11.5 and 3.11.6). */
function messageText(text: string): string {
  return plain(text)
    .replace(/[[\]\\]/g, '\\$&')
    .replace(/[{}]/g, '$&$&');
}

function momentOf(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? '1970-01-01T00:00:00Z' : new Date(time).toISOString();
}
