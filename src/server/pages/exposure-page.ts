/** The page that a board reads first: how many people can be reached now, through which gaps, and what to do first. */
import type { ExposureGap, ExposurePlan, ExposureSummary } from '../../exposure/schema.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import {
  askedText,
  categoryFigures,
  foldedForm,
  exposureTabs,
  gapAddress,
  gapName,
  measureWord,
  pager,
  peopleBar,
  rangeText,
} from './exposure-parts.ts';
import type { ExposureAsked, ExposureChoices } from './exposure-parts.ts';
import { counted, layout, numberText, table, tag } from './layout.ts';
import { addressOf } from './words.ts';

export interface ExposureView {
  readonly at: Date;
  readonly asked: ExposureAsked;
  readonly choices: ExposureChoices;
  readonly summary: ExposureSummary;
  /** Whether anybody has reported records of people at all, in reach or not. */
  readonly recordsKnown: boolean;
  /** One page of the gaps, and where in all of them it stands. */
  readonly gaps: readonly ExposureGap[];
  readonly gapCount: number;
  readonly from: number;
  readonly size: number;
  /** Only gaps whose name holds these words, or of this measure. */
  readonly name: string | undefined;
  readonly measure: ExposureGap['measure'] | undefined;
  readonly measures: readonly MeasureShare[];
  /** What to do first; undefined: there was no time to work it out, or it is a page of the list only. */
  readonly first: ExposurePlan['steps'][number] | undefined;
}

export interface MeasureShare {
  readonly measure: ExposureGap['measure'];
  readonly gaps: number;
  /** Distinct living people behind the worst of them. */
  readonly proven: number;
  readonly assumed: number;
}

export function exposurePage(view: ExposureView): Html {
  const { summary, asked, choices, at } = view;
  return layout({
    title: 'Exposure',
    place: 'exposure',
    at,
    main: html`${exposureTabs('gaps', asked)}
      <h1>People at risk ${asked.asAt === undefined ? 'now' : 'then'}</h1>
      ${askedText(asked, at)} ${headline(view)}
      ${view.recordsKnown ? categoryFigures(worse(summary), asked) : undefined}
      ${foldedForm('/exposure', asked, choices, nameField(view.name))} ${firstFix(view)}
      ${measures(view)} ${gapList(view)}`,
  });
}

/** The figures to show by category: the proven ones, or the assumed ones where nothing is proven. */
function worse({ proven, assumed }: ExposureSummary): ExposureSummary['proven'] {
  return proven.living.best === 0 && proven.unknownHoldings === 0 ? assumed : proven;
}

function headline({ summary, recordsKnown, asked }: ExposureView): Html {
  const { proven, assumed, attacker, exact } = summary;
  if (!recordsKnown)
    return html`<p class="lead">
        Nobody has told yet where records of people are held, so nobody can say who is at risk.
      </p>
      <p>
        Unknown is not nobody: count the people in your records (<code>holdfast holdings count</code
        >) or declare where records are. The gaps below are found all the same.
      </p>`;
  const records = addressOf('/exposure/records', { ...asked });
  return html`<div class="headline">
    <p class="count">
      <a href="${records}"
        ><strong>${numberText(proven.living.best)}</strong> living
        ${proven.living.best === 1 ? 'person' : 'people'}</a
      >
    </p>
    <p class="lead">
      can be reached by ${attacker.title}, each step shown by evidence: ${rangeText(proven, exact)}.
    </p>
    ${assumedText(proven, assumed)}
    ${exact ? undefined : html`<p>${tag('bounds', 'warn')} Without the person key nobody can tell who is in several sets of records.</p>`}
  </div>`;
}

function assumedText(proven: ExposureSummary['proven'], assumed: ExposureSummary['assumed']): Html {
  const more = assumed.living.best - proven.living.best;
  if (more === 0)
    return html`<p>
      The number stays the same when what nobody can rule out (not scanned, stale, only declared) is
      assumed too.
    </p>`;
  return html`<p>
    ${tag('assumed', 'warn')} <strong>${numberText(assumed.living.best)}</strong> when what nobody
    can rule out (not scanned, stale, only declared) is assumed too: ${numberText(more)} more.
  </p>`;
}

function firstFix({ first, summary, asked }: ExposureView): Html | undefined {
  if (first === undefined) return undefined;
  const plan = addressOf('/plan', { ...asked });
  const names = first.fixes.slice(0, 3).map(({ label }) => label);
  const more = first.fixes.length - names.length;
  const text = `${names.join(' and ')}${more > 0 ? ` and ${more} more` : ''}`;
  const before = summary.proven.living.best;
  return html`<section class="card do" aria-labelledby="first">
    <h2 id="first">Do this first</h2>
    <p class="lead">
      <strong>${text.charAt(0).toUpperCase()}${text.slice(1)}</strong>: from ${numberText(before)}
      to ${counted(first.left.living.best, 'person', 'people')} at
      risk${first.left.unknownHoldings === 0 ? '' : `, and ${numberText(first.left.unknownHoldings)} sets of records nobody counted`}.
    </p>
    <p><a href="${plan}">The whole plan, with alternatives</a></p>
  </section>`;
}

function measures({ measures: all, asked, summary }: ExposureView): Html | undefined {
  if (summary.gaps === 0) return undefined;
  return html`<h2 id="kinds">Where the gaps are</h2>
    <ul class="figures">
      ${all.map(
        ({ measure, gaps, proven, assumed }) =>
          html`<li>
            <a href="${addressOf('/exposure', { ...asked, measure })}"
              ><strong>${numberText(gaps)}</strong>${counted(gaps, 'gap').replace(/^\S+ /, '')}:
              ${measureWord(measure)}</a
            ><br /><span class="soft small"
              >up to ${numberText(proven)} people
              proven${assumed > proven ? `, ${numberText(assumed)} assumed` : ''}</span
            >
          </li>`,
      )}
    </ul>`;
}

function nameField(name: string | undefined): Html {
  return html`<p>
    <label for="name">Words of the gap</label>
    <input id="name" name="name" maxlength="200" value="${name ?? ''}" placeholder="citrix dc-01" />
  </p>`;
}

function gapList(view: ExposureView): Html {
  const { gaps, gapCount, from, size, asked, name, measure, summary } = view;
  const narrowed = name !== undefined || measure !== undefined;
  const title = html`<h2 id="gaps">
    ${narrowed ? `Gaps: ${[measure === undefined ? undefined : measureWord(measure), name].filter((each) => each !== undefined).join(', ')}` : 'Gaps by the people behind them'}
  </h2>`;
  if (gaps.length === 0)
    return html`${title}
      <p>
        ${narrowed || from > 0 ? html`No gap of that kind. <a href="${addressOf('/exposure', { ...asked })}">All gaps</a>` : html`No gap that is known leads this attacker anywhere. What nobody has looked at is on the page of <a href="/coverage">coverage</a>.`}
      </p>`;
  const most = Math.max(
    1,
    ...gaps.map(({ proven, assumed }) => Math.max(proven.people, assumed.people)),
  );
  const blind = gaps.some(
    ({ assumed, proven }) => assumed.unknownHoldings + proven.unknownHoldings > 0,
  );
  return html`${title}
    <p>
      People behind a gap are those that an attacker gets to who uses it. Other ways may lead to the
      same people: what <em>closing it alone</em> saves says so.
    </p>
    <div class="first">
      ${table(
        `${numberText(gapCount)} of ${counted(summary.gaps, 'gap')}, those with most people behind them first`,
        [
          'Gap',
          { number: 'People, proven' },
          { number: 'If assumed' },
          { number: 'Closing it alone saves' },
          ...(blind ? [{ number: 'Uncounted sets' }] : []),
        ],
        gaps.map((gap) => gapRow(gap, most, blind, asked)),
      )}
    </div>
    ${pager('/exposure', { ...asked, name, measure }, { from, shown: gaps.length, of: gapCount, size })}`;
}

function gapRow(gap: ExposureGap, most: number, blind: boolean, asked: ExposureAsked): Html {
  const { proven, assumed, savedProven, savedAssumed, measure } = gap;
  const saved = Math.max(savedProven.people, savedAssumed.people);
  return html`<tr>
    <th scope="row">
      <a href="${gapAddress(gap, asked)}">${gapName(gap)}</a>
      <span class="soft small">${measureWord(measure)}</span>
      ${peopleBar(proven.people, assumed.people, most)}
    </th>
    <td class="number">
      ${proven.people === 0 ? html`<span class="soft">none proven</span>` : numberText(proven.people)}
    </td>
    <td class="number">${numberText(assumed.people)}</td>
    <td class="number">
      ${saved === 0 ? html`<span class="soft">nobody alone</span>` : numberText(saved)}
    </td>
    ${blind ? html`<td class="number">${numberText(Math.max(assumed.unknownHoldings, proven.unknownHoldings))}</td>` : undefined}
  </tr>`;
}
