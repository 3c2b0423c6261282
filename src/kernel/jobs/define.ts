/** What a job is: a name, the shape of its input, and what it does. */
import type * as z from 'zod';
import { HoldfastError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Scope, Sql } from '../sql/database.ts';

/** What a running job gets. */
export interface JobContext<Input> {
  readonly id: string;
  readonly input: Input;
  /** Grows with every start of the job, from 1. */
  readonly attempt: number;
  /** What the job may see: everything, or the customer in whose scope it was started. */
  readonly scope: Scope;
  /** The last checkpoint of an earlier attempt; validate it, an older Holdfast may have written it. */
  readonly resumed: unknown;
  /** Aborts when the job is cancelled, when its worker stops, and when it was lost to another worker. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** How far it is; `what` is a few words without personal data. Cheap: written at most once a second. */
  readonly progress: (done: number, total?: number, what?: string) => void;
  /**
   * Remembers where to go on. Given `sql`, it is part of the job's own transaction, so that work and checkpoint are
   * kept together or not at all, and a worker that lost the job keeps neither.
   *
   * @throws HoldfastError `cancelled` when another worker has the job now.
   */
  readonly checkpoint: (data: unknown, sql?: Sql) => Promise<void>;
}

export interface JobDefinition<Input = unknown> {
  readonly name: string;
  /** References and settings, never personal data: it is kept for weeks and shown to operators. */
  readonly input: z.ZodType<Input>;
  /** Failed attempts until it stays failed; 5 unless said otherwise. */
  readonly attempts?: number;
  /** Seconds before the second attempt, doubling afterwards up to ten minutes; 5 unless said otherwise. */
  readonly retrySeconds?: number;
  /** How many of this job one worker process runs at once; 1 unless said otherwise. */
  readonly concurrency?: number;
  run(context: JobContext<Input>): Promise<void>;
}

/**
 * @example
 * export const scanHost = defineJob({
 *   name: 'scan-host', input: z.strictObject({ asset: z.string() }),
 *   run: async ({ input, progress, signal }) => { … },
 * });
 */
export function defineJob<Input>(definition: JobDefinition<Input>): JobDefinition<Input> {
  if (!/^[a-z][a-z0-9-]{1,60}$/.test(definition.name))
    throw new HoldfastError('internal', `a job cannot be named ${definition.name}`);
  return definition;
}

/** The input as its definition wants it. The error names the field and never shows a value. */
export function parseInput<Input>(definition: JobDefinition<Input>, raw: unknown): Input {
  const parsed = definition.input.safeParse(raw);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.slice(0, 5).map((issue) => {
    const field = issue.path.length === 0 ? 'the input' : String(issue.path[0]);
    return `${field} (${issue.code})`;
  });
  throw new HoldfastError('bad_input', `Job ${definition.name} cannot take ${wrong.join(', ')}`);
}
