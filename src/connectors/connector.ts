/** The interface of every connector: how a source of facts is asked, and what it must admit. */
import type * as z from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Outcome, Report } from '../estate/schema.ts';

export interface CollectContext<Config> {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the job is cancelled or the process stops; a connector stops within a second. */
  readonly signal: AbortSignal;
  /** Where the last collection that was broken off had come to, as its last `position` report said; empty: nowhere. */
  readonly position?: string;
  /** The ranges (CIDR) that the estate knows of one of its networks. */
  networkRanges?(network: string): Promise<readonly string[]>;
  /** Called as work goes on; `total` is undefined while it is not known. */
  progress(done: number, total: number | undefined, what: string): void;
}

/**
 * A source of facts. `collect` yields reports and returns how it ended; it throws only for bugs and bad configuration,
 * never because the source could not be read in part: that is an `unseen` report and the outcome `partial`.
 */
export interface Connector<Config> {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly config: z.ZodType<Config>;
  /** What it needs to see everything, in words for an operator. */
  readonly needs: {
    readonly network: boolean;
    readonly files: readonly string[];
    readonly secrets: readonly string[];
    readonly permissions: readonly string[];
  };
  /** Seconds after which its last collection is stale, unless the source is configured otherwise. */
  readonly interval: number;
  collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void>;
}
