/** Scanning's routes: findings by the people behind them, and which assets nobody has looked at. */
import * as z from 'zod';
import { Instant, Key } from '../../estate/schema.ts';
import { route } from '../../kernel/http/route.ts';
import { COVERAGE_STATES, FINDING_ORDERS, SCAN_KINDS } from './model.ts';
import {
  AssetCoverage,
  CoverageTotal,
  FindingCounts,
  ListedFinding,
  ScanFeed,
  SEVERITIES,
  SHOWN_STATES,
} from './schema.ts';

const SCOPE = {
  asset: Key.optional().describe('Only of this asset'),
  customer: Key.optional().describe('Only of assets that are of this customer or hold its data'),
  service: Key.optional().describe('Only of assets that serve this service or hold its data'),
  division: Key.optional().describe('Only of assets of this division'),
};

export const scanningRoutes = {
  listFindings: route({
    method: 'GET',
    path: '/api/v1/scanning/findings',
    summary:
      'Findings in components that some asset holds, those with most people at risk behind them first',
    permission: 'estate:read',
    input: z.strictObject({
      ...SCOPE,
      name: z.string().max(200).optional().describe('A CVE or another name of the flaw'),
      state: z.enum(SHOWN_STATES).optional().describe('Affected and unknown unless given'),
      severity: z.enum(SEVERITIES).optional(),
      knownExploited: z.stringbool().optional(),
      fixable: z.stringbool().optional(),
      order: z
        .enum(FINDING_ORDERS)
        .default('people')
        .describe('By people at risk, or by exploitation and severity alone'),
      after: z
        .string()
        .max(500)
        .optional()
        .describe('`next` of the page before; it keeps to the order that this one was of'),
      limit: z.int().min(1).max(1000).default(100),
    }),
    output: z.strictObject({
      counts: FindingCounts,
      feeds: z.array(ScanFeed),
      peopleAt: Instant.describe('The moment of which the people at risk tell'),
      findings: z.array(ListedFinding),
      next: z.string().nullable(),
    }),
    errors: ['not_found', 'bad_input', 'stale'],
  }),
  readScanCoverage: route({
    method: 'GET',
    path: '/api/v1/scanning/coverage',
    summary: 'Assets × kinds of scan that they should have: covered, uncovered, unknown',
    permission: 'estate:read',
    input: z.strictObject({
      ...SCOPE,
      kind: z.enum(SCAN_KINDS).optional(),
      state: z.enum(COVERAGE_STATES).optional(),
      after: Key.optional().describe('Only assets after this one, by key'),
      limit: z.int().min(1).max(1000).default(200),
    }),
    output: z.strictObject({
      totals: z.array(CoverageTotal),
      coverage: z.array(AssetCoverage),
      next: z.string().nullable(),
    }),
    errors: ['not_found'],
  }),
};
