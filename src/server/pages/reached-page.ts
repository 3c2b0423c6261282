/** People reached through each door, asset or class of accounts, or of each customer or service. */
import type { SubjectKind } from '../../exposure/schema.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { askedText, foldedForm, exposureTabs, pager, peopleBar } from './exposure-parts.ts';
import { option } from './form-fields.ts';
import type { ExposureAsked, ExposureChoices } from './exposure-parts.ts';
import { layout, numberText, table } from './layout.ts';
import { addressOf, assetPath } from './words.ts';

export interface ReachedView {
  readonly at: Date;
  readonly asked: ExposureAsked;
  readonly choices: ExposureChoices;
  readonly by: SubjectKind;
  readonly subjects: readonly Subject[];
  readonly count: number;
  readonly from: number;
  readonly size: number;
}

interface Reached {
  readonly people: number;
  readonly unknownHoldings: number;
}
interface Subject {
  readonly key: string;
  readonly proven: Reached;
  readonly assumed: Reached;
}

const KINDS: readonly (readonly [SubjectKind, string, string])[] = [
  ['customer', 'customer', "Of each customer's people, those who can be reached."],
  ['service', 'service', "Of each service's people, those who can be reached."],
  ['door', 'door', 'Everybody who can be reached through the door.'],
  ['asset', 'asset', 'Everybody who can be reached by who is on the asset.'],
  [
    'accounts',
    'kind of account',
    'Everybody who can be reached by who signs in with one of these accounts.',
  ],
];

export function reachedPage(view: ReachedView): Html {
  const { asked, at, by, subjects, count, from, size } = view;
  const [, word, lead] = KINDS.find(([kind]) => kind === by) ?? ['customer', 'customer', ''];
  const most = Math.max(
    1,
    ...subjects.map(({ proven, assumed }) => Math.max(proven.people, assumed.people)),
  );
  return layout({
    title: `People at risk by ${word}`,
    place: 'exposure',
    at,
    main: html`${exposureTabs('reached', asked)}
      <h1>People at risk by ${word}</h1>
      ${askedText(asked, at)}
      ${foldedForm(
        '/exposure/reached',
        asked,
        view.choices,
        html`<p>
          <label for="by">By</label>
          <select id="by" name="by">
            ${KINDS.map(([kind, name]) => option(kind, name, kind === by))}
          </select>
        </p>`,
      )}
      <p class="lead">${lead}</p>
      <ul class="choices">
        ${KINDS.map(([kind, name]) => choice(addressOf('/exposure/reached', { ...asked, by: kind }), name, kind === by))}
      </ul>
      ${
        subjects.length === 0
          ? html`<p>Nothing of that kind is reached.</p>`
          : table(
              `By ${word}, most people first`,
              [
                word.charAt(0).toUpperCase() + word.slice(1),
                { number: 'People, proven' },
                { number: 'If assumed' },
                { number: 'Uncounted sets' },
              ],
              subjects.map((each) => row(each, view, most)),
            )
      }
      ${pager('/exposure/reached', { ...asked, by }, { from, shown: subjects.length, of: count, size })}`,
  });
}

function choice(path: string, name: string, here: boolean): Html {
  return here
    ? html`<li><a href="${path}" aria-current="true">${name}</a></li>`
    : html`<li><a href="${path}">${name}</a></li>`;
}

function row({ key, proven, assumed }: Subject, { by, asked }: ReachedView, most: number): Html {
  return html`<tr>
    <th scope="row">
      <a href="${addressOfSubject(by, key, asked)}">${key}</a>
      ${peopleBar(proven.people, assumed.people, most)}
    </th>
    <td class="number">${numberText(proven.people)}</td>
    <td class="number">${numberText(assumed.people)}</td>
    <td class="number">${numberText(Math.max(proven.unknownHoldings, assumed.unknownHoldings))}</td>
  </tr>`;
}

function addressOfSubject(by: SubjectKind, key: string, asked: ExposureAsked): string {
  if (by === 'asset') return assetPath(key);
  if (by === 'customer' || by === 'service') return addressOf('/exposure', { ...asked, [by]: key });
  return addressOf('/exposure', { ...asked, name: key });
}
