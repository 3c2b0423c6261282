/** `cabal.project.freeze` of Haskell's Cabal. */
import { basename } from 'node:path/posix';
import { invalid } from '../damage.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';
import { linesOf, readText } from '../text.ts';

const MAX_BYTES = 16 * 1024 * 1024;

export const hackageCabalFreeze: Extractor = {
  id: 'hackage-cabal-freeze',
  title: 'Cabal freeze files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) =>
    path.endsWith('.freeze') && /(?:^|\/)cabal\.project(?:\.[\w-]+)?\.freeze$/.test(path),
  extract: readCabalFreeze,
};

/** `any.name ==1.0.0`; flags (`name +flag`) are no versions. */
const CONSTRAINT = /^(?:any\.|setup\.)?([A-Za-z0-9][A-Za-z0-9-]*)\s*==\s*(\d+(?:\.\d+)*)$/;

async function* readCabalFreeze(file: InputFile): AsyncGenerator<Extracted> {
  const text = await readText(file, MAX_BYTES);
  if (text.trim() !== '' && !/^(?:constraints|active-repositories|index-state)\s*:/m.test(text)) {
    throw invalid(`${basename(file.path)}: no constraints of Cabal`);
  }
  let within = false;
  for (const { line, text: whole } of linesOf(text)) {
    const [, field, value] = /^([a-z-]+)\s*:(.*)$/s.exec(whole) ?? [];
    if (field !== undefined) within = field === 'constraints';
    if (!within || /^\s*--/.test(whole)) continue;
    yield* constraintsOf(value ?? whole, line);
  }
}

function* constraintsOf(text: string, line: number): Generator<Extracted> {
  for (const part of text.split(',')) {
    const [, name, version] = CONSTRAINT.exec(part.trim().slice(0, 1000)) ?? [];
    if (name === undefined || version === undefined) continue;
    yield { kind: 'package', found: { type: 'hackage', name, version, line } };
  }
}
