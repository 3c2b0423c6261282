/** JSON with comments and trailing commas, made plain. */

/** Texts (also one without an end) and comments. */
const COMMENT = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
/** Texts, and commas before a closing bracket. */
const COMMA = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|,(?=\s*[}\]])/g;

/** Of the same length and lines: what is taken away becomes spaces. */
export function plainJson(text: string): string {
  return text.replace(COMMENT, blank).replace(COMMA, blank);
}

function blank(part: string): string {
  return part.startsWith('"') ? part : part.replace(/[^\n]/g, ' ');
}
