/** XML of files that nobody vouches for: a small tree, no document type, no entities but the five of XML itself. */
import { isUtf8 } from 'node:buffer';
import { HoldfastError } from '../kernel/errors.ts';

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** The namespace it is in, empty for none. */
  readonly namespace: string;
  /** By their local names. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text without that of its children, trimmed. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

interface Options {
  /** What the message calls the document: `pom.xml`. */
  readonly what: string;
  readonly maxDepth?: number;
  readonly maxElements?: number;
  /** Of one element. */
  readonly maxAttributes?: number;
  readonly maxBytes?: number;
}

const LIMITS = {
  maxDepth: 200,
  maxElements: 4_000_000,
  maxAttributes: 200,
  maxBytes: 256 * 1024 * 1024,
};

/** What is handed to the parser at a time, so that a limit ends the work early. */
const PIECE = 64 * 1024;

interface Building extends XmlElement {
  readonly children: Building[];
  text: string;
}

/**
 * The root of a document in UTF-8, UTF-16 with its mark, or the encoding that its declaration names.
 *
 * @example (await parseXml(Buffer.from('<a><b>1</b></a>'), { what: 'a.xml' })).children[0]?.text === '1'
 * @throws HoldfastError `bad_file` with line and column for what is not well-formed, has a document type or goes beyond
 * depth and attributes; `too_large` beyond bytes and elements.
 */
export async function parseXml(bytes: Buffer, options: Options): Promise<XmlElement> {
  const { what, ...rest } = options;
  const limits = { ...LIMITS, ...rest };
  if (bytes.length > limits.maxBytes) {
    throw new HoldfastError('too_large', `${what} is larger than ${limits.maxBytes} bytes`);
  }
  const text = decoded(bytes, what);
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ xmlns: true });
  const refuse = (problem: string): never => {
    throw new HoldfastError(
      'bad_file',
      `${what} line ${parser.line} column ${parser.columnIndex}: ${problem}`,
    );
  };
  const open: Building[] = [];
  let root: Building | undefined;
  let elements = 0;
  let attributes = 0;

  // Its messages begin with the position and may end with a name from the document.
  parser.on('error', ({ message }) => refuse(withoutNames(message)));
  parser.on('doctype', () => refuse('a document type is not read'));
  parser.on('opentagstart', () => {
    attributes = 0;
    elements += 1;
    if (open.length >= limits.maxDepth) refuse(`nested deeper than ${limits.maxDepth} levels`);
    if (elements > limits.maxElements) {
      throw new HoldfastError(
        'too_large',
        `${what} holds more than ${limits.maxElements} elements`,
      );
    }
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > limits.maxAttributes) {
      refuse(`more than ${limits.maxAttributes} attributes in one element`);
    }
  });
  parser.on('opentag', (tag) => {
    const element: Building = {
      name: tag.local,
      namespace: tag.uri,
      attributes: new Map(Object.values(tag.attributes).map(({ local, value }) => [local, value])),
      children: [],
      text: '',
      line: parser.line,
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed !== undefined) closed.text = closed.text.trim();
  });
  const addText = (piece: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);

  for (let at = 0; at < text.length; at += PIECE) parser.write(text.slice(at, at + PIECE));
  parser.close();
  return root ?? refuse('there is no element');
}

/** The first child of that local name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** The text of the first child of that local name; undefined where it is absent or empty. */
export function textOf(element: XmlElement, name: string): string | undefined {
  const text = childOf(element, name)?.text;
  return text === '' ? undefined : text;
}

function withoutNames(message: string): string {
  const words = /^(?:\d+:\d+: )?([^:]*)/.exec(message)?.[1] ?? '';
  return words.replace(/\.$/, '') || 'not well-formed';
}

function decoded(bytes: Buffer, what: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const head = bytes.subarray(0, 200).toString('latin1');
  const label = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(
    head,
  )?.[1];
  if (label === undefined || /^(utf-?8|us-ascii|utf-16)$/i.test(label)) {
    if (!isUtf8(bytes)) throw new HoldfastError('bad_file', `${what} is not UTF-8`);
    return bytes.toString('utf8').replace(/^\ufeff/, '');
  }
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    throw new HoldfastError('bad_file', `${what} names an encoding that is not known`);
  }
}
