/** The part of an asset's page that the measures fill: who is at risk from it, through what, and what is to be done. */
import type { ExposureGap } from '../../exposure/schema.ts';
import type { Patch, PatchCounts } from '../../measures/patching/schema.ts';
import type { Coverage, ListedFinding } from '../../measures/scanning/model.ts';
import type { FindingCounts } from '../../measures/scanning/store.ts';
import { calendarOf } from '../../kernel/zone.ts';
import { html, outsideLink } from '../html.ts';
import type { Html } from '../html.ts';
import { KIND_TITLES } from './coverage-page.ts';
import { gapAddress, gapName, measureWord } from './exposure-parts.ts';
import { ageText, counted, numberText, table, tag, timeText } from './layout.ts';
import { countdown, fixText, stateTag } from './patch-words.ts';
import { addressOf } from './words.ts';

export interface AssetJoined {
  readonly at: Date;
  readonly key: string;
  /** Undefined: no attacker gets there by anything that is known. */
  readonly people:
    | {
        readonly proven: number;
        readonly assumed: number;
        readonly unknownHoldings: number;
      }
    | undefined;
  /** Of the asset and of its doors, those with most people behind them. */
  readonly gaps: readonly ExposureGap[];
  readonly gapCount: number;
  readonly coverage: readonly Coverage[];
  readonly counts: FindingCounts;
  readonly findings: readonly ListedFinding[];
  readonly patchCounts: PatchCounts;
  readonly patches: readonly Patch[];
  readonly zone: string;
}

export function joinedSections(joined: AssetJoined): Html {
  return html`${figures(joined)} ${gaps(joined)} ${patches(joined)} ${findings(joined)}
  ${coverage(joined)}`;
}

function figures({ people, counts, patchCounts, coverage: scans, key }: AssetJoined): Html {
  const missing = scans.filter(({ state }) => state !== 'covered').length;
  const most = people === undefined ? 0 : Math.max(people.proven, people.assumed);
  return html`<ul class="figures">
    <li class="${most > 0 ? 'home' : ''}">
      <a href="#exposure"><strong>${numberText(most)}</strong>people at risk from it</a><br /><span
        class="soft small"
        >${people === undefined ? 'no known way leads here' : `${numberText(people.proven)} proven${people.unknownHoldings === 0 ? '' : `, ${numberText(people.unknownHoldings)} sets of records uncounted`}`}</span
      >
    </li>
    <li class="${patchCounts.overdue > 0 ? 'home' : ''}">
      <a href="${addressOf('/patches', { asset: key, state: 'overdue' })}"
        ><strong>${numberText(patchCounts.overdue)}</strong>fixes overdue</a
      ><br /><span class="soft small">of ${numberText(patchCounts.open)} to do</span>
    </li>
    <li>
      <a href="#findings"><strong>${numberText(counts.affected)}</strong>findings</a><br /><span
        class="soft small"
        >${numberText(counts.knownExploited)} known to be exploited</span
      >
    </li>
    <li class="${missing > 0 ? 'blind' : ''}">
      <a href="#scans"
        ><strong>${numberText(missing)}</strong>${missing === 1 ? 'scan' : 'scans'} missing or
        unknown</a
      >
    </li>
  </ul>`;
}

function gaps({ gaps: all, gapCount, people }: AssetJoined): Html {
  const title = html`<h2 id="exposure">Ways through it</h2>`;
  if (all.length === 0)
    return html`${title}
      <p>
        ${people === undefined ? 'No way that is known leads an attacker here.' : 'An attacker gets here from elsewhere; no gap is on the asset itself.'}
      </p>`;
  return html`${title}
  ${table(
    `${counted(gapCount, 'gap')} of the asset and its doors, for an outsider with one stolen password; each leads to a picture of the way`,
    ['Gap', 'Kind', { number: 'People, proven' }, { number: 'If assumed' }],
    all.map(
      (gap) =>
        html`<tr>
          <th scope="row"><a href="${gapAddress(gap, {})}">${gapName(gap)}</a></th>
          <td>${measureWord(gap.measure)}</td>
          <td class="number">${numberText(gap.proven.people)}</td>
          <td class="number">${numberText(gap.assumed.people)}</td>
        </tr>`,
    ),
  )}`;
}

function patches({ patches: all, patchCounts, key, zone }: AssetJoined): Html {
  const title = html`<h2 id="patches">Fixes and their deadlines</h2>`;
  if (all.length === 0)
    return html`${title}
      <p>Nothing is known that must be patched here.</p>`;
  return html`${title}
    ${table(
      `The first of ${counted(patchCounts.open, 'fix', 'fixes')} to do. Times of ${zone}.`,
      ['Fix', 'Repairs', 'Stands', 'Due'],
      all.map((patch) => {
        const { fix, flaws, late, due, asset } = patch;
        return html`<tr>
          <th scope="row">
            <a href="${addressOf('/patches/item', { asset, fix: fix.key })}">${fixText(fix)}</a>
          </th>
          <td>
            ${flaws.slice(0, 3).join(', ')}${flaws.length > 3 ? ` and ${flaws.length - 3} more` : ''}
          </td>
          <td>${stateTag(patch)} ${countdown(late)}</td>
          <td>
            ${due === null ? html`<span class="soft">no date</span>` : html`<time datetime="${due}">${calendarOf(zone).text(new Date(due))}</time>`}
          </td>
        </tr>`;
      }),
    )}
    <p><a href="${addressOf('/patches', { asset: key })}">All fixes of this asset</a></p>`;
}

function findings({ findings: all, counts, at }: AssetJoined): Html {
  const title = html`<h2 id="findings">Findings</h2>`;
  if (all.length === 0)
    return html`${title}
      <p>
        No known flaw was found where somebody looked. See <a href="#scans">what was looked at</a>.
      </p>`;
  return html`${title}
  ${table(
    `The first of ${counted(counts.affected + counts.undecided, 'finding')}, those to look at first first`,
    ['Flaw', 'Severity', 'Exploited', 'Component', 'Fixed in', 'Since'],
    all.map(({ finding, firstSeen }) => {
      const { id, severity, kev, fixed, state, url, explain } = finding;
      const bad = severity.word === 'critical' || severity.word === 'high';
      return html`<tr>
        <th scope="row">
          ${outsideLink(url, id)} ${state === 'unknown' ? tag('undecided', 'warn') : undefined}
        </th>
        <td>
          ${tag(`${severity.word}${severity.score === null ? '' : ` ${severity.score.toFixed(1)}`}`, bad ? 'bad' : 'plain')}
        </td>
        <td>${kev === null ? '–' : tag(kev.ransomware ? 'ransomware' : 'yes', 'bad')}</td>
        <td>
          ${explain.matched.name}<br /><span class="soft small">${explain.matched.version}</span>
        </td>
        <td>${fixed[0] ?? html`<span class="unknown">no fix known</span>`}</td>
        <td>${ageText(firstSeen, at)}</td>
      </tr>`;
    }),
  )}`;
}

const TONES = { covered: 'good', uncovered: 'bad', unknown: 'warn' } as const;

function coverage({ coverage: all, at }: AssetJoined): Html {
  const title = html`<h2 id="scans">What was looked at</h2>`;
  if (all.length === 0)
    return html`${title}
      <p>Nothing of this kind of asset is ours to scan.</p>`;
  return html`${title}
  ${table(
    'Kinds of scan that it should have',
    ['Scan', 'State', 'Why', 'Last looked at'],
    all.map(
      ({ kind, state, reason, at: looked }) =>
        html`<tr>
          <th scope="row">${KIND_TITLES[kind]}</th>
          <td>${tag(state, TONES[state])}</td>
          <td>${reason === '' ? '–' : reason}</td>
          <td>
            ${looked === null ? 'never' : html`${timeText(looked)} <span class="soft small">${ageText(looked, at)}</span>`}
          </td>
        </tr>`,
    ),
  )}`;
}
