/** Identifiers of documents, from their content alone, and addresses that any reader takes. */
import { createHash } from 'node:crypto';

/** A name-based UUID (RFC 9562, version 8) of the content, as a URN. */
export function contentUuid(content: object): string {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const variant = (8 + (Number.parseInt(hash.charAt(16), 16) % 4)).toString(16);
  const parts = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}

/** RFC 3987 allows no blanks, quotes, angle brackets, carets, backticks, braces, bars, backslashes or controls. */
export function iriOf(purl: string): string {
  return purl
    .toWellFormed()
    .replace(/[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]/gu, encodeURIComponent);
}
