/** The routes of background jobs. */
import * as z from 'zod';
import { route } from '../http/route.ts';
import { JOB_STATES } from './states.ts';

const Moment = z.iso.datetime();

export const Job = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  state: z.enum(JOB_STATES),
  /** How often it was started. */
  attempt: z.int(),
  /** How many of those failed, or lost their worker. */
  failures: z.int(),
  done: z.int(),
  total: z.int().nullable(),
  what: z.string().nullable(),
  cancelRequested: z.boolean(),
  createdAt: Moment,
  /** A waiting job does not start before. */
  notBefore: Moment,
  startedAt: Moment.nullable(),
  endedAt: Moment.nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

export const jobRoutes = {
  listJobs: route({
    method: 'GET',
    path: '/api/v1/jobs',
    summary: 'Background jobs: what runs and waits first, then the latest',
    permission: 'jobs:read',
    input: z.strictObject({
      state: z.enum(JOB_STATES).optional(),
      name: z.string().max(61).optional(),
      limit: z.int().min(1).max(1000).default(100),
    }),
    output: z.strictObject({ jobs: z.array(Job) }),
  }),
  readJob: route({
    method: 'GET',
    path: '/api/v1/jobs/{id}',
    summary: 'One background job and how far it is',
    permission: 'jobs:read',
    input: z.strictObject({ id: z.uuid() }),
    output: Job,
    errors: ['not_found'],
  }),
  cancelJob: route({
    method: 'POST',
    path: '/api/v1/jobs/{id}/cancel',
    summary: 'Ends a waiting job now, asks a running one to end',
    permission: 'jobs:write',
    input: z.strictObject({ id: z.uuid() }),
    output: Job,
    status: 202,
    errors: ['not_found', 'conflict'],
  }),
};
