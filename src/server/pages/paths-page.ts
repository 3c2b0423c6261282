/** Login paths: every account at every door, most people at risk first, and who has to do something about it. */
import { reachedText } from '../../estate/reached.ts';
import type { LoginPath, MfaDoor, MfaSummary } from '../../measures/mfa/schema.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { layout, numberText, table, tag } from './layout.ts';
import type { Tone } from './layout.ts';
import { addressOf } from './words.ts';

export interface PathsView {
  readonly at: Date;
  readonly summary: MfaSummary;
  /** Most people at risk first. */
  readonly doors: readonly MfaDoor[];
  readonly doorCount: number;
  /** Only this door; undefined: all. */
  readonly door: string | undefined;
  readonly paths: readonly LoginPath[];
  /** Where the next page of paths begins. */
  readonly next: string | undefined;
}

type Counts = MfaSummary['total'];
const MOST_SHARES = 30;

export function pathsPage(view: PathsView): Html {
  return layout({
    title: 'Login paths',
    place: 'paths',
    at: view.at,
    main: html`<h1>Login paths</h1>
      ${view.door === undefined ? undefined : html`<p class="note">Only the door <strong>${view.doors[0]?.name ?? view.door}</strong>. <a href="/login-paths">All doors</a></p>`}
      ${lead(view)} ${figures(view.summary)} ${doors(view)} ${list(view)}
      ${shares('Divisions', view.summary.byDivision)}
      ${shares('Customers', view.summary.byCustomer)}`,
  });
}

function lead({ summary }: PathsView): Html {
  const { paths, enforced } = summary.total;
  if (paths === 0)
    return html`<p class="lead">
        No login path is known yet: no door says whose accounts it accepts.
      </p>
      <p>Declare doors and what they accept, or collect from where they stand.</p>`;
  if (paths === enforced)
    return html`<p class="lead">Every account needs two factors at every door that is known.</p>`;
  return html`<p class="lead">
    One account at one door is a login path. These are the ones that a stolen password may open,
    those with most people at risk behind the door first.
  </p>`;
}

function figures({ total, undeclaredDoors, doorsWithoutAccounts }: MfaSummary): Html {
  const open = total.none + total.registeredNotEnforced;
  return html`<ul class="figures">
    <li><strong>${numberText(total.paths)}</strong>login paths</li>
    <li><strong>${numberText(open)}</strong>opened by one factor</li>
    <li>
      <strong>${numberText(total.registeredNotEnforced)}</strong>of them with a second one
      registered
    </li>
    <li><strong>${numberText(total.unknown)}</strong>unknown, and so gaps</li>
    <li><strong>${numberText(total.enforced)}</strong>with two factors enforced</li>
    <li><strong>${numberText(doorsWithoutAccounts)}</strong>doors with accounts unknown</li>
    <li><strong>${numberText(undeclaredDoors)}</strong>doors declared by nobody</li>
  </ul>`;
}

const COLUMNS = [
  { number: 'Login paths' },
  { number: 'One factor, none registered' },
  { number: 'One factor, second registered' },
  { number: 'Unknown' },
  { number: 'Enforced' },
] as const;

function cells({ paths, none, registeredNotEnforced, unknown, enforced }: Counts): Html {
  return html`<td class="number">${numberText(paths)}</td>
    <td class="number">${numberText(none)}</td>
    <td class="number">${numberText(registeredNotEnforced)}</td>
    <td class="number">${numberText(unknown)}</td>
    <td class="number">${numberText(enforced)}</td>`;
}

function doors({ doors: all, doorCount }: PathsView): Html | undefined {
  if (all.length === 0) return undefined;
  const more = doorCount - all.length;
  return html`<h2 id="doors">Doors, most people at risk first</h2>
    ${table(
      'Doors by the living people whom an attacker reaches through them; of the same people those that one factor opens first. People unknown stands before nobody.',
      [{ number: 'People at risk' }, 'Door', 'Reached from', 'Declared', ...COLUMNS],
      all.map(
        ({ key, name, type, reachableFrom, accepts, declared, counts, peopleBehind }) =>
          html`<tr>
            <td class="number">${reachedText(peopleBehind)}</td>
            <th scope="row">
              ${name}<br /><span class="soft small">${key}${type === null ? '' : `, ${type}`}</span>
            </th>
            <td>
              ${reachableFrom.length === 0 ? html`<span class="unknown">unknown</span>` : reachableFrom.join(', ')}
            </td>
            <td>${declared ? 'yes' : tag('found only', 'warn')}</td>
            ${accepts === null ? html`<td colspan="5">${tag('whose accounts it accepts is unknown', 'warn')}</td>` : cells(counts)}
          </tr>`,
      ),
    )}
    ${more > 0 ? html`<p>And ${numberText(more)} more: <code>holdfast doors</code></p>` : undefined}`;
}

const SHOWN: Readonly<Record<LoginPath['verdict'], readonly [string, Tone]>> = {
  none: ['one factor', 'bad'],
  'registered-not-enforced': ['not enforced', 'bad'],
  unknown: ['unknown', 'warn'],
  enforced: ['enforced', 'good'],
};

function list({ paths, next, door }: PathsView): Html | undefined {
  if (paths.length === 0) return undefined;
  return html`<h2 id="paths">What to look at first</h2>
    ${table('Login paths: gaps with most people at risk behind the door first', ['Account', 'Whose', 'Door', 'Verdict', 'Why'], paths.map(pathRow))}
    ${next === undefined ? undefined : html`<p><a href="${addressOf('/login-paths', { door, after: next })}">The next ${numberText(paths.length)}</a></p>`}`;
}

function pathRow(path: LoginPath): Html {
  const { login, account, population, customer, door, verdict, strength, sentence } = path;
  const [word, tone] = SHOWN[verdict];
  const notes = [
    path.enabled === false ? 'disabled, can be enabled' : undefined,
    path.dormant === true ? 'dormant' : undefined,
    path.privileged === true ? 'administers' : undefined,
  ].filter((note) => note !== undefined);
  return html`<tr>
    <th scope="row">${login}<br /><span class="soft small">${account}</span></th>
    <td>
      ${[population ?? 'unknown', customer].filter((each) => each !== null).join(', ')}
      ${notes.length === 0 ? undefined : html`<br /><span class="soft small">${notes.join(', ')}</span>`}
    </td>
    <td>${door}</td>
    <td>
      ${tag(strength === null || verdict !== 'enforced' ? word : `${word}, ${strength}`, tone)}
    </td>
    <td>${sentence}</td>
  </tr>`;
}

function shares(title: string, all: MfaSummary['byCustomer']): Html | undefined {
  if (!all.some(({ name }) => name !== null)) return undefined;
  const shown = all.slice(0, MOST_SHARES);
  return html`<h2>${title}</h2>
    ${table(
      `${title}, worst first`,
      [title.slice(0, -1), ...COLUMNS],
      shown.map(
        ({ name, counts }) =>
          html`<tr>
            <th scope="row">${name ?? 'our own'}</th>
            ${cells(counts)}
          </tr>`,
      ),
    )}
    ${all.length > shown.length ? html`<p>And ${numberText(all.length - shown.length)} more: <code>holdfast mfa --json</code></p>` : undefined}`;
}
