/** Keeps the deadlines of fixes up to date: as a job of the server after each scan, and at once for commands. */
import * as z from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { defineJob, type JobDefinition } from '../kernel/jobs/define.ts';
import type { Jobs } from '../kernel/jobs/jobs.ts';
import type { Config } from '../kernel/config.ts';
import type { Database } from '../kernel/sql/database.ts';
import { isPubliclyExposed } from './publicly-exposed.ts';
import { measureHolds } from './measure-holds.ts';
import { evaluatePatches, type PatchEvaluation } from '../measures/patching/evaluate.ts';
import { endedProduct } from '../measures/patching/ended-products.ts';
import { unsupportedSystem } from '../measures/patching/support.ts';
import { advisoryDirectory, openAdvisories } from './advisory-index.ts';

export interface PatchDeadlineTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly config: Pick<Config, 'data' | 'timeZone'>;
  readonly signal: AbortSignal;
  readonly progress?: (done: number, total: number | undefined, what: string) => void;
}

/** Judges what something happened to. Cheap where nothing did. */
export async function patchDeadlines(tools: PatchDeadlineTools): Promise<PatchEvaluation> {
  const index = openAdvisories(advisoryDirectory(tools.config.data));
  try {
    return await evaluatePatches({
      ...tools,
      zone: tools.config.timeZone,
      exposed: await isPubliclyExposed(tools),
      unsupported: (asset) =>
        unsupportedSystem(asset, (slug) => index.eol(slug), tools.clock.now()),
      ended: (product, extended) =>
        endedProduct(product, extended, (name) => index.eol(name), tools.clock.now()),
      mitigated: (mitigation) => measureHolds(tools, mitigation),
    });
  } finally {
    index.close();
  }
}

export function patchDeadlineJob(
  tools: Pick<PatchDeadlineTools, 'database' | 'clock' | 'config'>,
): {
  readonly definitions: readonly JobDefinition[];
  schedule(jobs: Jobs): Promise<void>;
} {
  const job = defineJob({
    name: 'patch-deadlines',
    input: z.strictObject({}),
    attempts: 3,
    run: async ({ signal, progress }) => {
      await patchDeadlines({ ...tools, signal, progress });
    },
  });
  return {
    definitions: [job],
    // What a scan of this minute found has its deadline in the next; support and exposure change without a scan.
    schedule: (jobs) => jobs.schedule(job, '* * * * *', {}),
  };
}
