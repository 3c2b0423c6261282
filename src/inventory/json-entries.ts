/** JSON of any size, entry by entry: only the entries are ever held, so a lock file with a million of them needs little memory. */
import { isUtf8 } from 'node:buffer';
import { HoldfastError } from '../kernel/errors.ts';
import type { UnreadReason } from './schema.ts';
import { JsonSkimmer, type Opens } from './json-skim.ts';
import { decodeUtf16 } from './text.ts';

/** One member or item of an opened object or list. Read `value` before the next entry is asked for. */
export interface JsonEntry {
  readonly kind: 'entry';
  /** Of the object or list that holds it: names, and `0`, `1`… of items. */
  readonly parent: readonly string[];
  readonly key: string;
  /** Of the value, from 1. */
  readonly line: number;
  readonly value: unknown;
}

/** A part that could not be understood; where the text itself ends or breaks off nothing follows it. */
export interface JsonFault {
  readonly kind: 'fault';
  readonly reason: UnreadReason;
  readonly detail: string;
}

interface Options {
  /** What messages call the file. */
  readonly what: string;
  /** Objects and lists to be opened by their path from the root, which is always opened; all else is a value. */
  readonly opens: Opens;
  /** Bytes of one value. */
  readonly maxValueBytes?: number;
}

const MAX_VALUE_BYTES = 64 * 1024 * 1024;

/**
 * @example for await (const entry of jsonEntries(file.chunks(), { what: 'x.json', opens: ([a]) => a === 'packages' && 'object' }))
 * @throws HoldfastError `bad_file` where not one entry could be read because of the text's form.
 */
export async function* jsonEntries(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  { what, opens, maxValueBytes = MAX_VALUE_BYTES }: Options,
): AsyncGenerator<JsonEntry | JsonFault> {
  const skim = new JsonSkimmer(opens, maxValueBytes);
  let entries = 0;
  for await (const chunk of utf8(chunks)) {
    skim.push(chunk);
    for (let found = skim.next(); found !== undefined; found = skim.next()) {
      if (found.kind === 'fault' && found.fatal && entries === 0) throw refusal(what, found.detail);
      entries += 1;
      yield found.kind === 'fault' ? found : parsed(found);
      if (found.kind === 'fault' && found.fatal) return;
    }
  }
  const last = skim.finish();
  if (last === undefined) return;
  if (entries === 0) throw refusal(what, last.detail);
  yield last;
}

function refusal(what: string, detail: string): HoldfastError {
  return new HoldfastError('bad_file', `${what} ${detail}`);
}

interface Raw {
  readonly parent: readonly string[];
  readonly key: string;
  readonly line: number;
  readonly bytes: Buffer;
}

function parsed({ parent, key, line, bytes }: Raw): JsonEntry | JsonFault {
  if (!isUtf8(bytes)) {
    return { kind: 'fault', reason: 'invalid', detail: `line ${line}: a value that is not UTF-8` };
  }
  try {
    const value = JSON.parse(bytes.toString('utf8')) as unknown;
    return { kind: 'entry', parent, key, line, value };
  } catch {
    // V8's message quotes the content.
    return { kind: 'fault', reason: 'invalid', detail: `line ${line}: a value that is not JSON` };
  }
}

/** Takes a mark away and turns UTF-16 (seen by its mark) into UTF-8, which needs the whole of it. */
async function* utf8(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  const wide: Buffer[] = [];
  for await (const chunk of chunks) {
    if (first && chunk.length === 0) continue;
    if (wide.length > 0 || (first && decodeUtf16(chunk) !== undefined)) wide.push(chunk);
    else yield first && isMarked(chunk) ? chunk.subarray(3) : chunk;
    first = false;
  }
  if (wide.length > 0) yield Buffer.from(decodeUtf16(Buffer.concat(wide)) ?? '', 'utf8');
}

function isMarked(chunk: Buffer): boolean {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
}
