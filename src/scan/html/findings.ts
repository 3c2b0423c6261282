/** The findings of a page: known exploited ones first, then by severity, each with its explanation folded away. */
import type { Finding } from '../../advisories/verdict.ts';
import { plain, short, webAddress } from '../plain.ts';
import type { ReportComponent, ScanReport } from '../report.ts';
import { componentsByPurl, epssWords, fixWords, reasonWords, severityWords } from '../words.ts';
import { cellText, joined, markup, NOTHING, type Markup } from './markup.ts';

const FIRST = 'Known to be exploited';
const GROUPS: readonly (readonly [string, (finding: Finding) => boolean, boolean])[] = [
  [FIRST, ({ kev }) => kev !== null, true],
  ['Critical', ({ severity }) => severity.word === 'critical', true],
  ['High', ({ severity }) => severity.word === 'high', true],
  ['Medium', ({ severity }) => severity.word === 'medium', false],
  ['Low or not rated', () => true, false],
];

export function findingGroups(report: ScanReport): Markup {
  const components = componentsByPurl(report);
  let left = report.findings.filter(({ state }) => state === 'affected');
  const groups = GROUPS.map(([title, belongs, open]) => {
    const own = left.filter(belongs);
    left = left.filter((finding) => !belongs(finding));
    return group(title, own, components, open);
  });
  return joined(groups);
}

export function otherFindings(report: ScanReport, state: 'unknown' | 'not_affected'): Markup {
  const components = componentsByPurl(report);
  const own = report.findings.filter((finding) => finding.state === state);
  return group(state === 'unknown' ? 'Undecided' : 'Not affected', own, components, false);
}

function group(
  title: string,
  findings: readonly Finding[],
  components: ReadonlyMap<string, ReportComponent>,
  open: boolean,
): Markup {
  if (findings.length === 0) return NOTHING;
  const items = findings.map((finding) => findingItem(finding, components.get(finding.purl)));
  return markup`<details class="group${title === FIRST ? ' first' : ''}"${open ? OPEN : NOTHING}><summary>${title}: ${findings.length}</summary><div>
${joined(items)}</div></details>
`;
}

const OPEN = markup` open`;

function findingItem(finding: Finding, component: ReportComponent | undefined): Markup {
  const { id, severity, state } = finding;
  const score = severity.score === null ? '' : ` ${severity.score.toFixed(1)}`;
  const right = state === 'affected' ? `Fixed in: ${fixWords(finding)}` : reasonOf(finding);
  return markup`<details class="finding"><summary><span><span class="badge ${severity.word}">${severityWords(finding)}${score}</span></span><span>${cellText(id)}</span><span>${nameOf(finding, component)}</span><span>${short(right, 160)}</span></summary><div>
${body(finding, component)}</div></details>
`;
}

function reasonOf({ state, reason }: Finding): string {
  return state === 'unknown' ? `Not known: ${reasonWords(reason)}` : 'Not affected';
}

function nameOf(finding: Finding, component: ReportComponent | undefined): Markup {
  if (component === undefined) return markup`${short(finding.purl, 300)}`;
  const { type, name, version } = component;
  return markup`${type} <strong>${short(name, 300)}</strong> ${short(version, 100)}`;
}

function body(finding: Finding, component: ReportComponent | undefined): Markup {
  const { summary, url, explain } = finding;
  const address = webAddress(url);
  return joined([
    summary === '' ? NOTHING : markup`<p>${short(summary, 600)}</p>`,
    markup`<dl>${joined(facts(finding, component).map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`))}</dl>`,
    explain.feeds.length === 0
      ? NOTHING
      : markup`<p class="soft">What the feeds say:</p><ul class="plain">${joined(
          explain.feeds.map(
            ({ feed, says, because, fresh }) =>
              markup`<li>${short(feed, 80)}${fresh ? '' : ' (not fresh)'}: ${says}${because === '' ? '' : `, ${short(because, 300)}`}</li>`,
          ),
        )}</ul>`,
    address === undefined
      ? NOTHING
      : markup`<p><a href="${address}" rel="noreferrer noopener">Read ${short(finding.id, 80)}</a></p>`,
  ]);
}

type Fact = readonly [string, string | Markup];

function facts(finding: Finding, component: ReportComponent | undefined): Fact[] {
  const { aliases, upstream, kev, epss, severity, explain, vex } = finding;
  const names = [...new Set([...aliases, ...upstream])];
  return [
    ...when(names.length > 0, 'Also known as', short(names.join(', '), 300)),
    ...(kev === null ? [] : exploitedFacts(kev)),
    ...(epss === null
      ? []
      : [
          [
            'Likelihood',
            `${epssWords(finding)} within 30 days (EPSS of ${plain(epss.date)})`,
          ] as const,
        ]),
    ...when(severity.vector !== null, 'CVSS', plain(severity.vector ?? '')),
    ...when(severity.vendor !== null, "Vendor's word", short(severity.vendor ?? '', 60)),
    ...when(component !== undefined, 'Found in', placesOf(component)),
    ['Why', short(explain.sentence, 600)],
    ...when(
      vex !== undefined,
      'VEX',
      short(`${vex?.document ?? ''} statement ${vex?.number ?? ''}: ${vex?.status ?? ''}`, 300),
    ),
  ];
}

function exploitedFacts(kev: NonNullable<Finding['kev']>): Fact[] {
  const use = kev.ransomware ? ', by ransomware groups' : '';
  return [
    [
      'Exploited',
      `since ${short(kev.added, 30)} at the latest${use}; to be repaired by ${short(kev.due, 30)} (CISA)`,
    ],
  ];
}

function when(holds: boolean, name: string, value: string): Fact[] {
  return holds && value !== '' ? [[name, value]] : [];
}

function placesOf(component: ReportComponent | undefined): string {
  const locations = component?.locations ?? [];
  const shown = locations
    .slice(0, 3)
    .map(({ path, line }) => `${path}${line === undefined ? '' : ` line ${line}`}`)
    .join(', ');
  const more = locations.length > 3 ? ` and ${locations.length - 3} more` : '';
  return short(`${shown}${more}`, 500);
}
