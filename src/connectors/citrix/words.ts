/** The words of one line of ns.conf, as the NetScaler command line reads them. */

/** Closing signs of `q` quotes that come in pairs; any other sign closes itself. */
const PAIRS: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '<': '>' };
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Splits a line at spaces. A word may be in double or single quotes with backslash escapes, or in a `q` quote
 * (`q/…/`, `q{…}`) without any. Undefined where a quote is not closed: such a line is not guessed at.
 *
 * @example words('bind x -rule "a == \\"b\\""') // ['bind', 'x', '-rule', 'a == "b"']
 */
export function words(line: string): string[] | undefined {
  const found: string[] = [];
  let at = 0;
  while (at < line.length) {
    if (isSpace(line[at])) {
      at += 1;
      continue;
    }
    const word = wordAt(line, at);
    if (word === undefined) return undefined;
    found.push(word.text);
    at = word.end;
  }
  return found;
}

interface Word {
  readonly text: string;
  readonly end: number;
}

function wordAt(line: string, start: number): Word | undefined {
  const first = line[start] ?? '';
  if (first === '"' || first === "'") return quoted(line, start, first);
  const delimiter = line[start + 1] ?? '';
  if (first === 'q' && delimiter !== '' && !/[\w\s.-]/.test(delimiter)) {
    return verbatim(line, start, delimiter);
  }
  let end = start;
  while (end < line.length && !isSpace(line[end])) end += 1;
  return { text: line.slice(start, end), end };
}

function quoted(line: string, start: number, quote: string): Word | undefined {
  let text = '';
  for (let at = start + 1; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    if (sign === quote) return { text, end: at + 1 };
    if (sign !== '\\') {
      text += sign;
      continue;
    }
    at += 1;
    const escaped = line[at] ?? '';
    text += ESCAPED[escaped] ?? escaped;
  }
  return undefined;
}

/** Pairs nest, so that an expression with brackets of its own can be quoted by brackets. */
function verbatim(line: string, start: number, open: string): Word | undefined {
  const close = PAIRS[open] ?? open;
  let depth = 1;
  for (let at = start + 2; at < line.length; at += 1) {
    const sign = line[at];
    if (sign === close) depth -= 1;
    else if (sign === open) depth += 1;
    if (depth === 0) return { text: line.slice(start + 2, at), end: at + 1 };
  }
  return undefined;
}

function isSpace(sign: string | undefined): boolean {
  return sign === ' ' || sign === '\t' || sign === '\r' || sign === '\n';
}
