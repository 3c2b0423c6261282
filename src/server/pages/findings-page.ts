/** Known flaws, those with most people at risk behind them first, and what nobody has looked at. */
import { reachedText } from '../../estate/reached.ts';
import type { Coverage, FindingOrder, ListedFinding } from '../../measures/scanning/model.ts';
import type { CoverageTotals } from '../../measures/scanning/coverage.ts';
import type { FindingCounts } from '../../measures/scanning/store.ts';
import { html, outsideLink } from '../html.ts';
import type { Html } from '../html.ts';
import { ageText, counted, layout, numberText, table, tag, timeText } from './layout.ts';
import { assetLink } from './words.ts';

export interface FindingsView {
  readonly at: Date;
  readonly counts: FindingCounts;
  readonly totals: readonly CoverageTotals[];
  /** The first gaps by asset, and how many there are. */
  readonly gaps: readonly Coverage[];
  readonly gapCount: number;
  readonly feeds: readonly {
    readonly id: string;
    readonly asOf: string;
    readonly problem: string | undefined;
  }[];
  readonly order: FindingOrder;
  /** The moment of which the people at risk tell. */
  readonly peopleAt: Date;
  readonly findings: readonly ListedFinding[];
  /** Where the next page begins. */
  readonly next: string | undefined;
}

export function findingsPage(view: FindingsView): Html {
  return layout({
    title: 'Findings',
    place: 'findings',
    at: view.at,
    main: html`<h1>Findings</h1>
      ${lead(view)} ${figures(view)} ${list(view)} ${coverage(view)} ${feeds(view)}`,
  });
}

/** "No findings" is said only where somebody looked. */
function lead({ feeds, counts, gapCount }: FindingsView): Html {
  if (feeds.every(({ id }) => id === 'rules'))
    return html`<p class="lead">
        There are no advisories here yet, so nothing is known of any flaw.
      </p>
      <p>Bring them: <code>holdfast advisories update</code>.</p>`;
  if (counts.affected > 0)
    return html`<p class="lead">
      Known flaws in what the assets hold, those with most people at risk behind them first.
    </p>`;
  return gapCount === 0
    ? html`<p class="lead">No known flaw, on any asset, by any feed.</p>`
    : html`<p class="lead">
        No known flaw was found where somebody looked. See below where nobody did.
      </p>`;
}

function figures({ counts, gapCount }: FindingsView): Html {
  return html`<ul class="figures">
    <li><strong>${numberText(counts.affected)}</strong>findings</li>
    <li><strong>${numberText(counts.knownExploited)}</strong>known to be exploited</li>
    <li><strong>${numberText(counts.critical)}</strong>critical</li>
    <li><strong>${numberText(counts.fixable)}</strong>have a fix</li>
    <li><strong>${numberText(counts.undecided)}</strong>undecided</li>
    <li>
      <strong>${numberText(gapCount)}</strong>${gapCount === 1 ? 'scan' : 'scans'} missing or
      unknown
    </li>
  </ul>`;
}

const CAPTIONS = {
  people:
    'Findings by the living people whom an attacker reaches from the asset of most people that holds the component; of the same people those to look at first first. People unknown stands before nobody.',
  rank: 'Findings: exploited in ransomware campaigns, exploited, then by the likelihood and severity of an attack',
} as const;

function list({ findings, next, order, peopleAt, at }: FindingsView): Html | undefined {
  if (findings.length === 0) return undefined;
  const further = next === undefined ? undefined : new URLSearchParams({ order, after: next });
  return html`<h2 id="list">What to look at first</h2>
    ${orders(order, peopleAt)}
    ${table(
      CAPTIONS[order],
      [
        { number: 'People at risk' },
        'Flaw',
        'Severity',
        'Exploited',
        { number: 'EPSS' },
        'Component',
        'Fixed in',
        { number: 'Assets' },
        'Since',
      ],
      findings.map((each) => row(each, at)),
    )}
    ${further === undefined ? undefined : html`<p><a href="/findings?${further.toString()}">The next ${findings.length}</a></p>`}`;
}

function orders(order: FindingOrder, peopleAt: Date): Html {
  return order === 'people'
    ? html`<p class="soft">
        In the order of people at risk as of ${timeText(peopleAt)}.
        <a href="/findings?order=rank">By exploitation and severity alone</a>
      </p>`
    : html`<p class="soft">
        By exploitation and severity alone. <a href="/findings">By people at risk</a>
      </p>`;
}

const TONE = {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'plain',
  none: 'plain',
  unknown: 'warn',
} as const;

function row({ finding, assets, people, firstSeen }: ListedFinding, at: Date): Html {
  const { id, severity, kev, epss, fixed, state, summary, url, explain } = finding;
  const score = severity.score === null ? '' : ` ${severity.score.toFixed(1)}`;
  const { name, version } = explain.matched;
  return html`<tr>
    <td class="number">${reachedText(people)}</td>
    <th scope="row">
      ${outsideLink(url, id)}
      ${state === 'unknown' ? tag(`undecided: ${finding.reason ?? 'unknown'}`, 'warn') : undefined}
      ${summary === '' ? undefined : html`<br /><span class="soft small">${summary}</span>`}
    </th>
    <td>${tag(`${severity.word}${score}`, TONE[severity.word])}</td>
    <td>
      ${kev === null ? '–' : tag(kev.ransomware ? 'ransomware' : 'yes', 'bad')}
      ${kev === null ? undefined : html`<br /><span class="soft small">due ${kev.due}</span>`}
    </td>
    <td class="number">${epss === null ? '–' : epss.score.toFixed(3)}</td>
    <td>${name}<br /><span class="soft small">${version}</span></td>
    <td>${fixed[0] ?? html`<span class="unknown">no fix known</span>`}</td>
    <td class="number">${numberText(assets)}</td>
    <td>${ageText(firstSeen, at)}</td>
  </tr>`;
}

const KINDS = {
  packages: 'Installed packages listed',
  advisories: 'Every package answered for by a fresh feed',
  services: 'Listening services listed',
} as const;

function coverage({ totals, gaps, gapCount, at }: FindingsView): Html {
  return html`<h2 id="coverage">What was looked at</h2>
    ${table(
      'Assets by kind of scan that they should have. Unknown is a gap.',
      ['Scan', { number: 'Covered' }, { number: 'Uncovered' }, { number: 'Unknown' }],
      totals.map(
        ({ kind, covered, uncovered, unknown }) =>
          html`<tr>
            <th scope="row">${KINDS[kind]}</th>
            <td class="number">${numberText(covered)}</td>
            <td class="number">${numberText(uncovered)}</td>
            <td class="number">${numberText(unknown)}</td>
          </tr>`,
      ),
    )}
    ${gaps.length === 0 ? undefined : gapTable(gaps, at)}
    ${gapCount > gaps.length ? html`<p>And ${counted(gapCount - gaps.length, 'more gap')}: <code>holdfast coverage scanning</code></p>` : undefined}`;
}

function gapTable(gaps: readonly Coverage[], at: Date): Html {
  return table(
    'Where nobody looked, or not lately',
    ['Asset', 'Scan', 'State', 'Why', 'Last looked at'],
    gaps.map(
      ({ asset, kind, state, reason, at: looked }) =>
        html`<tr>
          <th scope="row">${assetLink(asset, asset)}</th>
          <td>${kind}</td>
          <td>${tag(state, state === 'uncovered' ? 'bad' : 'warn')}</td>
          <td>${reason}</td>
          <td>
            ${looked === null ? 'never' : html`${timeText(looked)}<br /><span class="soft small">${ageText(looked, at)}</span>`}
          </td>
        </tr>`,
    ),
  );
}

function feeds({ feeds: all }: FindingsView): Html | undefined {
  if (all.length === 0) return undefined;
  return html`<h2 id="feeds">Feeds</h2>
    ${table(
      'Advisories that the findings rest on. The silence of one that is not fresh proves nothing.',
      ['Feed', 'Whole as of', 'State'],
      all.map(
        ({ id, asOf, problem }) =>
          html`<tr>
            <th scope="row">${id}</th>
            <td>${asOf.slice(0, 10)}</td>
            <td>${problem === undefined ? tag('fresh', 'good') : tag(problem, 'warn')}</td>
          </tr>`,
      ),
    )}`;
}
