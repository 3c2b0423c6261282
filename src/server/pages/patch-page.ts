/** One deadline: whose clock started it, what each rule asks, what happened, what proof lacks, and why it is not done. */
import { reachedText } from '../../estate/reached.ts';
import type { PatchException, PatchExplanation } from '../../measures/patching/schema.ts';
import { calendarOf } from '../../kernel/zone.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { counted, layout, table, tag } from './layout.ts';
import { patchTabs } from './patches-page.ts';
import { clockWord, countdown, fixText, lackWord, reasonWord, stateTag } from './patch-words.ts';
import { addressOf, assetLink } from './words.ts';

export interface PatchView {
  readonly at: Date;
  readonly zone: string;
  readonly told: PatchExplanation;
}

type When = (at: string | null) => Html;

export function patchPage({ at, zone, told }: PatchView): Html {
  const { patch } = told;
  const calendar = calendarOf(zone);
  const when: When = (moment) =>
    moment === null
      ? html`<span class="soft">no date</span>`
      : html`<time datetime="${moment}">${calendar.text(new Date(moment))}</time>`;
  const name = `${fixText(patch.fix)} on ${patch.assetName}`;
  return layout({
    title: name,
    place: 'patches',
    at,
    main: html`${patchTabs('item', {})}
      <p class="back">
        <a href="${addressOf('/patches', { asset: patch.asset })}">All fixes of this asset</a>
      </p>
      <h1>${name}</h1>
      <p class="lead">
        ${stateTag(patch)}
        <strong>${countdown(patch.late)}</strong
        >${patch.bornOverdue ? '; it was overdue when it was first seen' : ''}
      </p>
      ${facts(told, zone, when)} ${demands(told, when)} ${clock(told, when)} ${installed(told)}
      ${exceptions(told.exceptions, when)} ${history(told, when)}`,
  });
}

function facts({ patch }: PatchExplanation, zone: string, when: When): Html {
  const {
    asset,
    assetName,
    flaws,
    due,
    rule,
    start,
    certain,
    reopened,
    lacks,
    reasons,
    rollback,
    people,
    acceptedBy,
  } = patch;
  const row = (name: string, value: Html | string | undefined) =>
    value === undefined
      ? undefined
      : html`<dt>${name}</dt>
          <dd>${value}</dd>`;
  return html`<div class="card">
    <dl class="facts">
      ${row('Asset', assetLink(asset, assetName))}
      ${row('People at risk from it', people === null ? 'unknown' : html`<a href="${addressOf('/exposure', { name: asset })}">${reachedText(people)}</a>`)}
      ${row('Repairs', flaws.length === 0 ? 'the product itself: nobody repairs it any more' : flaws.join(', '))}
      ${row('Due', html`${when(due)} <span class="soft">(${zone})</span>`)}
      ${row('Binding rule', rule === null ? 'no adopted rule sets a date' : html`${rule.set}: ${rule.rule} <span class="soft small">version ${rule.version}</span>`)}
      ${row('Clock runs since', html`${when(start.at)}: ${clockWord(start.source)} <span class="soft small">${start.from}</span>`)}
      ${row('Certain', certain ? undefined : html`${tag('unknown', 'warn')} whether the flaw is there is not known; it counts as there`)}
      ${row('Opened again', reopened === null ? undefined : html`${when(reopened.at)}: ${reopened.cause}`)}
      ${row('Accepted by', acceptedBy ?? undefined)}
      ${row('Proof lacks', lacks.length === 0 ? undefined : list(lacks.map(lackWord)))}
      ${row('Why it is not patched', reasons.length === 0 ? undefined : list(reasons.map(reasonWord)))}
      ${row('Way back', rollback === null ? undefined : rollback === 'unknown' ? html`<span class="unknown">unknown</span>` : `the installed version is ${rollback.replace('-', ' ')}`)}
    </dl>
  </div>`;
}

function list(items: readonly string[]): Html {
  return html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}

function demands({ demands: fixes, duties }: PatchExplanation, when: When): Html {
  const all = [...fixes, ...duties];
  if (all.length === 0) return html``;
  return html`<h2 id="rules">What the adopted rules ask</h2>
    ${table(
      'The earliest demand for the fix binds; the other acts are duties beside it',
      ['Due', 'Act', 'Rule', 'Because', 'Assumed'],
      all.map(
        ({ due, act, set, rule, because, assumed, followUps }) =>
          html`<tr>
            <td>${due === null ? 'at the next upgrade' : when(due)}</td>
            <td>${act}</td>
            <th scope="row">${set}<br /><span class="soft small">${rule}</span></th>
            <td>
              ${because}${followUps.length === 0 ? undefined : html`<br /><span class="soft small">besides: ${followUps.join(', ')}</span>`}
            </td>
            <td>${assumed.length === 0 ? '–' : assumed.join(', ')}</td>
          </tr>`,
      ),
    )}`;
}

function clock({ clock: all }: PatchExplanation, when: When): Html {
  if (all.length === 0) return html``;
  return html`<h2 id="clock">Who says when the fix was released</h2>
    ${table(
      'Evidence for the start of the clock, the earliest first. A start never moves.',
      ['Released', 'By', 'From', 'Learned'],
      all.map(
        ({ at, source, from, observedAt }) =>
          html`<tr>
            <th scope="row">${when(at)}</th>
            <td>${clockWord(source)}</td>
            <td>${from}</td>
            <td>${when(observedAt)}</td>
          </tr>`,
      ),
    )}`;
}

const MOST = 100;

function installed({ components }: PatchExplanation): Html {
  if (components.length === 0) return html``;
  const rest = components.length - MOST;
  return html`<h2 id="installed">What is installed</h2>
    ${table(
      'Components that the fix concerns',
      ['Component', 'Installed', 'On offer', 'From'],
      components.slice(0, MOST).map(
        ({ name, version, available, from }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${version}</td>
            <td>${available ?? html`<span class="soft">nothing</span>`}</td>
            <td>${from ?? '–'}</td>
          </tr>`,
      ),
    )}
    ${rest > 0 ? html`<p>And ${counted(rest, 'more component')}.</p>` : undefined}`;
}

function exceptions(all: readonly PatchException[], when: When): Html {
  if (all.length === 0) return html``;
  return html`<h2 id="exceptions">Exceptions</h2>
    ${table(
      'What somebody accepted. It stays in every total, and the clock does not move.',
      ['Accepted by', 'Approved by', 'Reason', 'Leans on', 'Until', 'Ended'],
      all.map(
        ({ owner, approvedBy, reason, mitigation, expires, closed }) =>
          html`<tr>
            <th scope="row">${owner}</th>
            <td>${approvedBy}</td>
            <td>${reason}</td>
            <td>${mitigation}</td>
            <td>${when(expires)}</td>
            <td>${closed === null ? 'no' : html`${when(closed.at)}: ${closed.cause}`}</td>
          </tr>`,
      ),
    )}`;
}

function history({ history: all }: PatchExplanation, when: When): Html {
  if (all.length === 0) return html``;
  const rest = all.length - MOST;
  return html`<h2 id="history">What happened</h2>
    ${table(
      'Each change of this deadline',
      ['When', 'What', 'State', 'Due', 'Rule'],
      all.slice(-MOST).map(
        ({ at, why, phase, due, rule }) =>
          html`<tr>
            <th scope="row">${when(at)}</th>
            <td>${why}</td>
            <td>${phase}</td>
            <td>${when(due)}</td>
            <td>${rule ?? '–'}</td>
          </tr>`,
      ),
    )}
    ${rest > 0 ? html`<p>And ${counted(rest, 'earlier change')}.</p>` : undefined}`;
}
