/** Words and links that several pages share. */
import type { UNSEEN_REASONS } from '../../estate/schema.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';

const REASONS: Readonly<Record<(typeof UNSEEN_REASONS)[number], string>> = {
  'not-permitted': 'Holdfast is not permitted to read it',
  'not-installed': 'the program that would tell is not installed',
  'not-supported': 'this machine does not support it, or Holdfast does not yet',
  unreadable: 'it could not be read',
  timeout: 'it took too long',
  truncated: 'there was more than is read',
  unreachable: 'it could not be reached',
  invalid: 'what it said made no sense',
};

export function unseenReason(reason: (typeof UNSEEN_REASONS)[number]): string {
  return REASONS[reason];
}

/** The address of an asset's page; the key travels in the query, where "." and ".." mean nothing. */
export function assetPath(key: string): string {
  return `/asset?key=${encodeURIComponent(key)}`;
}

export function assetLink(key: string, name: string): Html {
  return html`<a href="${assetPath(key)}">${name}</a>`;
}

export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** `path?name=value&…` without what is undefined, false or empty; a list gives its name several times. */
export function addressOf(path: string, query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined || value === false || value === '') return [];
    const values = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
    return values.map((each) => `${name}=${encodeURIComponent(each)}`);
  });
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}
