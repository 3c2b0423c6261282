/** The console's pages of patching: deadlines, one deadline, compliance, and the calendar as a file. */
import * as z from 'zod';
import { After, Left } from './field.ts';
import { compliancePage } from './pages/compliance-page.ts';
import { patchPage } from './pages/patch-page.ts';
import { patchesPage, SHOWN_STATES } from './pages/patches-page.ts';
import type { PatchViews } from './patches-view.ts';
import type { PageHandlers } from './serve-pages.ts';

const Scope = {
  asset: Left(200),
  fix: Left(500),
  service: Left(200),
  customer: Left(200),
  division: Left(200),
};
const permission = 'estate:read';

export const patchPages = {
  patchesPage: {
    method: 'GET',
    path: '/patches',
    permission,
    input: z.strictObject({
      ...Scope,
      asAt: Left(40),
      state: z.enum(['', ...SHOWN_STATES]).optional(),
      after: After,
    }),
  },
  patchPage: {
    method: 'GET',
    path: '/patches/item',
    permission,
    input: z.strictObject({
      asset: z.string().min(1).max(200),
      fix: z.string().min(1).max(500),
    }),
  },
  patchCompliancePage: {
    method: 'GET',
    path: '/patches/compliance',
    permission,
    input: z.strictObject({ ...Scope, asAt: Left(40), after: After }),
  },
  patchCalendar: {
    method: 'GET',
    path: '/patches/calendar.ics',
    permission,
    input: z.strictObject(Scope),
  },
} as const;

export function patchPageHandlers(views: PatchViews): PageHandlers<typeof patchPages> {
  return {
    patchesPage: async ({ after = 0, state, ...asked }) => ({
      page: patchesPage(
        await views.patches({ ...asked, state: state === '' ? undefined : state }, after),
      ),
    }),
    patchPage: async (asked) => ({ page: patchPage(await views.patch(asked)) }),
    patchCompliancePage: async ({ after = 0, ...asked }) => ({
      page: compliancePage(await views.compliance(asked, after)),
    }),
    patchCalendar: async (asked) => ({
      file: await views.calendar(asked),
      type: 'text/calendar; charset=utf-8',
      name: 'holdfast-patching.ics',
    }),
  };
}
