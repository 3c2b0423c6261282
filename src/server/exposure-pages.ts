/** The console's pages of exposure: gaps, one gap, plan, changes, and what the figures are counted from. */
import * as z from 'zod';
import { SUBJECT_KINDS } from '../exposure/schema.ts';
import type { ExposureViews } from './exposure-view.ts';
import { After, Left } from './field.ts';
import { changesPage } from './pages/changes-page.ts';
import { exposurePage } from './pages/exposure-page.ts';
import { gapPage } from './pages/gap-page.ts';
import { planPage } from './pages/plan-page.ts';
import { reachedPage } from './pages/reached-page.ts';
import { recordsPage } from './pages/records-page.ts';
import type { PageHandlers } from './serve-pages.ts';

const Asked = {
  attacker: Left(100),
  customer: Left(200),
  service: Left(200),
  asAt: Left(40),
};
const permission = 'estate:read';

export const exposurePages = {
  exposurePage: {
    method: 'GET',
    path: '/exposure',
    permission,
    input: z.strictObject({
      ...Asked,
      name: Left(200),
      measure: z.enum(['mfa', 'scanning', 'patching', 'other']).optional(),
      after: After,
    }),
  },
  gapPage: {
    method: 'GET',
    path: '/exposure/gap',
    permission,
    input: z.strictObject({ ...Asked, gap: z.string().min(1).max(1000) }),
  },
  planPage: {
    method: 'GET',
    path: '/plan',
    permission,
    input: z.strictObject({
      ...Asked,
      assumed: z.boolean().optional(),
      done: z.array(z.string().min(1).max(500)).max(200).optional(),
    }),
  },
  changesPage: {
    method: 'GET',
    path: '/exposure/changes',
    permission,
    input: z.strictObject({ ...Asked, since: Left(40), after: After }),
  },
  recordsPage: {
    method: 'GET',
    path: '/exposure/records',
    permission,
    input: z.strictObject({ ...Asked, category: Left(40), after: After }),
  },
  reachedPage: {
    method: 'GET',
    path: '/exposure/reached',
    permission,
    input: z.strictObject({ ...Asked, by: z.enum(SUBJECT_KINDS).optional(), after: After }),
  },
} as const;

export function exposurePageHandlers(views: ExposureViews): PageHandlers<typeof exposurePages> {
  return {
    exposurePage: async (asked) => ({ page: exposurePage(await views.exposure(asked)) }),
    gapPage: async ({ gap, ...asked }) => ({ page: gapPage(await views.gap(gap, asked)) }),
    planPage: async (asked) => ({ page: planPage(await views.plan(asked)) }),
    changesPage: async (asked) => ({ page: changesPage(await views.changes(asked)) }),
    recordsPage: async (asked) => ({ page: recordsPage(await views.records(asked)) }),
    reachedPage: async (asked) => ({ page: reachedPage(await views.reached(asked)) }),
  };
}
