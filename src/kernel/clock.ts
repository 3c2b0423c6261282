/** Time comes in as an argument everywhere; only this file reads the machine's clock. */

export interface Clock {
  /** The wall clock, UTC. */
  now(): Date;
  /** Milliseconds that only grow, for measuring how long something took. */
  elapsed(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
};

/** The same clock, moved by so many milliseconds: it goes on from there. */
export function movedClock(clock: Clock, by: number): Clock {
  return { now: () => new Date(clock.now().getTime() + by), elapsed: () => clock.elapsed() };
}

/** A clock for tests: stands still until told otherwise, and can be set back. */
export function fixedClock(
  start: string,
): Clock & { set(to: string): void; advance(ms: number): void } {
  let at = new Date(start).getTime();
  return {
    now: () => new Date(at),
    elapsed: () => at,
    set: (to) => {
      at = new Date(to).getTime();
    },
    advance: (ms) => {
      at += ms;
    },
  };
}
