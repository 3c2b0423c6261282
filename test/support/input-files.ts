/** Files of a target out of texts and bytes, and what an extractor makes of them. */
import { bufferSource } from '../../src/inventory/byte-source.ts';
import { inputFile } from '../../src/inventory/input-file.ts';
import type { Extracted, Extractor, Found, InputFile } from '../../src/inventory/schema.ts';

export type Contents = Readonly<Record<string, string | Buffer>>;

/** A tree whose files see each other through `other`; there are no links in it. */
export function inputTree(contents: Contents): ReadonlyMap<string, InputFile> {
  const tree = new Map<string, InputFile>();
  for (const [path, content] of Object.entries(contents)) {
    const source = bufferSource(Buffer.from(content as string));
    tree.set(
      path,
      inputFile(path, source, (other) => Promise.resolve(tree.get(other))),
    );
  }
  return tree;
}

/** One file, with those beside it that it may ask for. */
export function anInputFile(
  path: string,
  content: string | Buffer,
  others: Contents = {},
): InputFile {
  return inputTree({ ...others, [path]: content }).get(path)!;
}

/** Everything an extractor yields of a file. */
export async function extracted(extractor: Extractor, file: InputFile): Promise<Extracted[]> {
  const all: Extracted[] = [];
  for await (const one of extractor.extract(file)) all.push(one);
  return all;
}

/** The packages alone, in the order found. */
export async function foundIn(extractor: Extractor, file: InputFile): Promise<Found[]> {
  const all = await extracted(extractor, file);
  return all.flatMap((one) => (one.kind === 'package' ? [one.found] : []));
}
