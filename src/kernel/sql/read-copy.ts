/** Rows of `COPY … TO STDOUT (FORMAT binary)` as they stream in: millions of numbers without a text or an array for each. */
import { HoldfastError } from '../errors.ts';

/** PostgreSQL documentation, COPY, "Binary Format": signature, flags, length of an extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const HEAD = SIGNATURE.length + 8;

/**
 * Calls `take` with the fields of each row, in the order of the columns; null is undefined. The buffers are only good
 * until `take` returns.
 *
 * @throws HoldfastError `internal` where the stream is none or ends in the middle.
 */
export async function readCopy(
  stream: AsyncIterable<Buffer>,
  take: (fields: readonly (Buffer | undefined)[]) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let begun = false;
  let ended = false;
  for await (const chunk of stream) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    if (!begun) {
      if (bytes.length < HEAD) {
        rest = bytes;
        continue;
      }
      at = headOf(bytes);
      begun = true;
    }
    for (;;) {
      const next = ended ? undefined : rowAt(bytes, at);
      if (next === undefined) break;
      if (next.fields === undefined) ended = true;
      else take(next.fields);
      at = next.end;
    }
    rest = bytes.subarray(at);
  }
  if (!ended) throw new HoldfastError('internal', 'a copy of the database ended in the middle');
}

function headOf(bytes: Buffer): number {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE))
    throw new HoldfastError('internal', 'a copy of the database has another form than expected');
  return HEAD + bytes.readInt32BE(SIGNATURE.length + 4);
}

interface Row {
  /** Undefined: the mark of the end. */
  readonly fields: (Buffer | undefined)[] | undefined;
  readonly end: number;
}

/** Undefined where the row is not here whole yet. */
function rowAt(bytes: Buffer, start: number): Row | undefined {
  if (bytes.length < start + 2) return undefined;
  const count = bytes.readInt16BE(start);
  let at = start + 2;
  if (count < 0) return { fields: undefined, end: at };
  const fields: (Buffer | undefined)[] = [];
  for (let i = 0; i < count; i++) {
    if (bytes.length < at + 4) return undefined;
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0) {
      fields.push(undefined);
      continue;
    }
    if (bytes.length < at + length) return undefined;
    fields.push(bytes.subarray(at, at + length));
    at += length;
  }
  return { fields, end: at };
}

/** The members of an `int4[]` in its binary form (array_send): dimensions, flags, type, length, lower bound, then pairs of length and value. */
export function int4Members(field: Buffer): Uint32Array<ArrayBuffer> {
  if (field.readInt32BE(0) === 0) return new Uint32Array();
  const count = field.readInt32BE(12);
  const members = new Uint32Array(count);
  for (let i = 0, at = 24; i < count; i++, at += 8) members[i] = field.readUInt32BE(at);
  return members;
}
