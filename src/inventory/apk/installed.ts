/** Alpine's list of installed packages (apk-package(5), "installed database"): one letter, a colon, a value. */
import { HoldfastError } from '../../kernel/errors.ts';
import { lineBatches } from '../line-batches.ts';
import type { Extracted, Extractor, InputFile } from '../schema.ts';

export const apkInstalled: Extractor = {
  id: 'apk-installed',
  title: 'Alpine packages (apk)',
  version: 1,
  wants: (path) => path.endsWith('lib/apk/db/installed'),
  recognises: (head) => {
    const text = head.toString('latin1');
    return /^\s*(C:Q[12]|P:)/.test(text) && /(^|\n)P:/.test(text) && /\nV:/.test(text);
  },
  maxBytes: 512 * 1024 * 1024,
  evidence: 'installed',
  extract,
};

interface Block {
  line: number;
  name: string;
  version: string;
  arch: string;
  origin: string;
}

async function* extract(file: InputFile): AsyncGenerator<Extracted> {
  const tally = { blocks: 0, understood: 0 };
  let block: Block | undefined;
  let line = 0;
  for await (const lines of lineBatches(file.chunks(), { path: file.path })) {
    const found: Extracted[] = [];
    for (const text of lines) {
      line += 1;
      if (text === '') {
        if (block !== undefined) found.push(concluded(block, tally));
        block = undefined;
        continue;
      }
      block ??= { line, name: '', version: '', arch: '', origin: '' };
      readLine(block, text);
    }
    yield* found;
  }
  if (block !== undefined) yield concluded(block, tally);
  if (tally.blocks > 0 && tally.understood === 0) {
    throw new HoldfastError('bad_file', `${file.path}: holds no package of an apk database.`);
  }
  if (tally.blocks === 0) {
    yield { kind: 'unread', reason: 'truncated', detail: 'lists no package at all' };
  } else if ((await file.read(file.size - 1, 1)).toString('latin1') !== '\n') {
    yield { kind: 'unread', reason: 'truncated', detail: 'the last line has no end: cut off' };
  }
}

function readLine(block: Block, text: string): void {
  if (text.charCodeAt(1) !== 0x3a) return;
  const value = text.slice(2);
  switch (text.charAt(0)) {
    case 'P':
      block.name = value;
      break;
    case 'V':
      block.version = value;
      break;
    case 'A':
      block.arch = value;
      break;
    case 'o':
      block.origin = value;
      break;
    default:
  }
}

function concluded(block: Block, tally: { blocks: number; understood: number }): Extracted {
  const { name, version, arch, origin, line } = block;
  tally.blocks += 1;
  if (name === '' || version === '') {
    const what = name === '' ? 'no name (P:)' : 'no version (V:)';
    return { kind: 'unread', reason: 'invalid', detail: `package at line ${line}: ${what}` };
  }
  tally.understood += 1;
  return {
    kind: 'package',
    found: {
      type: 'apk',
      name,
      version,
      ...(arch === '' ? {} : { arch }),
      // Alpine publishes advisories for origins, which are built from one APKBUILD with one version.
      source: { name: origin === '' ? name : origin, version },
      line,
    },
  };
}
