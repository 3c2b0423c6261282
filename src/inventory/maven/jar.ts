/** Java archives, with archives in them: the coordinates that Maven packs along, else a guess. */
import { bufferSource, type ByteSource } from '../byte-source.ts';
import { unread, unreadOf } from '../damage.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';
import { openZip, zipBudget, type Zip, type ZipBudget } from '../zip.ts';
import type { ZipEntry } from '../zip-directory.ts';
import { foundMaven, isCoordinate, isMavenVersion } from './found.ts';
import { guessCoordinates, parseManifest, type Guess } from './jar-guess.ts';

const MAX_TEXT = 4 * 1024 * 1024;
/** An archive within an archive is held in memory. */
const MAX_INNER = 256 * 1024 * 1024;
const MAX_DEPTH = 6;

const ARCHIVE = /\.(?:jar|war|ear|aar|hpi|jpi|par|sar|rar|nar|kar)$/i;
const PROPERTIES = /^(?:[^!]*\/)?META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;

export const mavenJar: Extractor = {
  id: 'maven-jar',
  title: 'Java archives (jar, war, ear, hpi)',
  version: 1,
  evidence: 'installed',
  maxBytes: 4 * 1024 ** 3,
  wants: (path) => ARCHIVE.test(path.slice(-5)),
  peek: { bytes: 4, accepts: isArchive },
  extract: extractJar,
};

/** Unpacked archives keep the same file. */
export const mavenProperties: Extractor = {
  id: 'maven-properties',
  title: 'Java libraries, unpacked (pom.properties)',
  version: 1,
  evidence: 'installed',
  maxBytes: MAX_TEXT,
  wants: (path) => path.endsWith('/pom.properties') && PROPERTIES.test(path),
  extract: extractProperties,
};

/** A resource adapter shares its extension with another kind of archive altogether. */
function isArchive(head: Buffer, path: TargetPath): boolean {
  return !/\.rar$/i.test(path) || head.toString('latin1', 0, 4) !== 'Rar!';
}

interface Archive {
  readonly source: ByteSource;
  /** Path within the file; empty for the file itself. */
  readonly inside: string;
  readonly name: string;
  readonly depth: number;
}

async function* extractJar(file: InputFile): AsyncGenerator<Extracted> {
  const name = file.path.slice(
    Math.max(file.path.lastIndexOf('/'), file.path.lastIndexOf('!')) + 1,
  );
  yield* readArchive({ source: file, inside: '', name, depth: 0 }, zipBudget());
}

async function* readArchive(archive: Archive, budget: ZipBudget): AsyncGenerator<Extracted> {
  const { source, inside, name, depth } = archive;
  const zip = await openZip(source, inside === '' ? name : inside, budget, depth);
  for (const { reason, detail } of zip.refused) yield unread(reason, placed(inside, detail));
  yield* coordinatesOf(zip, archive);
  for (const entry of zip.entries) {
    if (!ARCHIVE.test(entry.path.slice(-5)) || entry.size === 0) continue;
    const path = inside === '' ? entry.path : `${inside}!${entry.path}`;
    if (depth >= MAX_DEPTH) {
      yield unread('limit', `${path}: more than ${MAX_DEPTH} archives deep`);
      continue;
    }
    try {
      const bytes = await zip.bytes(entry, MAX_INNER);
      const inner = entry.path.slice(entry.path.lastIndexOf('/') + 1);
      const next = { source: bufferSource(bytes), inside: path, name: inner, depth: depth + 1 };
      yield* readArchive(next, budget);
    } catch (error) {
      yield unreadOf(error, inside === '' ? '' : `in ${inside}: `);
    }
  }
}

function placed(inside: string, detail: string): string {
  return inside === '' ? detail : `${inside}: ${detail}`;
}

/** Every `pom.properties` is a library that is in there, also where several were packed into one. */
async function* coordinatesOf(zip: Zip, archive: Archive): AsyncGenerator<Extracted> {
  const inside = archive.inside === '' ? undefined : archive.inside;
  const told: Coordinates[] = [];
  for (const entry of zip.entries) {
    if (!entry.path.endsWith('/pom.properties') || !PROPERTIES.test(entry.path)) continue;
    try {
      const found = parseProperties(
        (await zip.bytes(entry, MAX_TEXT)).toString('utf8'),
        entry.path,
      );
      if (found === undefined) continue;
      told.push(found);
      yield { kind: 'package', found: foundMaven(...found, { inside }) };
    } catch (error) {
      yield unreadOf(error);
    }
  }
  if (!isSourceless(archive.name)) yield* guessed(zip, archive, inside, told);
}

/** Documentation and sources are not run. */
function isSourceless(name: string): boolean {
  return /-(?:sources|javadoc)\.jar$/i.test(name);
}

/** The archive itself, where none of the libraries told is it: Guice 4 packs along only what it took from others. */
async function* guessed(
  zip: Zip,
  { name }: Archive,
  inside: string | undefined,
  told: readonly Coordinates[],
): AsyncGenerator<Extracted> {
  const entry = zip.entries.find(({ path }) => path.toUpperCase() === 'META-INF/MANIFEST.MF');
  let text = '';
  try {
    text = entry === undefined ? '' : await manifestText(zip, entry);
  } catch (error) {
    yield unreadOf(error);
  }
  const guess = guessCoordinates(name, parseManifest(text));
  const { group, artifact, version, confidence } = guess;
  if (told.length > 0 && (confidence === 'file-name' || told.some((one) => isAkin(one, guess)))) {
    return;
  }
  if (!isCoordinate(artifact) || !isCoordinate(group)) {
    yield unread('unsupported', `${inside ?? name}: nothing tells which library it is`);
    return;
  }
  yield {
    kind: 'package',
    found: foundMaven(group, artifact, version, { inside, qualifiers: { confidence } }),
  };
}

function isAkin([group, artifact]: Coordinates, guess: Guess): boolean {
  const [one, other] = [artifact, guess.artifact].map((text) => text.replaceAll('_', '-'));
  return group === guess.group || one === other;
}

async function manifestText(zip: Zip, entry: ZipEntry): Promise<string> {
  return (await zip.bytes(entry, MAX_TEXT)).toString('utf8');
}

type Coordinates = readonly [group: string, artifact: string, version: string];

const FIELDS = new Set(['groupId', 'artifactId', 'version']);

/** Group and artifact stand in the path too; undefined where nothing is said. */
function parseProperties(text: string, path: string): Coordinates | undefined {
  const values = new Map<string, string>();
  for (const line of text.split(/\r\n|\n|\r/).slice(0, 1000)) {
    const end = line.search(/[=:]/);
    const key = line.slice(0, Math.max(end, 0)).trim();
    if (FIELDS.has(key)) values.set(key, line.slice(end + 1).trim());
  }
  if (values.size === 0) return undefined;
  const parts = path.split('/');
  const group = values.get('groupId') ?? parts.at(-3) ?? '';
  const artifact = values.get('artifactId') ?? parts.at(-2) ?? '';
  const version = values.get('version') ?? '';
  if (!isCoordinate(group) || !isCoordinate(artifact)) return undefined;
  return [group, artifact, isMavenVersion(version) ? version : ''];
}

async function* extractProperties(file: InputFile): AsyncGenerator<Extracted> {
  const text = (await file.bytes(MAX_TEXT)).toString('utf8');
  const found = parseProperties(text, file.path);
  if (found === undefined) {
    yield unread('invalid', 'no coordinates of a library');
    return;
  }
  yield { kind: 'package', found: foundMaven(...found, {}) };
}
