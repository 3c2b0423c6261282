/** CVSS 2.0 (FIRST, "A Complete Guide to the Common Vulnerability Scoring System Version 2.0", section 3.2). */
import { notation, speaks, type Metrics } from './vector.ts';

export const NOTATION_2 = notation(
  '',
  'AV:L,A,N AC:H,M,L Au:M,S,N C:N,P,C I:N,P,C A:N,P,C',
  'E:U,POC,F,H,ND RL:OF,TF,W,U,ND RC:UC,UR,C,ND ' +
    'CDP:N,L,LM,MH,H,ND TD:N,L,M,H,ND CR:L,M,H,ND IR:L,M,H,ND AR:L,M,H,ND',
  { ordered: false },
);

const IMPACT: Weights = { N: 0, P: 0.275, C: 0.66 };
const REQUIREMENT: Weights = { L: 0.5, M: 1, H: 1.51, ND: 1 };
const WEIGHTS: Readonly<Record<string, Weights>> = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: IMPACT,
  I: IMPACT,
  A: IMPACT,
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1, ND: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1, ND: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1, ND: 1 },
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5, ND: 0 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1, ND: 1 },
  CR: REQUIREMENT,
  IR: REQUIREMENT,
  AR: REQUIREMENT,
};
type Weights = Readonly<Record<string, number>>;

export function scores2(metrics: Metrics): {
  readonly base: number;
  readonly temporal?: number;
  readonly environmental?: number;
} {
  const base = baseOf(metrics, impactOf(metrics, ['C', 'I', 'A']));
  const temporal = speaks(metrics, ['E', 'RL', 'RC']);
  const environmental = speaks(metrics, ['CDP', 'TD', 'CR', 'IR', 'AR']);
  return {
    base: atLeastZero(base),
    ...(temporal && { temporal: atLeastZero(temporalOf(metrics, atLeastZero(base))) }),
    ...(environmental && { environmental: atLeastZero(environmentalOf(metrics)) }),
  };
}

function weight(metrics: Metrics, metric: string): number {
  return WEIGHTS[metric]?.[metrics.get(metric) ?? 'ND'] ?? 0;
}

/** `impacts` of confidentiality, integrity and availability, each times its requirement where one is meant. */
function impactOf(metrics: Metrics, names: readonly (readonly string[] | string)[]): number {
  let kept = 1;
  for (const name of names) {
    const parts = typeof name === 'string' ? [name] : name;
    kept *= 1 - parts.reduce((product, part) => product * weight(metrics, part), 1);
  }
  return 10.41 * (1 - kept);
}

function baseOf(metrics: Metrics, impact: number): number {
  if (impact === 0) return 0;
  const exploitability = 20 * weight(metrics, 'AV') * weight(metrics, 'AC') * weight(metrics, 'Au');
  return rounded((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176);
}

function temporalOf(metrics: Metrics, base: number): number {
  return rounded(base * weight(metrics, 'E') * weight(metrics, 'RL') * weight(metrics, 'RC'));
}

/** The adjusted scores on the way may fall below zero: the guide cuts nothing off before the end. */
function environmentalOf(metrics: Metrics): number {
  const impact = impactOf(metrics, [
    ['C', 'CR'],
    ['I', 'IR'],
    ['A', 'AR'],
  ]);
  const adjusted = temporalOf(metrics, baseOf(metrics, Math.min(10, impact)));
  return rounded((adjusted + (10 - adjusted) * weight(metrics, 'CDP')) * weight(metrics, 'TD'));
}

/** Half away from zero, of the decimal number that the binary one stands for. */
function rounded(value: number): number {
  return (Math.sign(value) * Math.floor(Math.abs(value) * 10 + 0.5 + 1e-9)) / 10;
}

function atLeastZero(score: number): number {
  return Math.max(0, score);
}
