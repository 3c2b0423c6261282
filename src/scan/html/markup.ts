/** Markup whose text is escaped unless it is markup itself. */
import { plain } from '../plain.ts';

/** Text that is already markup; only `markup` and `joined` make it. */
export interface Markup {
  readonly markup: string;
}

type Value = Markup | string | number | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Values stand in text or in quoted attributes only, where this escaping is enough.
 *
 * @example markup`<p class="${word}">${text}</p>`
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let text = strings[0] ?? '';
  for (const [at, value] of values.entries()) text += rendered(value) + (strings[at + 1] ?? '');
  return { markup: text };
}

export function joined(parts: readonly Markup[]): Markup {
  return { markup: parts.map((part) => part.markup).join('') };
}

export const NOTHING: Markup = { markup: '' };

function rendered(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'object') return value.markup;
  return plain(String(value)).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/**
 * Text of a table's cell: with an apostrophe before what a spreadsheet would take for a formula when the page is opened
 * or pasted there.
 */
export function cellText(text: string): string {
  const one = plain(text);
  return /^\s*[=+\-@|]/.test(one) ? `'${one}` : one;
}
