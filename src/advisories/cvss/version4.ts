/** CVSS 4.0 (FIRST, specification document, section 8): macrovectors, their scores, and the distance within one. */
import { MACROVECTOR_SCORES } from './version4-scores.ts';
import { notation, speaks, type Metrics } from './vector.ts';

const BASE =
  'AV:N,A,L,P AC:L,H AT:N,P PR:N,L,H UI:N,P,A VC:H,L,N VI:H,L,N VA:H,L,N SC:H,L,N SI:H,L,N SA:H,L,N';
const ENVIRONMENTAL =
  'CR:X,H,M,L IR:X,H,M,L AR:X,H,M,L MAV:X,N,A,L,P MAC:X,L,H MAT:X,N,P MPR:X,N,L,H MUI:X,N,P,A ' +
  'MVC:X,H,L,N MVI:X,H,L,N MVA:X,H,L,N MSC:X,H,L,N MSI:X,S,H,L,N MSA:X,S,H,L,N';

export const NOTATION_4 = notation(
  'CVSS:4.0/',
  BASE,
  `E:X,A,P,U ${ENVIRONMENTAL} ` +
    'S:X,N,P AU:X,N,Y R:X,A,U,I V:X,D,C RE:X,L,M,H U:X,Clear,Green,Amber,Red',
  { ordered: true },
);

const ENVIRONMENTAL_NAMES = ENVIRONMENTAL.split(' ').map((part) => part.split(':')[0] ?? '');

/** `threat` is CVSS-BT, `environmental` CVSS-BE or, with a threat metric, CVSS-BTE. */
export function scores4(metrics: Metrics): {
  readonly base: number;
  readonly threat?: number;
  readonly environmental?: number;
} {
  const threat = speaks(metrics, ['E']);
  const environmental = speaks(metrics, ENVIRONMENTAL_NAMES);
  return {
    base: score(effective(metrics, [])),
    ...(threat && { threat: score(effective(metrics, ['E'])) }),
    ...(environmental && {
      environmental: score(effective(metrics, ['E', ...ENVIRONMENTAL_NAMES])),
    }),
  };
}

/** The values that count when only `used` of the optional metrics are looked at; what is not defined is the worst case. */
function effective(metrics: Metrics, used: readonly string[]): Metrics {
  const values = new Map([
    ['E', 'A'],
    ['CR', 'H'],
    ['IR', 'H'],
    ['AR', 'H'],
  ]);
  for (const name of NOTATION_4.mandatory) values.set(name, metrics.get(name) ?? '');
  for (const name of used) {
    const value = metrics.get(name);
    if (value !== undefined && value !== 'X') values.set(name.replace(/^M(?=..)/, ''), value);
  }
  return values;
}

/** Steps below the worst value of each metric (tables of section 8.2: the order of the letters). */
const STEPS: ReadonlyMap<string, string> = new Map([
  ['AV', 'NALP'],
  ['PR', 'NLH'],
  ['UI', 'NPA'],
  ['AC', 'LH'],
  ['AT', 'NP'],
  ['VC', 'HLN'],
  ['VI', 'HLN'],
  ['VA', 'HLN'],
  ['SC', 'SHLN'],
  ['SI', 'SHLN'],
  ['SA', 'SHLN'],
  ['CR', 'HML'],
  ['IR', 'HML'],
  ['AR', 'HML'],
]);

interface Level {
  /** The most severe vectors of this level, a letter for each metric of the group. */
  readonly worst: readonly string[];
  /** Steps from the most to the least severe vector of this level. */
  readonly depth: number;
}

const ACCESS: readonly Level[] = [
  { worst: ['NNN'], depth: 1 },
  { worst: ['ANN', 'NLN', 'NNP'], depth: 4 },
  { worst: ['PNN', 'ALP'], depth: 5 },
];
const COMPLEXITY: readonly Level[] = [
  { worst: ['LN'], depth: 1 },
  { worst: ['HN', 'LP'], depth: 2 },
];
const SUBSEQUENT: readonly Level[] = [
  { worst: ['HSS'], depth: 6 },
  { worst: ['HHH'], depth: 5 },
  { worst: ['LLL'], depth: 4 },
];
/** EQ3 and EQ6 go together: the key is both digits. */
const VULNERABLE: ReadonlyMap<string, Level> = new Map([
  ['00', { worst: ['HHHHHH'], depth: 7 }],
  ['01', { worst: ['HHLMMH', 'HHHMMM'], depth: 6 }],
  ['10', { worst: ['LHHHHH', 'HLHHHH'], depth: 8 }],
  ['11', { worst: ['LHLHMH', 'LHHHMM', 'HLHMHM', 'HLLMHH', 'LLHHHM'], depth: 8 }],
  ['21', { worst: ['LLLHHH'], depth: 10 }],
]);

const IMPACTS = ['VC', 'VI', 'VA', 'SC', 'SI', 'SA'];

type Macrovector = readonly [number, number, number, number, number, number];

function score(values: Metrics): number {
  if (IMPACTS.every((name) => values.get(name) === 'N')) return 0;
  const macro = macrovectorOf(values);
  const top = scoreOf(macro);
  if (top === undefined) return 0;
  const [eq1, eq2, eq3, eq4, eq5, eq6] = macro;
  const parts: readonly (readonly [number | undefined, number])[] = [
    [lower(macro, 0), share(values, ['AV', 'PR', 'UI'], ACCESS[eq1])],
    [lower(macro, 1), share(values, ['AC', 'AT'], COMPLEXITY[eq2])],
    [
      lowerVulnerable(macro),
      share(values, ['VC', 'VI', 'VA', 'CR', 'IR', 'AR'], VULNERABLE.get(`${eq3}${eq6}`)),
    ],
    [lower(macro, 3), share(values, ['SC', 'SI', 'SA'], SUBSEQUENT[eq4])],
    [eq5 < 2 ? lower(macro, 4) : undefined, 0],
  ];
  const existing = parts.flatMap(([below, part]) =>
    below === undefined ? [] : [(top - below) * part],
  );
  const mean =
    existing.length === 0 ? 0 : existing.reduce((sum, part) => sum + part, 0) / existing.length;
  return Math.min(100, Math.max(0, Math.floor(top - mean + 0.5 + 1e-5))) / 10;
}

/** In tenths; undefined for a macrovector that cannot be. */
function scoreOf(macro: readonly number[]): number | undefined {
  return MACROVECTOR_SCORES.get(macro.join(''));
}

function lower(macro: Macrovector, at: number): number | undefined {
  return scoreOf(macro.map((digit, place) => (place === at ? digit + 1 : digit)));
}

function lowerVulnerable(macro: Macrovector): number | undefined {
  const [, , eq3, , , eq6] = macro;
  if (eq3 === 0 && eq6 === 0) return Math.max(lower(macro, 2) ?? 0, lower(macro, 5) ?? 0);
  if (eq6 === 1) return lower(macro, 2);
  return lower(macro, 5);
}

/** How far the vector lies below the worst one of its level, from 0 to 1. */
function share(values: Metrics, names: readonly string[], level: Level | undefined): number {
  if (level === undefined) return 0;
  for (const worst of level.worst) {
    const steps = names.map((name, at) => stepOf(name, values.get(name)) - stepOf(name, worst[at]));
    if (steps.every((step) => step >= 0)) {
      return steps.reduce((sum, step) => sum + step, 0) / level.depth;
    }
  }
  return 0;
}

function stepOf(name: string, value: string | undefined): number {
  return STEPS.get(name)?.indexOf(value ?? '') ?? 0;
}

/** Tables 24 to 29 of the specification: the lower the digit, the worse. */
function macrovectorOf(values: Metrics): Macrovector {
  const is = (name: string, value: string): boolean => values.get(name) === value;
  const anyHigh = (names: readonly string[]): boolean => names.some((name) => is(name, 'H'));
  const bothHigh = (names: readonly string[]): boolean => names.every((name) => is(name, 'H'));
  const reach = ['AV', 'PR', 'UI'].filter((name) => is(name, 'N')).length;
  const required = [
    ['CR', 'VC'],
    ['IR', 'VI'],
    ['AR', 'VA'],
  ];
  return [
    digit(reach === 3, reach > 0 && !is('AV', 'P')),
    is('AC', 'L') && is('AT', 'N') ? 0 : 1,
    digit(bothHigh(['VC', 'VI']), anyHigh(['VC', 'VI', 'VA'])),
    digit(is('SI', 'S') || is('SA', 'S'), anyHigh(['SC', 'SI', 'SA'])),
    'APU'.indexOf(values.get('E') ?? 'A'),
    required.some(bothHigh) ? 0 : 1,
  ];
}

function digit(zero: boolean, one: boolean): number {
  if (zero) return 0;
  return one ? 1 : 2;
}
