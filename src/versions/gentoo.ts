/** Gentoo versions, `digits{.digits}{letter}{_suffix{digits}}{-r digits}` (Package Manager Specification 3.3). */
import { numberKey, textKey } from './key.ts';
import { keyedScheme } from './scheme.ts';

const PRE_SUFFIX = '!';
const END = '"';
const POST_SUFFIX = '#';
const LETTER = '$';
const DIGITS = '%';

const SUFFIXES: Readonly<Record<string, string>> = {
  alpha: `${PRE_SUFFIX}a`,
  beta: `${PRE_SUFFIX}b`,
  pre: `${PRE_SUFFIX}c`,
  rc: `${PRE_SUFFIX}d`,
  p: POST_SUFFIX,
};

const VALID = new RegExp(
  '^(?<first>\\d+)(?<more>(?:\\.\\d+)*)(?<letter>[a-z]?)' +
    '(?<suffixes>(?:_(?:alpha|beta|pre|rc|p)\\d*)*)(?:-r(?<revision>\\d+))?$',
);

function gentooKey(text: string): string | undefined {
  const match = VALID.exec(text.trim());
  if (match === null) return undefined;
  const { first = '', more = '', letter = '', suffixes = '', revision = '' } = match.groups ?? {};
  let key = numberKey(first);
  for (const part of more.split('.').slice(1)) key += DIGITS + componentKey(part);
  if (letter !== '') key += LETTER + letter;
  return key + suffixesKey(suffixes) + END + numberKey(revision);
}

function suffixesKey(suffixes: string): string {
  let key = '';
  for (const [, suffix = '', number = ''] of suffixes.matchAll(/_([a-z]+)(\d*)/g)) {
    key += (SUFFIXES[suffix] ?? '') + numberKey(number);
  }
  return key;
}

/** A leading zero makes a fraction: compared as text without trailing zeros, and below all others. */
function componentKey(part: string): string {
  if (!part.startsWith('0')) return `1${numberKey(part)}`;
  let end = part.length;
  while (part.charAt(end - 1) === '0') end -= 1;
  return `0${textKey(part.slice(0, end))}`;
}

export const gentoo = keyedScheme('gentoo', gentooKey);
