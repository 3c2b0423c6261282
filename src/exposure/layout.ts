/** Where the parts of a picture stand: boxes from left to right in rows, text broken into lines that fit. Lengths in pixels. */

export interface Line {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A way from box to box; `steps[i]` leads to `places[i + 1]`. */
export interface WayLayout {
  readonly places: readonly Box[];
  /** The arrow as a line of points, and where its words stand. */
  readonly steps: readonly {
    readonly points: readonly (readonly [number, number])[];
    readonly words: Box;
  }[];
  readonly width: number;
  readonly height: number;
}

export const FONT = 15;
export const LINE = 20;
const PADDING = 12;
const PLACE_WIDTH = 208;
const STEP_WIDTH = 244;
const ROW_GAP = 46;
const A_ROW = 3;

/** Wide enough for Arial, Liberation Sans and DejaVu Sans: no font is sent along, so nobody knows which will be there. */
export function widthOf(text: string, size = FONT): number {
  let width = 0;
  for (const character of text) width += size * widthOfOne(character);
  return width;
}

function widthOfOne(character: string): number {
  if (/[ijlI.,:;'|!()[\] ]/.test(character)) return 0.4;
  if (/[mwMW@%&]/.test(character)) return 1;
  if (/[A-Z]/.test(character)) return 0.78;
  return character > '\u{2e7f}' ? 1.1 : 0.64;
}

/** Words in lines of at most `width`; a word that is longer than a line is cut, after one of `/-_.:@` where it has one. */
export function wrapped(text: string, width: number, size = FONT): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((each) => pieces(each, width, size))) {
    const joined = line === '' ? word.text : `${line}${word.glued ? '' : ' '}${word.text}`;
    if (line !== '' && widthOf(joined, size) > width) {
      lines.push(line);
      line = word.text;
    } else line = joined;
  }
  return line === '' ? lines : [...lines, line];
}

interface Piece {
  readonly text: string;
  /** It follows the piece before without a space. */
  readonly glued: boolean;
}

function pieces(word: string, width: number, size: number): Piece[] {
  if (word === '') return [];
  if (widthOf(word, size) <= width) return [{ text: word, glued: false }];
  const parts = word.match(/[^/\-_.:@]+[/\-_.:@]*|[/\-_.:@]+/gu) ?? [word];
  return parts.flatMap((part) => cut(part, width, size)).map((text, i) => ({ text, glued: i > 0 }));
}

function cut(part: string, width: number, size: number): string[] {
  const found: string[] = [];
  let line = '';
  for (const character of part) {
    if (line !== '' && widthOf(line + character, size) > width) {
      found.push(line);
      line = '';
    }
    line += character;
  }
  return [...found, line];
}

export function linesIn(box: Box, text: readonly string[]): Line[] {
  return text.map((each, i) => ({
    text: each,
    x: box.x + PADDING,
    y: box.y + PADDING + FONT + i * LINE,
  }));
}

/** What fits beside the padding of a place and of a step. */
export const PLACE_TEXT = PLACE_WIDTH - 2 * PADDING;
export const STEP_TEXT = STEP_WIDTH - 2 * PADDING;

export function heightOf(lines: number): number {
  return lines * LINE + 2 * PADDING - (LINE - FONT);
}

/**
 * Three places a row. Words of a step stand over its arrow; an arrow to the next row leaves below its place and comes in above.
 *
 * @param placeLines how many lines each place has; @param stepLines those of each step between.
 */
export function layoutWay(
  placeLines: readonly number[],
  stepLines: readonly number[],
  top: number,
  left: number,
): WayLayout {
  const places: Box[] = [];
  const steps: { points: readonly (readonly [number, number])[]; words: Box }[] = [];
  let y = top;
  for (let from = 0; from < placeLines.length; from += A_ROW) {
    const row = placeLines.slice(from, from + A_ROW);
    const between = stepLines.slice(from, from + row.length - 1);
    const above = Math.max(0, ...between.map((lines) => lines * LINE + PADDING));
    const boxHeight = heightOf(Math.max(...row));
    // Words stand above the arrows, which leave the boxes at half their height.
    const upper = Math.max(boxHeight / 2, above);
    const height = upper + boxHeight / 2;
    if (from > 0) {
      const words = stepLines[from - 1] ?? 0;
      const start = places[from - 1] as Box;
      const gap = Math.max(ROW_GAP, words * LINE + 2 * PADDING);
      const turn = y + PADDING;
      const [x1, x2] = [start.x + PLACE_WIDTH / 2, left + PLACE_WIDTH / 2];
      const down = y + gap + upper - boxHeight / 2;
      const startBelow = start.y + start.height;
      steps.push({
        points: [
          [x1, startBelow],
          [x1, turn],
          [x2, turn],
          [x2, down],
        ],
        words: { x: x2 + PADDING, y: turn, width: x1 - x2, height: gap - PADDING },
      });
      y += gap;
    }
    row.forEach((_, i) => {
      const x = left + i * (PLACE_WIDTH + STEP_WIDTH);
      const box = { x, y: y + upper - boxHeight / 2, width: PLACE_WIDTH, height: boxHeight };
      places.push(box);
      if (i === 0) return;
      const middle = y + upper;
      const words = (stepLines[from + i - 1] ?? 0) * LINE;
      steps.push({
        points: [
          [x - STEP_WIDTH, middle],
          [x, middle],
        ],
        words: { x: x - STEP_WIDTH, y: middle - words - PADDING, width: STEP_WIDTH, height: words },
      });
    });
    y += height;
  }
  const columns = Math.min(A_ROW, placeLines.length);
  return {
    places,
    steps,
    width: columns * PLACE_WIDTH + (columns - 1) * STEP_WIDTH,
    height: y - top,
  };
}
