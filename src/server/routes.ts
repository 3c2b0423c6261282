/** The server's own routes: whether it lives, whether it can work, and who is asking. */
import * as z from 'zod';
import { PERMISSIONS } from '../kernel/http/permissions.ts';
import { route } from '../kernel/http/route.ts';

const Nothing = z.strictObject({});

export const serverRoutes = {
  healthz: route({
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the process lives; says nothing else',
    permission: 'public',
    input: Nothing,
    output: z.strictObject({ status: z.literal('ok') }),
  }),
  readyz: route({
    method: 'GET',
    path: '/readyz',
    summary: 'Whether the database answers, so that requests can be served',
    permission: 'public',
    input: Nothing,
    output: z.strictObject({ status: z.literal('ready') }),
  }),
  readSession: route({
    method: 'GET',
    path: '/api/v1/session',
    summary: 'Who is signed in, and what they may do',
    permission: 'signed-in',
    input: Nothing,
    output: z.strictObject({ name: z.string(), permissions: z.array(z.enum(PERMISSIONS)) }),
  }),
};
