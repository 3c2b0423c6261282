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
import type { Box } from './layout.ts';
import type { ExposureExplanation, ExposurePlan, ExposureStep, Figures } from './schema.ts';
import { INK, RED, svgDocument, svgEscaped, svgText } from './svg-parts.ts';
import { CATEGORY_WORDS, number } from './text.ts';

const MARGIN = 24;
const WIDE = 1160;
const BLUE = '#0b3d5c';
const PALE = '#e6eff5';
const TITLE = 22;

const STEPS = new Set(['enter', 'exploit', 'move', 'read']);
/** Steps that a missing control opens: red, for they can be closed. */
const OPENED = new Set(['enter', 'exploit']);
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

/** What a node of the graph is, in a word for people. */
export function kindWord(kind: string): string {
  return CAPTIONS[kind] ?? kind;
}

interface Words {
  readonly text: string;
  readonly bold: boolean;
}

interface Part {
  readonly lines: readonly Words[];
  readonly assumed: boolean;
  /** A step that a gap opens. */
  readonly opened: boolean;
}

/** The way through one gap and the people at its end, as a whole SVG document. */
export function pathSvg(explained: ExposureExplanation): string {
  const { gap, attacker, certainty } = explained;
  const title = wrapped(gap.label === '' ? gap.key : gap.label, WIDE - 2 * MARGIN, TITLE);
  const below = MARGIN + title.length * (TITLE + 6) + LINE * 2;
  const way = wayParts(explained, below);
  const people = wrappedAll(peopleLines(explained), WIDE - 4 * MARGIN);
  const panel: Box = {
    x: MARGIN,
    y: below + way.height + MARGIN,
    width: WIDE - 2 * MARGIN,
    height: heightOf(people.length) + 8,
  };
  const how =
    certainty === 'proven'
      ? `A way of ${attacker.title}. Each step is shown by evidence.`
      : `A way of ${attacker.title}. Dashed steps are assumed: nobody can rule them out.`;
  return svgDocument(
    {
      width: WIDE,
      title: title.join(' '),
      text: spoken(explained, people),
      height: panel.y + panel.height + MARGIN,
    },
    [
      heading(title),
      svgText({ text: how, x: MARGIN, y: below - LINE }),
      ...way.parts,
      `<rect class="end" x="${panel.x}" y="${panel.y}" width="${panel.width}" height="${panel.height}" rx="6" fill="${PALE}" stroke="${BLUE}" stroke-width="2"/>`,
      ...linesIn(panel, people).map((line, i) => svgText(line, i === 0)),
    ],
  );
}

/** The way alone, for a page that says the rest itself. */
export function waySvg(explained: ExposureExplanation): string {
  const { gap } = explained;
  const way = wayParts(explained, MARGIN);
  return svgDocument(
    {
      width: WIDE,
      title: `The way in: ${gap.label === '' ? gap.key : gap.label}`,
      text: spoken(explained, peopleLines(explained)),
      height: way.height + 2 * MARGIN,
    },
    way.parts,
  );
}

function wayParts(
  { steps: told, attacker }: ExposureExplanation,
  top: number,
): { readonly parts: readonly string[]; readonly height: number } {
  const { places, steps } = drawn(told, attacker.title);
  const layout = layoutWay(
    places.map(({ lines }) => lines.length),
    steps.map(({ lines }) => lines.length),
    top,
    MARGIN,
  );
  return {
    height: layout.height,
    parts: [
      ...steps.map((step, i) => arrow(step, layout.steps[i])),
      ...places.map((place, i) => placeBox(place, layout.places[i] as Box, i, places.length)),
    ],
  };
}

/** Places as boxes, and between two of them the words of the steps that lead there. */
function drawn(
  steps: readonly ExposureStep[],
  attacker: string,
): { places: Part[]; steps: Part[] } {
  const places: Part[] = [];
  const between: Part[] = [];
  let words: Words[] = [];
  let assumed = false;
  let opened = false;
  for (const { kind, label, key, certainty } of steps) {
    const caption = kindWord(kind);
    const name = kind === 'start' ? attacker : label === '' ? key : label;
    if (STEPS.has(kind)) {
      words = [...words, { text: `${caption}:`, bold: true }, ...plain(wrapped(name, STEP_TEXT))];
      assumed ||= certainty === 'assumed';
      opened ||= OPENED.has(kind);
      continue;
    }
    if (places.length > 0) {
      const lines = assumed ? [...words, ...plain(['(assumed)'])] : words;
      between.push({ lines, assumed, opened });
    }
    const isAssumed = certainty === 'assumed';
    places.push({
      lines: [
        { text: isAssumed ? `${caption} (assumed)` : caption, bold: false },
        ...wrapped(name, PLACE_TEXT).map((text) => ({ text, bold: true })),
      ],
      assumed: isAssumed,
      opened: false,
    });
    [words, assumed, opened] = [[], false, false];
  }
  // A way that ends with a step ends in what the step is called.
  if (words.length > 0) {
    between.push({ lines: [], assumed, opened });
    places.push({
      lines: words.flatMap(({ text, bold }) =>
        wrapped(text, PLACE_TEXT).map((line) => ({ text: line, bold })),
      ),
      assumed,
      opened,
    });
  }
  return { places, steps: between };
}

function plain(texts: readonly string[]): Words[] {
  return texts.map((text) => ({ text, bold: false }));
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
      `${kindWord(kind)} ${label === '' ? key : label}${certainty === 'assumed' ? ' (assumed)' : ''}`,
  );
  return `${way.join(', then ')}. ${people.join('. ')}`;
}

function placeBox({ lines, assumed }: Part, box: Box, i: number, of: number): string {
  const [fill, look] =
    i === 0 ? [RED, 'start'] : i === of - 1 ? [PALE, 'end'] : ['#ffffff', 'place'];
  const ink = i === 0 ? '#ffffff' : INK;
  const { x, y, width, height } = box;
  const rect = `<rect class="${look}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" stroke="${i === 0 ? RED : BLUE}" stroke-width="2"${assumed ? ' stroke-dasharray="7 5"' : ''}/>`;
  const words = lines.map(({ text }) => text);
  const texts = linesIn(box, words).map((line, at) => svgText(line, lines[at]?.bold, ink));
  return [rect, ...texts].join('\n');
}

function arrow(
  { lines, assumed, opened }: Part,
  layout: { points: readonly (readonly [number, number])[]; words: Box } | undefined,
): string {
  if (layout === undefined) return '';
  const points = layout.points.map((point) => point.join(',')).join(' ');
  const dashes = assumed ? ' stroke-dasharray="7 5"' : '';
  const look = opened
    ? `class="hot" stroke="${RED}" stroke-width="4" marker-end="url(#head-hot)"`
    : `class="step" stroke="${INK}" stroke-width="2.5" marker-end="url(#head)"`;
  const line = `<polyline points="${points}" fill="none" ${look}${dashes}/>`;
  const { x, y } = layout.words;
  const texts = lines.map(({ text, bold }, i) =>
    svgText({ text, x: x + 12, y: y + FONT + i * LINE }, bold, opened && bold ? RED : INK),
  );
  return [line, ...texts].join('\n');
}

const LABEL_WIDTH = 420;
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
  parts.push(svgText({ text: how, x: MARGIN, y: y + FONT }));
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
      ...labels.map((text, i) => svgText({ text, x: MARGIN, y: y + FONT + 4 + i * LINE }, true)),
      `<rect class="bar" x="${x}" y="${y}" width="${Math.round(width)}" height="${BAR_HEIGHT}" fill="${RED}"/>`,
      svgText({ text: number(left.living.best), x: x + width + 10, y: y + FONT + 4 }, true),
      ...facts.map((text, i) => svgText({ text, x, y: y + BAR_HEIGHT + FONT + 3 + i * LINE })),
    );
    y += height + 16;
  }
  const text = rows.map(
    ({ label, left }) => `${label}: ${livingText(left)} left, ${categoryLines(left).join(', ')}`,
  );
  return svgDocument(
    { width: WIDE, title: title.join(' '), text: text.join('. '), height: y + MARGIN },
    parts,
  );
}

function fixText(fixes: readonly { readonly label: string; readonly key: string }[]): string {
  const names = fixes.slice(0, FIXES).map(({ label, key }) => (label === '' ? key : label));
  const more = fixes.length > FIXES ? ` and ${number(fixes.length - FIXES)} more` : '';
  return `${names.join(' and ')}${more}`;
}

function heading(lines: readonly string[]): string {
  return lines
    .map(
      (text, i) =>
        `<text class="ink" x="${MARGIN}" y="${MARGIN + TITLE + i * (TITLE + 6)}" font-size="${TITLE}" font-weight="bold" fill="${INK}">${svgEscaped(text)}</text>`,
    )
    .join('\n');
}
