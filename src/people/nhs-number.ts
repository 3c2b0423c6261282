/**
 * NHS numbers: ten digits of which the last is a modulus 11 check digit. The check digit alone lets every eleventh
 * ten-digit number through, so a number also has to lie in a range that was issued and not be a known placeholder.
 */

export type NhsNumberFault =
  'empty' | 'not-ten-digits' | 'check-digit' | 'placeholder' | 'not-issued' | 'test-number';

export type NhsNumberCheck =
  | { readonly valid: true; readonly digits: string }
  | { readonly valid: false; readonly fault: NhsNumberFault };

export interface NhsNumberOptions {
  /** Accept the 999 range, which is kept for tests and never issued: true only for synthetic data. */
  readonly acceptTestRange?: boolean;
}

const CODE: Readonly<Record<number, NhsNumberFault>> = {
  [-1]: 'empty',
  [-2]: 'not-ten-digits',
  [-3]: 'check-digit',
  [-4]: 'placeholder',
  [-5]: 'not-issued',
  [-6]: 'test-number',
};

/** First nine digits, inclusive: England, Wales and the Isle of Man twice, then Northern Ireland. */
const ISSUED: readonly (readonly [number, number])[] = [
  [400_000_000, 499_999_999],
  [600_000_000, 799_999_999],
  [320_000_001, 399_999_999],
];

/** Numbers with a right check digit that stand in forms, manuals and "unknown" fields; repeated digits are tested by form. */
const PLACEHOLDERS: ReadonlySet<number> = new Set([
  4_010_232_137, // the specimen on official leaflets
  1_234_567_881,
  9_876_543_210,
  123_456_789,
]);

/**
 * Checks one value as people write it: `9990000018`, `999 000 0018`, `999-000-0018`, with stray spaces, a leading
 * apostrophe or a trailing `.0` from a spreadsheet.
 *
 * @example checkNhsNumber('999 123 4560', { acceptTestRange: true })
 */
export function checkNhsNumber(text: string, options: NhsNumberOptions = {}): NhsNumberCheck {
  const number = parseNhsNumber(text, options.acceptTestRange === true);
  if (number < 0) return { valid: false, fault: CODE[number] ?? 'not-ten-digits' };
  return { valid: true, digits: String(number).padStart(10, '0') };
}

/**
 * The number as an integer, or a negative code of `CODE`: the form of `checkNhsNumber` for loops over millions of rows.
 * A Scottish CHI number begins with the date of birth, so it may begin with a zero.
 */
export function parseNhsNumber(text: string, acceptTestRange: boolean): number {
  const number = tenDigits(text);
  if (number < 0) return number;
  if (isRepeated(number) || PLACEHOLDERS.has(number)) return -4;
  if (!hasCheckDigit(number)) return -3;
  const nine = Math.floor(number / 10);
  if (nine >= 999_000_000) return acceptTestRange ? number : -6;
  for (const [from, to] of ISSUED) if (nine >= from && nine <= to) return number;
  return isChi(number) ? number : -5;
}

/** The check digit for nine digits, or -1 where the nine digits can have none (remainder 10). */
export function nhsCheckDigit(nine: number): number {
  let sum = 0;
  let rest = nine;
  for (let weight = 2; weight <= 10; weight++) {
    sum += (rest % 10) * weight;
    rest = Math.floor(rest / 10);
  }
  const digit = 11 - (sum % 11);
  if (digit === 11) return 0;
  return digit === 10 ? -1 : digit;
}

function hasCheckDigit(number: number): boolean {
  return nhsCheckDigit(Math.floor(number / 10)) === number % 10;
}

function isRepeated(number: number): boolean {
  return number % 1_111_111_111 === 0;
}

/** A Community Health Index number: day, month and year of birth, then four digits. */
function isChi(number: number): boolean {
  const day = Math.floor(number / 100_000_000);
  const month = Math.floor(number / 1_000_000) % 100;
  if (day < 1 || month < 1 || month > 12) return false;
  const longest = month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= longest;
}

function tenDigits(text: string): number {
  let value = 0;
  let digits = 0;
  const end = endWithoutDecimal(text);
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      value = value * 10 + (code - 48);
      if (++digits > 10) return -2;
    } else if (!isSeparator(code, digits)) return -2;
  }
  if (digits === 0) return text.trim() === '' ? -1 : -2;
  return digits === 10 ? value : -2;
}

function endWithoutDecimal(text: string): number {
  return text.endsWith('.0') ? text.length - 2 : text.length;
}

/** Spaces, tabs, hyphens and dashes of any kind, zero-width marks; an apostrophe only before the first digit. */
function isSeparator(code: number, digits: number): boolean {
  if (code === 32 || code === 45 || code === 9 || code === 0xa0) return true;
  if (code === 39) return digits === 0;
  return (code >= 0x2000 && code <= 0x2015) || code === 0x202f || code === 0xfeff;
}
