/** Cuts a stream into its lines. */
import { HoldfastError } from '../../kernel/errors.ts';
import type { Piece } from './json-split.ts';

const NEWLINE = 0x0a;

/**
 * Lines without their end; empty ones are passed over. A last line without an end counts, but where it opens a record
 * and does not close it the file was cut off.
 *
 * @throws HoldfastError `too_large` for a line beyond `limit` bytes, `bad_file` for a file that was cut off.
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  limit: number,
): AsyncGenerator<Piece, void, void> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const bytes = Buffer.concat([...held, chunk.subarray(start, end)]);
      held = [];
      size = 0;
      start = end + 1;
      if (!isBlank(bytes)) yield { key: '', bytes };
    }
    held.push(Buffer.from(chunk.subarray(start)));
    size += chunk.length - start;
    if (size > limit)
      throw new HoldfastError('too_large', `One line has more than ${limit} bytes.`);
  }
  const last = Buffer.concat(held);
  if (isBlank(last)) return;
  const text = last.toString('latin1').trim();
  if (text.startsWith('{') && !text.endsWith('}')) {
    throw new HoldfastError('bad_file', 'It ends within a record.');
  }
  yield { key: '', bytes: last };
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length < 3 && bytes.toString('latin1').trim() === '';
}
