/** What the pages of exposure share: the question asked, figures of people in words, and the way between the pages. */
import type { ExposureGap, Figures } from '../../exposure/schema.ts';
import { html } from '../html.ts';
import type { Html, HtmlValue } from '../html.ts';
import { momentField, option, textField } from './form-fields.ts';
import { counted, instantText, numberText, tag } from './layout.ts';
import { addressOf } from './words.ts';

/** Whose people before whom, and when; what is undefined is everything, and now. */
export interface ExposureAsked {
  readonly attacker?: string | undefined;
  readonly customer?: string | undefined;
  readonly service?: string | undefined;
  /** `2022-08-01T06:00`, in UTC. */
  readonly asAt?: string | undefined;
}

/** What can be chosen in the form. */
export interface ExposureChoices {
  readonly attackers: readonly { readonly id: string; readonly title: string }[];
  /** The first customers and services by the people reached; others can be typed. */
  readonly customers: readonly string[];
  readonly services: readonly string[];
  readonly now: Date;
}

export type ExposurePage = 'gaps' | 'plan' | 'changes' | 'records' | 'reached';

const PAGES: readonly (readonly [ExposurePage, string, string])[] = [
  ['gaps', '/exposure', 'Gaps'],
  ['plan', '/plan', 'Plan'],
  ['changes', '/exposure/changes', 'Changes'],
  ['records', '/exposure/records', 'Records in reach'],
  ['reached', '/exposure/reached', 'By customer, service, door'],
];

/** The pages that answer one question, which goes along from one to the other. */
export function exposureTabs(here: ExposurePage | undefined, asked: ExposureAsked): Html {
  return html`<nav class="tabs" aria-label="Exposure">
    <ul>
      ${PAGES.map(([page, path, name]) => {
        const address = addressOf(path, { ...asked });
        return page === here
          ? html`<li><a href="${address}" aria-current="page">${name}</a></li>`
          : html`<li><a href="${address}">${name}</a></li>`;
      })}
    </ul>
  </nav>`;
}

/** The form, folded under what it asks now: the answer comes first on a page. */
export function foldedForm(
  path: string,
  asked: ExposureAsked,
  choices: ExposureChoices,
  more?: HtmlValue,
): Html {
  const { attacker, customer, service, asAt } = asked;
  const title = choices.attackers.find(({ id }, i) =>
    attacker === undefined ? i === 0 : id === attacker,
  )?.title;
  const said = [
    title ?? attacker,
    customer === undefined ? 'all customers' : `customer ${customer}`,
    service === undefined ? 'all services' : `service ${service}`,
    asAt === undefined ? 'now' : `as at ${asAt.replace('T', ' ')}`,
  ].join(', ');
  return html`<details class="ask">
    <summary>Ask another question <span class="soft">(this one: ${said})</span></summary>
    ${exposureForm(path, asked, choices, more)}
  </details>`;
}

/** A form that asks the same page anew. `more` stands before the button. */
export function exposureForm(
  path: string,
  asked: ExposureAsked,
  choices: ExposureChoices,
  more?: HtmlValue,
): Html {
  const { attackers, customers, services, now } = choices;
  return html`<form class="filter" method="get" action="${path}">
    <p>
      <label for="attacker">Attacker</label>
      <select id="attacker" name="attacker">
        ${attackers.map(({ id, title }, i) => option(id, title, asked.attacker === undefined ? i === 0 : asked.attacker === id))}
      </select>
    </p>
    ${textField('customer', 'Customer', asked.customer, customers)}
    ${textField('service', 'Service', asked.service, services)}
    ${momentField('asAt', 'As at (UTC)', asked.asAt, now)}${more}
    <p class="buttons">
      <button type="submit">Show</button>
      <a href="${path}">Clear</a>
    </p>
  </form>`;
}

/** Says that the page is of the past, and whose part of the whole it is. */
export function askedText(asked: ExposureAsked, at: Date): Html | undefined {
  const { asAt, customer, service } = asked;
  if (asAt === undefined && customer === undefined && service === undefined) return undefined;
  return html`<p class="note">
    ${asAt === undefined ? undefined : html`As it was known at <strong>${instantText(at)}</strong>. `}
    ${customer === undefined ? undefined : html`Only people in records of the customer <strong>${customer}</strong>. `}
    ${service === undefined ? undefined : html`Only people in records of the service <strong>${service}</strong>.`}
  </p>`;
}

type Category = keyof Figures['categories'];

const CATEGORY_TITLES: readonly (readonly [Category, string])[] = [
  ['home-entry', 'with how to enter their home'],
  ['health', 'with health data'],
  ['safeguarding', 'with safeguarding records'],
  ['criminal', 'with criminal records'],
  ['special-other', 'with other special category data'],
  ['financial', 'with financial data'],
  ['credentials', 'with credentials'],
  ['official-documents', 'with official documents'],
  ['contact', 'with contact details'],
];

export function categoryTitle(category: string): string {
  return CATEGORY_TITLES.find(([each]) => each === category)?.[1] ?? category;
}

/** People by category, home entry always and first; each number leads to the records that it counts. */
export function categoryFigures(figures: Figures, asked: ExposureAsked): Html {
  const shown = CATEGORY_TITLES.filter(
    ([category]) => category === 'home-entry' || figures.categories[category] > 0,
  );
  const { children, unknownHoldings } = figures;
  const records = (more: Record<string, string>) =>
    addressOf('/exposure/records', { ...asked, ...more });
  return html`<ul class="figures">
    ${shown.map(
      ([category, words]) =>
        html`<li class="${category === 'home-entry' ? 'home' : ''}">
          <a href="${records({ category })}"
            ><strong>${numberText(figures.categories[category])}</strong>${words}</a
          >
        </li>`,
    )}
    ${children === 0 ? undefined : html`<li><strong>${numberText(children)}</strong>children</li>`}
    <li class="${unknownHoldings === 0 ? '' : 'blind'}">
      <a href="${records({ category: 'unknown' })}"
        ><strong>${numberText(unknownHoldings)}</strong>${unknownHoldings === 1 ? 'set' : 'sets'} of
        records nobody counted: people unknown</a
      >
    </li>
  </ul>`;
}

/** `between 70,000 and 82,000, most likely 79,404`; of an exact count that it is exact. */
export function rangeText({ living: { low, best, high } }: Figures, exact: boolean): string {
  if (low !== high)
    return `at least ${numberText(low)}, most likely ${numberText(best)}, at most ${numberText(high)}`;
  return exact ? 'counted person by person, each once' : 'by the counts of each set of records';
}

export function livingText({ living: { low, best, high } }: Figures): string {
  const bounds = low === high ? '' : ` (${numberText(low)} to ${numberText(high)})`;
  return `${counted(best, 'living person', 'living people')}${bounds}`;
}

export function gapName({ label, key }: Pick<ExposureGap, 'label' | 'key'>): string {
  const name = label === '' ? key : label;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

export function gapAddress(
  { measure, key }: Pick<ExposureGap, 'measure' | 'key'>,
  asked: ExposureAsked,
): string {
  return addressOf('/exposure/gap', { gap: `${measure}:${key}`, ...asked });
}

const MEASURES: Readonly<Record<ExposureGap['measure'], string>> = {
  mfa: 'sign-in',
  patching: 'not patched',
  scanning: 'not scanned',
  other: 'other',
};

export function measureWord(measure: ExposureGap['measure']): string {
  return MEASURES[measure];
}

export function certaintyTag(certainty: 'proven' | 'assumed'): Html {
  return certainty === 'proven' ? tag('proven', 'bad') : tag('assumed', 'warn');
}

const WIDTH = 100;

/** A bar of proven people and, outlined behind it, of those nobody can rule out. The numbers stand beside it. */
export function peopleBar(proven: number, assumed: number, most: number): Html {
  const part = (people: number) =>
    String(most === 0 ? 0 : Math.round((people / most) * WIDTH * 10) / 10);
  return html`<svg
    class="share"
    viewBox="0 0 100 8"
    preserveAspectRatio="none"
    aria-hidden="true"
    focusable="false"
  >
    <rect class="perhaps" width="${part(assumed)}" height="8" />
    <rect class="shown" width="${part(proven)}" height="8" />
  </svg>`;
}

/** The way to the pages before and after. */
export function pager(
  path: string,
  query: Record<string, string | number | undefined>,
  { from, shown, of, size }: { from: number; shown: number; of: number; size: number },
): Html | undefined {
  if (of <= shown && from === 0) return undefined;
  const at = (after: number) =>
    addressOf(path, { ...query, after: after === 0 ? undefined : after });
  return html`<nav class="pager" aria-label="Pages">
    <p>
      ${from === 0 ? undefined : html`<a href="${at(Math.max(0, from - size))}" rel="prev">The ${numberText(Math.min(size, from))} before</a>`}
      <span>${numberText(from + 1)} to ${numberText(from + shown)} of ${numberText(of)}</span>
      ${from + shown >= of ? undefined : html`<a href="${at(from + size)}" rel="next">The next ${numberText(Math.min(size, of - from - shown))}</a>`}
    </p>
  </nav>`;
}
