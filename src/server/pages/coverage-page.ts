/** Which assets were looked at, by which kind of scan and when; what nobody has looked at is a gap. */
import { reachedText, type ReachedPeople } from '../../estate/reached.ts';
import type { CoverageTotals } from '../../measures/scanning/coverage.ts';
import type { Coverage, CoverageState, ScanKind } from '../../measures/scanning/model.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { pager } from './exposure-parts.ts';
import { option, textField } from './form-fields.ts';
import { ageText, counted, layout, numberText, table, tag, timeText } from './layout.ts';
import { addressOf, assetLink, assetPath } from './words.ts';

export interface CoverageAsked {
  readonly asset?: string | undefined;
  readonly service?: string | undefined;
  readonly customer?: string | undefined;
  readonly division?: string | undefined;
  readonly kind?: ScanKind | undefined;
  readonly state?: CoverageState | 'gap' | undefined;
}

export interface CoverageView {
  readonly at: Date;
  readonly asked: CoverageAsked;
  /** Of everything in scope, whatever kind or state is asked for. */
  readonly totals: readonly CoverageTotals[];
  readonly assets: number;
  readonly unknownAssets: number;
  readonly rows: readonly CoveredAsset[];
  readonly count: number;
  readonly from: number;
  readonly size: number;
}

export interface CoveredAsset {
  readonly asset: string;
  /** Something answers there, and nobody knows what it is. */
  readonly unidentified: boolean;
  /** undefined: unknown. */
  readonly people: ReachedPeople | undefined;
  readonly scans: readonly Coverage[];
}

export const KIND_TITLES: Readonly<Record<ScanKind, string>> = {
  packages: 'Packages listed',
  advisories: 'Matched with fresh advisories',
  services: 'Listening services listed',
};
const KINDS = ['packages', 'advisories', 'services'] as const;
const TONES = { covered: 'good', uncovered: 'bad', unknown: 'warn' } as const;

export function coverageTabs(here: 'scans' | 'services'): Html {
  const link = (tab: string, path: string, name: string) =>
    tab === here
      ? html`<li><a href="${path}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${path}">${name}</a></li>`;
  return html`<nav class="tabs" aria-label="Coverage">
    <ul>
      ${link('scans', '/coverage', 'Scans of assets')}
      ${link('services', '/coverage/services', 'Listening services and unknown assets')}
    </ul>
  </nav>`;
}

export function coveragePage(view: CoverageView): Html {
  return layout({
    title: 'Coverage of scanning',
    place: 'coverage',
    at: view.at,
    main: html`${coverageTabs('scans')}
      <h1>What nobody has looked at</h1>
      ${scopeNote(view.asked)} ${lead(view)} ${totals(view)} ${form(view.asked)} ${list(view)}`,
  });
}

function scopeNote({ asset, service, customer, division }: CoverageAsked): Html | undefined {
  const parts = Object.entries({ asset, service, customer, division }).flatMap(([kind, key]) =>
    key === undefined ? [] : [html`${kind} <strong>${key}</strong>. `],
  );
  return parts.length === 0 ? undefined : html`<p class="note">Only ${parts}</p>`;
}

function lead({ assets, totals: all, unknownAssets }: CoverageView): Html {
  if (assets === 0)
    return html`<p class="lead">No asset is known here, so nothing was looked at.</p>
      <p>Collect from machines or declare them: <code>holdfast collect</code>.</p>`;
  const open = all.reduce((sum, { uncovered, unknown }) => sum + uncovered + unknown, 0);
  const whole =
    open === 0
      ? 'Every kind of scan that each of them should have is there and fresh.'
      : `${counted(open, 'scan')} missing, stale or unknown.`;
  return html`<p class="lead">${counted(assets, 'asset')} should be looked at. ${whole}</p>
    ${
      unknownAssets === 0
        ? undefined
        : html`<p>
            ${tag(counted(unknownAssets, 'unknown asset'), 'bad')} Something answers on the networks
            and belongs to no known asset:
            <a href="/coverage/services?unknown=true">what answers there</a>.
          </p>`
    }`;
}

function totals({ totals: all, asked, assets }: CoverageView): Html | undefined {
  if (assets === 0) return undefined;
  const link = (kind: ScanKind, state: CoverageState, count: number) =>
    count === 0
      ? html`0`
      : html`<a href="${addressOf('/coverage', { ...asked, kind, state })}"
          >${numberText(count)}</a
        >`;
  return table(
    'Assets by kind of scan that they should have. Unknown is a gap.',
    [
      'Scan',
      { number: 'Covered' },
      { number: 'Uncovered' },
      { number: 'Unknown' },
      { number: 'Covered of known' },
    ],
    all.map(({ kind, covered, uncovered, unknown }) => {
      const known = covered + uncovered + unknown;
      const share = known === 0 ? '–' : `${Math.floor((covered / known) * 1000) / 10} %`;
      return html`<tr>
        <th scope="row">${KIND_TITLES[kind]}</th>
        <td class="number">${link(kind, 'covered', covered)}</td>
        <td class="number">${link(kind, 'uncovered', uncovered)}</td>
        <td class="number">${link(kind, 'unknown', unknown)}</td>
        <td class="number">${share}</td>
      </tr>`;
    }),
  );
}

const STATES = [
  ['', 'any state'],
  ['gap', 'any gap'],
  ['uncovered', 'uncovered'],
  ['unknown', 'unknown'],
  ['covered', 'covered'],
] as const;

function form(asked: CoverageAsked): Html {
  const text = (name: 'asset' | 'service' | 'customer' | 'division', label: string) =>
    textField(name, label, asked[name]);
  return html`<details class="ask">
    <summary>Show only some</summary>
    <form class="filter" method="get" action="/coverage">
      ${text('asset', 'Asset')} ${text('service', 'Service')} ${text('customer', 'Customer')}
      ${text('division', 'Division')}
      <p>
        <label for="kind">Scan</label>
        <select id="kind" name="kind">
          ${option('', 'any', asked.kind === undefined)}
          ${KINDS.map((kind) => option(kind, KIND_TITLES[kind], kind === asked.kind))}
        </select>
      </p>
      <p>
        <label for="state">State</label>
        <select id="state" name="state">
          ${STATES.map(([state, name]) => option(state, name, state === (asked.state ?? '')))}
        </select>
      </p>
      <p class="buttons"><button type="submit">Show</button> <a href="/coverage">Clear</a></p>
    </form>
  </details>`;
}

function list(view: CoverageView): Html {
  const { rows, count, from, size, asked, at } = view;
  if (rows.length === 0)
    return html`<h2 id="list">Assets</h2>
      <p>None of that kind.</p>`;
  const kinds = asked.kind === undefined ? KINDS : [asked.kind];
  return html`<h2 id="list">Assets</h2>
    ${table(
      `${counted(count, 'asset')}: unknown ones first, then gaps by the people at risk, those longest not looked at first`,
      ['Asset', { number: 'People at risk' }, ...kinds.map((kind) => KIND_TITLES[kind])],
      rows.map((row) => assetRow(row, kinds, at)),
    )}
    ${pager('/coverage', { ...asked }, { from, shown: rows.length, of: count, size })}`;
}

function assetRow(
  { asset, unidentified, people, scans }: CoveredAsset,
  kinds: readonly ScanKind[],
  at: Date,
): Html {
  return html`<tr>
    <th scope="row">
      ${assetLink(asset, asset)} ${unidentified ? tag('unknown asset', 'bad') : undefined}
    </th>
    <td class="number">
      ${people === undefined ? html`<span class="unknown">not known</span>` : html`<a href="${`${assetPath(asset)}#exposure`}">${reachedText(people)}</a>`}
    </td>
    ${kinds.map((kind) =>
      scanCell(
        scans.find((scan) => scan.kind === kind),
        at,
      ),
    )}
  </tr>`;
}

function scanCell(scan: Coverage | undefined, now: Date): Html {
  if (scan === undefined) return html`<td><span class="soft">not asked of it</span></td>`;
  const { state, reason, at } = scan;
  return html`<td>
    ${tag(state, TONES[state])}
    <span class="small"
      >${at === null ? 'never looked at' : html`${ageText(at, now)} <span class="soft">(${timeText(at)})</span>`}</span
    >
    ${reason === '' || at === null ? undefined : html`<br /><span class="soft small">${reason}</span>`}
  </td>`;
}
