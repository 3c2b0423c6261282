/** Runs collections: at once for a command, as background jobs for the server. */
import * as z from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { defineJob, type JobDefinition } from '../kernel/jobs/define.ts';
import type { Jobs } from '../kernel/jobs/jobs.ts';
import type { Log } from '../kernel/log.ts';
import type { Database } from '../kernel/sql/database.ts';
import type { Take } from '../connectors/linux-host/push/handlers.ts';
import { collect } from '../estate/collect.ts';
import type { CollectionRecord } from '../estate/model.ts';
import { readSources } from '../estate/store-read.ts';
import { readNetworkRanges, readPosition } from '../estate/store-sightings.ts';
import { labelOf, type ConfiguredSource } from './sources.ts';

export interface CollectTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly progress?: (done: number, total: number | undefined, what: string) => void;
}

/** Component numbers are shared by all collections of this process. */
const components = new Map<string, number>();

/** Takes what a host pushed as a collection of a source of its own. */
export function pushedTaker(
  tools: Omit<CollectTools, 'signal' | 'progress'>,
  interval: number,
): Take {
  return (name, reports) =>
    collect(
      { ...tools, source: { connector: 'linux-host-push', name, interval }, components },
      reports,
    );
}

/** Collects from one source now. */
export async function collectFrom(
  source: ConfiguredSource,
  tools: CollectTools,
): Promise<CollectionRecord> {
  const { database } = tools;
  const progress = tools.progress ?? (() => undefined);
  const position = await database.transaction('everything', (sql) => readPosition(sql, source));
  const reports = source.connectorOf.collect({
    config: source.settings,
    clock: tools.clock,
    log: tools.log.with({ source: labelOf(source) }),
    signal: tools.signal,
    position,
    networkRanges: (network) =>
      database.transaction('everything', async (sql) => {
        const networks = await readNetworkRanges(sql);
        return networks.find(({ key }) => key === network)?.cidrs ?? [];
      }),
    progress,
  });
  return collect(
    {
      ...tools,
      source,
      components,
      progress: (taken) => progress(taken, undefined, 'facts stored'),
    },
    reports,
  );
}

const SourceInput = z.strictObject({ connector: z.string(), name: z.string() });

/** The jobs of the server: one source's collection, and the round that starts those that are due. */
export function collectionJobs(
  database: Database,
  clock: Clock,
  sources: readonly ConfiguredSource[],
): { definitions: readonly JobDefinition[]; schedule(jobs: Jobs): Promise<void> } {
  let started: Jobs | undefined;
  const one = defineJob({
    name: 'collect',
    input: SourceInput,
    concurrency: 4,
    attempts: 1,
    run: async ({ input, log, signal, progress }) => {
      const source = sources.find(
        (each) => each.connector === input.connector && each.name === input.name,
      );
      if (source === undefined)
        throw new HoldfastError(
          'not_found',
          `The source ${labelOf(input)} is no longer configured`,
        );
      await collectFrom(source, { database, clock, log, signal, progress });
    },
  });
  const round = defineJob({
    name: 'collect-due',
    input: z.strictObject({}),
    attempts: 1,
    run: async () => {
      const now = clock.now();
      const known = await database.transaction('everything', (sql) => readSources(sql, now));
      for (const source of sources) {
        const last =
          known
            .find((each) => labelOf(each) === labelOf(source))
            ?.lastCollection?.startedAt.getTime() ?? 0;
        // A tenth early, so that a source is not stale while its next collection is still running.
        if (now.getTime() - last < source.interval * 900) continue;
        const { connector, name } = source;
        await started?.start(one, { connector, name }, { key: labelOf(source) });
      }
    },
  });
  return {
    definitions: [one, round],
    schedule: async (jobs) => {
      started = jobs;
      await jobs.schedule(round, '* * * * *', {});
    },
  };
}
