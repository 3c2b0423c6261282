/** The server's side of the reverse index: a thread of its own, so that loading and asking never hold up requests. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AskedAnswer, ReverseQuestion } from '../exposure/reverse/ask.ts';
import type { Asker } from '../exposure/reverse/handlers.ts';
import type { ReverseFilter, ReversePage } from '../exposure/reverse/model.ts';
import { systemClock, type Clock } from '../kernel/clock.ts';
import { HoldfastError, type ErrorCode } from '../kernel/errors.ts';
import { packageRoot } from '../kernel/paths.ts';
import type { Connection } from '../kernel/sql/database.ts';

export interface ReverseSetup {
  readonly connection: Connection;
  readonly role: string | undefined;
  /** By how many milliseconds our clock is ahead of the machine's: a demonstration stands at its night. */
  readonly clockAhead: number;
  readonly refreshMs: number;
}

export interface ReverseRequest {
  readonly id: number;
  readonly question: ReverseQuestion;
  readonly filter: ReverseFilter;
  readonly page: ReversePage;
  /** Bring in what has changed before answering. */
  readonly fresh: boolean;
}

export interface ReverseReply {
  readonly id: number;
  readonly answer?: AskedAnswer;
  readonly error?: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly remedy: string | undefined;
  };
}

export interface ReverseThread {
  readonly ask: Asker;
  /** As `ask`, with everything that was stored until now. */
  readonly askFresh: Asker;
  close(): Promise<void>;
}

interface Tools {
  readonly connection: Connection;
  readonly role: string | undefined;
  readonly clock: Clock;
  readonly refreshMs?: number;
  /** Load without being asked after so long; the first question does in any case. */
  readonly warmAfterMs?: number;
}

const REFRESH_MS = 5_000;
const WARM_AFTER_MS = 20_000;

/** Nothing is started before the first question, or `warmAfterMs`. */
export function reverseThread(tools: Tools): ReverseThread {
  const waiting = new Map<number, (reply: ReverseReply) => void>();
  let worker: Worker | undefined;
  let asked = 0;

  function failAll(message: string): void {
    worker = undefined;
    for (const [id, settle] of waiting)
      settle({ id, error: { code: 'internal', message, remedy: undefined } });
    waiting.clear();
  }
  function started(): Worker {
    if (worker !== undefined) return worker;
    const { connection, role, clock, refreshMs = REFRESH_MS } = tools;
    const clockAhead = clock.now().getTime() - systemClock.now().getTime();
    const setup: ReverseSetup = { connection: { ...connection }, role, clockAhead, refreshMs };
    worker = new Worker(workerFile(), { workerData: setup, name: 'reverse-index' });
    worker.unref();
    worker.on('message', (reply: ReverseReply) => {
      waiting.get(reply.id)?.(reply);
      waiting.delete(reply.id);
    });
    worker.on('error', () => failAll('the thread of the reverse index broke off'));
    worker.on('exit', () => failAll('the thread of the reverse index has ended'));
    return worker;
  }
  const ask =
    (fresh: boolean): Asker =>
    (question, filter, page) =>
      new Promise((resolve, reject) => {
        const id = ++asked;
        waiting.set(id, ({ answer, error }) => {
          if (answer !== undefined) resolve(answer);
          else reject(failure(error));
        });
        started().postMessage({ id, question, filter, page, fresh } satisfies ReverseRequest);
      });
  const warming = setTimeout(
    () => started().postMessage('warm'),
    tools.warmAfterMs ?? WARM_AFTER_MS,
  ).unref();
  return {
    ask: ask(false),
    askFresh: ask(true),
    async close() {
      clearTimeout(warming);
      if (worker === undefined) return;
      const ended = new Promise<void>((resolve) => worker?.once('exit', () => resolve()));
      worker.postMessage('close');
      await ended;
    },
  };
}

function failure(error: ReverseReply['error']): HoldfastError {
  return new HoldfastError(error?.code ?? 'internal', error?.message ?? 'no answer came', {
    ...(error?.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}

/** The source as it stands in a clone, the bundle where the package is installed. */
function workerFile(): string {
  const source = path.join(packageRoot(), 'src/app/reverse-worker.ts');
  return existsSync(source) ? source : path.join(packageRoot(), 'dist/app/reverse-worker.js');
}
