/**
 * Reads lock files: a package-lock.json of a million entries (generated) with its peak of memory, and each real one of
 * `../shared/data` where that is there. `node bench/lockfile.ts [ENTRIES]`
 */
import { createWriteStream, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { extractors } from '../src/inventory/extractors.ts';
import { bufferSource } from '../src/inventory/byte-source.ts';
import { inputFile } from '../src/inventory/input-file.ts';
import type { InputFile } from '../src/inventory/schema.ts';
import { absent, sharedArchive } from '../test/support/shared-data.ts';

const ENTRIES = Number(process.argv[2] ?? 1_000_000);
const PIECE = 1 << 20;

async function generate(file: string): Promise<void> {
  const out = createWriteStream(file);
  out.write('{\n  "name": "app",\n  "lockfileVersion": 3,\n  "packages": {\n    "": {}');
  let text = '';
  for (let index = 0; index < ENTRIES; index += 1) {
    const name = `package-${index}`;
    const version = `1.${index % 100}.0`;
    text += `,\n    "node_modules/${name}": {\n      "version": "${version}",\n      "resolved": "https://registry.example.org/${name}/-/${name}-${version}.tgz",\n      "integrity": "sha512-${'A'.repeat(86)}==",\n      "dependencies": {"left": "^1.0.0", "right": "^2.0.0"}\n    }`;
    if (text.length < PIECE) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(`${text}\n  }\n}\n`);
  await once(out, 'close');
}

function onDisk(file: string): InputFile {
  const handle = openSync(file, 'r');
  const size = statSync(file).size;
  const read = (offset: number, length: number): Promise<Buffer> => {
    const bytes = Buffer.allocUnsafe(Math.min(length, size - offset));
    return Promise.resolve(bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, offset)));
  };
  return inputFile(path.basename(file), { ...bufferSource(Buffer.alloc(0)), size, read });
}

/** CPU milliseconds and the number of packages. */
async function timed(name: string, file: InputFile): Promise<[number, number]> {
  const extractor = extractors.find((one) => one.peek === undefined && one.wants(name));
  if (extractor === undefined) throw new Error(`nobody reads ${name}`);
  const before = process.cpuUsage();
  let packages = 0;
  for await (const { kind } of extractor.extract(file)) packages += kind === 'package' ? 1 : 0;
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1000, packages];
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-lockfile-'));
try {
  const file = path.join(folder, 'package-lock.json');
  await generate(file);
  const [milliseconds, packages] = await timed(file, onDisk(file));
  const megabytes = statSync(file).size / 1e6;
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    `package-lock.json of ${packages} packages, ${megabytes.toFixed(0)} MB: ${(milliseconds / 1000).toFixed(1)} s CPU, at most ${peak.toFixed(0)} MB of memory`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

const reason = absent('lockfiles/lockfiles.tar.zst');
if (reason !== false) console.log(`real lock files: ${reason}`);
else {
  for (const [name, content] of sharedArchive('lockfiles/lockfiles.tar.zst')) {
    if (/(?:go\.(?:mod|sum)|pom\.xml)$/.test(name) || content.length < 500_000) continue;
    const [milliseconds, packages] = await timed(name, inputFile(name, bufferSource(content)));
    console.log(
      `${name}: ${content.length} bytes, ${packages} packages, ${milliseconds.toFixed(0)} ms CPU`,
    );
  }
}
