/**
 * Pages as tagged templates that escape by default. The template itself is checked where a value stands: text and
 * quoted attributes are escaped, addresses must be our own, and any other place (a tag's name, an unquoted attribute,
 * a script, a style, a comment) is refused, so that a careless template fails its first test instead of a reader.
 */

const MARKUP = Symbol('markup');

export interface Html {
  readonly [MARKUP]: string;
}

/** What a template takes: text is escaped, nothing shows for undefined, null, false and the empty text. */
export type HtmlValue = Html | string | number | undefined | null | false | readonly HtmlValue[];

type Place = 'text' | 'attribute' | 'address';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const ADDRESS_ATTRIBUTE = /(?:^|\s)(?:href|src|action|formaction)="([^"]*)$/;

const known = new WeakMap<TemplateStringsArray, readonly Place[]>();

/** @example html`<a href="${path}">${name}</a>` */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const places = placesOf(strings);
  let markup = strings[0] ?? '';
  for (const [at, value] of values.entries())
    markup += rendered(value, places[at] ?? 'text') + (strings[at + 1] ?? '');
  return { [MARKUP]: markup };
}

/** The document to send. */
export function htmlText(page: Html): string {
  return page[MARKUP];
}

/** A link to a page of somebody else, which feeds name; what is no address of the web is text. */
export function outsideLink(url: string, text: string): Html {
  const named = escaped(text);
  if (!/^https?:\/\/[^\s<>"']+$/.test(url)) return { [MARKUP]: named };
  return { [MARKUP]: `<a href="${escaped(url)}" rel="noreferrer">${named}</a>` };
}

const DRAWN = new Set([
  'svg',
  'title',
  'desc',
  'defs',
  'marker',
  'path',
  'g',
  'rect',
  'text',
  'polyline',
]);
const TAG = /<\/?([a-z]*)([^<>]*)>/g;

/**
 * A picture that one of our own functions drew, as SVG. Only the elements that they draw with may be in it, and nothing that
 * runs, loads or leads anywhere.
 */
export function drawing(svg: string): Html {
  const text = svg.replace(TAG, (_, name: string, attributes: string) => {
    if (!DRAWN.has(name) || /(?:^|\s)(?:on\w*|style|href|xlink:href|src)\s*=/i.test(attributes))
      throw new TypeError(`a picture holds no <${name}${attributes}>`);
    return '';
  });
  if (/[<>]/.test(text)) throw new TypeError('a picture has a tag that does not end');
  return { [MARKUP]: svg };
}

function rendered(value: HtmlValue, place: Place): string {
  if (value === undefined || value === null || value === false) return '';
  if (isList(value)) return value.map((each) => rendered(each, place)).join('');
  if (typeof value === 'object') {
    if (place !== 'text' || !Object.hasOwn(value, MARKUP))
      throw new TypeError('only markup of a template, and only as text, can be nested');
    return value[MARKUP];
  }
  const text = String(value);
  if (place === 'address' && !/^(?:\/(?![/\\])|#)/.test(text))
    throw new TypeError('an address in a page must begin with one slash or #');
  return escaped(text);
}

function isList(value: HtmlValue): value is readonly HtmlValue[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');
}

function placesOf(strings: TemplateStringsArray): readonly Place[] {
  const found = known.get(strings);
  if (found !== undefined) return found;
  const places: Place[] = [];
  let state: 'text' | 'tag' | 'quoted' = 'text';
  for (const [at, part] of strings.entries()) {
    if (/<(?:script|style|!--)/i.test(part))
      throw new TypeError('a template holds no script, style or comment');
    state = stateAfter(part, state);
    if (at === strings.length - 1) break;
    if (state === 'tag') throw new TypeError('a value stands inside a tag without quotes');
    places.push(state === 'text' ? 'text' : attributePlace(part));
  }
  if (state !== 'text') throw new TypeError('a template ends inside a tag');
  known.set(strings, places);
  return places;
}

function attributePlace(part: string): Place {
  const address = ADDRESS_ATTRIBUTE.exec(part);
  if (address === null) return 'attribute';
  if (address[1] !== '') throw new TypeError('the value of an address must be the whole address');
  return 'address';
}

function stateAfter(part: string, before: 'text' | 'tag' | 'quoted'): 'text' | 'tag' | 'quoted' {
  let state = before;
  for (const sign of part) {
    if (state === 'text' && sign === '<') state = 'tag';
    else if (state === 'tag' && sign === '>') state = 'text';
    else if (sign === '"' && state !== 'text') state = state === 'tag' ? 'quoted' : 'tag';
  }
  return state;
}
