/** The two encodings all C2SP texts share. Strict: one spelling a value, so no bit of a file is without meaning. */

/** RFC 4648 §4 with padding and zero trailing bits; undefined for any other text. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** A decimal without leading zeroes that a number holds exactly; undefined for any other text. */
export function decodeDecimal(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
