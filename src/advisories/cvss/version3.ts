/** CVSS 3.0 and 3.1 (FIRST, specification documents, sections 7 and 8; they differ in rounding and in one term). */
import { notation, speaks, type Metrics } from './vector.ts';

const BASE = 'AV:N,A,L,P AC:L,H PR:N,L,H UI:N,R S:U,C C:H,L,N I:H,L,N A:H,L,N';
const OPTIONAL =
  'E:X,H,F,P,U RL:X,U,W,T,O RC:X,C,R,U CR:X,H,M,L IR:X,H,M,L AR:X,H,M,L ' +
  'MAV:X,N,A,L,P MAC:X,L,H MPR:X,N,L,H MUI:X,N,R MS:X,U,C MC:X,H,L,N MI:X,H,L,N MA:X,H,L,N';

export const NOTATION_30 = notation('CVSS:3.0/', BASE, OPTIONAL, { ordered: false });
export const NOTATION_31 = notation('CVSS:3.1/', BASE, OPTIONAL, { ordered: false });

type Weights = Readonly<Record<string, number>>;
const IMPACT: Weights = { H: 0.56, L: 0.22, N: 0 };
const REQUIREMENT: Weights = { X: 1, H: 1.5, M: 1, L: 0.5 };
const WEIGHTS: Readonly<Record<string, Weights>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: IMPACT,
  I: IMPACT,
  A: IMPACT,
  E: { X: 1, H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { X: 1, U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { X: 1, C: 1, R: 0.96, U: 0.92 },
  CR: REQUIREMENT,
  IR: REQUIREMENT,
  AR: REQUIREMENT,
};
const PRIVILEGES: Weights = { N: 0.85, L: 0.62, H: 0.27 };
const PRIVILEGES_CHANGED: Weights = { N: 0.85, L: 0.68, H: 0.5 };

export function scores3(
  metrics: Metrics,
  minor: 0 | 1,
): { readonly base: number; readonly temporal?: number; readonly environmental?: number } {
  const roundUp = minor === 0 ? roundUp30 : roundUp31;
  const scale =
    weight('E', metrics.get('E')) *
    weight('RL', metrics.get('RL')) *
    weight('RC', metrics.get('RC'));
  const base = combined(metrics, baseImpact(metrics), roundUp);
  const modified = modifiedOf(metrics);
  const temporal = speaks(metrics, ['E', 'RL', 'RC']);
  const environmental = speaks(metrics, [
    ...['CR', 'IR', 'AR'],
    ...['MAV', 'MAC', 'MPR', 'MUI', 'MS', 'MC', 'MI', 'MA'],
  ]);
  return {
    base,
    ...(temporal && { temporal: roundUp(base * scale) }),
    ...(environmental && {
      environmental: roundUp(
        combined(modified, modifiedImpact(metrics, modified, minor), roundUp) * scale,
      ),
    }),
  };
}

function weight(metric: string, value: string | undefined): number {
  return WEIGHTS[metric]?.[value ?? 'X'] ?? 0;
}

/** The base metrics with the modified ones in their place. */
function modifiedOf(metrics: Metrics): Metrics {
  const effective = new Map(metrics);
  for (const name of ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A']) {
    const value = metrics.get(`M${name}`);
    if (value !== undefined && value !== 'X') effective.set(name, value);
  }
  return effective;
}

function baseImpact(metrics: Metrics): number {
  const kept = ['C', 'I', 'A'].reduce(
    (product, name) => product * (1 - weight(name, metrics.get(name))),
    1,
  );
  const iss = 1 - kept;
  return metrics.get('S') === 'U' ? 6.42 * iss : 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15;
}

function modifiedImpact(metrics: Metrics, modified: Metrics, minor: 0 | 1): number {
  const kept = ['C', 'I', 'A'].reduce(
    (product, name) =>
      product *
      (1 - weight(name, modified.get(name)) * weight(`${name}R`, metrics.get(`${name}R`))),
    1,
  );
  const miss = Math.min(1 - kept, 0.915);
  if (modified.get('S') === 'U') return 6.42 * miss;
  const last = minor === 0 ? (miss - 0.02) ** 15 : (miss * 0.9731 - 0.02) ** 13;
  return 7.52 * (miss - 0.029) - 3.25 * last;
}

function combined(effective: Metrics, impact: number, roundUp: (value: number) => number): number {
  if (impact <= 0) return 0;
  const changed = effective.get('S') === 'C';
  const privileges = changed ? PRIVILEGES_CHANGED : PRIVILEGES;
  const exploitability =
    8.22 *
    weight('AV', effective.get('AV')) *
    weight('AC', effective.get('AC')) *
    (privileges[effective.get('PR') ?? ''] ?? 0) *
    weight('UI', effective.get('UI'));
  return roundUp(Math.min((changed ? 1.08 : 1) * (impact + exploitability), 10));
}

/** "The smallest number, specified to one decimal place, that is equal to or higher": of the decimal number meant. */
function roundUp30(value: number): number {
  return Math.max(0, Math.ceil(value * 10 - 1e-9)) / 10;
}

/** Specification of 3.1, appendix A. */
function roundUp31(value: number): number {
  const hundredThousandths = Math.round(value * 100_000);
  if (hundredThousandths % 10_000 === 0) return hundredThousandths / 100_000;
  return (Math.floor(hundredThousandths / 10_000) + 1) / 10;
}
