/** dpkg's list of packages: `var/lib/dpkg/status`, and one file a package in `status.d` (distroless images). */
import { HoldfastError } from '../../kernel/errors.ts';
import { lineBatches } from '../line-batches.ts';
import type { Extracted, Extractor, Found, InputFile } from '../schema.ts';

export const dpkgStatus: Extractor = {
  id: 'dpkg-status',
  title: 'Debian packages (dpkg)',
  version: 1,
  wants,
  recognises,
  maxBytes: 512 * 1024 * 1024,
  evidence: 'installed',
  extract,
};

/** `info/NAME.list`, `status-old` and `available` are dpkg's too, but no list of what is installed. */
function wants(path: string): boolean {
  if (path.endsWith('status')) {
    return (
      path.endsWith('var/lib/dpkg/status') ||
      path.endsWith('.dpkg-status') ||
      path === 'dpkg-status' ||
      path.endsWith('/dpkg-status')
    );
  }
  // The checksums beside the paragraphs are no paragraphs.
  return path.includes('var/lib/dpkg/status.d/') && !path.endsWith('.md5sums');
}

/** A paragraph of deb822 with the two fields that every installed package has. */
function recognises(head: Buffer): boolean {
  const text = head.toString('latin1');
  return /^\s*Package: /.test(text) && /\n(Status: |Version: )/.test(text);
}

/** Fields that are read (deb-control(5), names in any case). */
const FIELDS: ReadonlySet<string> = new Set([
  'package',
  'version',
  'architecture',
  'status',
  'source',
]);

interface Paragraph {
  readonly fields: Map<string, string>;
  line: number;
  /** Lines that are neither a field nor the continuation of one. */
  strange: number;
}

async function* extract(file: InputFile): AsyncGenerator<Extracted> {
  const tally = { paragraphs: 0, understood: 0 };
  const inStatusDirectory = file.path.includes('status.d/');
  let paragraph: Paragraph | undefined;
  let line = 0;
  for await (const lines of lineBatches(file.chunks(), { path: file.path })) {
    const found: Extracted[] = [];
    for (const text of lines) {
      line += 1;
      if (isBlank(text)) {
        if (paragraph !== undefined) found.push(...concluded(paragraph, inStatusDirectory, tally));
        paragraph = undefined;
        continue;
      }
      paragraph ??= { fields: new Map(), line, strange: 0 };
      readLine(paragraph, text);
    }
    yield* found;
  }
  if (paragraph !== undefined) yield* concluded(paragraph, inStatusDirectory, tally);
  if (tally.paragraphs > 0 && tally.understood === 0) {
    throw new HoldfastError('bad_file', `${file.path}: holds no paragraph of a dpkg status file.`);
  }
  yield* endOf(file, tally.paragraphs);
}

/** dpkg ends every paragraph with an empty line: a file that stops in mid-line was cut off. */
async function* endOf(file: InputFile, paragraphs: number): AsyncGenerator<Extracted> {
  if (paragraphs === 0) {
    yield { kind: 'unread', reason: 'truncated', detail: 'lists no package at all' };
    return;
  }
  const last = await file.read(file.size - 1, 1);
  if (last.toString('latin1') === '\n') return;
  yield { kind: 'unread', reason: 'truncated', detail: 'the last line has no end: cut off' };
}

function isBlank(text: string): boolean {
  return text === '' || text.trim() === '';
}

function readLine(paragraph: Paragraph, text: string): void {
  const first = text.charCodeAt(0);
  // A blank continues the field before; a number sign begins a comment.
  if (first === 0x20 || first === 0x09 || first === 0x23) return;
  const colon = text.indexOf(':');
  if (colon < 1) {
    paragraph.strange += 1;
    return;
  }
  // No field of interest has a longer name.
  if (colon > 12) return;
  const name = text.slice(0, colon).toLowerCase();
  const value = FIELDS.has(name) ? text.slice(colon + 1).trim() : '';
  if (value !== '') paragraph.fields.set(name, value);
}

function concluded(
  { fields, line, strange }: Paragraph,
  alone: boolean,
  tally: { paragraphs: number; understood: number },
): Extracted[] {
  tally.paragraphs += 1;
  if (!fields.has('package')) return [unclear('no Package field', line)];
  tally.understood += 1;
  const state = stateOf(fields.get('status'), alone);
  if (!STATES.has(state)) return [unclear('no Status that dpkg knows', line)];
  if (ABSENT.has(state)) return [];
  if (!fields.has('version')) return [unclear('no Version field', line)];
  const found: Extracted = { kind: 'package', found: packageOf(fields, state, line) };
  return strange === 0 ? [found] : [found, unclear(`${strange} lines that are no field`, line)];
}

/** `want error state`; a paragraph of status.d has none of them: what is listed there is installed. */
function stateOf(status: string | undefined, alone: boolean): string {
  return status === undefined && alone ? 'installed' : (status?.split(/\s+/)[2] ?? '');
}

function unclear(what: string, line: number): Extracted {
  return { kind: 'unread', reason: 'invalid', detail: `paragraph at line ${line}: ${what}` };
}

/** dpkg(1), "Package states". */
const STATES: ReadonlySet<string> = new Set([
  'installed',
  'config-files',
  'unpacked',
  'half-configured',
  'half-installed',
  'triggers-awaited',
  'triggers-pending',
  'not-installed',
]);
/** Of these nothing is on the disk but configuration. */
const ABSENT: ReadonlySet<string> = new Set(['config-files', 'not-installed']);

function packageOf(fields: ReadonlyMap<string, string>, state: string, line: number): Found {
  const name = fields.get('package') ?? '';
  const version = fields.get('version') ?? '';
  const arch = fields.get('architecture') ?? '';
  // `Source: name (version)`, each where it differs from the binary's.
  const [, source = name, sourceVersion = version] =
    /^(\S+)(?:\s+\(([^)]+)\))?$/.exec(fields.get('source') ?? '') ?? [];
  return {
    type: 'deb',
    name,
    version,
    ...(arch === '' ? {} : { arch }),
    source: { name: source, version: sourceVersion },
    ...(state === 'installed' ? {} : { state }),
    line,
  };
}
