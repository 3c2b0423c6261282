/** Folders of a disk for tests of the inventory, and an extractor that only reads names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Extractor, TargetInventory } from '../../src/inventory/schema.ts';

/** Takes any file whose name ends so, and says that it holds one package of its own name. */
export function namesOnly(ending: string, chosen: Partial<Extractor> = {}): Extractor {
  return {
    id: `any-${ending}`,
    title: 'a test’s',
    version: 1,
    wants: (at) => at.endsWith(`.${ending}`),
    maxBytes: 1024,
    evidence: 'declared',
    extract: (file) => [
      {
        kind: 'package',
        found: { type: 'npm', name: file.path.split('/').at(-1) ?? '', version: '1' },
      },
    ],
    ...chosen,
  };
}

export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-folder-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

export function names({ packages }: TargetInventory): string[] {
  return packages.map(({ name }) => name);
}
