/** The report for a terminal: worst first, and what nobody knows counted and named, so that silence is not read as good. */
import type { Finding } from '../advisories/verdict.ts';
import { cut, plain, short, widthOf } from './plain.ts';
import type { ReportComponent, ScanReport } from './report.ts';
import {
  componentName,
  componentsByPurl,
  counted,
  distributionWords,
  epssWords,
  fixWords,
  flawWords,
  gaps,
  grouped,
  momentWords,
  reasonWords,
  severityWords,
  unknownGroups,
} from './words.ts';

export interface TableOptions {
  /** Columns of the terminal; without it nothing is cut. */
  readonly width?: number;
  readonly colour?: boolean;
}

/** Listed of undecided findings, gaps and the like; `--format json` has all. */
const LISTED = 20;

const HEADER = ['SEVERITY', 'EXPLOITED', 'EPSS', 'ADVISORY', 'COMPONENT', 'INSTALLED', 'FIXED IN'];
/** Columns that may be cut, the first first, and what of them is always left. */
const FLEXIBLE: readonly (readonly [number, number])[] = [
  [4, 14],
  [6, 8],
  [5, 9],
  [3, 14],
];
/** Below it a line a finding cannot be read: a block each instead. */
const NARROW = 80;

export function formatTable(report: ScanReport, options: TableOptions = {}): string {
  const paint = options.colour === true ? painted : unpainted;
  const affected = report.findings.filter(({ state }) => state === 'affected');
  const sections = [
    heading(report),
    affected.length === 0 ? '' : findingsText(report, affected, options, paint),
    summaryText(report, paint),
    undecidedText(report),
    unknownText(report),
    gapsText(report),
    vexText(report),
    notAffectedText(report),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

type Paint = (text: string, style: keyof typeof STYLES) => string;

const STYLES = {
  critical: '1;31',
  high: '31',
  medium: '33',
  low: '2',
  strong: '1',
  exploited: '1;7;31',
};

function painted(text: string, style: keyof typeof STYLES): string {
  return `\u001b[${STYLES[style]}m${text}\u001b[0m`;
}

function unpainted(text: string): string {
  return text;
}

function heading(report: ScanReport): string {
  const parts = [short(report.target.name, 200), distributionWords(report), momentWords(report.at)];
  return parts.filter((part) => part !== '').join(' · ');
}

function findingsText(
  report: ScanReport,
  findings: readonly Finding[],
  { width = Infinity }: TableOptions,
  paint: Paint,
): string {
  const components = componentsByPurl(report);
  const rows = findings.map((finding) => cellsOf(finding, components.get(finding.purl)));
  if (width < NARROW)
    return rows.map((row, at) => block(row, findings[at], width, paint)).join('\n');
  const widths = fitted(
    HEADER.map((title, at) => Math.max(title.length, ...rows.map((row) => widthOf(row[at] ?? '')))),
    width,
  );
  const lines = rows.map((row, at) => lineOf(row, widths, findings[at], paint));
  return [lineOf(HEADER, widths, undefined, paint), ...lines].join('\n');
}

function cellsOf(finding: Finding, component: ReportComponent | undefined): string[] {
  const { id, purl } = finding;
  return [
    severityWords(finding),
    exploitedWord(finding),
    epssWords(finding),
    plain(id),
    componentName(purl, component),
    plain(component?.version ?? ''),
    fixWords(finding),
  ];
}

function exploitedWord({ kev }: Finding): string {
  if (kev === null) return '';
  return kev.ransomware ? 'ransomware' : 'yes';
}

/** Narrows the columns that may be cut until the line fits or all are at their least. */
function fitted(widths: readonly number[], width: number): number[] {
  const result = [...widths];
  let over = result.reduce((sum, each) => sum + each + 2, -2) - width;
  for (const [at, least] of FLEXIBLE) {
    const own = result[at] ?? 0;
    const less = Math.max(0, Math.min(over, own - least));
    result[at] = own - less;
    over -= less;
  }
  return result;
}

function lineOf(
  row: readonly string[],
  widths: readonly number[],
  finding: Finding | undefined,
  paint: Paint,
): string {
  const cells = row.map((text, at) => {
    const width = widths[at] ?? 0;
    const shown = cut(text, width);
    const padding = ' '.repeat(Math.max(0, width - widthOf(shown)));
    const style = styleOf(at, finding);
    if (at === 2) return `${padding}${shown}`;
    return `${style === undefined || shown === '' ? shown : paint(shown, style)}${padding}`;
  });
  return cells.join('  ').trimEnd();
}

function styleOf(column: number, finding: Finding | undefined): keyof typeof STYLES | undefined {
  if (finding === undefined) return 'strong';
  if (column === 1) return 'exploited';
  if (column !== 0) return undefined;
  const { word } = finding.severity;
  return word === 'none' || word === 'unknown' ? undefined : word;
}

function block(
  row: readonly string[],
  finding: Finding | undefined,
  width: number,
  paint: Paint,
): string {
  const [severity = '', exploited = '', epss = '', id = '', name = '', version = '', fixed = ''] =
    row;
  const mark = exploited === 'yes' ? 'exploited' : exploited;
  const before = [severity, mark, epss].filter((text) => text !== '');
  const left = width - before.reduce((sum, text) => sum + text.length + 1, 0);
  const first = [
    paint(severity, styleOf(0, finding) ?? 'strong'),
    ...(mark === '' ? [] : [paint(mark, 'exploited')]),
    ...(epss === '' ? [] : [epss]),
    cut(id, Math.max(left, 1)),
  ].join(' ');
  return [first, cut(`  ${name} ${version}`, width), cut(`  fix: ${fixed}`, width)].join('\n');
}

function summaryText({ summary, findings }: ScanReport, paint: Paint): string {
  const { affected, components, knownExploited, fixable, complete } = summary;
  const found = findings.filter(({ state }) => state === 'affected');
  const parts = [
    flawWords(found, components),
    ...(affected === 0
      ? []
      : [
          counted(affected, 'finding'),
          `${grouped(knownExploited)} known to be exploited`,
          `${grouped(fixable)} with a fix`,
        ]),
  ];
  const proof = complete
    ? 'Everything was read, and a fresh feed answers for every component.'
    : 'This is not the whole picture: what follows is not known, and silence about it proves nothing.';
  return `${paint(`${parts.join(', ')}.`, 'strong')}\n${proof}`;
}

function undecidedText(report: ScanReport): string {
  const components = componentsByPurl(report);
  const lines = report.findings
    .filter(({ state }) => state === 'unknown')
    .map(({ id, purl, reason }) => {
      const component = components.get(purl);
      const name = `${componentName(purl, component)} ${plain(component?.version ?? '')}`.trim();
      return `${plain(id)}  ${name}: ${reasonWords(reason)}`;
    });
  return listed(`Undecided: ${counted(lines.length, 'finding')}`, lines);
}

function unknownText(report: ScanReport): string {
  const lines = unknownGroups(report).map(({ reason, of, components }) => {
    const names = components.slice(0, 3).map((each) => short(each.name, 40));
    const more = components.length > names.length ? ', …' : '';
    return `${components.length} ${plain(of)}: ${reasonWords(reason)} (${names.join(', ')}${more})`;
  });
  return listed(`Nobody answers for ${counted(report.summary.unknown, 'component')}`, lines);
}

function gapsText(report: ScanReport): string {
  const all = gaps(report);
  return listed(
    `Not seen or not fresh: ${counted(all.length, 'thing')}`,
    all.map(({ what, why }) => `${short(what, 120)}: ${short(why, 160)}`),
  );
}

function vexText({ vex }: ScanReport): string {
  if (vex === undefined) return '';
  const lines = [
    ...vex.unmatched.map(
      ({ document, number, vulnerability, product, because }) =>
        `${short(document, 60)} statement ${number}: ${short(vulnerability, 40)} of ${short(product, 80)}: ${short(because, 160)}`,
    ),
    ...vex.problems.map(({ document, field, problem }) =>
      short(`${document} ${field}: ${problem}`, 200),
    ),
  ];
  const title = `VEX: ${counted(vex.applied, 'finding')} decided`;
  return lines.length === 0
    ? `${title}.`
    : listed(`${title}; these statements changed nothing`, lines);
}

function notAffectedText(report: ScanReport): string {
  const components = componentsByPurl(report);
  const lines = report.findings
    .filter(({ state }) => state === 'not_affected')
    .map(({ id, purl, explain }) => {
      const name = componentName(purl, components.get(purl));
      return `${plain(id)}  ${name}: ${short(explain.sentence, 160)}`;
    });
  return listed(`Not affected: ${counted(lines.length, 'finding')}`, lines);
}

function listed(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, LISTED).map((line) => `  ${line}`);
  const more = lines.length - shown.length;
  const rest =
    more === 0 ? [] : [`  and ${counted(more, 'more', 'more')}; --format json lists all`];
  return [`${title}:`, ...shown, ...rest].join('\n');
}
