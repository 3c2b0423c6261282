/** The sets of records that an attacker reaches: what the number of people at risk is counted from. */
import type { ReachedRecords } from '../../exposure/records.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import {
  askedText,
  categoryTitle,
  certaintyTag,
  foldedForm,
  exposureTabs,
  pager,
} from './exposure-parts.ts';
import { option } from './form-fields.ts';
import type { ExposureAsked, ExposureChoices } from './exposure-parts.ts';
import { counted, instantText, layout, numberText, table, tag } from './layout.ts';
import { addressOf, assetLink } from './words.ts';

export interface RecordsView {
  readonly at: Date;
  readonly asked: ExposureAsked;
  readonly choices: ExposureChoices;
  /** Only records with this; `unknown`: that nobody counted. */
  readonly category: string | undefined;
  readonly records: readonly ReachedRecords[];
  readonly count: number;
  readonly from: number;
  readonly size: number;
}

const CATEGORIES = [
  'home-entry',
  'health',
  'safeguarding',
  'criminal',
  'special-other',
  'financial',
  'credentials',
  'official-documents',
  'contact',
];

export function recordsPage(view: RecordsView): Html {
  const { asked, at, category, records, count, from, size } = view;
  return layout({
    title: 'Records in reach',
    place: 'exposure',
    at,
    main: html`${exposureTabs('records', asked)}
      <h1>Records in reach</h1>
      ${askedText(asked, at)}
      ${foldedForm('/exposure/records', asked, view.choices, categoryField(category))}
      <p class="lead">${leadText(category)}</p>
      <p>
        A person may be in several of them: the number of people at risk counts each once, so these
        numbers add up to more.
      </p>
      ${
        records.length === 0
          ? html`<p>
              None${category === undefined ? ' that is known' : ' of that kind'} can be reached.
            </p>`
          : table(
              `${counted(count, 'set', 'sets')} of records, ${category === 'unknown' ? 'by key' : 'those that nobody counted first, then most people first'}`,
              [
                'Records',
                { number: 'Living people' },
                ...(category === undefined || category === 'unknown'
                  ? [{ number: 'Home entry' }]
                  : [{ number: title(category) }]),
                'Customer',
                'Service',
                'On',
                'Reached',
              ],
              records.map((each) => row(each, category, asked)),
            )
      }
      ${pager('/exposure/records', { ...asked, category }, { from, shown: records.length, of: count, size })}`,
  });
}

function title(category: string): string {
  const words = categoryTitle(category);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function leadText(category: string | undefined): string {
  if (category === undefined)
    return 'What the attacker can read: each set of records, and whose it is.';
  if (category === 'unknown')
    return 'Sets of records that can be reached and whose people nobody has counted: unknown, and never zero.';
  return `Sets of records that can be reached and hold people ${categoryTitle(category)}.`;
}

function categoryField(category: string | undefined): Html {
  return html`<p>
    <label for="category">With</label>
    <select id="category" name="category">
      ${option('', 'anything', category === undefined)}
      ${option('unknown', 'people unknown', category === 'unknown')}
      ${CATEGORIES.map((each) => option(each, categoryTitle(each).replace(/^with /, ''), each === category))}
    </select>
  </p>`;
}

const COUNTED = {
  people: undefined,
  number: 'a number without people: may overlap',
  declared: 'declared by a person, not counted',
  nobody: undefined,
} as const;

function row(record: ReachedRecords, category: string | undefined, asked: ExposureAsked): Html {
  const {
    name,
    living,
    categories,
    customer,
    service,
    asset,
    counted: how,
    proven,
    trueAt,
  } = record;
  const shown = category === undefined || category === 'unknown' ? 'home-entry' : category;
  const among = (categories as Readonly<Record<string, number>>)[shown];
  const scoped = (kind: 'customer' | 'service', key: string | null) =>
    key === null
      ? html`<span class="unknown">unknown</span>`
      : html`<a href="${addressOf('/exposure', { ...asked, [kind]: key })}">${key}</a>`;
  return html`<tr>
    <th scope="row">${name}<br /><span class="soft small">true ${instantText(trueAt)}</span></th>
    <td class="number">
      ${living === null ? tag('unknown', 'warn') : numberText(living.best)}
      ${living === null || living.low === living.high ? undefined : html`<br /><span class="soft small">${numberText(living.low)} to ${numberText(living.high)}</span>`}
      ${COUNTED[how] === undefined ? undefined : html`<br /><span class="soft small">${COUNTED[how]}</span>`}
    </td>
    <td class="number">${living === null ? tag('unknown', 'warn') : numberText(among ?? 0)}</td>
    <td>${scoped('customer', customer)}</td>
    <td>${scoped('service', service)}</td>
    <td>
      ${asset === null ? html`<span class="unknown">unknown</span>` : assetLink(asset, asset)}
    </td>
    <td>${certaintyTag(proven ? 'proven' : 'assumed')}</td>
  </tr>`;
}
