/** A plan as a staircase of people left: one bar today and one after each step, as a whole SVG document without links or script. */
import { FONT, LINE, wrapped } from './layout.ts';
import type { ExposurePlan } from './schema.ts';
import { number } from './text.ts';
import { svgDocument, svgText } from './svg-parts.ts';

const WIDE = 1112;
const MARGIN = 24;
const TALL = 230;
const WIDEST = 190;
const GAP = 28;

/** The bars stand beside each other; below each stands what is done, above it who is left. */
export function planChart(plan: ExposurePlan): string {
  const bars = [
    { name: plan.whatIf.length === 0 ? 'Today' : 'Today, with that done', left: plan.before },
    ...plan.steps.map((step, i) => ({
      name: `${i + 1}. ${fixText(step.fixes)}`,
      left: step.left,
    })),
  ];
  const room = (WIDE - 2 * MARGIN + GAP) / bars.length - GAP;
  const width = Math.min(WIDEST, Math.max(60, room));
  const most = Math.max(1, ...bars.map(({ left }) => left.living.best));
  const top = MARGIN + 2 * LINE;
  const floor = top + TALL;
  const parts = bars.flatMap(({ name, left }, i) => {
    const x = MARGIN + i * (width + GAP);
    const tall = Math.round((left.living.best / most) * TALL);
    const home = Math.round((left.categories['home-entry'] / most) * TALL);
    const unknown = left.unknownHoldings === 0 ? [] : [`+ ${number(left.unknownHoldings)} unknown`];
    const words = wrapped(name, width);
    return [
      `<rect class="bar" x="${x}" y="${floor - tall}" width="${width}" height="${Math.max(tall, 2)}" fill="#8a1020"/>`,
      ...(home > 1
        ? [
            `<rect class="home" x="${x}" y="${floor - home}" width="${width}" height="${home}" fill="#111111"/>`,
          ]
        : []),
      svgText(
        {
          text: number(left.living.best),
          x,
          y: floor - tall - (unknown.length === 0 ? 8 : 8 + LINE),
        },
        true,
      ),
      ...unknown.map((text) => svgText({ text, x, y: floor - tall - 8 })),
      ...words.map((text, at) => svgText({ text, x, y: floor + FONT + 10 + at * LINE })),
    ];
  });
  const deepest = Math.max(...bars.map(({ name }) => wrapped(name, width).length));
  const told = bars.map(
    ({ name, left }) =>
      `${name}: ${number(left.living.best)} people left, ${number(left.categories['home-entry'])} with how to enter their home, ${number(left.unknownHoldings)} sets of records nobody counted`,
  );
  return svgDocument(
    {
      title: `People at risk today and after each step, from ${plan.attacker.title}`,
      text: told.join('. '),
      width: WIDE,
      height: floor + FONT + 10 + deepest * LINE + MARGIN,
    },
    [
      ...parts,
      `<path class="step" d="M${MARGIN} ${floor + 1}H${WIDE - MARGIN}" stroke="#111111" stroke-width="2"/>`,
    ],
  );
}

function fixText(fixes: ExposurePlan['steps'][number]['fixes']): string {
  const [first, ...rest] = fixes.map(({ label }) => label);
  return `${first ?? ''}${rest.length === 0 ? '' : ` and ${number(rest.length)} more`}`;
}
