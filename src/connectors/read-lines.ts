/** Lines of a file that may be of any size: a few kilobytes are held at a time, and a line that never ends is cut. */
import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

export interface Line {
  /** From 1, counted from where reading began. */
  readonly number: number;
  readonly text: string;
  /** Where the next line begins, in bytes from the start of the file. */
  readonly end: number;
  /** It was longer than `longest`: what is here is its beginning. */
  readonly cut: boolean;
  /** A line feed ended it; the last line of a file that is still written to has none. */
  readonly ended: boolean;
}

export interface ReadLines {
  /** Byte to begin at; the first by default. */
  readonly from?: number;
  /** Most characters kept of a line. */
  readonly longest: number;
  readonly signal?: AbortSignal;
}

const NEWLINE = 0x0a;

/** Every line of the file as UTF-8, without its line feed and the carriage return before it. */
export async function* readLines(
  file: string,
  { from = 0, longest, signal }: ReadLines,
): AsyncGenerator<Line> {
  const stream = createReadStream(file, {
    start: from,
    ...(signal === undefined ? {} : { signal }),
  });
  let line = newLine(longest);
  let number = 0;
  let offset = from;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, at));
      number += 1;
      yield { number, ...line.take(), end: offset + at + 1, ended: true };
      line = newLine(longest);
      start = at + 1;
    }
    line.add(chunk.subarray(start));
    offset += chunk.length;
  }
  const last = line.take();
  if (last.text !== '' || last.cut)
    yield { number: number + 1, ...last, end: offset, ended: false };
}

interface Collector {
  add(bytes: Buffer): void;
  take(): { readonly text: string; readonly cut: boolean };
}

function newLine(longest: number): Collector {
  const decoder = new StringDecoder('utf8');
  let text = '';
  let cut = false;
  return {
    add(bytes) {
      if (bytes.length === 0) return;
      const room = longest - text.length;
      if (room > 0) text += decoder.write(bytes.subarray(0, room * 4));
      if (bytes.length > room * 4 || text.length > longest) cut = true;
    },
    take() {
      const whole = text + (cut ? '' : decoder.end());
      return { text: whole.slice(0, longest).replace(/\r$/, ''), cut };
    },
  };
}
