/**
 * Reads nmap's XML piece by piece: one port or one host is held at a time, whatever the size of the file. No entities and
 * no document type but the bare name that nmap writes; what breaks off in the middle keeps what came before.
 */
import type { SaxesParser } from 'saxes';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

export interface XmlLimits {
  /** Of the part that is held. */
  readonly elements: number;
  readonly depth: number;
  readonly attributes: number;
  /** Characters between two tags, and in one tag. */
  readonly piece: number;
}

export const LIMITS: XmlLimits = { elements: 20_000, depth: 40, attributes: 50, piece: 1_000_000 };

/** What is wrong with the file, in words without anything of its content. */
export class XmlProblem extends Error {}

export interface XmlReader {
  /** Elements that were closed by this piece, in their order. */
  write(text: string): Element[];
  /** @throws XmlProblem where the document is not at its end. */
  end(): void;
}

/** `held` are the names of elements that are handed over with what is in them; those around them come without. */
export async function readXml(
  root: string,
  held: ReadonlySet<string>,
  limits: XmlLimits = LIMITS,
): Promise<XmlReader> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser();
  const refuse = (problem: string): never => {
    throw new XmlProblem(`line ${parser.line}: ${problem}`);
  };
  const open: Element[] = [];
  const ready: Element[] = [];
  let elements = 0;
  let attributes = 0;
  let last = 0;

  parser.on('error', () => refuse('not well-formed XML'));
  parser.on('doctype', (text) => {
    if (text.trim() !== root) refuse('a document type with declarations is not read');
  });
  parser.on('opentagstart', () => (attributes = 0));
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > limits.attributes) refuse(`more than ${limits.attributes} attributes`);
  });
  parser.on('opentag', ({ name, attributes: given }) => {
    last = parser.position;
    if (open.length === 0 && name !== root) refuse(`the document is no ${root}`);
    if (open.length >= limits.depth) refuse(`nested deeper than ${limits.depth} levels`);
    elements += 1;
    const element: Element = { name, attributes: given, children: [], text: '' };
    if (isHeld(open, held)) {
      if (elements > limits.elements) refuse(`more than ${limits.elements} elements in one part`);
      open.at(-1)?.children.push(element);
    } else elements = 0;
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined && isHeld(open, held) && element.text.length < 10_000)
      element.text += text;
  });
  parser.on('closetag', () => {
    last = parser.position;
    const element = open.pop();
    if (element !== undefined && !isHeld(open, held)) ready.push(element);
  });
  return {
    write: (text) => {
      parser.write(text);
      if (parser.position - last > limits.piece) refuse('a part without end');
      return ready.splice(0);
    },
    end: () => closed(parser, refuse),
  };
}

function closed(parser: SaxesParser, refuse: (problem: string) => never): void {
  try {
    parser.close();
  } catch {
    refuse('the file breaks off');
  }
}

/** Whether something around is handed over whole. */
function isHeld(open: readonly Element[], held: ReadonlySet<string>): boolean {
  return open.some(({ name }) => held.has(name));
}

export function childNamed(element: Element, name: string): Element | undefined {
  return element.children.find((child) => child.name === name);
}
