/** Programs of macOS (Mach-O, `mach-o/loader.h` and `fat.h`). */
import { invalid, truncated } from '../damage.ts';
import type { InputFile } from '../schema.ts';
import {
  MAX_PARTS,
  take,
  words,
  type Executable,
  type ExecutablePart,
  type Words,
} from './model.ts';

export const MACH_MAGICS = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);

/** The first architecture of a universal file. */
export async function readFat(file: InputFile): Promise<Executable | undefined> {
  const first = await take(file, 8, 20);
  return readMach(file, first.readUInt32BE(8));
}

const LC_SEGMENT = 1;
const LC_SEGMENT_64 = 0x19;

export async function readMach(file: InputFile, base: number): Promise<Executable | undefined> {
  const head = await take(file, base, 32);
  const magic = head.readUInt32BE(0);
  if (!MACH_MAGICS.has(magic)) return undefined;
  const bigEndian = magic === 0xfeedface || magic === 0xfeedfacf;
  const wide = magic === 0xfeedfacf || magic === 0xcffaedfe;
  const numbers = words(bigEndian, wide);
  const count = numbers.word(head, 16);
  const commands = await take(file, base + (wide ? 32 : 28), numbers.word(head, 20));
  const segments: ExecutablePart[] = [];
  const sections: ExecutablePart[] = [];
  for (let i = 0, at = 0; i < count && at + 8 <= commands.length; i += 1) {
    const [kind, length] = [numbers.word(commands, at), numbers.word(commands, at + 4)];
    if (length < 8 || at + length > commands.length) throw truncated('a load command cut off');
    if (kind === (wide ? LC_SEGMENT_64 : LC_SEGMENT)) {
      const segment = machSegment(commands.subarray(at, at + length), numbers, wide, base);
      segments.push(segment.part);
      sections.push(...segment.sections);
    }
    if (sections.length > MAX_PARTS) throw invalid('an executable with too many sections');
    at += length;
  }
  return { format: 'mach-o', sections, segments };
}

function machSegment(
  bytes: Buffer,
  { word, long }: Words,
  wide: boolean,
  base: number,
): { readonly part: ExecutablePart; readonly sections: readonly ExecutablePart[] } {
  const header = wide ? 72 : 56;
  if (bytes.length < header) throw truncated('a load command cut off');
  const writable = (word(bytes, wide ? 60 : 44) & 2) !== 0;
  const part = {
    name: '',
    address: long(bytes, 24),
    offset: base + long(bytes, wide ? 40 : 32),
    size: long(bytes, wide ? 48 : 36),
    writable,
  };
  const sections: ExecutablePart[] = [];
  const step = wide ? 80 : 68;
  for (let at = header; at + step <= bytes.length; at += step) {
    sections.push({
      name: bytes.toString('latin1', at, at + 16).replace(/\0[^]*$/, ''),
      address: long(bytes, at + 32),
      size: long(bytes, at + (wide ? 40 : 36)),
      offset: base + word(bytes, at + (wide ? 48 : 40)),
      writable,
    });
  }
  return { part, sections };
}
