/** One attempt of one job: its context, its lease, and how it ends. */
import type { Clock } from '../clock.ts';
import { HoldfastError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Database, Scope } from '../sql/database.ts';
import { parseInput, type JobContext, type JobDefinition } from './define.ts';
import type { Queue } from './queue.ts';
import { isRetriable, publicError, retryDelay } from './retry.ts';
import { endJob, releaseJob, renewLease, writeCheckpoint, type Claim, type Told } from './store.ts';

/** Why an attempt was told to stop. */
export type StopReason = 'cancelled' | 'stopping' | 'lost';

export interface Attempt {
  readonly claim: Claim;
  stop(reason: StopReason): void;
  /** Resolves when the attempt is over and what became of it is written. Never rejects. */
  readonly ended: Promise<void>;
}

interface AttemptOptions {
  readonly database: Database;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  /** Seconds without a sign of life after which another worker takes the job. */
  readonly lease: number;
}

export const DEFAULT_ATTEMPTS = 5;
export const DEFAULT_RETRY_SECONDS = 5;

export function runAttempt(
  options: AttemptOptions,
  definition: JobDefinition,
  claim: Claim,
): Attempt {
  const log = options.log.with({ job: claim.id, name: claim.name, attempt: claim.attempt });
  const stopper = new AbortController();
  const state: State = { told: undefined, reason: undefined };
  const stop = (reason: StopReason): void => {
    state.reason ??= reason;
    if (reason === 'lost') state.reason = reason;
    stopper.abort(new HoldfastError('cancelled', `Job ${claim.id} was stopped (${reason})`));
  };
  const heart = keepLease(options, claim, state, stop);
  const run = async (): Promise<void> => {
    let failure: { error: unknown } | undefined;
    try {
      const context = contextOf(options, claim, log, stopper.signal, state, stop);
      await perform(definition, context, claim.input);
    } catch (error) {
      failure = { error };
    }
    await heart.stop();
    await conclude(options, definition, claim, log, state, failure);
  };
  const ended = run().catch((error: unknown) => {
    // The lease runs out and another worker goes on from the checkpoint.
    log.error('the end of a job could not be written', { error });
  });
  return { claim, stop, ended };
}

interface State {
  told: Told | undefined;
  reason: StopReason | undefined;
}

async function perform(
  definition: JobDefinition,
  context: JobContext<unknown>,
  raw: unknown,
): Promise<void> {
  const input = parseInput(definition, raw);
  await definition.run({ ...context, input });
}

function contextOf(
  { database }: AttemptOptions,
  claim: Claim,
  log: Log,
  signal: AbortSignal,
  state: State,
  stop: (reason: StopReason) => void,
): JobContext<unknown> {
  const scope: Scope = claim.customer === 0 ? 'everything' : { customer: claim.customer };
  return {
    id: claim.id,
    input: undefined,
    attempt: claim.attempt,
    scope,
    resumed: claim.checkpoint ?? undefined,
    signal,
    log,
    progress: (done, total, what) => {
      state.told = { done: Math.trunc(done), total, what };
    },
    checkpoint: async (data, sql) => {
      const kept =
        sql === undefined
          ? await database.transaction('everything', (own) => writeCheckpoint(own, claim, data))
          : await writeCheckpoint(sql, claim, data);
      if (kept) return;
      stop('lost');
      throw new HoldfastError('cancelled', `Job ${claim.id} is no longer this worker's`);
    },
  };
}

/** Renews the lease until told to stop. A worker that cannot renew it in time stops its job itself. */
function keepLease(
  { database, clock, lease, log }: AttemptOptions,
  claim: Claim,
  state: State,
  stop: (reason: StopReason) => void,
): { stop(): Promise<void> } {
  const tick = Math.min(1000, (lease * 1000) / 6);
  let renewed = clock.elapsed();
  let last: Told | undefined;
  let busy: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    const due = clock.elapsed() - renewed > (lease * 1000) / 3;
    const { told } = state;
    if (!due && told === last) return;
    const began = clock.elapsed();
    try {
      const answer = await database.transaction('everything', (sql) =>
        renewLease(sql, claim, lease, told === last ? undefined : told),
      );
      if (answer === undefined) {
        stop('lost');
        return;
      }
      renewed = began;
      last = told;
      if (answer.cancelRequested) stop('cancelled');
    } catch (error) {
      log.warn('a job’s lease could not be renewed', { job: claim.id, error });
    }
    if (clock.elapsed() - renewed > lease * 1000) stop('lost');
  };
  const timer = setInterval(() => {
    busy ??= renew().finally(() => {
      busy = undefined;
    });
  }, tick);
  return {
    stop: async () => {
      clearInterval(timer);
      await busy;
    },
  };
}

async function conclude(
  options: AttemptOptions,
  definition: JobDefinition,
  claim: Claim,
  log: Log,
  state: State,
  failure: { error: unknown } | undefined,
): Promise<void> {
  const { database, queue } = options;
  if (state.reason === 'lost') {
    log.warn('a job was lost to another worker');
    return;
  }
  const wrote = await database.transaction('everything', async (sql) => {
    if (state.told !== undefined) await renewLease(sql, claim, options.lease, state.told);
    if (failure === undefined) return endJob(sql, claim, 'done');
    if (state.reason === 'cancelled') return endJob(sql, claim, 'cancelled');
    if (state.reason === 'stopping') {
      const released = await releaseJob(sql, claim, 0);
      if (released) await queue.send(sql, claim.name, claim.id, 0);
      return released;
    }
    const told = publicError(failure.error);
    const failures = claim.failures + 1;
    if (!isRetriable(failure.error) || failures >= (definition.attempts ?? DEFAULT_ATTEMPTS))
      return endJob(sql, claim, 'failed', told);
    const delay = retryDelay(failures, definition.retrySeconds ?? DEFAULT_RETRY_SECONDS);
    const released = await releaseJob(sql, claim, delay, told);
    if (released) await queue.send(sql, claim.name, claim.id, delay);
    return released;
  });
  if (failure !== undefined && state.reason === undefined)
    log.error('a job failed', { error: failure.error });
  if (!wrote) log.warn('a job was lost to another worker');
}
