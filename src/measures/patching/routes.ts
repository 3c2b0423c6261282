/** Patching over HTTP: deadlines, what is behind each, compliance and exceptions. */
import * as z from 'zod';
import { Instant, Key } from '../../estate/schema.ts';
import { route } from '../../kernel/http/route.ts';
import { AskedException } from './exception-requests.ts';
import { PATCH_ORDERS } from './show.ts';
import {
  ExceptionRequestShown,
  Patch,
  PatchAlert,
  PatchAlertCounts,
  PatchCompliance,
  PatchCounts,
  PatchException,
  PatchExplanation,
} from './schema.ts';

const AsAt = Instant.optional().describe('As it was known at this moment; now unless given');
const Filter = {
  asset: Key.optional(),
  service: Key.optional().describe('Only assets that this service needs'),
  customer: Key.optional().describe("Only assets that hold or serve this customer's data"),
  division: Key.optional(),
  fix: z.string().max(500).optional().describe('A flaw, a package, or the key of a fix'),
  asAt: AsAt,
};

export const patchingRoutes = {
  listPatches: route({
    method: 'GET',
    path: '/api/v1/patching/patches',
    summary:
      'Every fix that an asset lacks, with its deadline and the rule that binds, most people at risk first',
    permission: 'estate:read',
    input: z.strictObject({
      ...Filter,
      overdue: z.stringbool().optional(),
      fixed: z.stringbool().optional().describe('Also what is proven done'),
      order: z
        .enum(PATCH_ORDERS)
        .default('people')
        .describe('By the people at risk from the asset, or by the deadline alone'),
      after: z
        .string()
        .max(1500)
        .optional()
        .describe('`next` of the page before; it keeps to the order that this one was of'),
      limit: z.int().min(1).max(1000).default(100),
    }),
    output: z.strictObject({
      alerts: z.array(PatchAlert).describe('Alerts that nobody acknowledged, overdue ones first'),
      counts: PatchCounts,
      patches: z.array(Patch),
      next: z.string().nullable(),
    }),
    errors: ['not_found', 'bad_input', 'stale'],
  }),
  explainPatch: route({
    method: 'GET',
    path: '/api/v1/patching/explanation',
    summary:
      'One deadline: who started the clock, what each rule asks, what happened, what proof lacks',
    permission: 'estate:read',
    input: z.strictObject({ asset: Key, fix: z.string().min(1).max(500) }),
    output: PatchExplanation,
    errors: ['not_found', 'bad_input'],
  }),
  readPatchCompliance: route({
    method: 'GET',
    path: '/api/v1/patching/compliance',
    summary: 'Fixes proven in time by division, service and customer, and how long fixes took',
    permission: 'estate:read',
    input: z.strictObject(Filter),
    output: z.strictObject({ alerts: PatchAlertCounts, groups: z.array(PatchCompliance) }),
    errors: ['not_found', 'bad_input'],
  }),
  listPatchExceptions: route({
    method: 'GET',
    path: '/api/v1/patching/exceptions',
    summary: 'What somebody accepted, until when, and behind which measure; ended ones too',
    permission: 'estate:read',
    input: z.strictObject({ asAt: AsAt }),
    output: z.strictObject({
      exceptions: z.array(PatchException),
      requests: z.array(ExceptionRequestShown),
    }),
    errors: ['bad_input'],
  }),
  requestPatchException: route({
    method: 'POST',
    path: '/api/v1/patching/exceptions',
    summary:
      'Ask that a late fix is accepted; the account that asks answers for it, and another one must approve',
    permission: 'estate:write',
    input: AskedException,
    output: ExceptionRequestShown,
    status: 201,
    errors: ['bad_input'],
  }),
  approvePatchException: route({
    method: 'POST',
    path: '/api/v1/patching/exceptions/{id}/approval',
    summary:
      'Approve what another account asked for; the measure that it leans on is checked again',
    permission: 'estate:write',
    input: z.strictObject({ id: z.uuid() }),
    output: PatchException,
    errors: ['not_found', 'conflict', 'bad_input'],
  }),
  withdrawPatchException: route({
    method: 'POST',
    path: '/api/v1/patching/exceptions/{id}/withdrawal',
    summary: 'Take back a request, or end an exception before its time',
    permission: 'estate:write',
    input: z.strictObject({ id: z.uuid() }),
    output: z.strictObject({ id: z.string() }),
    errors: ['not_found', 'conflict'],
  }),
  listPatchAlerts: route({
    method: 'GET',
    path: '/api/v1/patching/alerts',
    summary: 'Alerts of the adopted rules: who acknowledged each, and by when it had to be',
    permission: 'estate:read',
    input: z.strictObject({ asAt: AsAt }),
    output: z.strictObject({ alerts: z.array(PatchAlert) }),
    errors: ['bad_input'],
  }),
  acknowledgePatchAlert: route({
    method: 'POST',
    path: '/api/v1/patching/alerts/{alert}/acknowledgement',
    summary: 'Record that somebody took notice of an alert, once, as the account that is signed in',
    permission: 'estate:write',
    input: z.strictObject({ alert: z.string().min(1).max(80) }),
    output: z.strictObject({ alerts: z.array(PatchAlert) }),
    errors: ['not_found', 'conflict'],
  }),
};
