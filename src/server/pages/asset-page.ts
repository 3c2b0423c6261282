/** One asset: its facts with source and times, what runs on it, who may sign in, and what could not be seen of it. */
import type { Unseen } from '../../estate/schema.ts';
import type { AccountCount, SectionCount } from '../../estate/store-asset.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { joinedSections } from './asset-joined.ts';
import type { AssetJoined } from './asset-joined.ts';
import { restartText, unseenList } from './estate-page.ts';
import { counted, layout, numberText, table, tag, timeText } from './layout.ts';
import { assetLink } from './words.ts';

export interface AssetView {
  readonly at: Date;
  readonly key: string;
  readonly name: string;
  readonly type: string;
  /** In the order shown; an undefined value is unknown. */
  readonly facts: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly restart: readonly string[] | undefined;
  /** Who reports it, as `connector: name`. */
  readonly sources: readonly string[];
  readonly stale: boolean;
  readonly trueAt: Date;
  readonly learnedAt: Date;
  /** Where sources disagree. */
  readonly conflicts: readonly {
    readonly field: string;
    readonly values: readonly { readonly source: string; readonly value: string }[];
  }[];
  /** By section (`deb`, `npm`…); empty: nobody has reported any. */
  readonly packages: readonly SectionCount[];
  readonly doors: readonly DoorView[];
  /** undefined: nobody has reported accounts. */
  readonly accounts: AccountCount | undefined;
  readonly unseen: readonly Unseen[];
}

export interface DoorView {
  readonly name: string;
  readonly type: string;
  readonly place: string;
  readonly program: string | undefined;
  readonly package: string | undefined;
}

export interface AssetsView {
  readonly at: Date;
  readonly assets: readonly {
    readonly key: string;
    readonly name: string;
    readonly type: string;
    readonly os: string | undefined;
    readonly sources: number;
    readonly stale: boolean;
  }[];
  /** The key to go on after; undefined at the end. */
  readonly next: string | undefined;
}

/** @param joined what the measures say of it; undefined where nobody asked them */
export function assetPage(view: AssetView, joined?: AssetJoined): Html {
  return layout({
    title: view.name,
    place: 'assets',
    at: view.at,
    main: html`<h1>${view.name}</h1>
      <p class="lead">
        ${view.type}, reported by ${view.sources.join(', ')}
        ${view.stale ? tag('stale', 'bad') : tag('fresh', 'good')}
      </p>
      ${joined === undefined ? undefined : joinedSections(joined)}
      <h2 id="facts">Facts</h2>
      <div class="card">
        <dl class="facts">
          ${view.facts.map(
            ({ name, value }) =>
              html`<dt>${name}</dt>
                ${value === undefined ? html`<dd class="unknown">unknown</dd>` : html`<dd>${value}</dd>`}`,
          )}
          <dt>Restart needed</dt>
          ${view.restart === undefined ? html`<dd class="unknown">unknown</dd>` : html`<dd>${restartText(view.restart)}</dd>`}
          <dt>True at</dt>
          <dd>${timeText(view.trueAt)}</dd>
          <dt>Learned at</dt>
          <dd>${timeText(view.learnedAt)}</dd>
        </dl>
      </div>
      ${conflictSection(view.conflicts)} ${unseenSection(view.unseen)} ${doorSection(view.doors)}
      ${packageSection(view.packages)} ${accountSection(view.accounts)}`,
  });
}

function conflictSection(conflicts: AssetView['conflicts']): Html {
  if (conflicts.length === 0) return html``;
  return html`<h2>Where sources disagree</h2>
    ${table(
      'Facts on which sources disagree',
      ['Fact', 'What each source says'],
      conflicts.map(
        ({ field, values }) =>
          html`<tr>
            <th scope="row">${field}</th>
            <td>
              <ul>
                ${values.map(({ source, value }) => html`<li>${source}: ${value}</li>`)}
              </ul>
            </td>
          </tr>`,
      ),
    )}`;
}

function unseenSection(unseen: readonly Unseen[]): Html {
  if (unseen.length === 0) return html``;
  return html`<h2>What could not be seen</h2>
    <div class="card gap">${unseenList(unseen, 50)}</div>`;
}

function doorSection(doors: readonly DoorView[]): Html {
  if (doors.length === 0)
    return html`<h2>Open doors</h2>
      <p>No source has reported a place here where a credential or a connection is accepted.</p>`;
  return html`<h2>Open doors</h2>
    ${table(
      'Places where this asset accepts connections',
      ['Door', 'Type', 'Listens on', 'Program', 'Package'],
      doors.map(
        (door) =>
          html`<tr>
            <th scope="row">${door.name}</th>
            <td>${door.type}</td>
            <td><code>${door.place}</code></td>
            <td>
              ${door.program === undefined ? tag('unknown', 'warn') : html`<code>${door.program}</code>`}
            </td>
            <td>${door.package === undefined ? tag('unknown', 'warn') : door.package}</td>
          </tr>`,
      ),
    )}`;
}

function packageSection(packages: AssetView['packages']): Html {
  if (packages.length === 0)
    return html`<h2>Packages</h2>
      <p>${tag('unknown', 'warn')} No source has reported what is installed.</p>`;
  return html`<h2>Packages</h2>
    ${table(
      'Installed components by package manager',
      [
        'Package manager',
        ...['Installed', 'Held back', 'In another state'].map((number) => ({ number })),
      ],
      packages.map(
        (each) =>
          html`<tr>
            <th scope="row">${each.section}</th>
            <td class="number">${numberText(each.count)}</td>
            <td class="number">${numberText(each.held)}</td>
            <td class="number">${numberText(each.otherState)}</td>
          </tr>`,
      ),
    )}`;
}

function accountSection(accounts: AccountCount | undefined): Html {
  if (accounts === undefined)
    return html`<h2>Accounts</h2>
      <p>${tag('unknown', 'warn')} No source has reported who may sign in.</p>`;
  const row = (name: string, count: number) =>
    html`<dt>${name}</dt>
      <dd>${numberText(count)}</dd>`;
  return html`<h2>Accounts</h2>
    <p>${counted(accounts.total, 'account')}. Their names are not shown here.</p>
    <div class="card">
      <dl class="facts">
        ${row('Privileged', accounts.privileged)} ${row('Can use a password', accounts.passwordSet)}
        ${row('Have no password at all', accounts.passwordNone)}
        ${row('Password locked', accounts.passwordLocked)}
        ${row('Could not be read', accounts.passwordUnknown)}
      </dl>
    </div>`;
}

export function assetsPage(view: AssetsView): Html {
  const { assets, next } = view;
  return layout({
    title: 'Assets',
    place: 'assets',
    at: view.at,
    main: html`<h1>Assets</h1>
      <p class="lead">Everything that runs or stores, from every source.</p>
      ${
        assets.length === 0
          ? html`<p>No source has reported an asset${next === undefined ? '' : ' here'}.</p>`
          : table(
              'Assets by key',
              ['Asset', 'Type', 'Operating system', { number: 'Sources' }, 'Fresh'],
              assets.map(
                (asset) =>
                  html`<tr>
                    <th scope="row">${assetLink(asset.key, asset.name)}</th>
                    <td>${asset.type}</td>
                    <td>
                      ${asset.os === undefined ? html`<span class="soft">unknown</span>` : asset.os}
                    </td>
                    <td class="number">${numberText(asset.sources)}</td>
                    <td>${asset.stale ? tag('stale', 'bad') : tag('fresh', 'good')}</td>
                  </tr>`,
              ),
            )
      }
      ${next === undefined ? undefined : html`<p><a href="${`/assets?after=${encodeURIComponent(next)}`}">More assets</a></p>`}`,
  });
}
