/** Finds where the values of a JSON text begin and end (RFC 8259) without building them; `json-entries.ts` is its face. */
import type { UnreadReason } from './schema.ts';

/** What is expected at a path and opened there; undefined or false: taken as one value. */
export type Opens = (path: readonly string[]) => 'object' | 'array' | false | undefined;

interface Skimmed {
  readonly kind: 'value';
  readonly parent: readonly string[];
  readonly key: string;
  readonly line: number;
  /** Valid until the next call. */
  readonly bytes: Buffer;
}

interface Fault {
  readonly kind: 'fault';
  readonly reason: UnreadReason;
  readonly detail: string;
  /** Nothing can follow. */
  readonly fatal: boolean;
}

interface Frame {
  readonly array: boolean;
  readonly path: readonly string[];
  index: number;
}

const MAX_DEPTH = 1000;
const MAX_KEY_BYTES = 1024 * 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** What may come next. */
type State = 'value' | 'first' | 'key' | 'colon' | 'next' | 'end';

/** Fed with pieces of a text; gives what is complete so far. */
export class JsonSkimmer {
  readonly #opens: Opens;
  readonly #maxValueBytes: number;
  #window = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  #line = 1;
  #state: State = 'value';
  readonly #frames: Frame[] = [];
  #key = '';
  /** Of the value that is being walked over: how far, how deep, whether within a text. */
  #scanned = 0;
  #depth = 0;
  #quoted = false;
  #startLine = 0;
  #dropped: Fault | undefined;
  #stopped = false;

  constructor(opens: Opens, maxValueBytes: number) {
    this.#opens = opens;
    this.#maxValueBytes = maxValueBytes;
  }

  push(chunk: Buffer): void {
    const rest = this.#end - this.#at;
    if (rest + chunk.length > this.#window.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#window.length, rest + chunk.length));
      this.#window.copy(larger, 0, this.#at, this.#end);
      this.#window = larger;
    } else {
      this.#window.copyWithin(0, this.#at, this.#end);
    }
    chunk.copy(this.#window, rest);
    this.#scanned -= this.#at;
    this.#at = 0;
    this.#end = rest + chunk.length;
  }

  /** Undefined: more of the text is needed. */
  next(): Skimmed | Fault | undefined {
    while (!this.#stopped) {
      const found = this.#step();
      if (found === 'more') return undefined;
      if (found !== 'on') return found;
    }
    return undefined;
  }

  /** After the last piece: what is missing, or undefined where the text is whole. */
  finish(): Fault | undefined {
    if (this.#stopped || this.#state === 'end') return undefined;
    const empty = this.#frames.length === 0 && this.#at === this.#end;
    const detail = empty ? 'is empty' : `line ${this.#line}: the file ends too early`;
    return { kind: 'fault', reason: 'truncated', detail, fatal: true };
  }

  #step(): Skimmed | Fault | 'on' | 'more' {
    if (this.#scanned > this.#at) return this.#walk();
    this.#skipSpace();
    const byte = this.#at < this.#end ? this.#window[this.#at] : undefined;
    if (byte === undefined) return 'more';
    return this.#take(byte);
  }

  #take(byte: number): Fault | 'on' | 'more' {
    switch (this.#state) {
      case 'value':
        return this.#begin(byte);
      case 'first':
        return this.#closes(byte) ? this.#close() : this.#expect(this.#memberState());
      case 'key':
        return byte === QUOTE ? this.#name() : this.#stop('expected a name in double quotes');
      case 'colon':
        return byte === COLON ? this.#expect('value', 1) : this.#stop('expected ":"');
      case 'next':
        if (this.#closes(byte)) return this.#close();
        if (byte === COMMA) return this.#expect(this.#memberState(), 1);
        return this.#stop('expected "," or the end of the list or object');
      case 'end':
        return this.#stop('text after the end of the document');
    }
  }

  #expect(state: State, past = 0): 'on' {
    this.#state = state;
    this.#at += past;
    return 'on';
  }

  #memberState(): State {
    return this.#frames.at(-1)?.array === true ? 'value' : 'key';
  }

  #skipSpace(): void {
    for (; this.#at < this.#end; this.#at += 1) {
      const byte = this.#window[this.#at];
      if (byte === NEWLINE) this.#line += 1;
      else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) return;
    }
  }

  #stop(problem: string, reason: UnreadReason = 'invalid'): Fault {
    this.#stopped = true;
    return { kind: 'fault', reason, detail: `line ${this.#line}: ${problem}`, fatal: true };
  }

  #closes(byte: number): boolean {
    return byte === (this.#frames.at(-1)?.array === true ? ARRAY_END : OBJECT_END);
  }

  #close(): 'on' {
    this.#frames.pop();
    this.#at += 1;
    this.#state = this.#frames.length === 0 ? 'end' : 'next';
    return 'on';
  }

  #name(): Fault | 'on' | 'more' {
    const close = closingQuote(this.#window, this.#at + 1, this.#end);
    if (close < 0) {
      if (this.#end - this.#at <= MAX_KEY_BYTES) return 'more';
      return this.#stop(`a name of more than ${MAX_KEY_BYTES} bytes`, 'limit');
    }
    try {
      const raw = this.#window.toString('utf8', this.#at, close + 1);
      this.#key = JSON.parse(raw) as string;
    } catch {
      return this.#stop('a name that is not JSON');
    }
    this.#at = close + 1;
    this.#state = 'colon';
    return 'on';
  }

  #begin(byte: number): Fault | 'on' {
    const frame = this.#frames.at(-1);
    if (frame?.array === true) this.#key = String(frame.index++);
    const path = frame === undefined ? [] : [...frame.path, this.#key];
    const opened = this.#opens(path);
    const kind = byte === OBJECT ? 'object' : byte === ARRAY ? 'array' : undefined;
    if (kind !== undefined && kind === opened) {
      this.#frames.push({ array: kind === 'array', path, index: 0 });
      this.#at += 1;
      this.#state = 'first';
      return 'on';
    }
    if (frame === undefined) return this.#stop(`expected an ${String(opened)}`);
    const wrong = Boolean(opened) && byte !== 0x6e; // null stands for an absent one
    this.#dropped = wrong ? this.#wrong(path, String(opened)) : undefined;
    this.#startLine = this.#line;
    this.#depth = 0;
    this.#quoted = byte === QUOTE;
    if (kind !== undefined) this.#depth = 1;
    this.#scanned = this.#at + 1;
    return 'on';
  }

  #wrong(path: readonly string[], expected: string): Fault {
    const detail = `line ${this.#line}: "${path.length > 1 ? 'an entry' : (path[0] ?? '')}" should be an ${expected}`;
    return { kind: 'fault', reason: 'invalid', detail, fatal: false };
  }

  /** On with the value that began at `#at`. */
  #walk(): Skimmed | Fault | 'more' {
    const first = this.#window[this.#at];
    const plain = first !== QUOTE && first !== OBJECT && first !== ARRAY;
    const whole = plain ? this.#walkPlain() : this.#walkNested();
    if (this.#scanned - this.#at > this.#maxValueBytes) {
      return this.#stop(`a value of more than ${this.#maxValueBytes} bytes`, 'limit');
    }
    if (this.#depth > MAX_DEPTH) {
      return this.#stop(`nested deeper than ${MAX_DEPTH} levels`, 'limit');
    }
    return whole ? this.#value() : 'more';
  }

  #value(): Skimmed | Fault {
    const bytes = this.#window.subarray(this.#at, this.#scanned);
    this.#at = this.#scanned;
    this.#state = 'next';
    if (this.#dropped !== undefined) return this.#dropped;
    const parent = this.#frames.at(-1)?.path ?? [];
    return { kind: 'value', parent, key: this.#key, line: this.#startLine, bytes };
  }

  /** A number or a word ends before the mark that follows it; within an opened list or object there always is one. */
  #walkPlain(): boolean {
    for (; this.#scanned < this.#end; this.#scanned += 1) {
      const byte = this.#window[this.#scanned] ?? 0;
      if (byte <= 0x20 || byte === COMMA || byte === OBJECT_END || byte === ARRAY_END) return true;
    }
    return false;
  }

  #walkNested(): boolean {
    if (this.#quoted) this.#scanned = this.#unquote(this.#scanned);
    if (this.#quoted) return false;
    if (this.#depth > 0) this.#walkBrackets();
    return this.#depth === 0 && !this.#quoted;
  }

  /** The hot loop: as far as the bracket that closes the value, or the end of what is there. */
  #walkBrackets(): void {
    const window = this.#window;
    const end = this.#end;
    let at = this.#scanned;
    let depth = this.#depth;
    while (at < end && !this.#quoted && depth > 0 && depth <= MAX_DEPTH) {
      const byte = window[at];
      at += 1;
      if (byte === QUOTE) at = this.#unquote(at);
      else if (byte === NEWLINE) this.#line += 1;
      else if (byte === OBJECT || byte === ARRAY) depth += 1;
      else if (byte === OBJECT_END || byte === ARRAY_END) depth -= 1;
    }
    this.#scanned = at;
    this.#depth = depth;
  }

  /** Past the closing quote, or as far as can be seen, before a backslash whose partner is not there yet. */
  #unquote(from: number): number {
    const close = closingQuote(this.#window, from, this.#end);
    this.#quoted = close < 0;
    return close < 0 ? -close - 1 : close + 1;
  }
}

/** Offset of the closing quote; where it is not there, minus the offset to go on from, minus one. */
function closingQuote(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH && at + 1 >= end) return -at - 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return -at - 1;
}
