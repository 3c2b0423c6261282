/** Exposure, gaps, paths and plans in words. Home entry is always named: it is what people can come to harm by at once. */
import { table } from '../kernel/cli.ts';
import type {
  ExposureChanges,
  ExposureExplanation,
  ExposureGap,
  ExposurePlan,
  ExposureStep,
  ExposureSummary,
  Figures,
} from './schema.ts';

export const CATEGORY_WORDS: Readonly<Record<string, string>> = {
  health: 'health',
  financial: 'financial data',
  credentials: 'credentials',
  'official-documents': 'official documents',
  safeguarding: 'safeguarding',
  criminal: 'criminal records',
  'special-other': 'other special category data',
};

export function number(count: number): string {
  return count.toLocaleString('en-GB');
}

/** `79,404 living people (890 with how to enter their home, 41,196 health) and 692 holdings nobody counted` */
export function figuresText({ living, categories, children, unknownHoldings }: Figures): string {
  const { low, best, high } = living;
  const bounds =
    low === best && high === best ? '' : ` (between ${number(low)} and ${number(high)})`;
  const parts = [`${number(categories['home-entry'])} with how to enter their home`];
  for (const [category, word] of Object.entries(CATEGORY_WORDS)) {
    const count = categories[category as keyof typeof categories];
    if (count > 0) parts.push(`${number(count)} ${word}`);
  }
  if (children > 0) parts.push(`${number(children)} children`);
  const of = best === 0 ? '' : `: ${parts.join(', ')}`;
  return `${number(best)} living ${best === 1 ? 'person' : 'people'}${bounds}${of}${unknownText(unknownHoldings)}`;
}

function unknownText(holdings: number): string {
  if (holdings === 0) return '';
  const what = holdings === 1 ? 'holding' : 'holdings';
  return `; besides, ${number(holdings)} ${what} that nobody counted: people unknown`;
}

export function summaryText(
  summary: ExposureSummary,
  gaps: readonly ExposureGap[],
  { of }: { readonly of: number },
): string {
  const { attacker, at, proven, assumed, exact } = summary;
  const lines = [
    `People at risk from ${attacker.title}, ${at.slice(0, 16).replace('T', ' ')} UTC`,
    `  proven    ${figuresText(proven)}`,
    `  assumed   ${figuresText(assumed)}`,
  ];
  if (!exact)
    lines.push(
      '  Without the person key these are bounds: give --key-file to count who is in several holdings.',
    );
  lines.push('');
  if (gaps.length === 0) return [...lines, 'No gap leads this attacker anywhere.'].join('\n');
  const more = of > gaps.length ? `, the first ${gaps.length} of ${number(of)}` : '';
  return [...lines, `Gaps by the people behind them${more}:`, '', gapsText(gaps)].join('\n');
}

function gapsText(gaps: readonly ExposureGap[]): string {
  const unknown = gaps.some(
    ({ proven, assumed }) => proven.unknownHoldings + assumed.unknownHoldings > 0,
  );
  const header = [
    'people',
    'if assumed',
    'alone saves',
    ...(unknown ? ['uncounted'] : []),
    'measure',
    'gap',
  ];
  const rows = gaps.map(({ proven, assumed, savedProven, savedAssumed, measure, label, key }) => [
    number(proven.people),
    number(assumed.people),
    number(Math.max(savedProven.people, savedAssumed.people)),
    ...(unknown ? [number(assumed.unknownHoldings)] : []),
    measure,
    label === '' ? key : label,
  ]);
  return rightAligned(header, rows, unknown ? 4 : 3);
}

/** Numbers with separators are text to the table, and still stand to the right. */
export function rightAligned(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string {
  const width = (at: number): number =>
    Math.max(header[at]?.length ?? 0, ...rows.map((row) => row[at]?.length ?? 0));
  const widths = header.map((_, at) => width(at));
  const padded = (row: readonly string[]): string[] =>
    row.map((cell, at) => (at < columns ? cell.padStart(widths[at] ?? 0) : cell));
  return table(padded(header), rows.map(padded));
}

export function subjectsText(
  subjects: readonly {
    key: string;
    proven: ExposureGap['proven'];
    assumed: ExposureGap['assumed'];
  }[],
  kind: string,
): string {
  if (subjects.length === 0) return 'This attacker gets nowhere.';
  const rows = subjects.map(({ key, proven, assumed }) => [
    number(proven.people),
    number(assumed.people),
    number(assumed.unknownHoldings),
    key,
  ]);
  return rightAligned(['people', 'if assumed', 'uncounted', kind], rows, 3);
}

export function explanationText({ shown }: { readonly shown: ExposureExplanation }): string {
  const { gap, attacker, people, saved, customers, services, steps, certainty } = shown;
  return [
    gap.label,
    `Behind it, before ${attacker.title}: ${figuresText(people)}`,
    ...(saved === null ? [] : [`Closing it alone saves: ${figuresText(saved)}`]),
    `Customers touched: ${listed(customers)}`,
    `Services touched: ${listed(services)}`,
    '',
    certainty === 'proven'
      ? 'The way, each step shown by evidence:'
      : 'The way; steps marked ? nobody can rule out:',
    ...steps.flatMap((step, at) => stepText(step, at + 1)),
  ].join('\n');
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, 6).join(', ');
  return names.length > 6 ? `${number(names.length)}: ${shown}, …` : `${names.length}: ${shown}`;
}

function stepText(
  { label, certainty, evidence, furtherEvidence }: ExposureStep,
  at: number,
): string[] {
  const mark = certainty === 'proven' ? ' ' : '?';
  const facts = evidence.map(({ text, sources, trueAt, declared, fresh }) => {
    const weak = [...(declared ? ['declared'] : []), ...(fresh ? [] : ['stale'])];
    const how = weak.length === 0 ? '' : `, ${weak.join(' and ')}`;
    return `        ${text} (${sources.join(', ')}, ${trueAt.slice(0, 10)}${how})`;
  });
  const more = furtherEvidence === 0 ? [] : [`        and ${number(furtherEvidence)} more facts`];
  return [`${String(at).padStart(4)}${mark} ${label}`, ...facts, ...more];
}

export function planText(plan: ExposurePlan): string {
  const { attacker, belief, today, before, whatIf, steps, left, least } = plan;
  const lines = [
    `Plan against ${attacker.title}${belief === 'all' ? ', what nobody can rule out included' : ''}`,
    `  today  ${figuresText(today)}`,
  ];
  if (whatIf.length > 0) {
    lines.push('', 'Taken as done:', ...whatIf.map(({ label }) => `  - ${label}`));
    lines.push(`  then   ${figuresText(before)}`);
  }
  lines.push('');
  if (steps.length === 0) lines.push(nothingText(before));
  steps.forEach((step, at) => lines.push(...planStepText(step, at + 1)));
  if (steps.length > 0 && left.living.best > least.living.best)
    lines.push('', `With every known fix done: ${figuresText(least)}`);
  return lines.join('\n');
}

function nothingText({ living, unknownHoldings }: Figures): string {
  return living.best === 0 && unknownHoldings === 0
    ? 'Nobody is left in reach of this attacker.'
    : 'No fix that is known here saves anybody.';
}

function planStepText(step: ExposurePlan['steps'][number], at: number): string[] {
  const [first = '', ...others] = step.fixes.map(({ label }) => label);
  const gain =
    step.people > 0
      ? `saves ${number(step.people)} people`
      : `closes ${number(step.unknownHoldings)} holdings that nobody counted`;
  const alternatives = step.alternatives.map(
    ({ fixes, people }) =>
      `        or ${fixes.length > 3 ? `${fixes.length} fixes: ` : ''}${fixes
        .slice(0, 3)
        .map(({ label }) => label)
        .join(' and ')}${fixes.length > 3 ? ' …' : ''} (${number(people)} people)`,
  );
  return [
    `${String(at).padStart(3)}. ${first}`,
    ...others.map((label) => `     and ${label}`),
    `        ${gain}; left: ${figuresText(step.left)}`,
    ...alternatives,
  ];
}

const MOST_CAUSES = 40;

export function changesText(changes: ExposureChanges): string {
  const { from, to, proven, assumed, causes } = changes;
  const lines = [
    `Between ${from.slice(0, 16).replace('T', ' ')} and ${to.slice(0, 16).replace('T', ' ')} UTC`,
    `  proven, before   ${figuresText(proven.before)}`,
    `  proven, after    ${figuresText(proven.after)}`,
    `  assumed, before  ${figuresText(assumed.before)}`,
    `  assumed, after   ${figuresText(assumed.after)}`,
    '',
  ];
  if (causes.length === 0) return [...lines, 'No gap and no holding changed.'].join('\n');
  const rows = causes
    .slice(0, MOST_CAUSES)
    .map(({ what, label, key, before, after, proven: shown, assumed: perhaps }) => [
      number(shown),
      number(perhaps),
      what.replace('-', ' '),
      `${before === null ? '–' : number(before)} → ${after === null ? '–' : number(after)}`,
      label === '' ? key : label,
    ]);
  const more =
    causes.length > MOST_CAUSES ? [`… and ${number(causes.length - MOST_CAUSES)} more`] : [];
  const header = ['people', 'if assumed', 'what', 'count', 'which'];
  return [...lines, rightAligned(header, rows, 2), ...more].join('\n');
}
