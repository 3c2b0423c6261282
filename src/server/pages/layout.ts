/** The frame of every page: landmarks, a way past the navigation, one heading of the first rank, no script. */
import { html } from '../html.ts';
import type { Html, HtmlValue } from '../html.ts';
import { ICON_PATH, MARK, STYLE_PATH } from './assets.ts';

interface Frame {
  readonly title: string;
  /** Which entry of the navigation this page is; undefined for someone who is not signed in. */
  readonly place?: Place;
  readonly main: HtmlValue;
  /** When the page's facts were read. */
  readonly at?: Date;
}

/** The entries of the navigation. */
export type Place =
  | 'exposure'
  | 'plan'
  | 'patches'
  | 'coverage'
  | 'findings'
  | 'paths'
  | 'assets'
  | 'estate'
  | 'none';

const PLACES: readonly (readonly [Place, string, string])[] = [
  ['exposure', '/exposure', 'Exposure'],
  ['plan', '/plan', 'Plan'],
  ['patches', '/patches', 'Patches'],
  ['coverage', '/coverage', 'Coverage'],
  ['findings', '/findings', 'Findings'],
  ['paths', '/login-paths', 'Login paths'],
  ['assets', '/assets', 'Assets'],
  ['estate', '/estate', 'Estate'],
];

export function layout({ title, place, main, at }: Frame): Html {
  return html`<!doctype html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <title>${title} – Holdfast</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="${ICON_PATH}" type="image/svg+xml" />
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <div class="wide">
            ${
              place === undefined
                ? html`<p class="brand">${mark()}Holdfast</p>`
                : html`<p class="brand"><a href="/">${mark()}Holdfast</a></p>
                    ${navigation(place)}`
            }
          </div>
        </header>
        <main id="main" tabindex="-1" class="wide">${main}</main>
        <footer class="wide bottom">
          <p>
            Holdfast${at === undefined ? undefined : html`. Read at ${timeText(at)}; reload the page for the present.`}
          </p>
        </footer>
      </body>
    </html> `;
}

function navigation(place: Place): Html {
  return html`<nav aria-label="Main">
      <ul>
        ${PLACES.map(([name, path, words]) => html`<li>${navigationLink(path, words, place === name)}</li>`)}
      </ul>
    </nav>
    <form class="out" method="post" action="/sign-out">
      <button type="submit" class="quiet">Sign out</button>
    </form>`;
}

function navigationLink(path: string, name: string, here: boolean): Html {
  return here
    ? html`<a href="${path}" aria-current="page">${name}</a>`
    : html`<a href="${path}">${name}</a>`;
}

/** Our mark: a beam held by two posts. */
function mark(): Html {
  return html`<svg
    viewBox="0 0 32 32"
    width="28"
    height="28"
    aria-hidden="true"
    focusable="false"
    fill="currentColor"
  >
    <path d="${MARK}" />
  </svg>`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `3 Mar 2026, 10:05 UTC` */
export function instantText(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
  return `${day}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

/** The same, with the exact instant for machines. */
export function timeText(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${instantText(at)}</time>`;
}

const STEPS: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
];

/** `5 minutes`, `2 days`; below a minute `moments`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  for (const [size, name] of STEPS) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return counted(count, name);
  }
  return 'moments';
}

export function ageText(at: Date, now: Date): string {
  return `${durationText(now.getTime() - at.getTime())} ago`;
}

/** `1 source`, `12,000 sources`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

export function numberText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** A state in words and shape, never by colour alone. */
export function tag(text: string, tone: Tone): Html {
  return html`<span class="tag ${tone}">${text}</span>`;
}

/** A column's heading; over numbers it stands right, as they do. */
export type Heading = string | { readonly number: string };

function heading(text: Heading): Html {
  if (typeof text === 'string') return html`<th scope="col">${text}</th>`;
  return html`<th scope="col" class="number">${text.number}</th>`;
}

/** A table that scrolls by itself on narrow screens and can be reached by keyboard. */
export function table(caption: string, head: readonly Heading[], rows: readonly Html[]): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map(heading)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
