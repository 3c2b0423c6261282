/** Keeps the findings of the estate up to date: as a job of the server, and at once for `holdfast up`. */
import * as z from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { defineJob, type JobDefinition } from '../kernel/jobs/define.ts';
import type { Jobs } from '../kernel/jobs/jobs.ts';
import type { Database } from '../kernel/sql/database.ts';
import { evaluateFindings, type Evaluation } from '../measures/scanning/evaluate.ts';
import { evaluateUploads } from '../measures/scanning/uploads.ts';
import { openMatcher } from './advisory-index.ts';

export interface ScanEstateTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly config: Pick<Config, 'data'>;
  readonly signal: AbortSignal;
  readonly progress?: (done: number, total: number | undefined, what: string) => void;
}

/** Matches what is new, and what answers to feeds that changed. Cheap where nothing did. */
export async function scanEstate(tools: ScanEstateTools): Promise<Evaluation> {
  const matcher = openMatcher(tools.config.data, () => tools.clock.now());
  try {
    const evaluation = await evaluateFindings({ ...tools, matcher });
    await evaluateUploads(tools.database, tools.clock);
    return evaluation;
  } finally {
    matcher.close();
  }
}

export function scanEstateJob(tools: Pick<ScanEstateTools, 'database' | 'clock' | 'config'>): {
  readonly definitions: readonly JobDefinition[];
  schedule(jobs: Jobs): Promise<void>;
} {
  const job = defineJob({
    name: 'scan-estate',
    input: z.strictObject({}),
    attempts: 3,
    run: async ({ signal, progress }) => {
      await scanEstate({ ...tools, signal, progress });
    },
  });
  return {
    definitions: [job],
    // New inventories and new advisories are looked for every minute; an evaluation already running is not doubled.
    schedule: (jobs) => jobs.schedule(job, '* * * * *', {}),
  };
}
