/**
 * Pictures that a board understands, as SVG without script, font or link to anything outside: one way of an attacker to people,
 * and a plan as bars of people left.
 */
import {
  FONT,
  LINE,
  PLACE_TEXT,
  STEP_TEXT,
  layoutWay,
  linesIn,
  wrapped,
  heightOf,
} from './layout.ts';
import type { Box, Line } from './layout.ts';
import type { ExposureExplanation, ExposurePlan, ExposureStep, Figures } from './schema.ts';
import { CATEGORY_WORDS, number } from './text.ts';

const MARGIN = 24;
const WIDE = 1360;
const INK = '#111111';
const BLUE = '#0b3d5c';
const RED = '#8a1020';
const PALE = '#e6eff5';
const TITLE = 22;

const STEPS = new Set(['enter', 'exploit', 'move', 'read']);
const CAPTIONS: Readonly<Record<string, string>> = {
  start: 'attacker',
  network: 'network',
  door: 'door',
  asset: 'system',
  identity: 'directory',
  data: 'data of a service',
  holding: 'records of people',
  enter: 'signs in',
  exploit: 'uses a flaw',
  move: 'moves on',
  read: 'reads',
};

interface Word {
  readonly lines: readonly string[];
  readonly assumed: boolean;
}

/** The way through one gap and the people at its end, as a whole SVG document. */
export function pathSvg(explained: ExposureExplanation): string {
  const { gap, attacker, certainty } = explained;
  const title = wrapped(gap.label === '' ? gap.key : gap.label, WIDE - 2 * MARGIN, TITLE);
  const { places, steps } = drawn(explained.steps, attacker.title);
  const below = MARGIN + title.length * (TITLE + 6) + LINE * 2;
  const layout = layoutWay(
    places.map(({ lines }) => lines.length),
    steps.map(({ lines }) => lines.length),
    below,
    MARGIN,
  );
  const people = wrappedAll(peopleLines(explained), WIDE - 4 * MARGIN);
  const panel: Box = {
    x: MARGIN,
    y: below + layout.height + MARGIN,
    width: WIDE - 2 * MARGIN,
    height: heightOf(people.length) + 8,
  };
  const how =
    certainty === 'proven'
      ? `A way of ${attacker.title}. Each step is shown by evidence.`
      : `A way of ${attacker.title}. Dashed steps are assumed: nobody can rule them out.`;
  return document(
    {
      title: title.join(' '),
      text: spoken(explained, people),
      height: panel.y + panel.height + MARGIN,
    },
    [
      heading(title),
      lineText({ text: how, x: MARGIN, y: below - LINE }),
      ...steps.map((step, i) => arrow(step, layout.steps[i])),
      ...places.map((place, i) => placeBox(place, layout.places[i] as Box, i, places.length)),
      `<rect x="${panel.x}" y="${panel.y}" width="${panel.width}" height="${panel.height}" rx="6" fill="${PALE}" stroke="${BLUE}" stroke-width="2"/>`,
      ...linesIn(panel, people).map((line, i) => lineText(line, i === 0)),
    ],
  );
}

/** Places as boxes, and between two of them the words of the steps that lead there. */
function drawn(
  steps: readonly ExposureStep[],
  attacker: string,
): { places: Word[]; steps: Word[] } {
  const places: Word[] = [];
  const between: Word[] = [];
  let words: string[] = [];
  let assumed = false;
  for (const { kind, label, key, certainty } of steps) {
    const caption = CAPTIONS[kind] ?? kind;
    const name = kind === 'start' ? attacker : label === '' ? key : label;
    if (STEPS.has(kind)) {
      words = [...words, `${caption}:`, ...wrapped(name, STEP_TEXT)];
      assumed ||= certainty === 'assumed';
      continue;
    }
    if (places.length > 0) {
      between.push({ lines: assumed ? [...words, '(assumed)'] : words, assumed });
    }
    const isAssumed = certainty === 'assumed';
    places.push({
      lines: [isAssumed ? `${caption} (assumed)` : caption, ...wrapped(name, PLACE_TEXT)],
      assumed: isAssumed,
    });
    words = [];
    assumed = false;
  }
  // A way that ends with a step ends in what the step is called.
  if (words.length > 0) {
    between.push({ lines: [], assumed });
    places.push({ lines: words.flatMap((line) => wrapped(line, PLACE_TEXT)), assumed });
  }
  return { places, steps: between };
}

function wrappedAll(texts: readonly string[], width: number): string[] {
  return texts.flatMap((text) => wrapped(text, width));
}

function peopleLines({ people, saved, customers, services }: ExposureExplanation): string[] {
  return [
    `${livingText(people)} behind this gap`,
    ...categoryLines(people),
    ...unknownLines(people),
    ...(saved === null ? [] : [`Closing it alone saves ${livingText(saved)}.`]),
    `Customers touched: ${listed(customers)}. Services touched: ${listed(services)}.`,
  ];
}

function livingText({ living: { low, best, high } }: Figures): string {
  const bounds = low === high ? '' : ` (between ${number(low)} and ${number(high)})`;
  return `${number(best)} living ${best === 1 ? 'person' : 'people'}${bounds}`;
}

/** Home entry always, first, and in words; then what there is. */
function categoryLines({ categories, children }: Figures): string[] {
  const others = Object.entries(CATEGORY_WORDS)
    .map(([category, word]) => ({ word, count: categories[category as keyof typeof categories] }))
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${number(count)} ${word}`);
  if (children > 0) others.push(`${number(children)} children`);
  const home = `${number(categories['home-entry'])} with how to enter their home`;
  return [home, ...(others.length === 0 ? [] : [others.join(' · ')])];
}

function unknownLines({ unknownHoldings }: Figures): string[] {
  if (unknownHoldings === 0) return [];
  const what = unknownHoldings === 1 ? 'holding that nobody' : 'holdings that nobody';
  return [`Besides ${number(unknownHoldings)} ${what} counted: people unknown`];
}

const NAMED = 6;

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length > NAMED ? ` and ${number(names.length - NAMED)} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}

function spoken({ steps }: ExposureExplanation, people: readonly string[]): string {
  const way = steps.map(
    ({ kind, label, key, certainty }) =>
      `${CAPTIONS[kind] ?? kind} ${label === '' ? key : label}${certainty === 'assumed' ? ' (assumed)' : ''}`,
  );
  return `${way.join(', then ')}. ${people.join('. ')}`;
}

function placeBox({ lines, assumed }: Word, box: Box, i: number, of: number): string {
  const fill = i === 0 ? RED : i === of - 1 ? PALE : '#ffffff';
  const ink = i === 0 ? '#ffffff' : INK;
  const [x, y, width, height] = [box.x, box.y, box.width, box.height];
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" stroke="${i === 0 ? RED : BLUE}" stroke-width="2"${assumed ? ' stroke-dasharray="7 5"' : ''}/>`;
  const texts = linesIn(box, lines).map((line, at) => lineText(line, at > 0, ink));
  return [rect, ...texts].join('\n');
}

function arrow(
  { lines, assumed }: Word,
  layout: { points: readonly (readonly [number, number])[]; words: Box } | undefined,
): string {
  if (layout === undefined) return '';
  const points = layout.points.map((point) => point.join(',')).join(' ');
  const dashes = assumed ? ' stroke-dasharray="7 5"' : '';
  const line = `<polyline points="${points}" fill="none" stroke="${INK}" stroke-width="2.5"${dashes} marker-end="url(#head)"/>`;
  const texts = lines.map((text, i) =>
    lineText({ text, x: layout.words.x + 12, y: layout.words.y + FONT + i * LINE }),
  );
  return [line, ...texts].join('\n');
}

const LABEL_WIDTH = 470;
const BAR_WIDTH = WIDE - 2 * MARGIN - LABEL_WIDTH - 190;
const BAR_HEIGHT = 26;
const FIXES = 3;

/** A plan as bars: people at risk today and after each step, as a whole SVG document. */
export function planSvg(plan: ExposurePlan): string {
  const { attacker, before, steps, whatIf, belief } = plan;
  const title = [`What to do first, and who is still at risk from ${attacker.title}`].flatMap(
    (text) => wrapped(text, WIDE - 2 * MARGIN, TITLE),
  );
  const today = whatIf.length === 0 ? 'Today' : `Today, with ${fixText(whatIf)} done`;
  const rows = [
    { label: today, left: before },
    ...steps.map((step, i) => ({ label: `${i + 1}. ${fixText(step.fixes)}`, left: step.left })),
  ];
  const most = Math.max(1, ...rows.map(({ left }) => left.living.best));
  const parts: string[] = [heading(title)];
  let y = MARGIN + title.length * (TITLE + 6);
  const how =
    belief === 'proven'
      ? 'Only steps shown by evidence.'
      : 'Steps that nobody can rule out are assumed.';
  parts.push(lineText({ text: how, x: MARGIN, y: y + FONT }));
  y += LINE * 2;
  for (const { label, left } of rows) {
    const labels = wrapped(label, LABEL_WIDTH - 3 * MARGIN);
    const facts = wrappedAll(
      [...categoryLines(left).slice(0, 1), ...unknownLines(left)],
      BAR_WIDTH,
    );
    const height = Math.max(labels.length * LINE, BAR_HEIGHT + 4 + facts.length * LINE);
    const x = MARGIN + LABEL_WIDTH;
    const width = (left.living.best / most) * BAR_WIDTH;
    parts.push(
      ...labels.map((text, i) => lineText({ text, x: MARGIN, y: y + FONT + 4 + i * LINE }, true)),
      `<rect x="${x}" y="${y}" width="${Math.round(width)}" height="${BAR_HEIGHT}" fill="${RED}"/>`,
      lineText({ text: number(left.living.best), x: x + width + 10, y: y + FONT + 4 }, true),
      ...facts.map((text, i) => lineText({ text, x, y: y + BAR_HEIGHT + FONT + 3 + i * LINE })),
    );
    y += height + 16;
  }
  const text = rows.map(
    ({ label, left }) => `${label}: ${livingText(left)} left, ${categoryLines(left).join(', ')}`,
  );
  return document({ title: title.join(' '), text: text.join('. '), height: y + MARGIN }, parts);
}

function fixText(fixes: readonly { readonly label: string; readonly key: string }[]): string {
  const names = fixes.slice(0, FIXES).map(({ label, key }) => (label === '' ? key : label));
  const more = fixes.length > FIXES ? ` and ${number(fixes.length - FIXES)} more` : '';
  return `${names.join(' and ')}${more}`;
}

function document(
  { title, text, height }: { title: string; text: string; height: number },
  parts: readonly string[],
): string {
  const tall = Math.ceil(height);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDE} ${tall}" width="${WIDE}" height="${tall}" role="img" aria-labelledby="title desc" font-family="Arial, Helvetica, 'Liberation Sans', sans-serif" font-size="${FONT}">
<title id="title">${escaped(title)}</title>
<desc id="desc">${escaped(text)}</desc>
<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 10 5 0 10z" fill="${INK}"/></marker></defs>
<rect width="${WIDE}" height="${tall}" fill="#ffffff"/>
${parts.filter((part) => part !== '').join('\n')}
</svg>
`;
}

function heading(lines: readonly string[]): string {
  return lines
    .map(
      (text, i) =>
        `<text x="${MARGIN}" y="${MARGIN + TITLE + i * (TITLE + 6)}" font-size="${TITLE}" font-weight="bold" fill="${INK}">${escaped(text)}</text>`,
    )
    .join('\n');
}

function lineText({ text, x, y }: Line, bold = false, fill = INK): string {
  return `<text x="${Math.round(x)}" y="${Math.round(y)}" fill="${fill}"${bold ? ' font-weight="bold"' : ''}>${escaped(text)}</text>`;
}

/** Names come from elsewhere: no markup, no control characters, none that turns the direction of writing. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, ' ')
    .replace(/[&<>"']/g, (each) => `&#${each.codePointAt(0) ?? 32};`);
}
