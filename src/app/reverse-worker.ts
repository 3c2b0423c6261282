/** The thread that holds the reverse index: loads it at its start, brings it up to date, answers questions. */
import { parentPort, workerData } from 'node:worker_threads';
import { ask } from '../exposure/reverse/ask.ts';
import { loadEstateIndex, type EstateIndex } from '../exposure/reverse/load.ts';
import { movedClock, systemClock } from '../kernel/clock.ts';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { openDatabase } from '../kernel/sql/database.ts';
import { keyIfConfigured } from '../people/configured-key.ts';
import type { ReverseReply, ReverseRequest, ReverseSetup } from './reverse-thread.ts';

const setup = workerData as ReverseSetup;
const database = openDatabase(setup.connection, { role: setup.role, connections: 2 });
const clock = movedClock(systemClock, setup.clockAhead);
let loading: Promise<EstateIndex> | undefined;
let refreshing: Promise<unknown> | undefined;

/** A failure to load is told to whoever asks, and tried again with the next question. */
function loaded(): Promise<EstateIndex> {
  loading ??= open().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function open(): Promise<EstateIndex> {
  return loadEstateIndex({ database, clock, personKey: await keyIfConfigured() });
}

/** One at a time; what fails now is brought in by the next. */
async function refresh(): Promise<void> {
  if (loading === undefined || refreshing !== undefined) return;
  const index = await loading.catch(() => undefined);
  refreshing = index?.refresh().catch(() => undefined);
  await refreshing;
  refreshing = undefined;
}

const timer = setInterval(() => void refresh(), setup.refreshMs);

async function answer({
  id,
  question,
  filter,
  page,
  fresh,
}: ReverseRequest): Promise<ReverseReply> {
  try {
    const index = await loaded();
    if (fresh) await index.refresh();
    return { id, answer: await ask(database, index.current, question, filter, page, clock.now()) };
  } catch (error) {
    const known = error instanceof HoldfastError ? error : undefined;
    return {
      id,
      error: {
        code: known?.code ?? 'internal',
        message: messageOf(error),
        remedy: known?.remedy,
      },
    };
  }
}

parentPort?.on('message', (message: ReverseRequest | 'warm' | 'close') => {
  if (message === 'warm') {
    loaded().catch(() => undefined);
  } else if (message === 'close') {
    clearInterval(timer);
    void database.close().finally(() => parentPort?.close());
  } else {
    void answer(message).then((reply) => parentPort?.postMessage(reply));
  }
});
