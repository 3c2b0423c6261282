/** The console's pages of coverage: scans of assets, and what listens on the networks. */
import * as z from 'zod';
import { COVERAGE_STATES, SCAN_KINDS } from '../measures/scanning/model.ts';
import type { CoverageViews } from './coverage-view.ts';
import { After, Left } from './field.ts';
import { coveragePage } from './pages/coverage-page.ts';
import { servicesPage } from './pages/services-page.ts';
import type { PageHandlers } from './serve-pages.ts';

const permission = 'estate:read';

export const coveragePages = {
  coveragePage: {
    method: 'GET',
    path: '/coverage',
    permission,
    input: z.strictObject({
      asset: Left(200),
      service: Left(200),
      customer: Left(200),
      division: Left(200),
      kind: z.enum(['', ...SCAN_KINDS]).optional(),
      state: z.enum(['', 'gap', ...COVERAGE_STATES]).optional(),
      after: After,
    }),
  },
  servicesPage: {
    method: 'GET',
    path: '/coverage/services',
    permission,
    input: z.strictObject({
      asset: Left(200),
      network: Left(200),
      port: z
        .string()
        .regex(/^\d{0,5}$/)
        .optional(),
      unknown: z.boolean().optional(),
      after: z.string().max(1000).optional(),
    }),
  },
} as const;

export function coveragePageHandlers(views: CoverageViews): PageHandlers<typeof coveragePages> {
  return {
    coveragePage: async ({ after = 0, kind, state, ...scope }) => {
      const asked = { ...scope, kind: given(kind), state: given(state) };
      return { page: coveragePage(await views.coverage(asked, after)) };
    },
    servicesPage: async ({ after, port, ...asked }) => {
      const number = port === undefined || port === '' ? undefined : Number(port);
      return { page: servicesPage(await views.services({ ...asked, port: number }, after)) };
    },
  };
}

function given<T extends string>(choice: T | undefined): Exclude<T, ''> | undefined {
  return choice === '' ? undefined : (choice as Exclude<T, ''> | undefined);
}
