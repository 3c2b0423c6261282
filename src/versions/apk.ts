/**
 * Alpine package versions, `digits{.digits}{letter}{_suffix{digits}}{~hash}{-r digits}` (apk-package(5)), as apk orders
 * them. What breaks the grammar keeps its valid beginning and sorts just before it.
 */
import { endOfDigits, numberKey, textKey } from './key.ts';
import { keyedScheme } from './scheme.ts';

/** What may come next, from oldest to newest. */
const PRE_SUFFIX = '!';
const INVALID = '"';
const END = '#';
const REVISION = '$';
const HASH = '%';
const SUFFIX_NUMBER = '&';
const POST_SUFFIX = "'";
const LETTER = '(';
const DIGITS = ')';

const SUFFIXES: Readonly<Record<string, string>> = {
  alpha: `${PRE_SUFFIX}a`,
  beta: `${PRE_SUFFIX}b`,
  pre: `${PRE_SUFFIX}c`,
  rc: `${PRE_SUFFIX}d`,
  cvs: `${POST_SUFFIX}a`,
  svn: `${POST_SUFFIX}b`,
  git: `${POST_SUFFIX}c`,
  hg: `${POST_SUFFIX}d`,
  p: `${POST_SUFFIX}e`,
};

const SUFFIX = /_(alpha|beta|pre|rc|cvs|svn|git|hg|p)(?![a-z])/y;
const COMMIT = /~([0-9a-f]+)/y;
const RELEASE = /-r(?:(\d+)|(?=-|$))/y;
const COMPONENT = /\.?(\d+)|\.(?=\.)/y;

/** Reads from left to right; `at` is the first character not read yet. */
interface Reading {
  readonly text: string;
  at: number;
  key: string;
}

function apkKey(text: string): string | undefined {
  const version = text.trim();
  if (version === '') return undefined;
  const end = endOfDigits(version, 0);
  if (end === 0) return INVALID + textKey(version);
  const reading: Reading = {
    text: version,
    at: end,
    key: DIGITS + numberKey(version.slice(0, end)),
  };
  readComponents(reading);
  readLetter(reading);
  readSuffixes(reading);
  const commit = take(reading, COMMIT);
  if (commit !== null) reading.key += HASH + textKey(commit[1] ?? '');
  const release = take(reading, RELEASE);
  if (release !== null) reading.key += REVISION + numberKey(release[1] ?? '');
  return reading.key + remainder(version.slice(reading.at));
}

function take(reading: Reading, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reading.at;
  const match = pattern.exec(reading.text);
  if (match !== null) reading.at = pattern.lastIndex;
  return match;
}

/** After the first component a leading zero makes it a fraction: compared as text, and below all others. */
function readComponents(reading: Reading): void {
  for (let match = take(reading, COMPONENT); match !== null; match = take(reading, COMPONENT)) {
    const digits = match[1] ?? '';
    reading.key +=
      DIGITS + (digits.startsWith('0') ? `0${textKey(digits)}` : `1${numberKey(digits)}`);
  }
}

function readLetter(reading: Reading): void {
  const code = reading.text.charCodeAt(reading.at);
  if (code < 0x61 || code > 0x7a || Number.isNaN(code)) return;
  reading.key += LETTER + reading.text.charAt(reading.at);
  reading.at += 1;
}

function readSuffixes(reading: Reading): void {
  for (let match = take(reading, SUFFIX); match !== null; match = take(reading, SUFFIX)) {
    reading.key += SUFFIXES[match[1] ?? ''] ?? '';
    const end = endOfDigits(reading.text, reading.at);
    if (end > reading.at)
      reading.key += SUFFIX_NUMBER + numberKey(reading.text.slice(reading.at, end));
    reading.at = end;
  }
}

function remainder(rest: string): string {
  if (rest === '') return END;
  return rest.startsWith('-') ? INVALID : INVALID + textKey(rest);
}

export const apk = keyedScheme('apk', apkKey);
