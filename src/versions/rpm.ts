/** RPM versions, `[epoch:]version[-release]`, as rpmvercmp orders them, with `~` (before) and `^` (after) separators. */
import { endOfDigits, endOfLetters, isDigit, isLetter, numberKey } from './key.ts';
import { keyedScheme } from './scheme.ts';

const TILDE = ' ';
const END = '!';
const CARET = '#';
const LETTERS = '$';
const NUMBER = '%';

/** A version without a release is older than the same one with any release, even an empty one. */
const NO_RELEASE = '!';
const RELEASE = '"';

function rpmKey(text: string): string | undefined {
  const version = text.trim();
  if (version === '') return undefined;
  const afterEpoch = endOfDigits(version, 0);
  const hasEpoch = version.charAt(afterEpoch) === ':';
  const epoch = hasEpoch ? version.slice(0, afterEpoch) : '';
  const rest = hasEpoch ? version.slice(afterEpoch + 1) : version;
  const dash = rest.lastIndexOf('-');
  const head = numberKey(epoch) + segmentsKey(dash < 0 ? rest : rest.slice(0, dash));
  return dash < 0 ? head + NO_RELEASE : head + RELEASE + segmentsKey(rest.slice(dash + 1));
}

/** Runs of digits are newer than runs of letters; all other characters only separate. */
function segmentsKey(part: string): string {
  let key = '';
  let index = 0;
  while (index < part.length) {
    const code = part.charCodeAt(index);
    let end = index + 1;
    if (isDigit(code)) {
      end = endOfDigits(part, index);
      key += NUMBER + numberKey(part.slice(index, end));
    } else if (isLetter(code)) {
      end = endOfLetters(part, index);
      key += LETTERS + part.slice(index, end) + TILDE;
    } else if (code === 0x7e) key += TILDE;
    else if (code === 0x5e) key += CARET;
    index = end;
  }
  return key + END;
}

export const rpm = keyedScheme('rpm', rpmKey);
