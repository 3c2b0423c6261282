/** Fields of the forms by which a page is asked for a part of what it shows. */
import { html } from '../html.ts';
import type { Html } from '../html.ts';

/** A name to narrow a list by, empty for everything; `choices` are offered, others can be typed. */
export function textField(
  name: string,
  label: string,
  value: string | undefined,
  choices: readonly string[] = [],
): Html {
  const list = `${name}-choices`;
  const input =
    choices.length === 0
      ? html`<input
          id="${name}"
          name="${name}"
          maxlength="200"
          value="${value ?? ''}"
          placeholder="all"
          autocomplete="off"
        />`
      : html`<input
            id="${name}"
            name="${name}"
            list="${list}"
            maxlength="200"
            value="${value ?? ''}"
            placeholder="all"
            autocomplete="off"
          />
          <datalist id="${list}">
            ${choices.map((key) => html`<option value="${key}"></option>`)}
          </datalist>`;
  return html`<p>
    <label for="${name}">${label}</label>
    ${input}
  </p>`;
}

/** A moment in UTC, none after `now`. */
export function momentField(
  name: string,
  label: string,
  value: string | undefined,
  now: Date,
): Html {
  return html`<p>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="datetime-local"
      value="${value ?? ''}"
      max="${now.toISOString().slice(0, 16)}"
    />
  </p>`;
}

export function option(value: string, text: string, chosen: boolean): Html {
  return chosen
    ? html`<option value="${value}" selected>${text}</option>`
    : html`<option value="${value}">${text}</option>`;
}
