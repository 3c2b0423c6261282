/**
 * Refused sign-ins in the ledger, each in a transaction of its own.
 *
 * The first of a kind is recorded at once, the rest of its minute in one record with their number, so that a flood of
 * wrong links cannot fill the ledger. What was tried is in none of them.
 */
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/sql/database.ts';
import { record } from '../ledger/record.ts';
import type { LinkState } from './store.ts';

export interface Refusals {
  /** Counts one; resolves when it is recorded, or waits for the end of its minute. */
  note(state: LinkState): Promise<void>;
  /** Records what still waits: before the process ends. */
  flush(): Promise<void>;
}

interface Count {
  waiting: number;
  /** Monotonic milliseconds before which no other record of this kind is made. */
  notBefore: number;
  timer?: NodeJS.Timeout | undefined;
}

const WINDOW_MS = 60_000;
/** The largest count that a record takes. */
const MOST = 999_999_999;

export function createRefusals({
  database,
  clock,
  window = WINDOW_MS,
}: {
  readonly database: Database;
  readonly clock: Clock;
  /** Milliseconds between two records of one kind. */
  readonly window?: number;
}): Refusals {
  const counts = new Map<LinkState, Count>();

  async function write(state: LinkState, count: Count): Promise<void> {
    clearTimeout(count.timer);
    count.timer = undefined;
    const times = count.waiting;
    if (times === 0) return;
    count.waiting = 0;
    count.notBefore = clock.elapsed() + window;
    const reason = `link-${state}` as const;
    const body = { factor: 'one-time-link', outcome: 'refused', reason, times } as const;
    try {
      await database.transaction('everything', (sql) => record(sql, 'sign-in', body, clock.now()));
    } catch (error) {
      count.waiting += times;
      throw error;
    }
  }

  return {
    note: async (state) => {
      const count = counts.get(state) ?? { waiting: 0, notBefore: -Infinity };
      counts.set(state, count);
      count.waiting = Math.min(count.waiting + 1, MOST);
      const wait = count.notBefore - clock.elapsed();
      if (wait <= 0) return write(state, count);
      // A failure is tried again with the next refusal, and by flush.
      count.timer ??= setTimeout(() => void write(state, count).catch(() => undefined), wait);
      count.timer.unref();
    },
    flush: async () => {
      for (const [state, count] of counts) await write(state, count);
    },
  };
}
