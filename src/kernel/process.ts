/** Starts other programs: bounded in time and output, without a shell, and gone with their children when told to stop. */
import { spawn, type ChildProcess } from 'node:child_process';
import process from 'node:process';
import { HoldfastError, systemCode } from './errors.ts';

export interface RunOptions {
  /** Written to standard input, which is then closed; without it standard input is empty. */
  readonly input?: string | Uint8Array;
  /** Milliseconds after which the program and its children are killed. */
  readonly timeoutMs: number;
  /** Most bytes kept of standard output; more kill the program. Standard error keeps 64 KiB and drops the rest. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** The whole environment of the program; without it, this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunResult {
  /** Exit status, or null where a signal ended it. */
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Standard output was longer than `maxBytes`; what is here is its beginning. */
  readonly truncated: boolean;
  readonly timedOut: boolean;
}

const STDERR_BYTES = 64 * 1024;
/** Between the request to end and the order: short enough for a cancelled job to stop within a second. */
const GRACE_MS = 300;

/**
 * Runs `command` with `args` as they are and waits for its end.
 *
 * @throws HoldfastError `not_found` where the program is missing, `not_permitted` where it must not be run, `cancelled`
 * after an abort.
 * @example await run('uname', ['-r'], { timeoutMs: 1000, maxBytes: 1000 })
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  if (isAborted(options.signal)) throw cancelled(command);
  // A group of its own (setsid), so that its children can be ended with it.
  const child = spawn(command, args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
  });
  const stdout = keep(options.maxBytes);
  const stderr = keep(STDERR_BYTES);
  const ended = { early: false, timedOut: false };
  let grace: NodeJS.Timeout | undefined;

  function end(): void {
    if (ended.early) return;
    ended.early = true;
    signalGroup(child.pid, 'SIGTERM');
    grace = setTimeout(() => {
      signalGroup(child.pid, 'SIGKILL');
      // A grandchild that left the group may hold the pipes open: what it says is no longer awaited.
      child.stdout.destroy();
      child.stderr.destroy();
    }, GRACE_MS);
  }
  const limit = setTimeout(() => {
    ended.timedOut = true;
    end();
  }, options.timeoutMs);
  options.signal?.addEventListener('abort', end, { once: true });
  child.stdout.on('data', (chunk: Buffer) => {
    if (stdout.add(chunk)) end();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr.add(chunk);
  });
  // A program may end without reading its input (EPIPE): its status tells.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);

  try {
    const status = await closed(child);
    if (isAborted(options.signal)) throw cancelled(command);
    return {
      status,
      stdout: stdout.bytes(),
      stderr: stderr.bytes(),
      truncated: stdout.full(),
      timedOut: ended.timedOut,
    };
  } catch (error) {
    throw startError(command, error);
  } finally {
    clearTimeout(limit);
    clearTimeout(grace);
    options.signal?.removeEventListener('abort', end);
    // What the program left running in its group would outlive the one who asked.
    if (ended.early) signalGroup(child.pid, 'SIGKILL');
  }
}

function closed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

function keep(limit: number): { add(chunk: Buffer): boolean; bytes(): Buffer; full(): boolean } {
  const chunks: Buffer[] = [];
  let length = 0;
  let full = false;
  return {
    /** Whether there was more than may be kept. */
    add(chunk) {
      const room = limit - length;
      if (chunk.length > room) full = true;
      if (room > 0) {
        chunks.push(chunk.subarray(0, room));
        length += Math.min(chunk.length, room);
      }
      return full;
    },
    bytes: () => Buffer.concat(chunks),
    full: () => full,
  };
}

function signalGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH' && systemCode(error) !== 'EPERM') throw error;
  }
}

function cancelled(command: string): HoldfastError {
  return new HoldfastError('cancelled', `${command} was stopped before its end.`);
}

function startError(command: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === 'ENOENT') {
    return new HoldfastError('not_found', `The program ${command} is not installed here.`, {
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new HoldfastError('not_permitted', `The program ${command} may not be run.`, {
      cause: error,
    });
  }
  return error;
}

/** Asked anew each time: the compiler takes an earlier answer for good. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
