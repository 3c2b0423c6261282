/** Text out of files and feeds, made harmless for a reader's terminal or page; what it looked like stays visible. */

/** Control characters, marks that turn the direction of text, invisible ones, halves of characters. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** One line without anything that a terminal obeys; what was taken away shows as `�`, white space as a blank. */
export function plain(text: string): string {
  return text.replace(/[\t\n\r\u2028\u2029]+/g, ' ').replace(UNSAFE, '\ufffd');
}

/** As `plain`, and no longer than `limit` characters. */
export function short(text: string, limit: number): string {
  const whole = plain(text);
  return whole.length <= limit ? whole : `${whole.slice(0, limit - 1).trimEnd()}…`;
}

/** An address that a reader may be sent to; undefined for any other kind. */
export function webAddress(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || text.length > 2000) return undefined;
  const url = URL.parse(text);
  return url === null || url.username !== '' || url.password !== '' ? undefined : url.href;
}

/** Columns that a terminal needs for it: East Asian wide characters take two, marks over others none. */
export function widthOf(text: string): number {
  // The usual case needs no look at single characters.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text)
    width += /^\p{M}$/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** Cut to `width` columns, with a sign that it was. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const next = used + widthOf(character);
    if (next > width - 1) break;
    kept += character;
    used = next;
  }
  return `${kept}…`;
}
