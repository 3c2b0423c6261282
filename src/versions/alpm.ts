/** Arch Linux versions, `[epoch:]version[-release]` (vercmp(8)): letters directly after a number are older than none. */
import { endOfDigits, endOfLetters, isDigit, isLetter, numberKey, textKey } from './key.ts';
import { COARSE_LENGTH, order, type Order, type Scheme } from './scheme.ts';

const LETTERS_AT_ONCE = '!';
const END = '"';
const SEPARATED = '#';

const LETTERS = '!';
const NOTHING = '"';
const NUMBER = '#';

/** The release counts only where both have one: 1.5 is 1.5-1 and also 1.5-2. */
interface Alpm {
  readonly head: string;
  readonly release: string | undefined;
}

function parse(text: string): Alpm | undefined {
  const version = text.trim();
  if (version === '') return undefined;
  const afterEpoch = endOfDigits(version, 0);
  const hasEpoch = version.charAt(afterEpoch) === ':';
  const rest = hasEpoch ? version.slice(afterEpoch + 1) : version;
  const dash = rest.lastIndexOf('-');
  const epoch = numberKey(hasEpoch ? version.slice(0, afterEpoch) : '');
  return {
    head: epoch + segmentsKey(dash < 0 ? rest : rest.slice(0, dash)),
    release: dash < 0 ? undefined : segmentsKey(rest.slice(dash + 1)),
  };
}

/** Runs of digits and runs of letters; how many other characters separate them counts too. */
function segmentsKey(part: string): string {
  let key = '';
  let index = 0;
  while (index < part.length) {
    const start = index;
    while (index < part.length && !isAlphanumeric(part.charCodeAt(index))) index += 1;
    const separators = index - start;
    const numeric = isDigit(part.charCodeAt(index));
    const end = numeric ? endOfDigits(part, index) : endOfLetters(part, index);
    const word = part.slice(index, end);
    if (separators === 0 && start > 0 && !numeric) key += LETTERS_AT_ONCE + textKey(word);
    else key += SEPARATED + numberKey(String(separators)) + wordKey(word, numeric);
    index = end;
  }
  return key + END;
}

function wordKey(word: string, numeric: boolean): string {
  if (word === '') return NOTHING;
  return numeric ? NUMBER + numberKey(word) : LETTERS + textKey(word);
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

function compare(a: Alpm, b: Alpm): Order {
  const head = order(a.head, b.head);
  if (head !== 0 || a.release === undefined || b.release === undefined) return head;
  return order(a.release, b.release);
}

export const alpm: Scheme<Alpm> = {
  id: 'alpm',
  parse,
  compare,
  coarse: ({ head }) => head.slice(0, COARSE_LENGTH),
};
