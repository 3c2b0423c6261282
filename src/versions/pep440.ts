/**
 * Python versions (PEP 440). What does not follow it is a legacy version, ordered as setuptools did before 2022 and older
 * than every PEP 440 version.
 */
import { endOfDigits, isDigit, numberKey, textKey } from './key.ts';
import { keyedScheme } from './scheme.ts';

const LEGACY = '0';
const MODERN = '1';

const RELEASE_END = '!';
const RELEASE_NUMBER = '"';

const PHASES: Readonly<Record<string, string>> = {
  a: '1',
  alpha: '1',
  b: '2',
  beta: '2',
  c: '3',
  rc: '3',
  pre: '3',
  preview: '3',
};
/** A development release of the release itself comes before its alphas; no phase at all after its candidates. */
const DEVELOPMENT_ONLY = '0';
const FINAL = '4';

const ABSENT_BEFORE = '0';
const PRESENT_AFTER = '1';
const PRESENT_BEFORE = '0';
const ABSENT_AFTER = '1';

/** Nothing after the release numbers: most versions. */
const NO_TAIL = FINAL + ABSENT_BEFORE + ABSENT_AFTER + ABSENT_BEFORE;

const LOCAL_END = '!';
const LOCAL_TEXT = '"';
const LOCAL_NUMBER = '#';

/** PEP 440 appendix B from where the release numbers end; every part may be missing. */
const TAIL = new RegExp(
  [
    '(?:[-_.]?(?<phase>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?<phaseNumber>\\d+)?)?',
    '(?:-(?<implicitPost>\\d+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>\\d+)?)?',
    '(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>\\d+)?)?',
    '(?:\\+(?<local>[a-z0-9._-]+))?$',
  ].join(''),
  'y',
);

function pep440Key(text: string): string | undefined {
  const version = text.trim().toLowerCase();
  if (version === '') return undefined;
  const modern = modernKey(version.startsWith('v') ? version.slice(1) : version);
  return modern === undefined ? LEGACY + legacyKey(version) : MODERN + modern;
}

function modernKey(version: string): string | undefined {
  const afterEpoch = endOfDigits(version, 0);
  const hasEpoch = afterEpoch > 0 && version.charAt(afterEpoch) === '!';
  const { numbers, end } = releaseOf(version, hasEpoch ? afterEpoch + 1 : 0);
  if (numbers.length === 0) return undefined;
  const head = numberKey(hasEpoch ? version.slice(0, afterEpoch) : '') + releaseKey(numbers);
  if (end === version.length) return head + NO_TAIL;
  TAIL.lastIndex = end;
  const tail = TAIL.exec(version)?.groups;
  if (tail === undefined) return undefined;
  const local = localKey(tail['local']);
  return local === undefined ? undefined : head + tailKey(tail) + local;
}

function releaseOf(version: string, start: number): { numbers: string[]; end: number } {
  const numbers: string[] = [];
  let end = start;
  for (let index = start; isDigit(version.charCodeAt(index)); index = end + 1) {
    end = endOfDigits(version, index);
    numbers.push(version.slice(index, end));
    if (version.charAt(end) !== '.') break;
  }
  return { numbers, end };
}

/** Trailing zeros do not count: 1.0 is 1. */
function releaseKey(numbers: readonly string[]): string {
  let key = '';
  let zeros = '';
  for (const number of numbers) {
    const piece = RELEASE_NUMBER + numberKey(number);
    if (piece === RELEASE_ZERO) zeros += piece;
    else {
      key += zeros + piece;
      zeros = '';
    }
  }
  return key + RELEASE_END;
}

const RELEASE_ZERO = RELEASE_NUMBER + numberKey('0');

type Groups = Readonly<Record<string, string | undefined>>;

function tailKey(tail: Groups): string {
  const hasPost = tail['post'] !== undefined || tail['implicitPost'] !== undefined;
  const phase = PHASES[tail['phase'] ?? ''];
  let key = '';
  if (phase !== undefined) key += phase + numberKey(tail['phaseNumber'] ?? '');
  else key += tail['dev'] !== undefined && !hasPost ? DEVELOPMENT_ONLY : FINAL;
  const post = tail['implicitPost'] ?? tail['postNumber'] ?? '';
  key += hasPost ? PRESENT_AFTER + numberKey(post) : ABSENT_BEFORE;
  return (
    key +
    (tail['dev'] === undefined ? ABSENT_AFTER : PRESENT_BEFORE + numberKey(tail['devNumber'] ?? ''))
  );
}

/** Local version labels: texts before numbers, fewer before more; undefined where a part is empty. */
function localKey(local: string | undefined): string | undefined {
  if (local === undefined) return ABSENT_BEFORE;
  let key = PRESENT_AFTER;
  for (const part of local.split(/[-_.]/)) {
    if (part === '') return undefined;
    const numeric = endOfDigits(part, 0) === part.length;
    key += numeric ? LOCAL_NUMBER + numberKey(part) : LOCAL_TEXT + textKey(part);
  }
  return key + LOCAL_END;
}

const LEGACY_WORDS: Readonly<Record<string, string>> = {
  pre: 'c',
  preview: 'c',
  rc: 'c',
  '-': 'final-',
  dev: '@',
};
const LEGACY_FINAL = '*final';
const LEGACY_ZERO = '00000000';

function legacyKey(version: string): string {
  const parts: string[] = [];
  for (const piece of [...version.split(/(\d+|[a-z]+|\.|-)/), 'final']) {
    const word = LEGACY_WORDS[piece] ?? piece;
    if (word === '' || word === '.') continue;
    const part = isDigit(word.charCodeAt(0)) ? word.padStart(8, '0') : `*${word}`;
    if (part.startsWith('*')) {
      if (part < LEGACY_FINAL) dropTrailing(parts, `${LEGACY_FINAL}-`);
      dropTrailing(parts, LEGACY_ZERO);
    }
    parts.push(part);
  }
  return parts.map(textKey).join('');
}

function dropTrailing(parts: string[], part: string): void {
  while (parts.at(-1) === part) parts.pop();
}

export const pep440 = keyedScheme('pep440', pep440Key);
