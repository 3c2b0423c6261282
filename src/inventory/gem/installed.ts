/** Installed gems: `specifications/NAME-VERSION.gemspec`, as RubyGems writes them. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';

const HEAD_BYTES = 64 * 1024;
const PLACE = /(?:^|\/)specifications\/(?:default\/)?[^/]+\.gemspec$/;
/** `# stub: name version platform paths`, the first lines of what RubyGems installs. */
const STUB = /^# stub: (\S+) (\S+)/m;
const NAME = /^[ \t]*\w+\.name[ \t]*=[ \t]*["']([^"'\n]+)["']/m;
const VERSION =
  /^[ \t]*\w+\.version[ \t]*=[ \t]*(?:Gem::Version\.new[ (][ \t]*)?["']([^"'\n]+)["']/m;
const FILE = /^(.+?)-(\d+(?:\.[0-9A-Za-z]+)*)(?:-.+)?\.gemspec$/;

export const gemInstalled: Extractor = {
  id: 'gem-installed',
  title: 'Ruby gems',
  version: 1,
  maxBytes: 64 * 1024 * 1024,
  evidence: 'installed',
  wants: (path: TargetPath) => path.endsWith('.gemspec') && PLACE.test(path),
  extract: readInstalled,
};

async function* readInstalled(file: InputFile): AsyncGenerator<Extracted> {
  const text = (await file.read(0, Math.min(file.size, HEAD_BYTES))).toString('utf8');
  const [, fileName, fileVersion] = FILE.exec(basename(file.path)) ?? [];
  const stated = statedIn(text);
  const name = stated.name ?? fileName;
  if (name === undefined) {
    yield unread('invalid', 'neither the file nor its name tells a gem');
    return;
  }
  if (stated.name === undefined) {
    yield unread('invalid', 'no name in the file; taken from its own name');
  }
  const version = stated.version ?? fileVersion ?? '';
  yield { kind: 'package', found: { type: 'gem', name, version } };
}

function statedIn(text: string): {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
} {
  const [, name, version] = STUB.exec(text) ?? [];
  return { name: name ?? NAME.exec(text)?.[1], version: version ?? VERSION.exec(text)?.[1] };
}
