/** How bad it is by what everybody said, and what to look at first. */
import { scoreCvss } from './cvss/score.ts';
import type { SeverityRating } from './verdict.ts';

export interface Said {
  /** A CVSS vector. */
  readonly vector: string;
  /** The feed, or `cve` for the CVE record. */
  readonly from: string;
}

type Rated = SeverityRating['all'][number] & { readonly version: number; readonly word: Word };
type Word = SeverityRating['word'];

const PREFERENCE: Readonly<Record<string, number>> = { '4.0': 4, '3.1': 3, '3.0': 2, '2.0': 1 };

/**
 * The newest CVSS version that somebody gave counts, of several the highest score; all are kept. Without any vector the
 * vendor's word is translated.
 */
export function rateSeverity(said: readonly Said[], vendor: string | null): SeverityRating {
  const rated = said
    .map(rate)
    .sort(
      (a, b) =>
        b.version - a.version || (b.score ?? -1) - (a.score ?? -1) || (key(a) < key(b) ? -1 : 1),
    );
  const seen = new Set<string>();
  const all = rated
    .filter((one) => !seen.has(key(one)) && seen.add(key(one)))
    .map(({ vector, score, from }) => ({ vector, score, from }));
  const best = rated.find(({ score }) => score !== null);
  if (best === undefined) {
    return { word: vendorWord(vendor), score: null, vector: null, all, vendor };
  }
  return { word: best.word, score: best.score, vector: best.vector, all, vendor };
}

function key({ vector, from }: Said): string {
  return `${vector}\0${from}`;
}

const known = new Map<string, Omit<Rated, 'from'>>();

function rate({ vector, from }: Said): Rated {
  let rated = known.get(vector);
  if (rated === undefined) {
    const scores = scoreCvss(vector);
    rated =
      'problem' in scores
        ? { vector, score: null, version: 0, word: 'unknown' }
        : {
            vector,
            score: scores.base,
            version: PREFERENCE[scores.version] ?? 0,
            word: scores.baseSeverity,
          };
    if (known.size > 20_000) known.clear();
    known.set(vector, rated);
  }
  return { ...rated, from };
}

const WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['critical', 'critical'],
  ['emergency', 'critical'],
  ['high', 'high'],
  ['important', 'high'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['low', 'low'],
  ['minor', 'low'],
  ['negligible', 'low'],
  ['unimportant', 'low'],
  ['none', 'none'],
]);

function vendorWord(vendor: string | null): Word {
  return WORDS.get((vendor ?? '').toLowerCase().replace(/\*+$/, '').trim()) ?? 'unknown';
}
