/** Lines of a text that is never held whole, in batches: one wait a piece instead of one a line. */
import { HoldfastError } from '../kernel/errors.ts';

interface Options {
  /** Named in the error. */
  readonly path: string;
  /** Characters of one line above which the file is refused. */
  readonly longest?: number;
}

const LONGEST = 1024 * 1024;

/**
 * UTF-8 text split at `\n`; a `\r` before it is taken away. The last line counts whether or not it ends.
 *
 * @throws HoldfastError `bad_file` for a line longer than `longest`.
 */
export async function* lineBatches(
  chunks: AsyncIterable<Buffer>,
  { path, longest = LONGEST }: Options,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let line = 1;
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    check(lines, rest);
    line += lines.length;
    yield lines.map(withoutReturn);
  }
  rest += decoder.decode();
  if (rest !== '') yield [withoutReturn(rest)];

  function check(lines: readonly string[], begun: string): void {
    const at = lines.findIndex((text) => text.length > longest);
    if (at < 0 && begun.length <= longest) return;
    const where = line + (at < 0 ? lines.length : at);
    throw new HoldfastError(
      'bad_file',
      `${path} line ${where}: longer than ${longest} characters.`,
    );
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
