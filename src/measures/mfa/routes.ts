/** MFA coverage over HTTP: every account at every door, most people at risk first. */
import * as z from 'zod';
import { Instant, Key, POPULATIONS } from '../../estate/schema.ts';
import { route } from '../../kernel/http/route.ts';
import { VERDICTS } from './model.ts';
import { PATH_ORDERS } from './paths.ts';
import { CampaignRow, LoginPath, MfaDoor, MfaSummary, PathExplanation } from './schema.ts';

const AsAt = Instant.optional().describe('As it was known at this moment; now unless given');
const Filter = {
  customer: Key.optional(),
  service: Key.optional().describe('Only doors that open this service'),
  division: Key.optional(),
  door: Key.optional(),
  asAt: AsAt,
};
const Page = {
  after: z.string().max(20).regex(/^\d+$/).optional().describe('`next` of the page before'),
  limit: z.int().min(1).max(1000).default(200),
};
const Ordered = {
  order: z
    .enum(PATH_ORDERS)
    .default('people')
    .describe('By the people at risk behind the door, or by verdict and danger alone'),
  after: z
    .string()
    .max(1000)
    .optional()
    .describe('`next` of the page before; it keeps to the order that this one was of'),
  limit: Page.limit,
};
const next = z.string().nullable();

export const mfaRoutes = {
  readMfaCoverage: route({
    method: 'GET',
    path: '/api/v1/mfa/coverage',
    summary: 'Login paths by verdict: in all, by division, customer and population, worst first',
    permission: 'estate:read',
    input: z.strictObject(Filter),
    output: MfaSummary,
  }),
  listLoginPaths: route({
    method: 'GET',
    path: '/api/v1/mfa/paths',
    summary:
      'Single login paths, each with its verdict in one sentence: gaps with most people behind the door first',
    permission: 'estate:read',
    input: z.strictObject({
      ...Filter,
      account: Key.optional(),
      verdict: z.enum(VERDICTS).optional(),
      population: z.enum(POPULATIONS).optional(),
      ...Ordered,
    }),
    output: z.strictObject({ paths: z.array(LoginPath), next }),
    errors: ['bad_input', 'stale'],
  }),
  explainLoginPath: route({
    method: 'GET',
    path: '/api/v1/mfa/explanation',
    summary:
      'Why one account at one door has its verdict: every piece of evidence with its source and time',
    permission: 'estate:read',
    input: z.strictObject({ account: Key, door: Key, asAt: AsAt }),
    output: PathExplanation,
    errors: ['not_found'],
  }),
  listMfaDoors: route({
    method: 'GET',
    path: '/api/v1/mfa/doors',
    summary: 'Doors with their population and verdict counts, most people at risk first',
    permission: 'estate:read',
    input: z.strictObject({ asAt: AsAt, ...Ordered }),
    output: z.strictObject({ doors: z.array(MfaDoor), next }),
    errors: ['bad_input', 'stale'],
  }),
  listMfaCampaign: route({
    method: 'GET',
    path: '/api/v1/mfa/campaign',
    summary: 'Accounts that must register a second factor, by owner',
    permission: 'estate:read',
    input: z.strictObject({ ...Filter, ...Page }),
    output: z.strictObject({ accounts: z.array(CampaignRow), next }),
  }),
};
