/** Fixes that assets lack: by when each must be there, by which rule, and what stands in the way. */
import { reachedText } from '../../estate/reached.ts';
import type { Patch, PatchCounts } from '../../measures/patching/schema.ts';
import { calendarOf } from '../../kernel/zone.ts';
import { html } from '../html.ts';
import type { Html, HtmlValue } from '../html.ts';
import { pager } from './exposure-parts.ts';
import { momentField, option, textField } from './form-fields.ts';
import { counted, instantText, layout, numberText, table, tag } from './layout.ts';
import { countdown, fixText, reasonWord, stateTag, stateWord } from './patch-words.ts';
import { addressOf, assetLink } from './words.ts';

/** Which items; what is undefined is all of them, and now. */
export interface PatchesAsked {
  readonly asset?: string | undefined;
  readonly fix?: string | undefined;
  readonly service?: string | undefined;
  readonly customer?: string | undefined;
  readonly division?: string | undefined;
  readonly asAt?: string | undefined;
  readonly state?: ShownState | undefined;
}

export const SHOWN_STATES = [
  'overdue',
  'due-soon',
  'within',
  'excepted',
  'fixed-unproven',
  'no-fix',
  'no-date',
  'fixed-proven',
] as const;
export type ShownState = (typeof SHOWN_STATES)[number];

export interface PatchesView {
  readonly at: Date;
  readonly now: Date;
  /** Deadlines are shown on its clocks. */
  readonly zone: string;
  readonly asked: PatchesAsked;
  readonly counts: PatchCounts;
  readonly patches: readonly Patch[];
  readonly count: number;
  readonly from: number;
  readonly size: number;
}

export type PatchTab = 'list' | 'compliance' | 'item';

export function patchTabs(here: PatchTab, asked: PatchesAsked): Html {
  const link = (tab: PatchTab, path: string, name: string) => {
    const address = addressOf(path, { ...asked, state: undefined });
    return tab === here
      ? html`<li><a href="${address}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${address}">${name}</a></li>`;
  };
  return html`<nav class="tabs" aria-label="Patches">
    <ul>
      ${link('list', '/patches', 'Deadlines')}
      ${link('compliance', '/patches/compliance', 'Compliance')}
      <li>
        <a
          href="${addressOf('/patches/calendar.ics', { ...asked, state: undefined, asAt: undefined })}"
          download
          >Calendar (iCalendar)</a
        >
      </li>
    </ul>
  </nav>`;
}

export function patchesPage(view: PatchesView): Html {
  const { asked, at, counts } = view;
  return layout({
    title: 'Patches',
    place: 'patches',
    at: view.now,
    main: html`${patchTabs('list', asked)}
      <h1>Deadlines of fixes</h1>
      ${patchNote(asked, at)} ${lead(counts)} ${figures(view)}
      ${patchForm('/patches', view, stateField(asked.state))} ${list(view)}`,
  });
}

export function patchNote(asked: PatchesAsked, at: Date): Html | undefined {
  const { asAt, asset, fix, service, customer, division } = asked;
  const parts = Object.entries({ asset, fix, service, customer, division }).flatMap(
    ([kind, key]) => (key === undefined ? [] : [html`${kind} <strong>${key}</strong>. `]),
  );
  if (parts.length === 0 && asAt === undefined) return undefined;
  return html`<p class="note">
    ${asAt === undefined ? undefined : html`As it was known at <strong>${instantText(at)}</strong>. `}
    ${parts.length === 0 ? undefined : html`Only ${parts}`}
  </p>`;
}

function lead({ open, overdue, assets }: PatchCounts): Html {
  if (open === 0)
    return html`<p class="lead">Nothing is known here that must be patched.</p>
      <p>That is worth as much as what was looked at: see <a href="/coverage">coverage</a>.</p>`;
  return html`<p class="lead">
    ${counted(open, 'fix', 'fixes')} to do on
    ${counted(assets, 'asset')}${overdue === 0 ? '; none is overdue' : html`, <strong>${numberText(overdue)} overdue</strong>`}.
  </p>`;
}

function figures({ counts, asked }: PatchesView): Html {
  const { overdue, accepted, dueSoon, within, unproven, noFix, noDate, proven } = counts;
  const box = (state: ShownState, count: number, words: string, look = '') =>
    html`<li class="${look}">
      <a href="${addressOf('/patches', { ...asked, state })}"
        ><strong>${numberText(count)}</strong>${words}</a
      >
    </li>`;
  return html`<ul class="figures">
    ${box('overdue', overdue, 'overdue', overdue === 0 ? '' : 'home')}
    ${box('due-soon', dueSoon, 'due soon')} ${box('within', within, 'within their deadline')}
    ${box('excepted', accepted, 'of the overdue accepted by somebody')}
    ${box('fixed-unproven', unproven, 'done, not proven', unproven === 0 ? '' : 'blind')}
    ${noFix === 0 ? undefined : box('no-fix', noFix, 'without a fix yet', 'blind')}
    ${noDate === 0 ? undefined : box('no-date', noDate, 'without a date')}
    ${box('fixed-proven', proven, 'proven done')}
  </ul>`;
}

/** Filters as a form, folded: the answer comes first. */
export function patchForm(
  path: string,
  { asked, now }: Pick<PatchesView, 'asked' | 'now'>,
  more?: HtmlValue,
): Html {
  const text = (name: 'asset' | 'fix' | 'service' | 'customer' | 'division', label: string) =>
    textField(name, label, asked[name]);
  return html`<details class="ask">
    <summary>Show only some</summary>
    <form class="filter" method="get" action="${path}">
      ${text('asset', 'Asset')} ${text('fix', 'Flaw, package or fix')} ${text('service', 'Service')}
      ${text('customer', 'Customer')} ${text('division', 'Division')}
      ${momentField('asAt', 'As at (UTC)', asked.asAt, now)} ${more}
      <p class="buttons"><button type="submit">Show</button> <a href="${path}">Clear</a></p>
    </form>
  </details>`;
}

function stateField(state: ShownState | undefined): Html {
  return html`<p>
    <label for="state">State</label>
    <select id="state" name="state">
      ${option('', 'all that is open', state === undefined)}
      ${SHOWN_STATES.map((each) => option(each, stateWord(each), each === state))}
    </select>
  </p>`;
}

function list(view: PatchesView): Html {
  const { patches, count, from, size, asked, zone } = view;
  const title = asked.state === undefined ? 'What to do first' : stateWord(asked.state);
  const heading = html`<h2 id="list">${title.charAt(0).toUpperCase()}${title.slice(1)}</h2>`;
  if (patches.length === 0)
    return html`${heading}
      <p>
        None${asked.state === undefined ? '' : html`. <a href="${addressOf('/patches', { ...asked, state: undefined })}">All that is open</a>`}
      </p>`;
  return html`${heading}
    <div class="deadlines">
      ${table(
        `${counted(count, 'fix', 'fixes')}, most people behind the asset first, then the longest overdue. Times of ${zone}.`,
        ['Fix', { number: 'People at risk' }, 'Asset', 'Stands', 'Due', 'Rule', 'In the way'],
        patches.map((patch) => row(patch, view)),
      )}
    </div>
    ${pager('/patches', { ...asked }, { from, shown: patches.length, of: count, size })}`;
}

function row(patch: Patch, { zone, asked }: PatchesView): Html {
  const { fix, flaws, asset, assetName, late, due, rule, reasons, acceptedBy, people, certain } =
    patch;
  const when = (at: string) => calendarOf(zone).text(new Date(at));
  const item = addressOf('/patches/item', { asset, fix: fix.key });
  const linked =
    asked.asAt === undefined ? html`<a href="${item}">${fixText(fix)}</a>` : fixText(fix);
  return html`<tr>
    <th scope="row">
      ${linked}<br /><span class="soft small"
        >${flaws.slice(0, 3).join(', ')}${flaws.length > 3 ? ` and ${flaws.length - 3} more` : ''}</span
      >
      ${certain ? undefined : tag('flaw not certain', 'warn')}
    </th>
    <td class="number">
      ${people === null ? html`<span class="unknown">unknown</span>` : reachedText(people)}
    </td>
    <td>${assetLink(asset, assetName)}</td>
    <td>
      ${stateTag(patch)}<br />${countdown(late)}
      ${acceptedBy === null ? undefined : html`<br /><span class="soft small">accepted by ${acceptedBy}</span>`}
    </td>
    <td>
      ${due === null ? html`<span class="soft">no date</span>` : html`<time datetime="${due}">${when(due)}</time>`}
    </td>
    <td>
      ${rule === null ? html`<span class="soft">none</span>` : html`${rule.set}<br /><span class="soft small">${rule.rule}</span>`}
    </td>
    <td>${obstacles(reasons)}</td>
  </tr>`;
}

function obstacles(reasons: Patch['reasons']): Html {
  if (reasons.length === 0) return html`<span class="soft">nothing known</span>`;
  return html`<ul>
    ${reasons.map((reason) => html`<li>${reasonWord(reason)}</li>`)}
  </ul>`;
}
