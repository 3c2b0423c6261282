import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobsText } from './commands.ts';
import { shownJob } from './handlers.ts';
import { Job } from './routes.ts';
import type { JobRecord } from './store.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 8, minute));

const running: JobRecord = {
  id: '11111111-1111-4111-8111-111111111111',
  customer: 0,
  name: 'collect',
  state: 'running',
  attempt: 2,
  failures: 1,
  done: 40,
  total: 100,
  what: 'hosts',
  cancelRequested: false,
  createdAt: at(0),
  notBefore: at(0),
  startedAt: at(1),
  endedAt: null,
  errorCode: null,
  errorMessage: null,
};

test('jobs are shown with their progress, attempt, age and error', () => {
  const failed = {
    ...running,
    state: 'failed',
    total: null,
    done: 0,
    what: null,
    endedAt: at(3),
    errorCode: 'unreachable',
    errorMessage: 'No answer',
  } as const;
  const lines = jobsText([running, { ...running, cancelRequested: true }, failed], at(5)).split(
    '\n',
  );
  assert.match(lines[1] ?? '', /collect +running +40 of 100 hosts +2 +4 minutes ago +-$/);
  assert.match(lines[2] ?? '', / ending /);
  assert.match(lines[3] ?? '', /failed +- +2 +2 minutes ago +unreachable: No answer$/);
  assert.equal(jobsText([], at(5)), 'There are no jobs.');
});

test('what is shown of a job is what its route promises', () => {
  assert.deepEqual(Job.parse(shownJob(running)), shownJob(running));
});
