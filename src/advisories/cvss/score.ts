/** Scores of CVSS vectors, versions 2, 3.0, 3.1 and 4.0, with the severity's word. */
import { readMetrics, type Metrics, type Notation } from './vector.ts';
import { NOTATION_2, scores2 } from './version2.ts';
import { NOTATION_30, NOTATION_31, scores3 } from './version3.ts';
import { NOTATION_4, scores4 } from './version4.ts';

export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0';
export type CvssSeverity = 'none' | 'low' | 'medium' | 'high' | 'critical';

export interface CvssScores {
  readonly version: CvssVersion;
  /** Of the base metrics alone, 0 to 10 with one decimal. */
  readonly base: number;
  readonly baseSeverity: CvssSeverity;
  /** Versions 2 and 3, where the vector has a temporal metric. */
  readonly temporal?: number;
  /** Version 4, where the vector says whether exploits exist (CVSS-BT). */
  readonly threat?: number;
  /** With every metric of the vector, where it has an environmental one. */
  readonly environmental?: number;
  /** With every metric of the vector: the last of those above. */
  readonly score: number;
  readonly severity: CvssSeverity;
}

interface Known {
  readonly version: CvssVersion;
  readonly notation: Notation;
  readonly scores: (
    metrics: Metrics,
  ) => Pick<CvssScores, 'base' | 'temporal' | 'threat' | 'environmental'>;
}

const VERSIONS: readonly Known[] = [
  { version: '3.1', notation: NOTATION_31, scores: (metrics) => scores3(metrics, 1) },
  { version: '3.0', notation: NOTATION_30, scores: (metrics) => scores3(metrics, 0) },
  { version: '4.0', notation: NOTATION_4, scores: scores4 },
  { version: '2.0', notation: NOTATION_2, scores: scores2 },
];

/**
 * The scores, or why the text is no vector: in words, with nothing of it longer than ten characters.
 *
 * @example scoreCvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H') // { version: '3.1', base: 9.8, … }
 */
export function scoreCvss(text: string): CvssScores | { readonly problem: string } {
  if (text === '') return { problem: 'there is no vector' };
  const known = VERSIONS.find(({ notation }) => text.startsWith(notation.prefix));
  if (known === undefined || (known.version === '2.0' && /^CVSS:/i.test(text))) {
    return {
      problem: 'no version of CVSS that is known: CVSS:3.0/, CVSS:3.1/, CVSS:4.0/ or without',
    };
  }
  const metrics = readMetrics(text, known.notation);
  if (typeof metrics === 'string') return { problem: metrics };
  const { version } = known;
  const scores = known.scores(metrics);
  const score = scores.environmental ?? scores.threat ?? scores.temporal ?? scores.base;
  return {
    version,
    ...scores,
    baseSeverity: cvssSeverity(version, scores.base),
    score,
    severity: cvssSeverity(version, score),
  };
}

/** The rating scale of each version; version 2 has none of its own, the NVD's is in use for it. */
export function cvssSeverity(version: CvssVersion, score: number): CvssSeverity {
  if (version === '2.0') return score < 4 ? 'low' : score < 7 ? 'medium' : 'high';
  if (score === 0) return 'none';
  if (score < 4) return 'low';
  if (score < 7) return 'medium';
  return score < 9 ? 'high' : 'critical';
}
