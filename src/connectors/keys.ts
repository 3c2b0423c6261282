/** Keys of things that other systems name as they like: without control characters, at most 200 characters, never two alike. */
import { createHash } from 'node:crypto';

const LONGEST = 200;

/**
 * `name` as a key; what is too long is cut and ends in a hash of the whole.
 *
 * @example keyFrom('ad:corp.example/anna') // 'ad:corp.example/anna'
 */
export function keyFrom(name: string): string {
  const clean = name.replace(/\p{Cc}+/gu, ' ').trim();
  if (clean.length <= LONGEST) return clean === '' ? 'unnamed' : clean;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${clean.slice(0, LONGEST - 17).trimEnd()}~${hash}`;
}

/** The key of an account: logins that differ in case only are one. */
export function accountKey(identitySource: string, login: string): string {
  return keyFrom(`${identitySource}/${login.trim().toLowerCase()}`);
}

/** A text of at most `longest` characters, without half a character at its end. */
export function textOf(value: string, longest = 500): string {
  const clean = value.replace(/\p{Cc}+/gu, ' ').trim();
  return clean.length <= longest ? clean : clean.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
}
