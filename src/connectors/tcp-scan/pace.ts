/** How fast connections may begin: evenly spaced, never in bursts, so that no moment is busier than the rate. */
import type { Clock } from '../../kernel/clock.ts';

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** A bucket that holds one token: every `1 / perSecond` seconds one may be taken, and none is saved up. */
export interface Pace {
  /** Milliseconds until the next is free; 0: taken now. */
  take(): number;
  /** The same without taking it. */
  look(): number;
}

export function paceOf(perSecond: number, clock: Pick<Clock, 'elapsed'>): Pace {
  const interval = 1000 / perSecond;
  let free = -Infinity;
  const look = (): number => Math.max(0, free - clock.elapsed());
  return {
    look,
    take: () => {
      const wait = look();
      if (wait === 0) free = clock.elapsed() + interval;
      return wait;
    },
  };
}
