/** The product as a child process, on a data directory of its own that goes with the test. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { packageRoot } from '../../src/kernel/paths.ts';

const main = path.join(packageRoot(), 'src/main.ts');

export interface Workplace {
  readonly home: string;
  readonly data: string;
  /** Runs a command to its end. */
  run(...args: string[]): {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  };
  /** Starts a command; `text()` is what it has said so far on both outputs. */
  start(...args: string[]): Running;
  write(name: string, text: string): string;
}

export interface Running {
  readonly child: ChildProcess;
  text(): string;
  /** Resolves when the text appears, rejects when the process ends first or after a minute. */
  until(pattern: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
}

export function workplace(t: TestContext, home = temporaryFolder()): Workplace {
  const data = path.join(home, 'data');
  const env = {
    ...process.env,
    HOLDFAST_DATA: data,
    HOLDFAST_CONFIG: '/dev/null',
    HOLDFAST_COLLECT_THIS_MACHINE: 'false',
    HOLDFAST_PORT: '0',
    DATABASE_URL: '',
  };
  t.after(() => {
    for (const pid of databaseProcesses(data)) signal(pid, 'SIGKILL');
    fs.rmSync(home, { recursive: true, force: true });
  });
  return {
    home,
    data,
    run: (...args) =>
      spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8', maxBuffer: 1e9 }),
    start: (...args) =>
      started(
        t,
        spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] }),
      ),
    write: (name, text) => {
      const file = path.join(home, name);
      fs.writeFileSync(file, text);
      return file;
    },
  };
}

function temporaryFolder(): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-place-'));
  fs.chmodSync(home, 0o755);
  return home;
}

function started(t: TestContext, child: ChildProcess): Running {
  let text = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => resolve(code)),
  );
  t.after(() => child.kill('SIGKILL'));
  const until = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`no ${String(pattern)} within a minute in:\n${text}`)),
        60_000,
      );
      const look = () => {
        if (!pattern.test(text)) return;
        clearTimeout(limit);
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      void ended.then(() => {
        clearTimeout(limit);
        reject(new Error(`ended without ${String(pattern)}:\n${text}`));
      });
      look();
    });
  return { child, text: () => text, until, ended };
}

/** The postmaster of a data directory and everything it started; none when it does not run. */
export function databaseProcesses(data: string): number[] {
  let postmaster: number;
  try {
    postmaster = Number(
      fs.readFileSync(path.join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0],
    );
  } catch {
    return [];
  }
  const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], {
    encoding: 'utf8',
  }).stdout;
  return [postmaster, ...children.split('\n').map(Number).filter(Boolean)];
}

/** Sends a signal to a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It was gone.
  }
}
