/**
 * Cuts a stream of JSON into documents, or one huge document into its members, without holding more than one of them:
 * brackets are counted outside of strings, nothing is interpreted.
 */
import { HoldfastError } from '../../kernel/errors.ts';

export interface Piece {
  /** Of a member of an object, its name; else empty. */
  readonly key: string;
  readonly bytes: Buffer;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);
const SPACE = new Set([0x09, 0x0a, 0x0d, 0x20]);

/**
 * `documents`: JSON values one after the other, with or without line ends between. `members`: the members of the one
 * object or array that the stream is.
 *
 * @throws HoldfastError `bad_file` where the stream ends within a value, `too_large` for a piece beyond `limit` bytes.
 */
export async function* splitJson(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  mode: 'documents' | 'members',
  limit: number,
): AsyncGenerator<Piece, void, void> {
  const scan = scanner(mode === 'members' ? 1 : 0, limit);
  for await (const chunk of chunks) yield* scan.feed(chunk);
  yield* scan.end();
}

const LIST = 0x5b;

/**
 * The members of the first list that stands in the stream, whatever is around it: answers of programming interfaces wrap
 * their records so.
 *
 * @throws HoldfastError as `splitJson`.
 */
export async function* splitFirstList(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  limit: number,
): AsyncGenerator<Piece, void, void> {
  const scan = scanner(1, limit, true);
  let begun = false;
  for await (const chunk of chunks) {
    const from = begun ? 0 : chunk.indexOf(LIST);
    if (from < 0) continue;
    begun = true;
    yield* scan.feed(chunk.subarray(from));
  }
  if (!begun) throw broken('the list in it is missing');
  yield* scan.end();
}

interface Scanner {
  feed(chunk: Buffer): Piece[];
  end(): Piece[];
}

/** What is known between two bytes. */
interface State {
  /** Depth at which the pieces are: 0 for documents, 1 for members. */
  readonly level: 0 | 1;
  readonly limit: number;
  depth: number;
  inString: boolean;
  escaped: boolean;
  /** What follows the one object or list is passed over. */
  readonly tail: boolean;
  /** The one object or list has ended. */
  closed: boolean;
  /** Name of the member that comes next. */
  key: string;
  /** The piece that goes on has begun, here in this chunk or (0) in a former one. */
  begin: number | undefined;
  /** Of former chunks. */
  held: Buffer[];
  heldSize: number;
  pieces: Piece[];
}

function scanner(level: 0 | 1, limit: number, tail = false): Scanner {
  const state: State = {
    level,
    limit,
    tail,
    depth: 0,
    inString: false,
    escaped: false,
    closed: false,
    key: '',
    begin: undefined,
    held: [],
    heldSize: 0,
    pieces: [],
  };
  return {
    feed(chunk) {
      state.pieces = [];
      for (let at = 0; at < chunk.length;) {
        at = state.inString ? throughString(state, chunk, at) : step(state, chunk, at);
      }
      if (state.begin !== undefined) keep(state, chunk.subarray(state.begin));
      return state.pieces;
    },
    end() {
      if (state.inString || state.depth > 0) throw broken('it ends within a record');
      state.pieces = [];
      finish(state, Buffer.alloc(0), 0);
      return state.pieces;
    },
  };
}

/** One byte outside of a string; gives the place of the next. */
function step(state: State, chunk: Buffer, at: number): number {
  const byte = chunk[at] ?? 0;
  if (SPACE.has(byte)) {
    if (state.level === 0 && state.depth === 0) finish(state, chunk, at);
  } else if (state.closed) {
    if (state.tail) return chunk.length;
    throw broken('something follows its end');
  } else if (CLOSE.has(byte)) {
    close(state, chunk, at);
  } else if (state.depth < state.level) {
    if (!OPEN.has(byte)) throw broken('it is neither an object nor a list');
    state.depth += 1;
  } else if (!betweenMembers(state, byte, chunk, at)) {
    inValue(state, byte, at);
  }
  return at + 1;
}

function betweenMembers(state: State, byte: number, chunk: Buffer, at: number): boolean {
  if (state.level === 0 || state.depth !== 1) return false;
  if (byte === COMMA) finish(state, chunk, at);
  else if (byte === COLON) state.key = keyOf(take(state, chunk, at));
  else return false;
  return true;
}

function inValue(state: State, byte: number, at: number): void {
  state.begin ??= at;
  if (byte === QUOTE) state.inString = true;
  else if (OPEN.has(byte)) state.depth += 1;
}

function close(state: State, chunk: Buffer, at: number): void {
  if (state.depth === 0) throw broken('a bracket closes that was never opened');
  if (state.depth === state.level) {
    finish(state, chunk, at);
    state.closed = true;
  }
  state.depth -= 1;
  if (state.level === 0 && state.depth === 0) finish(state, chunk, at + 1);
}

/** Ends the piece before `to`; where none has begun there is nothing to end. */
function finish(state: State, chunk: Buffer, to: number): void {
  const { key } = state;
  const bytes = take(state, chunk, to);
  state.key = '';
  if (bytes.length > 0) state.pieces.push({ key, bytes });
}

function take(state: State, chunk: Buffer, to: number): Buffer {
  if (state.begin === undefined) return Buffer.alloc(0);
  const part = chunk.subarray(state.begin, to);
  const bytes = state.held.length === 0 ? part : Buffer.concat([...state.held, part]);
  state.begin = undefined;
  state.held = [];
  state.heldSize = 0;
  return bytes;
}

function keep(state: State, part: Buffer): void {
  state.heldSize += part.length;
  if (state.heldSize > state.limit) {
    throw new HoldfastError('too_large', `One record has more than ${state.limit} bytes.`);
  }
  state.held.push(Buffer.from(part));
  state.begin = 0;
}

/** Through the string that goes on at `at`: the place after its quote, or the end of the chunk. */
function throughString(state: State, chunk: Buffer, at: number): number {
  let place = at;
  if (state.escaped) {
    state.escaped = false;
    place += 1;
  }
  for (;;) {
    const quote = chunk.indexOf(QUOTE, place);
    const slashes = slashesBefore(chunk, quote < 0 ? chunk.length : quote, place);
    if (quote < 0) {
      state.escaped = slashes % 2 === 1;
      return chunk.length;
    }
    place = quote + 1;
    if (slashes % 2 === 1) continue;
    state.inString = false;
    if (state.level === 0 && state.depth === 0) finish(state, chunk, place);
    return place;
  }
}

function slashesBefore(chunk: Buffer, end: number, from: number): number {
  let count = 0;
  while (end - 1 - count >= from && chunk[end - 1 - count] === BACKSLASH) count += 1;
  return count;
}

function keyOf(bytes: Buffer): string {
  try {
    const key: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof key === 'string' ? key : '';
  } catch {
    throw broken('a name is not one');
  }
}

function broken(why: string): HoldfastError {
  return new HoldfastError('bad_file', `The JSON is broken: ${why}.`);
}
