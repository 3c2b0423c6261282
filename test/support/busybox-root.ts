/** A host of another kind: a directory with nothing but busybox and its own files, as the inventory script sees it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseInventory, type HostFacts } from '../../src/connectors/linux-host/parse.ts';
import { run } from '../../src/kernel/process.ts';
import { has, skipUnless } from './machine.ts';

const SCRIPT = path.join(import.meta.dirname, '../../src/connectors/linux-host/inventory.sh');

export const BUSYBOX = skipUnless(
  [process.platform === 'linux', 'Linux'],
  [process.getuid?.() === 0, 'root, to change the root directory'],
  [has('busybox'), 'busybox'],
  [has('chroot'), 'chroot'],
);

/** What the script says of a host made of `files`; a file that begins with `#!` is a program. */
export async function inRoot(
  files: Readonly<Record<string, string | Buffer>>,
  ...args: string[]
): Promise<HostFacts> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-root-'));
  try {
    for (const name of ['bin', 'proc', 'dev', 'tmp']) mkdirSync(path.join(directory, name));
    const busybox = execFileSync('sh', ['-c', 'readlink -f "$(command -v busybox)"'], {
      encoding: 'utf8',
    }).trim();
    cpSync(busybox, path.join(directory, 'bin/busybox'));
    const linked = spawnSync('ldd', [busybox], { encoding: 'utf8' }).stdout;
    for (const [, library = ''] of linked.matchAll(/(\/\S+\.so[.\d]*) \(/g)) {
      mkdirSync(path.join(directory, path.dirname(library)), { recursive: true });
      execFileSync('cp', ['-L', library, path.join(directory, library)]);
    }
    execFileSync('chroot', [directory, '/bin/busybox', '--install', '-s', '/bin']);
    writeFileSync(path.join(directory, 'dev/null'), '');
    writeFileSync(path.join(directory, 'inventory.sh'), readFileSync(SCRIPT));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.join(directory, path.dirname(name)), { recursive: true });
      // busybox's links are absolute: followed from outside they would lead to this machine's own programs.
      rmSync(path.join(directory, name), { force: true });
      const mode = content.toString().startsWith('#!') ? 0o755 : 0o644;
      writeFileSync(path.join(directory, name), content, { mode, flag: 'wx' });
    }
    const result = await run('chroot', [directory, '/bin/sh', '/inventory.sh', ...args], {
      timeoutMs: 100_000,
      maxBytes: 1e8,
    });
    assert.equal(result.status, 0, result.stderr.toString());
    return parseInventory(result.stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
