/**
 * The report as one page that needs nothing else: no script, no other file, folded by severity, in light and dark, and
 * whole on paper. It is written for a person who decides, and says first what is known to be exploited and what is unknown.
 */
import { findingGroups, otherFindings } from './html/findings.ts';
import { cellText, joined, markup, NOTHING, type Markup } from './html/markup.ts';
import { STYLE } from './html/style.ts';
import { updatesOf, type Update } from './html/updates.ts';
import { short } from './plain.ts';
import type { ReportFeed, ScanReport } from './report.ts';
import {
  counted,
  distributionWords,
  flawWords,
  gaps,
  grouped,
  momentWords,
  reasonWords,
  unknownGroups,
} from './words.ts';

/** Listed of updates before the rest is folded away. */
const FIRST_UPDATES = 12;
const LISTED = 500;

export function formatHtml(report: ScanReport): string {
  const name = short(report.target.name, 200);
  const system = distributionWords(report);
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>Vulnerabilities of ${name}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<header><div class="wide">
<p>Vulnerability report</p>
<h1>${name}</h1>
<p>${system === '' ? '' : `${system} · `}${momentWords(report.at)}</p>
</div></header>
<main class="wide">
${verdict(report)}
${figures(report)}
${updates(report)}
${findings(report)}
${unknown(report)}
${notAffected(report)}
${basis(report)}
</main>
<footer><div class="wide">Made by Holdfast ${report.version}. The same facts for programs: holdfast scan --format json.</div></footer>
</body>
</html>`;
  return page.markup;
}

function verdict(report: ScanReport): Markup {
  const { complete, unknown: components, undecided } = report.summary;
  const doubt = complete
    ? 'Everything was read, and a fresh feed answers for every component.'
    : `This is not the whole picture. Nobody answers for ${counted(components, 'component')}, and ` +
      `${counted(undecided, 'finding')} could not be decided; what was not seen is listed below.`;
  const affected = report.findings.filter(({ state }) => state === 'affected');
  const exploited = affected.filter(({ kev }) => kev !== null);
  if (exploited.length > 0)
    return card('bad', `${flawWords(exploited)}, known to be exploited`, doubt);
  if (affected.length > 0)
    return card('warn', `${flawWords(affected)}, none known to be exploited`, doubt);
  return complete
    ? card('good', 'No known vulnerability', doubt)
    : card('warn', 'Nothing was found, and that proves nothing', doubt);
}

function card(kind: 'good' | 'warn' | 'bad', title: string, text: string): Markup {
  return markup`<section class="verdict ${kind}"><h2>${title}</h2><p>${text}</p></section>`;
}

function figures({ summary }: ScanReport): Markup {
  const { bySeverity } = summary;
  const all: readonly (readonly [string, number])[] = [
    ['known exploited', summary.knownExploited],
    ['critical', bySeverity.critical],
    ['high', bySeverity.high],
    ['medium', bySeverity.medium],
    ['low or not rated', bySeverity.low + bySeverity.none + bySeverity.unknown],
    ['with a fix', summary.fixable],
    ['components', summary.components],
    ['of them unknown', summary.unknown],
  ];
  return markup`<ul class="figures">${joined(
    all.map(([name, count]) => markup`<li><strong>${grouped(count)}</strong> ${name}</li>`),
  )}</ul>
<p class="soft">Counted as findings: one vulnerability in one component is one.</p>`;
}

function updates(report: ScanReport): Markup {
  const all = updatesOf(report);
  if (all.length === 0) return NOTHING;
  const rest = all.slice(FIRST_UPDATES);
  return joined([
    markup`<section><h2>What to update</h2>
${updateTable('What to update first', all.slice(0, FIRST_UPDATES))}`,
    rest.length === 0
      ? NOTHING
      : markup`<details class="group"><summary>${rest.length} more</summary><div>${updateTable('What to update then', rest)}</div></details>`,
    markup`</section>`,
  ]);
}

function updateTable(caption: string, rows: readonly Update[]): Markup {
  const lines = rows.map(({ components, to, repairs, exploited, withoutFix }) => {
    const mark =
      exploited === 0 ? NOTHING : markup` <span class="badge exploited">exploited</span>`;
    const [first] = components;
    const names = short(components.map(({ name }) => name).join(', '), 200);
    return markup`<tr><th scope="row">${first?.type} ${names}${mark}</th><td>${cellText(short(first?.version ?? '', 80))}</td><td>${targetText(to, repairs)}</td><td class="number">${repairs}</td><td class="number">${withoutFix}</td></tr>
`;
  });
  return scrolled(
    caption,
    ['Component', 'Installed', 'Update to', 'Repairs', 'Without a fix'],
    joined(lines),
  );
}

function targetText(to: string | undefined, repairs: number): string {
  if (to !== undefined) return cellText(short(to, 80));
  return repairs === 0 ? 'no fix known' : 'see its findings';
}

function scrolled(label: string, header: readonly string[], rows: Markup): Markup {
  const titles = header.map((title, at) =>
    at > 2
      ? markup`<th scope="col" class="number">${title}</th>`
      : markup`<th scope="col">${title}</th>`,
  );
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table><thead><tr>${joined(titles)}</tr></thead><tbody>
${rows}</tbody></table></div>
`;
}

function findings(report: ScanReport): Markup {
  if (report.summary.affected === 0) return NOTHING;
  return markup`<section><h2>Vulnerabilities</h2>
<p class="soft">Open a line for the explanation, the places where it was found and the page to read.</p>
${findingGroups(report)}</section>`;
}

function unknown(report: ScanReport): Markup {
  const groups = unknownGroups(report).map(({ reason, of, components }) => {
    const names = components
      .slice(0, LISTED)
      .map(({ name, version }) => markup`<li>${short(`${name} ${version}`, 200)}</li>`);
    const more = components.length - names.length;
    return markup`<details class="group"><summary>${counted(components.length, 'component')} of ${short(of, 60)}: ${reasonWords(reason)}</summary><div><ul class="plain">${joined(names)}${more === 0 ? NOTHING : markup`<li>and ${more} more</li>`}</ul></div></details>
`;
  });
  const unseen = gaps(report);
  const parts = [
    ...groups,
    otherFindings(report, 'unknown'),
    unseen.length === 0 ? NOTHING : unseenList(unseen),
    vexList(report),
  ].filter(({ markup: text }) => text !== '');
  if (parts.length === 0) return NOTHING;
  return markup`<section><h2>What is not known</h2>
<p class="soft">Silence about these proves nothing.</p>
${joined(parts)}</section>`;
}

function unseenList(unseen: ReturnType<typeof gaps>): Markup {
  const lines = unseen
    .slice(0, LISTED)
    .map(({ what, why }) => markup`<li>${short(what, 300)}: ${short(why, 300)}</li>`);
  const more = unseen.length - lines.length;
  return markup`<details class="group" open><summary>Not seen or not fresh: ${unseen.length}</summary><div><ul class="plain">${joined(lines)}${more === 0 ? NOTHING : markup`<li>and ${more} more</li>`}</ul></div></details>
`;
}

function vexList({ vex }: ScanReport): Markup {
  if (vex === undefined || vex.unmatched.length === 0) return NOTHING;
  const lines = vex.unmatched
    .slice(0, LISTED)
    .map(
      ({ document, number, vulnerability, product, because }) =>
        markup`<li>${short(document, 100)} statement ${number}, ${short(vulnerability, 60)} of ${short(product, 160)}: ${short(because, 300)}</li>`,
    );
  return markup`<details class="group"><summary>VEX statements that changed nothing: ${vex.unmatched.length}</summary><div><ul class="plain">${joined(lines)}</ul></div></details>
`;
}

function notAffected(report: ScanReport): Markup {
  const found = otherFindings(report, 'not_affected');
  if (found.markup === '') return NOTHING;
  return markup`<section><h2>Looked at and not affected</h2>
${found}</section>`;
}

function basis(report: ScanReport): Markup {
  const feeds = report.feeds.map((feed) => feedRow(feed));
  const readers = report.extractors
    .filter(({ status }) => status !== 'not-needed')
    .map(
      ({ id, status, files, packages }) =>
        markup`<li>${short(id, 80)}: ${status}, ${counted(files, 'file')}, ${counted(packages, 'package')}</li>`,
    );
  return markup`<section><h2>What this rests on</h2>
${feeds.length === 0 ? markup`<p>No feed of advisories was at hand.</p>` : scrolled('Feeds of advisories', ['Feed', 'As of', 'State', 'Entries'], joined(feeds))}
<details class="group"><summary>What was read: ${counted(readers.length, 'kind')} of file</summary><div><ul class="plain">${joined(readers)}</ul></div></details></section>`;
}

function feedRow({ id, asOf, rows, fresh, problem, seesUnfixed }: ReportFeed): Markup {
  const limit = seesUnfixed ? '' : ', silent about flaws without a fix';
  return markup`<tr><th scope="row">${cellText(short(id, 80))}</th><td>${cellText(short(asOf, 10))}</td><td>${fresh ? 'fresh' : `not fresh: ${problem ?? 'unknown'}`}${limit}</td><td class="number">${grouped(rows)}</td></tr>
`;
}
