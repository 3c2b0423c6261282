/** The jobs of the tests, and a worker process that runs them: `node job-worker.ts CONNECTION-AS-JSON ROLE`. */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { systemClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { defineJob } from '../../src/kernel/jobs/define.ts';
import { openJobs } from '../../src/kernel/jobs/jobs.ts';
import { openDatabase, type Connection, type Database } from '../../src/kernel/sql/database.ts';

export const TIMES = { lease: 2, poll: 0.2, sweep: 0.3, stop: 5 };

/** Writes down that it ran. */
export function tallyJob(database: () => Database) {
  return defineJob({
    name: 'tally',
    input: z.strictObject({ number: z.int() }),
    concurrency: 4,
    run: async ({ input }) => {
      await database().transaction(
        'everything',
        (sql) =>
          sql`insert into checks.ran (number, step, worker) values (${input.number}, 0, ${process.pid})`,
      );
    },
  });
}

/** Takes its steps one by one, each kept together with its checkpoint. */
export function stepsJob(database: () => Database) {
  return defineJob({
    name: 'steps',
    input: z.strictObject({ number: z.int(), steps: z.int(), pause: z.int() }),
    retrySeconds: 1,
    run: async ({ input, resumed, checkpoint, progress, signal }) => {
      const start = z.strictObject({ next: z.int() }).safeParse(resumed).data?.next ?? 0;
      for (let step = start; step < input.steps; step += 1) {
        await sleep(input.pause, undefined, { signal });
        await database().transaction('everything', async (sql) => {
          await sql`insert into checks.ran (number, step, worker) values (${input.number}, ${step}, ${process.pid})`;
          await checkpoint({ next: step + 1 }, sql);
        });
        progress(step + 1, input.steps, 'taking steps');
      }
    },
  });
}

if (import.meta.main) {
  const connection = JSON.parse(process.argv[2] ?? '') as Connection;
  const role = process.argv[3];
  const database = openDatabase(connection, { role, connections: 5 });
  const jobs = await openJobs({
    database,
    role,
    clock: systemClock,
    log: createLog({
      level: 'warn',
      clock: systemClock,
      write: (line) => process.stderr.write(line),
    }),
    definitions: [tallyJob(() => database), stepsJob(() => database)],
    worker: TIMES,
  });
  process.once('SIGTERM', () => {
    void jobs.close().then(() => database.close());
  });
  process.stdout.write('ready\n');
}
