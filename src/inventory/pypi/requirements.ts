/** pip's requirements files. Only `==` and `===` tell a version; what is asked for otherwise is of unknown version. */
import { basename, dirname, join } from 'node:path/posix';
import { unread, unreadOf } from '../damage.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { readText } from '../text.ts';
import { fileParts, fromAddress, pypiFound, pypiName } from './pypi-package.ts';
import { readLines, type Requirement } from './requirement-lines.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_FILES = 100;
/** Lines named in a note. */
const MAX_NAMED = 10;

export const pypiRequirements: Extractor = {
  id: 'pypi-requirements',
  title: 'pip requirements files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'declared',
  wants,
  extract: readRequirements,
};

function wants(path: TargetPath): boolean {
  if (!path.endsWith('.txt')) return false;
  if (basename(dirname(path)) === 'requirements') return true;
  return /^(?:.*[-_.])?requirements.*\.txt$/i.test(basename(path));
}

interface Reading {
  readonly seen: Set<TargetPath>;
  /** Versions that constraint files pin. */
  readonly pins: Map<string, string>;
  readonly asked: { readonly found: Found; readonly line: number }[];
  readonly notes: Extracted[];
}

async function* readRequirements(file: InputFile): AsyncGenerator<Extracted> {
  const reading: Reading = { seen: new Set([file.path]), pins: new Map(), asked: [], notes: [] };
  await readInto(reading, file, await readText(file, MAX_BYTES), undefined);
  const unknown = new Set<number>();
  for (const { found, line } of reading.asked) {
    const version = found.version || (reading.pins.get(found.name) ?? '');
    if (version === '' && found.type === 'pypi') unknown.add(line);
    yield { kind: 'package', found: { ...found, version } };
  }
  yield* reading.notes;
  if (unknown.size > 0) yield unread('unsupported', withoutVersion([...unknown]));
}

function withoutVersion(lines: readonly number[]): string {
  const named = lines.slice(0, MAX_NAMED).join(', ');
  const more = lines.length > MAX_NAMED ? ` and ${lines.length - MAX_NAMED} more` : '';
  return `no exact version on line ${named}${more}: which version is installed cannot be told`;
}

/** `from`: the line of the wanted file that led to this one. */
async function readInto(
  reading: Reading,
  file: InputFile,
  text: string,
  from: number | undefined,
): Promise<void> {
  for (const { line: own, parsed } of readLines(text)) {
    const line = from ?? own;
    if (parsed.kind === 'requirement') {
      const found = foundOf(parsed, line);
      if (found !== undefined) reading.asked.push({ found, line });
    } else if (parsed.kind === 'include') {
      await include(reading, file, parsed.path, line);
    } else if (parsed.kind === 'constraints') {
      await constrain(reading, file, parsed.path, line);
    } else if (parsed.kind === 'strange') {
      reading.notes.push(unread('invalid', `line ${line}: not a requirement`));
    }
  }
}

function foundOf({ name, version, address }: Requirement, line: number): Found | undefined {
  if (address === undefined) return name === '' ? undefined : pypiFound(name, version, { line });
  const parts = fileParts(address);
  if (/^[a-z][a-z+]*:\/\//i.test(address) && !/^file:/i.test(address)) {
    const known = name || (parts?.name ?? '');
    return known === '' ? undefined : fromAddress(known, '', address, { line });
  }
  return undefined; // a folder or file of the target itself
}

/** Also what is a file of its own kind: where one file is the whole target nobody else reads it. */
async function include(
  reading: Reading,
  file: InputFile,
  path: string,
  line: number,
): Promise<void> {
  const other = await otherOf(reading, file, path, line);
  if (other === undefined) return;
  try {
    await readInto(reading, other, await readText(other, MAX_BYTES), line);
  } catch (error) {
    reading.notes.push(unreadOf(error, `line ${line}: `));
  }
}

async function constrain(
  reading: Reading,
  file: InputFile,
  path: string,
  line: number,
): Promise<void> {
  const other = await otherOf(reading, file, path, line);
  if (other === undefined) return;
  try {
    for (const { parsed } of readLines(await readText(other, MAX_BYTES))) {
      if (parsed.kind === 'requirement' && parsed.version !== '') {
        reading.pins.set(pypiName(parsed.name), parsed.version);
      }
    }
  } catch (error) {
    reading.notes.push(unreadOf(error, `line ${line}: `));
  }
}

async function otherOf(
  reading: Reading,
  file: InputFile,
  path: string,
  line: number,
): Promise<InputFile | undefined> {
  if (/^[a-z]+:\/\//i.test(path)) {
    reading.notes.push(unread('unsupported', `line ${line}: a file elsewhere is not fetched`));
    return undefined;
  }
  const full = join(dirname(file.path), path);
  if (path.startsWith('/') || full === '..' || full.startsWith('../')) {
    reading.notes.push(
      unread('unsupported', `line ${line}: a file outside the target is not read`),
    );
    return undefined;
  }
  if (reading.seen.has(full)) return undefined;
  reading.seen.add(full);
  if (reading.seen.size > MAX_FILES) {
    reading.notes.push(unread('limit', `line ${line}: more than ${MAX_FILES} files`));
    return undefined;
  }
  const other = await file.other(full);
  if (other === undefined) {
    reading.notes.push(unread('unreadable', `line ${line}: the file it names is not there`));
  }
  return other;
}
