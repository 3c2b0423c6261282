/** The first page: what is known, from whom, how fresh it is, and above all what could not be seen. */
import type { Kind, Outcome, Unseen } from '../../estate/schema.ts';
import type { KindCount } from '../../estate/summary.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import {
  ageText,
  counted,
  durationText,
  layout,
  numberText,
  table,
  tag,
  timeText,
} from './layout.ts';
import { assetLink, unseenReason } from './words.ts';

/** Everything the page shows; made by `views.ts` from the estate's read functions. */
export interface EstateView {
  readonly at: Date;
  readonly kinds: readonly KindCount[];
  readonly machine?: MachineView | undefined;
  readonly sources: readonly SourceView[];
  readonly seenBy: SeenBy;
}

/** What the machine that runs Holdfast says of itself; undefined is unknown. */
export interface MachineView {
  readonly key: string;
  readonly name: string;
  readonly os: string | undefined;
  readonly kernelRunning: string | undefined;
  readonly architecture: string | undefined;
  readonly bootedAt: Date | undefined;
  /** Why a restart is due; empty: measured, none is. */
  readonly restart: readonly string[] | undefined;
  readonly packages: number;
  readonly doors: number;
  readonly accounts: number;
}

export interface SourceView {
  readonly connector: string;
  readonly name: string;
  readonly intervalSeconds: number;
  readonly stale: boolean;
  /** End of the last collection that saw anything. */
  readonly lastSeenAt: Date | undefined;
  readonly last: CollectionView | undefined;
}

export interface CollectionView {
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
  /** undefined: it is still running. */
  readonly outcome: Outcome | undefined;
  readonly observed: number;
  readonly changed: number;
  readonly gone: number;
  readonly unseen: readonly Unseen[];
}

/** Kinds against connectors. `counts[i]` is how many of the kind `connectors[i]` reports. */
export interface SeenBy {
  readonly connectors: readonly string[];
  readonly rows: readonly {
    readonly kind: Kind;
    readonly counts: readonly number[];
    readonly onlyOne: number;
    readonly known: number;
  }[];
}

const MOST_SOURCES = 200;
const MOST_UNSEEN = 10;

export function estatePage(view: EstateView): Html {
  return layout({
    title: 'Estate',
    place: 'estate',
    at: view.at,
    main: html`<h1>Estate</h1>
      ${summary(view)}
      ${view.machine === undefined ? undefined : machineSection(view.machine, view.at)}
      ${unseenSection(view)} ${sourcesSection(view)} ${kindsSection(view.kinds)}
      ${seenBySection(view.seenBy)}`,
  });
}

function summary({ kinds, sources }: EstateView): Html {
  const total = (field: 'known' | 'stale' | 'undescribed') =>
    kinds.reduce((sum, kind) => sum + kind[field], 0);
  if (sources.length === 0)
    return html`<p class="lead">No source has been set up yet, so nothing is known.</p>
      <p>
        Declare what no machine can tell, or collect from this machine:
        <code>holdfast collect</code>.
      </p>`;
  const staleSources = sources.filter((source) => source.stale).length;
  const unseen = unseenCount(sources);
  return html`<p class="lead">
      What is known, from whom and since when. What nobody sees is a gap.
    </p>
    <ul class="figures">
      <li><strong>${numberText(total('known'))}</strong>things known</li>
      <li>
        <strong>${numberText(sources.length)}</strong
        >${sources.length === 1 ? 'source' : 'sources'},
        ${staleSources === 0 ? 'none stale' : `${numberText(staleSources)} stale`}
      </li>
      <li><strong>${numberText(total('stale'))}</strong>known by stale sources only</li>
      <li><strong>${numberText(total('undescribed'))}</strong>named, described by nobody</li>
      <li>
        <strong>${numberText(unseen)}</strong>${unseen === 1 ? 'part' : 'parts'} could not be seen
      </li>
    </ul>`;
}

function unseenCount(sources: readonly SourceView[]): number {
  return sources.reduce((sum, source) => sum + (source.last?.unseen.length ?? 0), 0);
}

function machineSection(machine: MachineView, at: Date): Html {
  const unknown = html`<dd class="unknown">unknown</dd>`;
  const fact = (name: string, value: Html | string | undefined) =>
    html`<dt>${name}</dt>
      ${value === undefined ? unknown : html`<dd>${value}</dd>`}`;
  const booted = machine.bootedAt;
  return html`<h2 id="machine">This machine</h2>
    <div class="card">
      <dl class="facts">
        ${fact('Name', assetLink(machine.key, machine.name))}
        ${fact('Operating system', machine.os)} ${fact('Kernel running', machine.kernelRunning)}
        ${fact('Architecture', machine.architecture)}
        ${fact('Up since', booted === undefined ? undefined : html`${timeText(booted)} (${durationText(at.getTime() - booted.getTime())})`)}
        ${fact('Restart needed', restartText(machine.restart))}
        ${fact('Holds', html`${counted(machine.packages, 'package')}, ${counted(machine.doors, 'open door')}, ${counted(machine.accounts, 'account')}`)}
      </dl>
    </div>`;
}

export function restartText(restart: readonly string[] | undefined): Html | string | undefined {
  if (restart === undefined) return undefined;
  if (restart.length === 0) return html`${tag('no', 'good')}`;
  return html`${tag('yes', 'warn')} ${restart.join('; ')}`;
}

function unseenSection({ sources }: EstateView): Html {
  const blind = sources.filter((source) => (source.last?.unseen.length ?? 0) > 0);
  if (sources.length === 0) return html``;
  if (blind.length === 0)
    return html`<h2 id="unseen">What could not be seen</h2>
      <p>
        Every source saw all that it looks at in its last
        collection.${sources.some((source) => source.last === undefined) ? ' Sources that were never collected are listed below.' : ''}
      </p>`;
  return html`<h2 id="unseen">What could not be seen</h2>
    <p>Unknown is not safe: each of these is a part of the estate that nobody looked at.</p>
    ${blind.slice(0, MOST_SOURCES).map(
      (source) =>
        html`<div class="card gap">
          <h3>${sourceName(source)}</h3>
          ${unseenList(source.last?.unseen ?? [], MOST_UNSEEN)}
        </div>`,
    )}
    ${blind.length > MOST_SOURCES ? html`<p>And ${counted(blind.length - MOST_SOURCES, 'more source')} with something unseen.</p>` : undefined}`;
}

export function unseenList(unseen: readonly Unseen[], most: number): Html {
  const rest = unseen.slice(most);
  return html`<ul>
      ${unseen.slice(0, most).map(unseenItem)}
    </ul>
    ${
      rest.length === 0
        ? undefined
        : html`<details>
            <summary>${counted(rest.length, 'more')}</summary>
            <ul>
              ${rest.map(unseenItem)}
            </ul>
          </details>`
    }`;
}

function unseenItem({ what, reason, detail }: Unseen): Html {
  return html`<li>
    <strong>${what}</strong>:
    ${unseenReason(reason)}${detail === undefined ? undefined : html` <span class="soft">(${detail})</span>`}
  </li>`;
}

function sourceName(source: SourceView): string {
  return source.connector === source.name ? source.name : `${source.connector}: ${source.name}`;
}

function sourcesSection({ sources, at }: EstateView): Html {
  if (sources.length === 0) return html``;
  const worstFirst = [...sources].sort((a, b) => concern(b) - concern(a));
  return html`<h2 id="sources">Sources</h2>
    ${table(
      'The last collection of each source, those that need attention first',
      ['Source', 'Outcome', 'When', 'Fresh', { number: 'Seen' }, 'Changed since the one before'],
      worstFirst.slice(0, MOST_SOURCES).map((source) => sourceRow(source, at)),
    )}
    ${sources.length > MOST_SOURCES ? html`<p>And ${counted(sources.length - MOST_SOURCES, 'more source')}.</p>` : undefined}`;
}

function concern({ last, stale }: SourceView): number {
  if (last === undefined) return 4;
  return (last.outcome === 'failed' ? 3 : last.outcome === 'partial' ? 1 : 0) + (stale ? 2 : 0);
}

function sourceRow(source: SourceView, at: Date): Html {
  const { last } = source;
  return html`<tr>
    <th scope="row">${sourceName(source)}</th>
    <td>${last === undefined ? tag('never collected', 'bad') : outcomeTag(last.outcome)}</td>
    <td>
      ${last === undefined ? '–' : html`${timeText(last.endedAt ?? last.startedAt)}<br /><span class="soft small">${ageText(last.endedAt ?? last.startedAt, at)}</span>`}
    </td>
    <td>
      ${source.stale ? tag('stale', 'bad') : tag('fresh', 'good')}<br /><span class="soft small"
        >${staleText(source, at)}</span
      >
    </td>
    <td class="number">${last === undefined ? '–' : numberText(last.observed)}</td>
    <td>
      ${last === undefined ? '–' : `${numberText(last.changed)} new or changed, ${numberText(last.gone)} gone`}
    </td>
  </tr>`;
}

function staleText({ intervalSeconds, lastSeenAt, stale }: SourceView, at: Date): string {
  const every = `good for ${durationText(intervalSeconds * 1000)}`;
  if (!stale) return every;
  return lastSeenAt === undefined
    ? 'saw nothing yet'
    : `${every}, saw something ${ageText(lastSeenAt, at)}`;
}

export function outcomeTag(outcome: Outcome | undefined): Html {
  if (outcome === undefined) return tag('running', 'plain');
  const tones = { complete: 'good', partial: 'warn', failed: 'bad' } as const;
  return tag(outcome, tones[outcome]);
}

function kindsSection(kinds: readonly KindCount[]): Html {
  if (kinds.length === 0) return html``;
  return html`<h2 id="kinds">What is known</h2>
    ${table(
      'Things of each kind, by how well they are known',
      [
        'Kind',
        ...[
          'Known',
          'By a fresh source',
          'By stale sources only',
          'Named, described by nobody',
        ].map((number) => ({ number })),
      ],
      kinds.map(
        (kind) =>
          html`<tr>
            <th scope="row">${kind.kind}</th>
            <td class="number">${numberText(kind.known)}</td>
            <td class="number">${numberText(kind.fresh)}</td>
            <td class="number">${gapCount(kind.stale, 'stale')}</td>
            <td class="number">${gapCount(kind.undescribed, 'unknown')}</td>
          </tr>`,
      ),
    )}`;
}

function gapCount(count: number, word: string): Html | string {
  return count === 0 ? '0' : tag(`${numberText(count)} ${word}`, 'warn');
}

function seenBySection(seenBy: SeenBy): Html {
  if (seenBy.rows.length === 0) return html``;
  return html`<h2 id="seen-by">Seen by</h2>
    <p>
      What one source misses, another may see. What only one connector reports would go unnoticed if
      that connector fell silent.
    </p>
    ${table(
      'How many things of each kind each connector reports',
      [
        'Kind',
        ...[...seenBy.connectors, 'One connector only', 'All known'].map((number) => ({ number })),
      ],
      seenBy.rows.map(
        (row) =>
          html`<tr>
            <th scope="row">${row.kind}</th>
            ${row.counts.map((count) => html`<td class="number">${count === 0 ? html`<span class="soft">none</span>` : numberText(count)}</td>`)}
            <td class="number">${numberText(row.onlyOne)}</td>
            <td class="number">${numberText(row.known)}</td>
          </tr>`,
      ),
    )}`;
}
