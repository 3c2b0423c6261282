/** A database with workers in this process and in others, all ended before it is dropped. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/kernel/clock.ts';
import type { JobDefinition } from '../../src/kernel/jobs/define.ts';
import { openJobs, type Jobs } from '../../src/kernel/jobs/jobs.ts';
import type { JobRecord } from '../../src/kernel/jobs/store.ts';
import type { WorkerTimes } from '../../src/kernel/jobs/worker.ts';
import { createLog } from '../../src/kernel/log.ts';
import { packageRoot } from '../../src/kernel/paths.ts';
import { openDatabase, openPool } from '../../src/kernel/sql/database.ts';
import { testConnection } from './database.ts';
import { TIMES } from './job-worker.ts';

export async function setUp(t: TestContext) {
  const closing: (() => Promise<unknown>)[] = [];
  // Before the database is dropped, which testConnection sees to.
  t.after(async () => {
    for (const close of closing) await close();
  });
  const { connection, role } = await testConnection(t);
  const admin = openPool(connection, { connections: 1 });
  await admin.unsafe(`
    create schema checks;
    create table checks.ran (number int, step int, worker int);
    grant usage on schema checks to public; grant all on checks.ran to public`);
  const database = openDatabase(connection, { role, connections: 5 });
  const lines: string[] = [];
  const log = createLog({ level: 'debug', clock: systemClock, write: (line) => lines.push(line) });
  const open: Jobs[] = [];
  const children: ChildProcess[] = [];
  closing.push(
    () => Promise.all(children.map(kill)),
    () => Promise.all(open.map((jobs) => jobs.close())),
    () => database.close(),
    () => admin.end(),
  );
  return {
    database,
    admin,
    lines,
    jobs: async (definitions: JobDefinition[], worker: boolean | Partial<WorkerTimes> = TIMES) => {
      const jobs = await openJobs({
        database,
        role,
        clock: systemClock,
        log,
        definitions,
        worker,
      });
      open.push(jobs);
      return jobs;
    },
    workerProcess: async () => {
      const child = spawn(
        process.execPath,
        [
          path.join(packageRoot(), 'test/support/job-worker.ts'),
          JSON.stringify(connection),
          ...(role === undefined ? [] : [role]),
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      children.push(child);
      await once(child.stdout, 'data');
      return child;
    },
    ran: () =>
      admin<{ number: number; step: number; worker: number }[]>`
        select number, step, worker from checks.ran order by number, step`,
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(50);
  }
  return assert.fail(`waited 30 s in vain for: ${what}`);
}

export function untilState(jobs: Jobs, id: string, state: JobRecord['state']): Promise<JobRecord> {
  return until(`job to be ${state}`, async () => {
    const record = await jobs.get(id);
    return record.state === state && record;
  });
}
