/** One gap: the way through it as a picture and in words, whose people are behind it, and what closes it. */
import type { WayFix } from '../../exposure/closing.ts';
import type { ExposureExplanation, ExposureStep } from '../../exposure/schema.ts';
import { kindWord, waySvg } from '../../exposure/svg.ts';
import { drawing, html } from '../html.ts';
import type { Html } from '../html.ts';
import {
  askedText,
  categoryFigures,
  certaintyTag,
  exposureTabs,
  gapName,
  livingText,
  measureWord,
  rangeText,
} from './exposure-parts.ts';
import type { ExposureAsked } from './exposure-parts.ts';
import { counted, instantText, layout, numberText, table, tag } from './layout.ts';
import { addressOf, assetLink } from './words.ts';

export interface GapView {
  readonly at: Date;
  readonly asked: ExposureAsked;
  readonly explained: ExposureExplanation;
  /** For each step the address of what it is about, where there is a page of it. */
  readonly steps: readonly GapStep[];
  readonly fixes: readonly WayFix[];
  /** Where the measure shows what it counts: login paths of a door, patches or coverage of an asset. */
  readonly measured: { readonly path: string; readonly words: string } | undefined;
}

export interface GapStep {
  readonly step: ExposureStep;
  /** The asset that the step is about. */
  readonly asset: string | undefined;
  /** `measure:key` of the gap that it stands for. */
  readonly gap: string | undefined;
}

export function gapPage(view: GapView): Html {
  const { explained, asked, at } = view;
  const { gap, attacker, people, certainty } = explained;
  return layout({
    title: gapName(gap),
    place: 'exposure',
    at,
    main: html`${exposureTabs(undefined, asked)}
      <p class="back"><a href="${addressOf('/exposure', { ...asked })}">All gaps</a></p>
      <h1>${gapName(gap)}</h1>
      <p class="lead">${tag(measureWord(gap.measure), 'plain')} ${certaintyTag(certainty)}</p>
      ${askedText(asked, at)}
      <div class="headline">
        <p class="count">
          <strong>${numberText(people.living.best)}</strong> living
          ${people.living.best === 1 ? 'person' : 'people'}
        </p>
        <p class="lead">
          can be reached through it by ${attacker.title}: ${rangeText(people, explained.exact)}.
        </p>
        ${savedText(explained)}
        ${view.measured === undefined ? undefined : html`<p><a href="${view.measured.path}">${view.measured.words}</a></p>`}
      </div>
      ${categoryFigures(people, asked)} ${picture(view)} ${closing(view)} ${inWords(view)}
      ${touched('Customers', 'customer', explained.customers, asked)}
      ${touched('Services', 'service', explained.services, asked)}`,
  });
}

function savedText({ saved }: ExposureExplanation): Html {
  if (saved === null)
    return html`<p>It stands for several steps: what closing them saves is in the plan.</p>`;
  if (saved.living.best === 0 && saved.unknownHoldings === 0)
    return html`<p>
      Closing it alone saves nobody: other gaps lead to the same people. What does is
      <a href="#close">below</a>.
    </p>`;
  return html`<p>Closing it alone saves ${livingText(saved)}.</p>`;
}

function picture({ explained }: GapView): Html {
  return html`<h2 id="way">The way in</h2>
    <figure class="picture">
      <div class="sheet" role="region" tabindex="0" aria-label="Picture of the way">
        ${drawing(waySvg(explained))}
      </div>
      <figcaption>
        ${explained.certainty === 'proven' ? 'Each step is shown by evidence.' : 'Dashed steps are assumed: nobody can rule them out.'}
        Red steps are gaps. <a href="#words">The same in words, with the evidence</a>
      </figcaption>
    </figure>`;
}

function closing({ fixes, asked, explained }: GapView): Html {
  if (fixes.length === 0)
    return html`<h2 id="close">What closes it</h2>
      <p>No fix that is known here breaks this way.</p>`;
  const assumed = explained.certainty === 'assumed';
  return html`<h2 id="close">What closes it</h2>
    <p>Each of these breaks the way. Some save nobody alone, because other ways go around them.</p>
    ${table(
      'Fixes that break this way, those that save most people first',
      ['Fix', { number: 'Saves alone' }, { number: 'Effort' }, 'What then'],
      fixes.map(
        ({ key, label, people, cost }) =>
          html`<tr>
            <th scope="row">${label.charAt(0).toUpperCase()}${label.slice(1)}</th>
            <td class="number">
              ${people === 0 ? html`<span class="soft">nobody alone</span>` : numberText(people)}
            </td>
            <td class="number">${cost}</td>
            <td>
              <a href="${addressOf('/plan', { ...asked, done: key, assumed })}"
                >The plan with this done<span class="away">: ${label}</span></a
              >
            </td>
          </tr>`,
      ),
    )}`;
}

function inWords({ steps }: GapView): Html {
  return html`<h2 id="words">The way in words, with its evidence</h2>
    <ol class="way">
      ${steps.map(
        ({ step, asset, gap }) =>
          html`<li class="${classOf(step, gap)}">
            <p class="kind">
              ${kindWord(step.kind)}
              ${step.certainty === 'assumed' ? tag('assumed', 'warn') : undefined}
              ${gap === undefined ? undefined : tag('gap', 'bad')}
            </p>
            <h3>${asset === undefined ? nameOf(step) : assetLink(asset, nameOf(step))}</h3>
            ${evidenceList(step)}
          </li>`,
      )}
    </ol>`;
}

const STEPS: readonly string[] = ['enter', 'exploit', 'move', 'read'];

function isStep({ kind }: ExposureStep): boolean {
  return STEPS.includes(kind);
}

function classOf(step: ExposureStep, gap: string | undefined): string {
  if (!isStep(step)) return 'place';
  return gap === undefined ? 'step' : 'step open';
}

/** A step begins like a sentence; a place is called as it is called. */
function nameOf(step: ExposureStep): string {
  const name = step.label === '' ? step.key : step.label;
  return isStep(step) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

function evidenceList({ evidence, furtherEvidence }: ExposureStep): Html | undefined {
  if (evidence.length === 0) return undefined;
  return html`<ul class="evidence">
    ${evidence.map(
      ({ text, sources, trueAt, learnedAt, fresh, declared }) =>
        html`<li>
          ${text}
          <span class="soft small"
            >${sources.join(', ')}; true ${instantText(new Date(trueAt))}, learned
            ${instantText(new Date(learnedAt))}</span
          >
          ${fresh ? undefined : tag('stale', 'warn')}
          ${declared ? tag('only declared', 'warn') : undefined}
        </li>`,
    )}
    ${furtherEvidence === 0 ? undefined : html`<li class="soft">and ${counted(furtherEvidence, 'more fact')}</li>`}
  </ul>`;
}

const MOST_NAMED = 24;

function touched(
  title: string,
  kind: 'customer' | 'service',
  keys: readonly string[],
  asked: ExposureAsked,
): Html {
  if (keys.length === 0) return html``;
  const link = (key: string) =>
    html`<li><a href="${addressOf('/exposure', { ...asked, [kind]: key })}">${key}</a></li>`;
  const rest = keys.slice(MOST_NAMED, 1000);
  const unnamed = keys.length - MOST_NAMED - rest.length;
  return html`<h2>${title} touched: ${numberText(keys.length)}</h2>
    <ul class="names">
      ${keys.slice(0, MOST_NAMED).map(link)}
    </ul>
    ${
      rest.length === 0
        ? undefined
        : html`<details>
            <summary>${`${numberText(rest.length)} more`}</summary>
            <ul class="names">
              ${rest.map(link)}
            </ul>
            ${unnamed > 0 ? html`<p>And ${numberText(unnamed)} that are not named here.</p>` : undefined}
          </details>`
    }`;
}
