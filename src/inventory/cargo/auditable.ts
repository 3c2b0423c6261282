/** Rust programs built with cargo-auditable: what they were built from stands in a section of theirs. */
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { beyondLimit, invalid, unread } from '../damage.ts';
import { looksExecutable, readExecutable } from '../executable/index.ts';
import { type Fields, fieldsOf, itemsOf, ownField, textField } from '../fields.ts';
import { mayBeProgram } from '../go/index.ts';
import { parseJson } from '../json.ts';
import type { Extracted, Extractor, Found, InputFile } from '../schema.ts';

const MAX_PACKED = 16 * 1024 * 1024;
const MAX_JSON = 64 * 1024 * 1024;
/** Of ELF and PE, and of Mach-O. */
const SECTIONS = new Set(['.dep-v0', 'rust-deps-v0', '__dep_v0']);

export const cargoAuditable: Extractor = {
  id: 'cargo-auditable',
  title: 'Rust programs',
  version: 1,
  maxBytes: 8 * 1024 ** 3,
  evidence: 'installed',
  wants: mayBeProgram,
  peek: { bytes: 8, accepts: looksExecutable },
  extract: readAuditable,
};

async function* readAuditable(file: InputFile): AsyncGenerator<Extracted> {
  const executable = await readExecutable(file);
  const section = executable?.sections.find(({ name }) => SECTIONS.has(name));
  if (section === undefined) return;
  if (section.size > MAX_PACKED) throw beyondLimit(`a list of more than ${MAX_PACKED} bytes`);
  const json = await unpacked(await file.read(section.offset, section.size));
  const root = fieldsOf(parseJson(json, { what: 'the list of crates' }));
  for (const [index, item] of itemsOf(ownField(root, 'packages')).entries()) {
    const found = crateOf(fieldsOf(item) ?? {});
    if (found === undefined) yield unread('invalid', `crate ${index}: without a name`);
    else if (found !== 'own') yield { kind: 'package', found };
  }
}

const inflated = promisify(inflate) as (
  bytes: Buffer,
  options: { maxOutputLength: number },
) => Promise<Buffer>;

async function unpacked(bytes: Buffer): Promise<Buffer> {
  try {
    return await inflated(bytes, { maxOutputLength: MAX_JSON });
  } catch {
    throw invalid('the list of crates cannot be unpacked');
  }
}

/** `source`: `crates.io`, `registry` (another one), `git`, `local`; `kind`: `build` where it only helped to build. */
function crateOf(fields: Fields): Found | 'own' | undefined {
  const name = textField(fields, 'name');
  if (name === undefined) return undefined;
  const version = textField(fields, 'version') ?? '';
  const scope = textField(fields, 'kind') === 'build' ? ({ scope: 'development' } as const) : {};
  switch (textField(fields, 'source')) {
    case 'crates.io':
    case 'registry':
      return { type: 'cargo', name, version, ...scope };
    case 'git':
      return { type: 'generic', name, version, ...scope };
    default:
      return 'own';
  }
}
