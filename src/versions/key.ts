/** Pieces of sort keys: printable ASCII strings whose byte order is the order of what they stand for. */

const LENGTHS = Array.from({ length: 40 }, (_, length) => String.fromCharCode(0x30 + length));

/** Ends a `textKey`: lower than every character that one may hold. */
const TEXT_END = ' ';

/**
 * The key of a natural number in decimal digits of any length: its length, then its digits without leading zeros. No
 * digits at all count as zero.
 *
 * @example numberKey('10') > numberKey('9') && numberKey('007') === numberKey('7')
 */
export function numberKey(digits: string): string {
  const significant = digits.charCodeAt(0) === 0x30 ? withoutLeadingZeros(digits) : digits;
  const length = LENGTHS[significant.length];
  if (length !== undefined) return length + significant;
  return `z${numberKey(String(significant.length))}${significant}`;
}

function withoutLeadingZeros(digits: string): string {
  let start = 1;
  while (digits.charCodeAt(start) === 0x30) start += 1;
  return digits.slice(start);
}

/** The key of a text ordered by code points (the byte order of its UTF-8): a prefix sorts before what continues it. */
export function textKey(text: string): string {
  return PLAIN.test(text) ? text + TEXT_END : escaped(text) + TEXT_END;
}

const PLAIN = /^[\x22-\x7d]*$/u;

function escaped(text: string): string {
  const pieces: string[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code <= 0x21) pieces.push('!', code.toString(16).padStart(2, '0'));
    else if (code >= 0x7e) pieces.push('~', code.toString(16).padStart(6, '0'));
    else pieces.push(char);
  }
  return pieces.join('');
}

/** The mirror image of a key piece: where the piece would sort higher, this sorts lower. */
export function inverted(piece: string): string {
  let result = '';
  for (let index = 0; index < piece.length; index += 1) {
    result += String.fromCharCode(0x9e - piece.charCodeAt(index));
  }
  return result;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** The first index from `start` that holds no ASCII digit. */
export function endOfDigits(text: string, start: number): number {
  let index = start;
  while (isDigit(text.charCodeAt(index))) index += 1;
  return index;
}

/** The first index from `start` that holds no ASCII letter. */
export function endOfLetters(text: string, start: number): number {
  let index = start;
  while (isLetter(text.charCodeAt(index))) index += 1;
  return index;
}
