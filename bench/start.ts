/**
 * Start-up: time and memory of the whole server, first start (a new database) and second start, as CPU seconds of all
 * processes and the largest resident size. `node bench/start.ts [ROUNDS]`
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const rounds = Number(process.argv[2] ?? 3);
const main = path.join(import.meta.dirname, '../src/main.ts');
const TICKS = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);

interface Sample {
  readonly ready: number;
  readonly cpu: number;
  readonly memory: number;
}

for (let round = 0; round < rounds; round += 1) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-start-'));
  fs.chmodSync(home, 0o755);
  for (const label of ['first start', 'second start']) {
    const { ready, cpu, memory } = await start(home);
    console.log(
      `${label}: listening after ${(ready / 1000).toFixed(1)} s, ${cpu.toFixed(1)} s CPU, ${Math.round(memory)} MB proportional (Holdfast and PostgreSQL)`,
    );
  }
  fs.rmSync(home, { recursive: true });
}

async function start(home: string): Promise<Sample> {
  const began = performance.now();
  const child = spawn(process.execPath, [main, 'up', '--port', '0', '--data', home], {
    env: { ...process.env, HOLDFAST_COLLECT_THIS_MACHINE: 'false' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise<void>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Console:')) resolve();
    });
    child.once('exit', () => reject(new Error('the server ended by itself')));
  });
  const ready = performance.now() - began;
  const pids = family(child.pid ?? 0);
  const sample = { ready, cpu: sum(pids.map(cpuOf)), memory: sum(pids.map(memoryOf)) };
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.removeAllListeners('exit');
  child.kill('SIGTERM');
  await ended;
  return sample;
}

function family(pid: number): number[] {
  const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], {
    encoding: 'utf8',
  }).stdout;
  return [pid, ...children.split('\n').map(Number).filter(Boolean).flatMap(family)];
}

/** User and system time of the process and its ended children, in seconds (proc(5)). */
function cpuOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return sum(fields.slice(11, 15).map(Number)) / TICKS;
}

/** Proportional set size in MB: pages that are shared are divided among those who share them. */
function memoryOf(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
