/** Ends of quoted texts, found without a regular expression: one that repeats a choice needs stack for every character. */

/**
 * The offset after the closing quote of the text that begins with one at `from`; -1 where it does not end.
 *
 * @param escape `backslash`: `\"` is a quote inside; `double`: `""` is.
 */
export function endOfQuoted(text: string, from: number, escape: 'backslash' | 'double'): number {
  const quote = text.charAt(from);
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\' && escape === 'backslash') at += 1;
    else if (char === quote) {
      if (escape === 'backslash' || text[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return -1;
}
