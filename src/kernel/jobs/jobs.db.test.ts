import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { stepsJob, tallyJob } from '../../../test/support/job-worker.ts';
import { setUp, until, untilState } from '../../../test/support/jobs.ts';
import { HoldfastError } from '../errors.ts';
import { QUEUE_VERSION } from '../sql/queue-schema.ts';
import { defineJob } from './define.ts';

test('two worker processes do 200 jobs, each exactly once', async (t) => {
  const { database, jobs: open, workerProcess, ran } = await setUp(t);
  const jobs = await open([tallyJob(() => database)], false);
  await Promise.all([workerProcess(), workerProcess()]);
  await database.transaction('everything', async (sql) => {
    for (let number = 0; number < 200; number += 1)
      await jobs.start(
        tallyJob(() => database),
        { number },
        { sql },
      );
  });
  await until(
    '200 jobs',
    async () => (await jobs.list({ state: 'done', limit: 500 })).length === 200,
  );
  const rows = await ran();
  assert.deepEqual(
    rows.map((row) => row.number),
    Array.from({ length: 200 }, (_, number) => number),
  );
  assert.equal(new Set(rows.map((row) => row.worker)).size, 2, 'both workers took part');
});

test('a job whose worker is killed goes on in another from its checkpoint', async (t) => {
  const { database, jobs: open, workerProcess, ran } = await setUp(t);
  const definition = stepsJob(() => database);
  const jobs = await open([definition], false);
  const first = await workerProcess();
  const id = await jobs.start(definition, { number: 1, steps: 20, pause: 100 });
  await until('the first steps', async () => (await ran()).length >= 5);
  const second = await workerProcess();
  first.kill('SIGKILL');
  const record = await untilState(jobs, id, 'done');
  assert.deepEqual([record.attempt, record.failures, record.done, record.total], [2, 1, 20, 20]);
  const rows = await ran();
  assert.deepEqual(
    rows.map((row) => row.step),
    Array.from({ length: 20 }, (_, step) => step),
    'no step was lost or done twice',
  );
  assert.deepEqual([...new Set(rows.map((row) => row.worker))], [first.pid, second.pid]);
});

test('a worker that stalls longer than its lease can neither write nor complete', async (t) => {
  const { database, jobs: open, ran } = await setUp(t);
  const gate = { open: false };
  const outcomes: string[] = [];
  const stalling = defineJob({
    name: 'stalling',
    input: z.strictObject({}),
    run: async ({ attempt, checkpoint, signal }) => {
      if (attempt > 1) {
        await until('the gate', () => Promise.resolve(gate.open));
        return;
      }
      await until('the loss', () => Promise.resolve(signal.aborted));
      await database
        .transaction('everything', async (sql) => {
          await sql`insert into checks.ran values (1, 1, 1)`;
          await checkpoint({ from: 'the stalled one' }, sql);
        })
        .catch((error: unknown) =>
          outcomes.push(error instanceof HoldfastError ? error.code : '?'),
        );
      gate.open = true;
    },
  });
  const jobs = await open([{ ...stalling, concurrency: 2 }]);
  const id = await jobs.start(stalling, {});
  await untilState(jobs, id, 'running');
  // What another worker's sweep does once the lease has run out; the stalled worker has not noticed.
  await database.transaction('everything', async (sql) => {
    await sql`update kernel.job set lease_until = now() - interval '1 minute'`;
  });
  const record = await untilState(jobs, id, 'done');
  assert.deepEqual(outcomes, ['cancelled']);
  assert.deepEqual([record.attempt, (await ran()).length], [2, 0]);
});

test('a running job hears that it is cancelled; a waiting one never starts', async (t) => {
  const { database, jobs: open, ran } = await setUp(t);
  const definition = stepsJob(() => database);
  const jobs = await open([definition]);
  const running = await jobs.start(definition, { number: 1, steps: 1000, pause: 20 });
  const waiting = await jobs.start(definition, { number: 2, steps: 1, pause: 1 });
  await until('the first steps', async () => (await ran()).length > 2);
  assert.equal((await jobs.cancel(waiting)).state, 'cancelled');
  assert.equal((await jobs.cancel(running)).state, 'running');
  await untilState(jobs, running, 'cancelled');
  const next = await jobs.start(definition, { number: 3, steps: 1, pause: 1 });
  await untilState(jobs, next, 'done');
  assert.deepEqual(
    (await ran()).filter((row) => row.number === 2),
    [],
  );
  await assert.rejects(jobs.cancel(next), { code: 'conflict' });
  await assert.rejects(jobs.cancel('11111111-1111-4111-8111-111111111111'), { code: 'not_found' });
  await assert.rejects(jobs.cancel("x'; drop table kernel.job"), { code: 'not_found' });
});

test('what may pass is tried again, what cannot is not', async (t) => {
  const { jobs: open, lines } = await setUp(t);
  const tries = { flaky: 0, hopeless: 0, broken: 0, never: 0 };
  const input = z.strictObject({});
  const flaky = defineJob({
    name: 'flaky',
    input,
    retrySeconds: 0,
    run: () => {
      tries.flaky += 1;
      if (tries.flaky < 3) throw new HoldfastError('unreachable', 'The source does not answer');
      return Promise.resolve();
    },
  });
  const hopeless = defineJob({
    name: 'hopeless',
    input,
    run: () => {
      tries.hopeless += 1;
      throw new HoldfastError('bad_file', 'list.csv line 3: no such column');
    },
  });
  const broken = defineJob({
    name: 'broken',
    input,
    run: () => {
      tries.broken += 1;
      throw new TypeError('row of planted-person is undefined');
    },
  });
  const never = defineJob({
    name: 'never',
    input,
    attempts: 2,
    retrySeconds: 0,
    run: () => {
      tries.never += 1;
      throw new HoldfastError('rate_limited', 'The source asks to wait');
    },
  });
  const jobs = await open([flaky, hopeless, broken, never]);
  const ids = await Promise.all([flaky, hopeless, broken, never].map((job) => jobs.start(job, {})));
  const ended = await Promise.all(
    ids.map((id, at) => untilState(jobs, id, at === 0 ? 'done' : 'failed')),
  );
  assert.deepEqual(tries, { flaky: 3, hopeless: 1, broken: 1, never: 2 });
  assert.deepEqual(
    ended.map((record) => record.errorCode),
    [null, 'bad_file', 'internal', 'rate_limited'],
  );
  assert.equal(ended[1]?.errorMessage, 'list.csv line 3: no such column');
  assert.doesNotMatch(JSON.stringify(ended), /planted-person/);
  assert.ok(lines.some((line) => line.includes('a job failed')));
});

test('input is refused without showing it, before anything is stored', async (t) => {
  const { database, jobs: open, lines } = await setUp(t);
  const definition = stepsJob(() => database);
  const jobs = await open([definition]);
  const error = await jobs
    .start(definition, { number: 'planted-person', steps: 1, pause: 1 } as never)
    .then(
      () => assert.fail('it must be refused'),
      (reason: unknown) => reason,
    );
  assert.ok(error instanceof HoldfastError);
  assert.equal(error.code, 'bad_input');
  assert.match(error.message, /number/);
  assert.deepEqual(await jobs.list(), []);
  await database.transaction(
    'everything',
    (sql) => sql`
      insert into kernel.job (job_id, name, input)
      values (gen_random_uuid(), 'steps', '{"number": "planted-person"}')`,
  );
  const record = await until('the old job to fail', async () => {
    const [first] = await jobs.list({ state: 'failed' });
    return first;
  });
  assert.deepEqual([record.errorCode, record.attempt], ['bad_input', 1]);
  assert.doesNotMatch(JSON.stringify([error.message, lines, record]), /planted-person/);
});

test('a job is started if and only if its transaction commits', async (t) => {
  const { database, jobs: open, ran } = await setUp(t);
  const definition = tallyJob(() => database);
  const jobs = await open([definition]);
  const give = (number: number, fails: boolean) =>
    database.transaction('everything', async (sql) => {
      const id = await jobs.start(definition, { number }, { sql });
      if (fails) throw new Error('the caller changed its mind');
      return id;
    });
  await assert.rejects(give(1, true));
  await untilState(jobs, await give(2, false), 'done');
  assert.deepEqual(
    (await ran()).map((row) => row.number),
    [2],
  );
  assert.equal((await jobs.list()).length, 1);
});

test('a stopping worker hands its job back, and that is not a failure', async (t) => {
  const { database, jobs: open, ran } = await setUp(t);
  const definition = stepsJob(() => database);
  const first = await open([definition]);
  const id = await first.start(definition, { number: 1, steps: 30, pause: 20 });
  await until('the first steps', async () => (await ran()).length > 2);
  await first.close();
  const second = await open([definition], false);
  const waiting = await second.get(id);
  assert.deepEqual([waiting.state, waiting.failures, waiting.attempt], ['waiting', 0, 1]);
  const third = await open([definition]);
  await untilState(third, id, 'done');
  assert.equal((await ran()).length, 30);
});

test('a key keeps a second job of the same kind from starting while one waits or runs', async (t) => {
  const { database, jobs: open } = await setUp(t);
  const definition = tallyJob(() => database);
  const idle = await open([definition], false);
  const start = (key: string) => idle.start(definition, { number: 1 }, { key });
  const one = await start('a');
  assert.equal(await start('a'), one);
  assert.notEqual(await start('b'), one);
  const jobs = await open([definition]);
  await untilState(jobs, one, 'done');
  assert.notEqual(await start('a'), one);
});

test('a job belongs to the scope that started it, and another customer does not see it', async (t) => {
  const { database, jobs: open } = await setUp(t);
  const scopes: unknown[] = [];
  const look = defineJob({
    name: 'look',
    input: z.strictObject({}),
    run: ({ scope }) => {
      scopes.push(scope);
      return Promise.resolve();
    },
  });
  const jobs = await open([look]);
  const id = await database.transaction({ customer: 7 }, (sql) => jobs.start(look, {}, { sql }));
  await untilState(jobs, id, 'done');
  assert.deepEqual(scopes, [{ customer: 7 }]);
  assert.equal((await jobs.list({}, { customer: 7 })).length, 1);
  assert.equal((await jobs.list({}, { customer: 8 })).length, 0);
  await assert.rejects(jobs.get(id, { customer: 8 }), { code: 'not_found' });
  await assert.rejects(jobs.cancel(id, { customer: 8 }), { code: 'not_found' });
});

test('a waiting job that the queue does not know, as after a restore, is found and run', async (t) => {
  const { database, admin, jobs: open } = await setUp(t);
  const definition = tallyJob(() => database);
  const idle = await open([definition], false);
  const id = await idle.start(definition, { number: 1 });
  await admin`delete from pgboss.job`;
  const jobs = await open([definition]);
  await untilState(jobs, id, 'done');
});

test('what ended is kept for days: three when it went well, thirty when it did not', async (t) => {
  const { database, jobs: open } = await setUp(t);
  await database.transaction('everything', async (sql) => {
    for (const [state, days] of [
      ['done', 2],
      ['done', 4],
      ['failed', 4],
      ['failed', 31],
    ] as const)
      await sql`insert into kernel.job (job_id, name, input, state, ended_at, failures)
        values (gen_random_uuid(), 'tally', '{}', ${state}, now() - ${days} * interval '1 day', ${days})`;
  });
  const jobs = await open([tallyJob(() => database)]);
  await until('the old ones to go', async () => (await jobs.list()).length === 2);
  const left = await jobs.list();
  assert.deepEqual(left.map((job) => [job.state, job.failures]).sort(), [
    ['done', 2],
    ['failed', 4],
  ]);
});

test('a delayed job waits; a schedule is kept once and can be taken back', async (t) => {
  const { database, admin, jobs: open } = await setUp(t);
  const definition = tallyJob(() => database);
  const jobs = await open([definition]);
  const id = await jobs.start(definition, { number: 1 }, { delay: 3600 });
  await sleep(500);
  assert.equal((await jobs.get(id)).state, 'waiting');
  await jobs.schedule(definition, '*/5 * * * *', { number: 5 });
  await jobs.schedule(definition, '*/10 * * * *', { number: 6 });
  const schedules = await admin`select name, cron, data from pgboss.schedule`;
  assert.deepEqual([...schedules], [{ name: 'tally', cron: '*/10 * * * *', data: { number: 6 } }]);
  // What a due schedule does: it gives the queue a job that has no record yet.
  await admin`insert into pgboss.job_common (name, data, policy) values ('tally', '{"number": 6}', 'standard')`;
  await until('the scheduled job', async () => (await jobs.list({ state: 'done' })).length === 1);
  await jobs.unschedule(definition);
  assert.equal((await admin`select 1 from pgboss.schedule`).length, 0);
});

test('the queue’s schema is the pinned library’s, and the role that works cannot change it', async (t) => {
  const { admin, database } = await setUp(t);
  const { getConstructionPlans } = await import('pg-boss');
  assert.match(getConstructionPlans(), new RegExp(`\\b${QUEUE_VERSION}\\b`));
  const [row] = await admin`select version from pgboss.version`;
  assert.equal(row?.['version'], QUEUE_VERSION);
  await assert.rejects(
    database.transaction('everything', (sql) => sql`create table pgboss.mine (x int)`),
  );
});
