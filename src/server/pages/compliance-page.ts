/** How many fixes that were due are proven to have been in time, by division, service and customer. */
import type { Compliance } from '../../measures/patching/compliance.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { pager } from './exposure-parts.ts';
import { layout, numberText, table, tag } from './layout.ts';
import { patchForm, patchNote, patchTabs } from './patches-page.ts';
import type { PatchesAsked } from './patches-page.ts';
import { addressOf } from './words.ts';

export interface ComplianceView {
  readonly at: Date;
  readonly now: Date;
  readonly asked: PatchesAsked;
  /** The first of all is everything. */
  readonly groups: readonly Compliance[];
  readonly count: number;
  readonly from: number;
  readonly size: number;
}

export function compliancePage(view: ComplianceView): Html {
  const { asked, at, groups, count, from, size } = view;
  return layout({
    title: 'Compliance of patching',
    place: 'patches',
    at: view.now,
    main: html`${patchTabs('compliance', asked)}
      <h1>Fixes proven in time</h1>
      ${patchNote(asked, at)}
      <p class="lead">
        Of all fixes that were due, those proven by their deadline. What somebody accepted stays
        overdue, what is done and not proven does not count.
      </p>
      ${patchForm('/patches/compliance', view)}
      ${table(
        'By division, service and customer; days from the release of a fix to its proof',
        [
          'Group',
          { number: 'In time' },
          { number: 'Due' },
          { number: 'Met' },
          { number: 'Late' },
          { number: 'Overdue' },
          { number: 'Accepted' },
          { number: 'Unproven' },
          { number: 'Ahead' },
          { number: 'Median days' },
          { number: '90 % within' },
          { number: 'Worst' },
          { number: 'Oldest open' },
        ],
        groups.map((group) => row(group, asked)),
      )}
      ${pager('/patches/compliance', { ...asked }, { from, shown: groups.length, of: count, size })}`,
  });
}

function row(
  { group, share, due, inTime, late, overdue, accepted, unproven, ahead, timeToFix }: Compliance,
  asked: PatchesAsked,
): Html {
  const number = (count: number) => html`<td class="number">${numberText(count)}</td>`;
  const days = (value: number | null) =>
    html`<td class="number">${value === null ? '–' : value.toFixed(1)}</td>`;
  return html`<tr>
    <th scope="row">${groupLink(group, asked)}</th>
    <td class="number">
      ${share === null ? html`<span class="soft">nothing due</span>` : shareTag(share)}
    </td>
    ${number(due)}${number(inTime)}${number(late)}
    <td class="number">
      ${overdue === 0 ? '0' : html`<a href="${addressOf('/patches', { ...asked, ...scopeOf(group), state: 'overdue' })}">${numberText(overdue)}</a>`}
    </td>
    ${number(accepted)}${number(unproven)}${number(ahead)} ${days(timeToFix.median)}
    ${days(timeToFix.p90)}${days(timeToFix.worst)}${days(timeToFix.oldestOpen)}
  </tr>`;
}

function shareTag(share: number): Html {
  // Never rounded up: 99.96 % is not all of them.
  const text = `${Math.floor(share * 1000) / 10} %`;
  return tag(text, share === 1 ? 'good' : share >= 0.9 ? 'warn' : 'bad');
}

/** `service:rota` as a filter. */
function scopeOf(group: string): Record<string, string> {
  const at = group.indexOf(':');
  return at < 0 ? {} : { [group.slice(0, at)]: group.slice(at + 1) };
}

function groupLink(group: string, asked: PatchesAsked): Html {
  if (group === '') return html`Everything`;
  const [[kind, key] = ['', group]] = Object.entries(scopeOf(group));
  return html`<a href="${addressOf('/patches', { ...asked, ...scopeOf(group) })}">${key}</a>
    <span class="soft small">${kind}</span>`;
}
