/** Who came into reach since a moment, and which gaps and records made it so. */
import type { shownChanges } from '../../exposure/show.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { askedText, foldedForm, exposureTabs, pager } from './exposure-parts.ts';
import { momentField } from './form-fields.ts';
import type { ExposureAsked, ExposureChoices } from './exposure-parts.ts';
import { layout, numberText, table, tag, timeText } from './layout.ts';
import type { Tone } from './layout.ts';
import { addressOf } from './words.ts';

type Changes = ReturnType<typeof shownChanges>;
type Cause = Changes['causes'][number];

export interface ChangesView {
  readonly at: Date;
  readonly asked: ExposureAsked;
  readonly choices: ExposureChoices;
  readonly changes: Changes;
  /** `2022-07-28T03:00` */
  readonly since: string;
  readonly from: number;
  readonly size: number;
}

export function changesPage(view: ChangesView): Html {
  const { asked, at, changes, since, from, size, choices } = view;
  const { causes } = changes;
  const shown = causes.slice(from, from + size);
  return layout({
    title: 'Changes',
    place: 'exposure',
    at,
    main: html`${exposureTabs('changes', asked)}
      <h1>What changed</h1>
      ${askedText(asked, at)}
      ${foldedForm('/exposure/changes', asked, choices, momentField('since', 'Since (UTC)', since, choices.now))}
      ${lead(changes)} ${figures(changes)}
      <h2 id="causes">Why</h2>
      ${
        shown.length === 0
          ? html`<p>No gap and no set of records changed.</p>`
          : table(
              'Causes, those with most people behind them first',
              [
                'What',
                'Which',
                { number: 'Before' },
                { number: 'After' },
                { number: 'People, proven' },
                { number: 'If assumed' },
              ],
              shown.map((cause) => row(cause, asked)),
            )
      }
      ${pager('/exposure/changes', { ...asked, since }, { from, shown: shown.length, of: causes.length, size })}`,
  });
}

function lead({ proven, from, to }: Changes): Html {
  const difference = proven.after.living.best - proven.before.living.best;
  const words =
    difference === 0
      ? html`As many people can be reached as before: ${numberText(proven.after.living.best)}.`
      : difference > 0
        ? html`<strong>${numberText(difference)}</strong> more people can be reached.`
        : html`<strong>${numberText(-difference)}</strong> fewer people can be reached.`;
  return html`<p class="lead">${words}</p>
    <p>From ${timeText(new Date(from))} to ${timeText(new Date(to))}.</p>`;
}

function figures({ proven, assumed }: Changes): Html {
  const rows = [
    ['People, proven', proven.before.living.best, proven.after.living.best],
    [
      'With how to enter their home, proven',
      proven.before.categories['home-entry'],
      proven.after.categories['home-entry'],
    ],
    [
      'People, with what nobody can rule out',
      assumed.before.living.best,
      assumed.after.living.best,
    ],
    [
      'Sets of records nobody counted',
      assumed.before.unknownHoldings,
      assumed.after.unknownHoldings,
    ],
  ] as const;
  return table(
    'In reach then and now',
    ['What', { number: 'Before' }, { number: 'After' }, { number: 'Change' }],
    rows.map(
      ([name, before, after]) =>
        html`<tr>
          <th scope="row">${name}</th>
          <td class="number">${numberText(before)}</td>
          <td class="number">${numberText(after)}</td>
          <td class="number">${changeText(after - before)}</td>
        </tr>`,
    ),
  );
}

function changeText(change: number): string {
  if (change === 0) return 'none';
  return change > 0 ? `+${numberText(change)}` : `−${numberText(-change)}`;
}

const WORDS: Readonly<Record<Cause['what'], readonly [string, Tone]>> = {
  'gap-opened': ['gap opened', 'bad'],
  'gap-grew': ['gap grew', 'bad'],
  'gap-closed': ['gap closed', 'good'],
  'gap-shrank': ['gap shrank', 'good'],
  'holding-came': ['records came', 'warn'],
  'holding-went': ['records went', 'plain'],
  'holding-recounted': ['records counted anew', 'plain'],
};

function row(
  { what, key, label, before, after, proven, assumed }: Cause,
  asked: ExposureAsked,
): Html {
  const [word, tone] = WORDS[what];
  const name = label === '' ? key : label;
  const open = what === 'gap-opened' || what === 'gap-grew' || what === 'gap-shrank';
  const gap = key.replace(' ', ':');
  return html`<tr>
    <td>${tag(word, tone)}</td>
    <th scope="row">
      ${open ? html`<a href="${addressOf('/exposure/gap', { gap, ...asked })}">${name}</a>` : name}
    </th>
    <td class="number">${countText(before)}</td>
    <td class="number">${countText(after)}</td>
    <td class="number">${numberText(proven)}</td>
    <td class="number">${numberText(assumed)}</td>
  </tr>`;
}

function countText(count: number | null): Html | string {
  return count === null ? html`<span class="unknown">unknown</span>` : numberText(count);
}
