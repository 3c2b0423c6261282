/** What listens on the networks: services by asset, those of assets that nobody knows first. */
import type { ListedService, ServicesPage } from '../../estate/services.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { coverageTabs } from './coverage-page.ts';
import { textField } from './form-fields.ts';
import { layout, numberText, table, tag, timeText } from './layout.ts';
import { addressOf, assetLink } from './words.ts';

export interface ServicesAsked {
  readonly asset?: string | undefined;
  readonly network?: string | undefined;
  readonly port?: number | undefined;
  readonly unknown?: boolean | undefined;
}

export interface ServicesView {
  readonly at: Date;
  readonly asked: ServicesAsked;
  readonly page: ServicesPage;
}

export function servicesPage({ at, asked, page }: ServicesView): Html {
  const { totals, services, next } = page;
  const figure = (count: number, words: string, query: ServicesAsked, look = '') =>
    html`<li class="${look}">
      <a href="${addressOf('/coverage/services', { ...query })}"
        ><strong>${numberText(count)}</strong>${words}</a
      >
    </li>`;
  return layout({
    title: 'Listening services',
    place: 'coverage',
    at,
    main: html`${coverageTabs('services')}
      <h1>Listening services</h1>
      <p class="lead">
        What answers on the networks, by what hosts say of themselves and what scans saw from
        outside. What answers and belongs to no known asset is a gap.
      </p>
      <ul class="figures">
        ${figure(totals.unknownAssets, totals.unknownAssets === 1 ? 'unknown asset' : 'unknown assets', { ...asked, unknown: true }, totals.unknownAssets === 0 ? '' : 'home')}
        ${figure(totals.services, 'services', { ...asked, unknown: undefined })}
        <li><strong>${numberText(totals.assets)}</strong>assets that they are on</li>
      </ul>
      ${form(asked)}
      ${
        services.length === 0
          ? html`<p>
              ${asked.unknown === true ? 'Nothing that is unknown answers where somebody looked.' : 'No source has reported a listening service here.'}
              ${asked.unknown === true ? html`<a href="/coverage/services">All services</a>` : undefined}
            </p>`
          : table(
              'Services, those of unknown assets first',
              [
                'Asset',
                'Port',
                'What',
                'Reached from',
                'Seen from outside',
                'Certificate',
                'Last answered',
              ],
              services.map(row),
            )
      }
      ${next === null ? undefined : html`<p><a href="${addressOf('/coverage/services', { ...asked, after: next })}" rel="next">More services</a></p>`}`,
  });
}

function form(asked: ServicesAsked): Html {
  return html`<details class="ask">
    <summary>Show only some</summary>
    <form class="filter" method="get" action="/coverage/services">
      ${textField('asset', 'Asset', asked.asset)} ${textField('network', 'Network', asked.network)}
      <p>
        <label for="port">Port</label>
        <input
          id="port"
          name="port"
          inputmode="numeric"
          pattern="[0-9]*"
          maxlength="5"
          value="${asked.port === undefined ? '' : asked.port}"
          placeholder="all"
        />
      </p>
      <p class="check">
        ${asked.unknown === true ? html`<input type="checkbox" id="unknown" name="unknown" value="true" checked />` : html`<input type="checkbox" id="unknown" name="unknown" value="true" />`}
        <label for="unknown">Only of unknown assets</label>
      </p>
      <p class="buttons">
        <button type="submit">Show</button> <a href="/coverage/services">Clear</a>
      </p>
    </form>
  </details>`;
}

const STATES = { open: 'open', refused: 'refused', 'no-answer': 'no answer' } as const;

function row(service: ListedService): Html {
  const { asset, name, unknown, why, transport, port, address, loopbackOnly, answers } = service;
  const seen = [
    ...new Set(
      answers.map(({ from, state }) => `${STATES[state]}${from === null ? '' : ` from ${from}`}`),
    ),
  ];
  const none = html`<span class="soft">–</span>`;
  return html`<tr>
    <th scope="row">
      ${assetLink(asset, name)}
      ${unknown ? html`${tag('unknown asset', 'bad')}<br /><span class="soft small">${why}</span>` : undefined}
    </th>
    <td>
      <code>${transport}/${port}</code><br /><span class="soft small"
        >${loopbackOnly ? 'the machine itself only' : address}</span
      >
    </td>
    <td>
      ${service.program ?? service.product ?? service.banner ?? html`<span class="unknown">unknown</span>`}
    </td>
    <td>
      ${service.reachableFrom.length === 0 ? html`<span class="unknown">unknown</span>` : service.reachableFrom.join(', ')}
    </td>
    <td>${seen.length === 0 ? html`<span class="soft">not looked</span>` : seen.join(', ')}</td>
    <td>${certificate(service) ?? none}</td>
    <td>${service.answeredAt === null ? none : timeText(new Date(service.answeredAt))}</td>
  </tr>`;
}

function certificate({ certificate: shown }: ListedService): Html | undefined {
  if (shown === null) return undefined;
  const until = shown.notAfter?.slice(0, 10);
  return html`${shown.subject}<br />${shown.expired ? tag(`expired ${until ?? ''}`, 'bad') : html`<span class="soft small">until ${until ?? 'unknown'}</span>`}`;
}
