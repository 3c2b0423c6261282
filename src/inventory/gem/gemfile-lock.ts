/** `Gemfile.lock` and `gems.locked` of Bundler. */
import { basename } from 'node:path/posix';
import { invalid, unread } from '../damage.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { gitFound } from '../source-url.ts';
import { linesOf, readText } from '../text.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const NAMES = ['Gemfile.lock', 'gems.locked'];

export const gemLock: Extractor = {
  id: 'gem-lock',
  title: 'Bundler lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => NAMES.some((name) => isNamed(path, name)),
  extract: readGemLock,
};

/** GEM: of a gem server; GIT: of a repository; PATH and PLUGIN SOURCE: no gem of a server. */
interface Section {
  readonly name: string;
  remote: string;
  revision: string;
}

async function* readGemLock(file: InputFile): AsyncGenerator<Extracted> {
  const text = await readText(file, MAX_BYTES);
  let section: Section | undefined;
  for (const { line, text: whole } of linesOf(text)) {
    if (whole === '') continue;
    if (!whole.startsWith(' ')) {
      if (/^[A-Z][A-Z ]*$/.test(whole)) section = { name: whole, remote: '', revision: '' };
      else yield unread('invalid', `line ${line}: not a section`);
    } else if (section !== undefined) {
      const read = readLine(section, whole, line);
      if (read !== undefined) yield read;
    }
  }
  if (section === undefined && text.trim() !== '') {
    throw invalid(`${basename(file.path)}: no section of a Bundler lock file`);
  }
}

function readLine(section: Section, whole: string, line: number): Extracted | undefined {
  const [, key, value = ''] = /^ {2}(remote|revision): (.*)$/.exec(whole) ?? [];
  if (key === 'remote' || key === 'revision') section[key] = value;
  if (section.name !== 'GEM' && section.name !== 'GIT') return undefined;
  // Six spaces and more: what the gem above asks for.
  if (!/^ {4}\S/.test(whole)) return undefined;
  const [, name, version] = /^ {4}([^\s()]+)(?: \(([^\s()]*)\))?\s*$/.exec(whole) ?? [];
  if (name === undefined) return unread('invalid', `line ${line}: not a gem`);
  return { kind: 'package', found: foundOf(section, name, version ?? '', line) };
}

/** A hyphen ends the version: what follows is the platform, `1.15.4-x86_64-linux`. */
function foundOf(
  { name: kind, remote, revision }: Section,
  name: string,
  version: string,
  line: number,
): Found {
  if (kind === 'GIT') return gitFound({ name }, remote, revision, { line });
  return { type: 'gem', name, version: version.split('-', 1)[0] ?? '', line };
}
