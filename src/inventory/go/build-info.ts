/** What the Go linker leaves in every program: the Go version and the modules (Go's `debug/buildinfo` and `runtime/debug`). */
import { beyondLimit, invalid, truncated, unsupported } from '../damage.ts';
import { readExecutable } from '../executable/index.ts';
import type { Executable, ExecutablePart } from '../executable/model.ts';
import { randomReader, type RandomReader } from '../random-reader.ts';
import type { InputFile } from '../schema.ts';

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const HEADER_BYTES = 32;
const ALIGNMENT = 16;
const BIG_ENDIAN = 1;
const INLINE = 2;
/** The largest programs list some thousand modules in a few hundred kilobytes. */
const MAX_STRING = 8 * 1024 * 1024;
/** How much of a data segment is searched where no section tells the place. */
const MAX_SEARCH = 64 * 1024 * 1024;
const CHUNK = 128 * 1024;

export interface GoModule {
  readonly path: string;
  /** Empty for `(devel)`: built from a working copy. */
  readonly version: string;
}

export interface GoBuild {
  /** As the toolchain calls itself: `go1.22.3`, `go1.20.12 (Red Hat 1.20.12-1.el9)`. */
  readonly goVersion: string;
  /** Import path of the main package. */
  readonly path: string | undefined;
  readonly main: GoModule | undefined;
  /** With replacements done; of one replaced by a folder the version is unknown. */
  readonly modules: readonly GoModule[];
}

/**
 * Undefined for anything that Go did not build.
 *
 * @throws HoldfastError `bad_file` for a damaged executable, one of Go before 1.13, and one packed by UPX.
 */
export async function readGoBuild(file: InputFile): Promise<GoBuild | undefined> {
  const executable = await readExecutable(file);
  if (executable === undefined) return undefined;
  const reader = randomReader(file);
  const at = await findInfo(reader, executable);
  if (at === undefined) {
    await refuseHidden(file, executable);
    return undefined;
  }
  const header = await reader.at(at, HEADER_BYTES);
  const inline = (header.readUInt8(15) & INLINE) !== 0;
  const [goVersion, modules] = inline
    ? await inlineStrings(reader, at + HEADER_BYTES)
    : await pointedStrings(reader, executable, header);
  if (goVersion === '') throw invalid('build information without a Go version');
  return { goVersion, ...modulesOf(modules) };
}

const SECTION = new Set(['.go.buildinfo', '__go_buildinfo']);

async function findInfo(
  reader: RandomReader,
  { sections, segments, format }: Executable,
): Promise<number | undefined> {
  const named = sections.find(({ name }) => SECTION.has(name));
  if (named !== undefined) return search(reader, named);
  // Where sections are named, Go's is among them; PE has no such section.
  if (sections.length > 0 && format !== 'pe') return undefined;
  for (const part of segments) {
    const found = part.writable ? await search(reader, part) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Offset of the magic, which is aligned in memory. */
async function search(reader: RandomReader, part: ExecutablePart): Promise<number | undefined> {
  const end = Math.min(part.offset + Math.min(part.size, MAX_SEARCH), reader.size);
  for (let from = part.offset; from + HEADER_BYTES <= end; from += CHUNK) {
    const chunk = await reader.at(from, Math.min(CHUNK + HEADER_BYTES, end - from));
    for (let at = chunk.indexOf(MAGIC); at >= 0; at = chunk.indexOf(MAGIC, at + 1)) {
      const aligned = (part.address + (from - part.offset) + at) % ALIGNMENT === 0;
      if (aligned && from + at + HEADER_BYTES <= end) return from + at;
    }
  }
  return undefined;
}

const OF_GO = new Set(['.note.go.buildid', '.gopclntab', '.go.module', '__gopclntab']);

/** Programs of Go whose modules cannot be seen are said, not passed over. */
async function refuseHidden(file: InputFile, { sections }: Executable): Promise<void> {
  if (sections.some(({ name }) => OF_GO.has(name))) {
    throw unsupported('a Go program without build information (Go before 1.13, or cut away)');
  }
  if (sections.length > 0 && !sections.some(({ name }) => name.startsWith('UPX'))) return;
  const head = await file.read(0, 4096);
  if (head.includes('UPX!')) throw unsupported('packed by UPX: what it was built from is hidden');
}

async function inlineStrings(reader: RandomReader, at: number): Promise<[string, Buffer]> {
  const [version, next] = await inlineString(reader, at);
  const [modules] = await inlineString(reader, next);
  return [version.toString('utf8'), modules];
}

async function inlineString(reader: RandomReader, at: number): Promise<[Buffer, number]> {
  let length = 0;
  for (let i = 0; i < 5; i += 1) {
    const byte = (await reader.at(at + i, 1)).readUInt8(0);
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      const start = at + i + 1;
      return [await text(reader, start, length), start + length];
    }
  }
  throw invalid('a length that does not end');
}

function text(reader: RandomReader, offset: number, length: number): Promise<Buffer> {
  if (length > MAX_STRING) throw beyondLimit(`build information of ${length} bytes`);
  return reader.at(offset, length);
}

/** Go 1.13 to 1.17: two addresses of strings, each an address and a length. */
async function pointedStrings(
  reader: RandomReader,
  executable: Executable,
  header: Buffer,
): Promise<[string, Buffer]> {
  const width = header.readUInt8(14);
  const bigEndian = (header.readUInt8(15) & BIG_ENDIAN) !== 0;
  if (width !== 4 && width !== 8)
    throw invalid(`build information with pointers of ${width} bytes`);
  const pointer = (bytes: Buffer, offset: number): number => {
    if (width === 4) return bigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset);
    return Number(bigEndian ? bytes.readBigUInt64BE(offset) : bytes.readBigUInt64LE(offset));
  };
  const string = async (address: number): Promise<Buffer> => {
    if (address === 0) return Buffer.alloc(0);
    const pair = await reader.at(offsetOf(executable, address), width * 2);
    const length = pointer(pair, width);
    if (length === 0) return Buffer.alloc(0);
    return text(reader, offsetOf(executable, pointer(pair, 0)), length);
  };
  const version = await string(pointer(header, 16));
  return [version.toString('utf8'), await string(pointer(header, 16 + width))];
}

function offsetOf({ segments }: Executable, address: number): number {
  const part = segments.find((one) => address >= one.address && address < one.address + one.size);
  if (part === undefined) throw truncated('build information outside what is loaded');
  return part.offset + (address - part.address);
}

/** The list stands between two marks of 16 bytes. */
function modulesOf(bytes: Buffer): Omit<GoBuild, 'goVersion'> {
  const marked = bytes.length >= 33 && bytes[bytes.length - 17] === 0x0a;
  const info: Modules = { path: undefined, main: undefined, modules: [] };
  const text = marked ? bytes.toString('utf8', 16, bytes.length - 16) : '';
  for (const line of text.split('\n')) {
    const [kind, name = '', version = ''] = line.split('\t');
    take(info, kind, { path: name, version: version === '(devel)' ? '' : version });
  }
  return info;
}

interface Modules extends Omit<GoBuild, 'goVersion'> {
  path: string | undefined;
  main: GoModule | undefined;
  readonly modules: GoModule[];
}

function take(info: Modules, kind: string | undefined, module: GoModule): void {
  if (kind === 'path') info.path = module.path;
  else if (kind === 'mod') info.main = module;
  else if (kind === 'dep') info.modules.push(module);
  // The main module stands first: a replacement before any dependency is its own.
  else if (kind === '=>' && info.modules.length === 0) info.main = module;
  else if (kind === '=>') replaceLast(info.modules, module);
}

function replaceLast(modules: GoModule[], by: GoModule): void {
  const before = modules.pop();
  if (before !== undefined) modules.push(isFolder(by.path) ? { ...before, version: '' } : by);
}

/** A replacement by a folder begins with a dot or is absolute (Go modules reference, "replace directive"). */
export function isFolder(path: string): boolean {
  return /^\.{0,2}[/\\]|^\.{1,2}$|^[A-Za-z]:[/\\]/.test(path);
}
