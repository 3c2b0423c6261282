import { scoreCvss } from './score.ts';

/** Longer vectors are repeated in part. */
const SHOWN = 400;

/**
 * One line of JSON for one line with a vector: `{vector, version, base, baseSeverity, temporal?, threat?,
 * environmental?, score, severity}`, or `{vector, problem}`.
 */
export function cvssLine(line: string): string {
  const vector = line.trim();
  const { problem, ...scores } = { problem: undefined, ...scoreCvss(vector) };
  const shown = vector.length > SHOWN ? `${vector.slice(0, SHOWN)}…` : vector;
  return JSON.stringify(problem === undefined ? { vector, ...scores } : { vector: shown, problem });
}
