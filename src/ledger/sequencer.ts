/** Runs beside the server: gives waiting records their places, and has new heads cosigned. */
import type { Fetch } from '../kernel/http/outgoing.ts';
import type { Log } from '../kernel/log.ts';
import { askWitnesses } from './cosign.ts';
import { isKeptElsewhere, sequence, type LedgerPlace } from './sequence.ts';
import { countWaiting } from './store.ts';

interface SequencerOptions {
  readonly place: LedgerPlace;
  readonly log: Log;
  readonly fetch: Fetch;
  /** Milliseconds between two looks for waiting records. */
  readonly every?: number;
}

/** Heads are cosigned at most this often: a witness' signature covers everything before it. */
const ASK_EVERY_MS = 60_000;
/** After a failure; it is logged each time, and nothing that was recorded is lost. */
const PATIENCE_MS = 30_000;

/**
 * Starts the loop; `stop` waits for what is under way. Any number of processes may run it against one database: where the
 * ledger's key is not, it ends by itself.
 */
export function startSequencer(options: SequencerOptions): { stop(): Promise<void> } {
  const { place, log, fetch, every = 1000 } = options;
  const stopping = new AbortController();
  let first = true;
  let latest = 0;
  let asked = { size: -1, at: -Infinity };

  async function once(): Promise<void> {
    const waiting = await place.database.transaction('everything', countWaiting);
    if (waiting === 0 && !first) return askIfNew();
    const { size } = (await sequence(place)).checkpoint;
    first = false;
    log.debug('ledger sequenced', { size });
    await askIfNew(size);
  }

  async function askIfNew(size = latest): Promise<void> {
    latest = size;
    const now = place.clock.elapsed();
    if (size === asked.size || now - asked.at < ASK_EVERY_MS) return;
    const replies = await askWitnesses(place, fetch);
    const failed = replies.filter(({ outcome }) => outcome !== 'cosigned');
    asked = { size: failed.length === 0 ? size : -1, at: now };
    for (const { name, url, outcome, detail } of failed) {
      const level = outcome === 'ahead' ? 'error' : 'warn';
      log[level]('a witness did not cosign', { name, url, outcome, detail });
    }
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      const pause = await once().then(
        () => every,
        (error: unknown) => {
          if (isKeptElsewhere(error)) return undefined;
          log.error('the ledger could not be sequenced', { error });
          return PATIENCE_MS;
        },
      );
      if (pause === undefined) {
        log.warn('this process signs nothing: the key of the ledger is not here');
        return;
      }
      await sleep(pause, stopping.signal);
    }
  }

  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
