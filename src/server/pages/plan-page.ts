/** What to do first: the ordered fixes with the people left after each, alternatives, and what if some were done. */
import type { ExposurePlan, Figures } from '../../exposure/schema.ts';
import { planChart } from '../../exposure/plan-chart.ts';
import { drawing, html } from '../html.ts';
import type { Html } from '../html.ts';
import { askedText, exposureForm, exposureTabs, livingText } from './exposure-parts.ts';
import type { ExposureAsked, ExposureChoices } from './exposure-parts.ts';
import { counted, layout, numberText, table, tag } from './layout.ts';
import { addressOf } from './words.ts';

export interface PlanView {
  readonly at: Date;
  readonly asked: ExposureAsked;
  readonly choices: ExposureChoices;
  readonly plan: ExposurePlan;
  /** Keys of fixes to take as done, as asked. */
  readonly done: readonly string[];
  /** Of these, the ones that no gap needs (any more). */
  readonly needless: readonly string[];
  /** Whether what nobody can rule out is counted too. */
  readonly assumed: boolean;
}

type Choice = ExposurePlan['steps'][number]['alternatives'][number];
type Fix = Choice['fixes'][number];

export function planPage(view: PlanView): Html {
  const { asked, at, plan } = view;
  return layout({
    title: 'Plan',
    place: 'plan',
    at,
    main: html`${exposureTabs('plan', asked)}
      <h1>What to do first</h1>
      ${askedText(asked, at)} ${lead(view)} ${whatIfNote(view)} ${chart(plan)} ${stepTable(view)}
      ${alternatives(view)} ${whatIf(view)}`,
  });
}

function lead({ plan, assumed }: PlanView): Html {
  const { attacker, before, left, steps } = plan;
  const basis = assumed
    ? 'Steps that nobody can rule out are counted too.'
    : 'Only steps that evidence shows are counted.';
  if (steps.length === 0)
    return html`<p class="lead">
        ${before.living.best === 0 && before.unknownHoldings === 0 ? `Nobody is left in reach of ${attacker.title}.` : `${livingText(before)} can be reached by ${attacker.title}, and no fix that is known here saves anybody.`}
      </p>
      <p>${basis}</p>`;
  return html`<p class="lead">
      ${counted(steps.length, 'step')} against ${attacker.title}: from ${livingText(before)} to
      ${livingText(left)} at risk.
    </p>
    <p>${basis} The order is the one that takes most people out of reach first.</p>`;
}

function whatIfNote({ plan, needless }: PlanView): Html | undefined {
  const { whatIf, today, before } = plan;
  const none =
    needless.length === 0
      ? undefined
      : html`<p class="note">No gap needs this (any more): ${needless.join(', ')}.</p>`;
  if (whatIf.length === 0) return none;
  return html`<p class="note">
      ${tag('what if', 'warn')} Taken as done: ${whatIf.map(({ label }) => label).join('; ')}. That
      alone takes ${numberText(today.living.best)} people to ${numberText(before.living.best)}.
    </p>
    ${none}`;
}

function chart(plan: ExposurePlan): Html | undefined {
  if (plan.steps.length === 0) return undefined;
  return html`<h2 id="chart">People at risk after each step</h2>
    <figure class="picture">
      <div class="sheet" role="region" tabindex="0" aria-label="Picture of the plan">
        ${drawing(planChart(plan))}
      </div>
      <figcaption>The same numbers stand in the <a href="#steps">table</a>.</figcaption>
    </figure>`;
}

const SHOWN = 4;

function fixList(fixes: readonly Fix[]): Html {
  const rest = fixes.slice(SHOWN);
  const item = ({ label }: Fix) => html`<li>${label.charAt(0).toUpperCase()}${label.slice(1)}</li>`;
  if (fixes.length === 1)
    return html`${fixes.map(({ label }) => html`${label.charAt(0).toUpperCase()}${label.slice(1)}`)}`;
  return html`<ul>
      ${fixes.slice(0, SHOWN).map(item)}
    </ul>
    ${
      rest.length === 0
        ? undefined
        : html`<details>
            <summary>${`${numberText(rest.length)} more`}</summary>
            <ul>
              ${rest.slice(0, 500).map(item)}
            </ul>
          </details>`
    }`;
}

function leftCells({ living, categories, unknownHoldings }: Figures): Html {
  return html`<td class="number">${numberText(living.best)}</td>
    <td class="number">${numberText(categories['home-entry'])}</td>
    <td class="number">
      ${unknownHoldings === 0 ? '0' : tag(numberText(unknownHoldings), 'warn')}
    </td>`;
}

function stepTable({ plan, asked }: PlanView): Html {
  const { before, steps, least, left, whatIf } = plan;
  const more = steps.length > 0 && left.living.best > least.living.best;
  return html`<h2 id="steps">The steps</h2>
    ${table(
      'Fixes in order, with who is left at risk after each',
      [
        'Fix',
        { number: 'Saves' },
        { number: 'Effort' },
        { number: 'People left' },
        { number: 'With home entry' },
        { number: 'Uncounted sets left' },
      ],
      [
        html`<tr>
          <th scope="row">
            ${whatIf.length === 0 ? 'Today' : 'Today, with what is taken as done'}
          </th>
          <td class="number">–</td>
          <td class="number">–</td>
          ${leftCells(before)}
        </tr>`,
        ...steps.map(
          (step, i) =>
            html`<tr>
              <th scope="row">${i + 1}. ${fixList(step.fixes)}</th>
              <td class="number">
                ${step.people > 0 ? numberText(step.people) : counted(step.unknownHoldings, 'uncounted set')}
              </td>
              <td class="number">${step.cost}</td>
              ${leftCells(step.left)}
            </tr>`,
        ),
        ...(more
          ? [
              html`<tr>
                <th scope="row">With every fix done that is known here</th>
                <td class="number">${numberText(before.living.best - least.living.best)}</td>
                <td class="number">–</td>
                ${leftCells(least)}
              </tr>`,
            ]
          : []),
      ],
    )}
    ${more ? html`<p>These are the first ${numberText(steps.length)} steps: tick them <a href="#what-if">below</a> to see the next ones.</p>` : undefined}
    <p class="small soft">
      Effort 1 is one change by one team on one day.
      <a href="${addressOf('/exposure', { ...asked })}">The gaps that the fixes close</a>
    </p>`;
}

function alternatives({ plan }: PlanView): Html | undefined {
  const rows = plan.steps.flatMap((step, i) =>
    step.alternatives.map((other) => ({ step: i + 1, other })),
  );
  if (rows.length === 0) return undefined;
  return html`<h2 id="alternatives">Instead of a step</h2>
    ${table(
      'Alternatives that save nearly as many',
      ['Step', 'Instead', { number: 'Saves' }, { number: 'Effort' }],
      rows.map(
        ({ step, other }) =>
          html`<tr>
            <th scope="row">Step ${step}</th>
            <td>${fixList(other.fixes)}</td>
            <td class="number">${numberText(other.people)}</td>
            <td class="number">${other.cost}</td>
          </tr>`,
      ),
    )}`;
}

const MOST_BOXES = 60;

function whatIf(view: PlanView): Html {
  const { plan, asked, choices, assumed } = view;
  const ticked = new Set(plan.whatIf.map(({ key }) => key));
  const offered = new Map<string, Fix>();
  for (const fix of plan.whatIf) offered.set(fix.key, fix);
  for (const step of plan.steps) {
    for (const fix of step.fixes) offered.set(fix.key, fix);
    for (const other of step.alternatives) for (const fix of other.fixes) offered.set(fix.key, fix);
  }
  const boxes = [...offered.values()].slice(0, MOST_BOXES);
  const more = html`<p class="check">
      ${assumed ? html`<input type="checkbox" id="assumed" name="assumed" value="true" checked />` : html`<input type="checkbox" id="assumed" name="assumed" value="true" />`}
      <label for="assumed">Count also what nobody can rule out</label>
    </p>
    ${
      boxes.length === 0
        ? undefined
        : html`<fieldset>
            <legend>Take as done</legend>
            ${boxes.map((fix, i) => box(fix, i, ticked.has(fix.key)))}
          </fieldset>`
    }`;
  return html`<h2 id="what-if">What if?</h2>
    ${exposureForm('/plan', asked, choices, more)}`;
}

function box({ key, label }: Fix, i: number, ticked: boolean): Html {
  const id = `done-${i}`;
  return html`<p class="check">
    ${ticked ? html`<input type="checkbox" id="${id}" name="done" value="${key}" checked />` : html`<input type="checkbox" id="${id}" name="done" value="${key}" />`}
    <label for="${id}">${label.charAt(0).toUpperCase()}${label.slice(1)}</label>
  </p>`;
}
