/** Ranges in words, for explanations. */
import type { OsvAffected, OsvRange } from '../versions/range.ts';

/**
 * One range as a person reads it.
 *
 * @example rangeWords({ type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed: '1.4.2' }] }) === '>= 1.0.0, < 1.4.2'
 */
export function rangeWords(range: OsvRange): string {
  if (range.type === 'GIT') return 'commits';
  const spans: string[][] = [];
  const limits: string[] = [];
  for (const { introduced, fixed, last_affected: last, limit } of range.events) {
    if (introduced !== undefined) spans.push(introduced === '0' ? [] : [`>= ${introduced}`]);
    if (fixed !== undefined) (spans.at(-1) ?? start(spans)).push(`< ${fixed}`);
    if (last !== undefined) (spans.at(-1) ?? start(spans)).push(`<= ${last}`);
    if (limit !== undefined && limit !== '*') limits.push(`, before ${limit}`);
  }
  if (spans.length === 0) return 'an empty range';
  const words = spans.map((span) => (span.length === 0 ? 'every version' : span.join(', ')));
  return words.slice(0, SHOWN).join(' or ') + more(words.length, SHOWN) + limits.join('');
}

function start(spans: string[][]): string[] {
  const span: string[] = [];
  spans.push(span);
  return span;
}

/** What an entry says as a whole. */
export function affectedWords({ ranges = [], versions = [] }: OsvAffected): string {
  const words = ranges.map(rangeWords);
  if (versions.length > 0) {
    const listed = versions.slice(0, SHOWN).join(', ');
    words.push(`versions ${listed}${more(versions.length, SHOWN)}`);
  }
  return words.length === 0 ? 'every version' : words.join('; ');
}

const SHOWN = 8;

function more(count: number, shown: number): string {
  return count > shown ? ` and ${count - shown} more` : '';
}
