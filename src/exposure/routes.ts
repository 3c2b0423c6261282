/** Exposure over HTTP: people at risk, gaps by the people behind them, ways with evidence, and the plan. */
import * as z from 'zod';
import { Instant } from '../estate/schema.ts';
import { route } from '../kernel/http/route.ts';
import {
  ExposureChanges,
  ExposureExplanation,
  ExposureGap,
  ExposurePlan,
  ExposureSubject,
  ExposureSummary,
  SUBJECT_KINDS,
} from './schema.ts';

const Question = {
  attacker: z
    .string()
    .max(100)
    .optional()
    .describe(
      'Who attacks: outsider-one-password unless given, outsider-none, customer-insider, …',
    ),
  asAt: Instant.optional().describe('As it was known at this moment; now unless given'),
};
const Page = {
  after: z.string().max(20).regex(/^\d+$/).optional().describe('`next` of the page before'),
  limit: z.int().min(1).max(1000).default(100),
};
const next = z.string().nullable();
const Words = z.string().min(1).max(300);
const WayQuestion = { ...Question, gap: Words.describe('Its key, or words of its name') };
const PlanQuestion = {
  ...Question,
  assumed: z.stringbool().default(false).describe('Count what nobody can rule out too'),
  done: z
    .string()
    .max(1000)
    .optional()
    .describe('Fixes to take as done, by words of their names, separated by semicolons'),
  steps: z.int().min(1).max(20).default(5),
};
const Picture = z.string().describe('Without script, font or link to anything outside');

export const exposureRoutes = {
  readExposure: route({
    method: 'GET',
    path: '/api/v1/exposure',
    summary:
      'How many distinct living people an attacker reaches: proven, and with what nobody can rule out',
    permission: 'estate:read',
    input: z.strictObject(Question),
    output: ExposureSummary,
    errors: ['not_found'],
  }),
  listExposureGaps: route({
    method: 'GET',
    path: '/api/v1/exposure/gaps',
    summary: 'Every gap that the attacker gets to, by the people behind it, worst first',
    permission: 'estate:read',
    input: z.strictObject({
      ...Question,
      name: Words.optional().describe('Only gaps whose name holds all of these words'),
      ...Page,
    }),
    output: z.strictObject({ gaps: z.array(ExposureGap), next }),
    errors: ['not_found'],
  }),
  listExposureSubjects: route({
    method: 'GET',
    path: '/api/v1/exposure/subjects',
    summary:
      'People reached through each door, asset or class of accounts, or of each customer or service',
    permission: 'estate:read',
    input: z.strictObject({ ...Question, by: z.enum(SUBJECT_KINDS), ...Page }),
    output: z.strictObject({ subjects: z.array(ExposureSubject), next }),
    errors: ['not_found'],
  }),
  explainExposure: route({
    method: 'GET',
    path: '/api/v1/exposure/explanation',
    summary:
      'The way through one gap on which most of the people behind it are lost, each step with its evidence',
    permission: 'estate:read',
    input: z.strictObject(WayQuestion),
    output: ExposureExplanation,
    errors: ['not_found'],
  }),
  drawExposure: route({
    method: 'GET',
    path: '/api/v1/exposure/explanation.svg',
    summary: 'The likeliest way through one gap to the people behind it, as a picture',
    permission: 'estate:read',
    input: z.strictObject(WayQuestion),
    output: Picture,
    media: 'image/svg+xml',
    errors: ['not_found'],
  }),
  listExposureChanges: route({
    method: 'GET',
    path: '/api/v1/exposure/changes',
    summary:
      'Who came into reach or out of it since a moment, and which gaps and holdings made it so',
    permission: 'estate:read',
    input: z.strictObject({
      ...Question,
      since: Instant.optional().describe('A week before unless given'),
      ...Page,
    }),
    output: ExposureChanges.extend({ next }),
    errors: ['not_found'],
  }),
  readExposurePlan: route({
    method: 'GET',
    path: '/api/v1/exposure/plan',
    summary:
      'The fixes that take most people out of reach first, with the exact number left after each',
    permission: 'estate:read',
    input: z.strictObject(PlanQuestion),
    output: ExposurePlan,
    errors: ['not_found'],
  }),
  drawExposurePlan: route({
    method: 'GET',
    path: '/api/v1/exposure/plan.svg',
    summary: 'The plan as a picture: bars of people at risk today and after each step',
    permission: 'estate:read',
    input: z.strictObject(PlanQuestion),
    output: Picture,
    media: 'image/svg+xml',
    errors: ['not_found'],
  }),
};
