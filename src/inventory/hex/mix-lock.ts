/** `mix.lock` of Elixir and `rebar.lock` of Erlang. */
import { basename } from 'node:path/posix';
import { invalid, unread } from '../damage.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { gitFound } from '../source-url.ts';
import { lineAt, linesOf, readText } from '../text.ts';

const MAX_BYTES = 64 * 1024 * 1024;
/** Characters of a line; the longest have a few thousand. */
const MAX_LINE = 1_000_000;

export const hexMixLock: Extractor = {
  id: 'hex-mix-lock',
  title: 'Mix lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'mix.lock'),
  extract: readMixLock,
};

export const hexRebarLock: Extractor = {
  id: 'hex-rebar-lock',
  title: 'Rebar lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'rebar.lock'),
  extract: readRebarLock,
};

/** One package a line: `"name": {:hex, :name, "1.0.0", …, "hexpm", …},`. */
const HEX = /^\s*"[^"]+": *\{:hex, *(?::"?([^",]+)"?|"([^"]+)"), *"([^"]*)"/;
const OLD = /^\s*"([^"]+)": *\{:package, *"([^"]*)"/;
const GIT = /^\s*"([^"]+)": *\{:git, *"([^"]*)", *"([^"]*)"/;
/** The organisation whose packages are its own: `"hexpm:acme"`. */
const ORGANISATION = /, "hexpm:([^"]+)"/;

async function* readMixLock(file: InputFile): AsyncGenerator<Extracted> {
  let begun = false;
  for (const { line, text } of linesOf(await readText(file, MAX_BYTES))) {
    const content = text.trim();
    if (content === '' || content.startsWith('#') || content === '}') continue;
    if (content === '%{' || content === '%{}') {
      begun = true;
      continue;
    }
    const found = text.length > MAX_LINE ? undefined : mixFound(text, line);
    if (found !== undefined) yield { kind: 'package', found };
    else if (!begun) throw invalid(`${basename(file.path)} line ${line}: not a Mix lock file`);
    else yield unread('invalid', `line ${line}: not a package`);
  }
}

function mixFound(text: string, line: number): Found | undefined {
  const [, atom, quoted, version = ''] = HEX.exec(text) ?? [];
  const name = atom ?? quoted;
  if (name === undefined) return otherFound(text, line);
  const organisation = ORGANISATION.exec(text)?.[1];
  const namespace = organisation === undefined ? {} : { namespace: organisation };
  return { type: 'hex', ...namespace, name, version, line };
}

function otherFound(text: string, line: number): Found | undefined {
  const [, oldName, version = ''] = OLD.exec(text) ?? [];
  if (oldName !== undefined) return { type: 'hex', name: oldName, version, line };
  const [, name, url = '', revision = ''] = GIT.exec(text) ?? [];
  return name === undefined ? undefined : gitFound({ name }, url, revision, { line });
}

/** `{<<"name">>,{pkg,<<"name">>,<<"1.0.0">>},0}` and `{<<"name">>,{git,"url",{ref,"commit"}},0}`. */
const REBAR =
  /\{<<"([^"]+)">>,\s*\{(?:pkg,\s*<<"([^"]+)">>,\s*<<"([^"]*)">>|(?:git|git_subdir),\s*"([^"]*)",\s*\{ref,\s*"([^"]*)"\})/g;

async function* readRebarLock(file: InputFile): AsyncGenerator<Extracted> {
  const text = await readText(file, MAX_BYTES);
  if (text.trim() !== '' && !/^\s*[[{]/.test(text)) {
    throw invalid(`${basename(file.path)}: not a Rebar lock file`);
  }
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(REBAR)) {
    const [, name = '', hex, version = '', url = '', revision = ''] = match;
    line += lineAt(text.slice(counted, match.index), match.index - counted) - 1;
    counted = match.index;
    const found =
      hex === undefined
        ? gitFound({ name }, url, revision, { line })
        : { type: 'hex', name: hex, version, line };
    yield { kind: 'package', found };
  }
  if (!text.trimEnd().endsWith('.') && text.trim() !== '') {
    yield unread('truncated', 'the file ends too early');
  }
}
