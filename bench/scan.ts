/**
 * Whole processes of `holdfast scan` on a warm index: this machine's package database, and a bill of materials of 1,000
 * packages; beside them trivy, grype and osv-scanner on the same input where they are on PATH. CPU seconds of the process
 * and its children, peak memory of the process.
 *
 *   node bench/scan.ts            advisories of ../shared/data/advisories
 *   node bench/scan.ts FOLDER     advisories of that folder
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const root = path.dirname(import.meta.dirname);
const feeds = process.argv[2] ?? path.join(root, '../shared/data/advisories');
const RUNS = 5;

interface Measured {
  readonly cpu: number;
  readonly mebibytes: number;
  readonly status: number | null;
}

/** The least of several runs: what disturbs on a shared machine only adds. */
async function least(command: string, args: readonly string[], env = {}): Promise<Measured> {
  let best: Measured | undefined;
  for (let run = 0; run < RUNS; run += 1) {
    const measured = await once(command, args, env);
    if (best === undefined || measured.cpu < best.cpu) best = measured;
  }
  if (best === undefined) throw new Error('nothing was run');
  return best;
}

function once(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  return new Promise((resolve, reject) => {
    // bash's own `time` counts the CPU of any program, also of one that is not ours.
    const child = spawn(
      'bash',
      ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1', '-', command, ...args],
      {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let text = '';
    let peak = 0;
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const poll = setInterval(() => (peak = Math.max(peak, peakOfChildren(child.pid))), 10);
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(poll);
      const [user = 0, system = 0] = (text.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
      resolve({ cpu: user + system, mebibytes: Math.round(peak / 1024), status });
    });
  });
}

/** The greatest `VmHWM` of the children, in KiB. */
function peakOfChildren(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  const peaks = stdout
    .split('\n')
    .filter(Boolean)
    .map((child) => {
      try {
        const status = fs.readFileSync(`/proc/${child.trim()}/status`, 'utf8');
        return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
      } catch {
        return 0;
      }
    });
  return Math.max(0, ...peaks);
}

/** Real names and versions of the lock files at hand would need them here: invented ones cost the look-up as much. */
function billOfMaterials(file: string): void {
  const names = ['lodash', 'axios', 'minimist', 'ws', 'express', 'qs', 'semver', 'braces'];
  const components = Array.from({ length: 1000 }, (_, at) => {
    const name = at < 200 ? (names[at % names.length] ?? '') : `invented-${at}`;
    const version = `${1 + (at % 7)}.${at % 30}.${at % 11}`;
    return { type: 'library', name, version, purl: `pkg:npm/${name}@${version}` };
  });
  fs.writeFileSync(
    file,
    JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', components }),
  );
}

function indent(text: string): string {
  return `  ${text}`;
}

function has(program: string): boolean {
  return spawnSync('bash', ['-c', `command -v ${program}`]).status === 0;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-scan-'));
try {
  const built = spawnSync(process.execPath, [path.join(root, 'tools/build.ts')], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stderr);
  const main = path.join(root, 'dist/main.js');
  const env = { HOLDFAST_DATA: folder, NODE_COMPILE_CACHE: path.join(folder, 'compiled') };
  spawnSync(process.execPath, [main, 'advisories', 'update', '--from', feeds], {
    env: { ...process.env, ...env },
  });
  const bom = path.join(folder, 'bom.cdx.json');
  billOfMaterials(bom);
  const status = '/var/lib/dpkg/status';
  const inputs: readonly (readonly [string, string])[] = [
    ['1,000-package bill of materials', bom],
    ...(fs.existsSync(status) ? [[`this machine's ${status}`, status] as const] : []),
  ];
  const bare = await least(process.execPath, ['-e', '0']);
  console.log(indent(`bare Node: ${bare.cpu.toFixed(2)} s CPU, ${bare.mebibytes} MiB`));
  for (const [name, input] of inputs) {
    const ours = await least(process.execPath, [main, 'scan', input, '--format', 'json'], env);
    console.log(
      `${name}: ${ours.cpu.toFixed(2)} s CPU, ${ours.mebibytes} MiB (exit ${ours.status ?? '?'})`,
    );
    for (const [program, args] of peersFor(input)) {
      if (!has(program)) {
        console.log(indent(`${program}: not on PATH`));
        continue;
      }
      const theirs = await least(program, args);
      const ratio = (theirs.cpu / ours.cpu).toFixed(1);
      console.log(
        indent(
          `${program}: ${theirs.cpu.toFixed(2)} s CPU, ${theirs.mebibytes} MiB: ${ratio} times ours`,
        ),
      );
    }
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Each with its database at hand: an update would be measured otherwise. */
function peersFor(input: string): readonly (readonly [string, readonly string[]])[] {
  return [
    ['trivy', ['sbom', '--offline-scan', '--skip-db-update', input]],
    ['grype', [`sbom:${input}`]],
    ['osv-scanner', ['scan', 'source', '--offline', '--sbom', input]],
  ];
}
