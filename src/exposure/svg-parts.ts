/** What every picture is made of: the document with its title and alternative, lines of text, heads of arrows. */
import { FONT } from './layout.ts';
import type { Line } from './layout.ts';

export const INK = '#111111';
export const RED = '#8a1020';

interface Described {
  readonly title: string;
  /** The whole picture in words. */
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** A picture with its title and its alternative in words. */
export function svgDocument(
  { title, text, width, height }: Described,
  parts: readonly string[],
): string {
  const tall = Math.ceil(height);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${tall}" width="${width}" height="${tall}" role="img" aria-labelledby="title desc" font-family="Arial, Helvetica, 'Liberation Sans', sans-serif" font-size="${FONT}">
<title id="title">${svgEscaped(title)}</title>
<desc id="desc">${svgEscaped(text)}</desc>
<defs>${marker('head', 'step', INK, 7)}${marker('head-hot', 'hot', RED, 5)}</defs>
<rect class="paper" width="${width}" height="${tall}" fill="#ffffff"/>
${parts.filter((part) => part !== '').join('\n')}
</svg>
`;
}

function marker(id: string, look: string, fill: string, size: number): string {
  return `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="${size}" markerHeight="${size}" orient="auto"><path class="${look}" d="M0 0 10 5 0 10z" fill="${fill}"/></marker>`;
}

export function svgText({ text, x, y }: Line, bold = false, fill = INK): string {
  const look = fill === INK ? 'ink' : fill === RED ? 'hot' : 'light';
  return `<text class="${look}" x="${Math.round(x)}" y="${Math.round(y)}" fill="${fill}"${bold ? ' font-weight="bold"' : ''}>${svgEscaped(text)}</text>`;
}

/** Names come from elsewhere: no markup, no control characters, none that turns the direction of writing. */
export function svgEscaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, ' ')
    .replace(/[&<>"']/g, (each) => `&#${each.codePointAt(0) ?? 32};`);
}
