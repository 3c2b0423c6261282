/** The console's pages: sign-in, where one begins, estate, assets, findings, login paths, sign-out. */
import * as z from 'zod';
import { Key } from '../estate/schema.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { FINDING_ORDERS, type FindingOrder } from '../measures/scanning/model.ts';
import { assetPage, assetsPage } from './pages/asset-page.ts';
import type { AssetsView, AssetView } from './pages/asset-page.ts';
import { estatePage } from './pages/estate-page.ts';
import type { EstateView } from './pages/estate-page.ts';
import { findingsPage } from './pages/findings-page.ts';
import type { FindingsView } from './pages/findings-page.ts';
import { pathsPage } from './pages/paths-page.ts';
import type { PathsView } from './pages/paths-page.ts';
import { signInButtonPage, signInPage, signedOutPage } from './pages/sign-in-page.ts';
import { endedCookie, sessionCookie, sessionSecret } from './cookie.ts';
import { coveragePageHandlers, coveragePages } from './coverage-pages.ts';
import type { AssetJoinedViews } from './asset-joined.ts';
import type { CoverageViews } from './coverage-view.ts';
import { exposurePageHandlers, exposurePages } from './exposure-pages.ts';
import type { ExposureViews } from './exposure-view.ts';
import { Left } from './field.ts';
import { patchPageHandlers, patchPages } from './patch-pages.ts';
import type { PatchViews } from './patches-view.ts';
import type { PageHandlers } from './serve-pages.ts';
import { SESSION_HOURS } from './session.ts';
import type { Sessions } from './session.ts';

/** What the pages show; read at the time of the request. */
export interface Views extends ExposureViews, PatchViews, CoverageViews, AssetJoinedViews {
  estate(): Promise<EstateView>;
  /** Assets in the order of their keys, after `after`. */
  assets(after: string | undefined): Promise<AssetsView>;
  asset(key: string): Promise<AssetView | undefined>;
  /** Findings in this order, after the one where a page before ended. */
  findings(question: {
    readonly order?: FindingOrder;
    readonly after?: string | undefined;
  }): Promise<FindingsView>;
  /** Login paths with most people behind the door first, after where a page before ended; of all doors or of one. */
  paths(after: string | undefined, door?: string): Promise<PathsView>;
}

const Nothing = z.strictObject({});
const LinkSecret = z.strictObject({ link: z.string().max(100) });

export const consolePages = {
  ...exposurePages,
  ...patchPages,
  ...coveragePages,
  homePage: { method: 'GET', path: '/', permission: 'estate:read', input: Nothing },
  estatePage: { method: 'GET', path: '/estate', permission: 'estate:read', input: Nothing },
  assetsPage: {
    method: 'GET',
    path: '/assets',
    permission: 'estate:read',
    input: z.strictObject({ after: Key.optional() }),
  },
  assetPage: {
    method: 'GET',
    path: '/asset',
    permission: 'estate:read',
    input: z.strictObject({ key: Key }),
  },
  findingsPage: {
    method: 'GET',
    path: '/findings',
    permission: 'estate:read',
    input: z.strictObject({
      order: z.enum(FINDING_ORDERS).optional(),
      after: z.string().max(500).optional(),
    }),
  },
  pathsPage: {
    method: 'GET',
    path: '/login-paths',
    permission: 'estate:read',
    input: z.strictObject({ door: Left(200), after: z.string().max(1000).optional() }),
  },
  signInPage: { method: 'GET', path: '/sign-in', permission: 'public', input: Nothing },
  signInButtonPage: {
    method: 'GET',
    path: '/sign-in/{link}',
    permission: 'public',
    input: LinkSecret,
  },
  signIn: { method: 'POST', path: '/sign-in', permission: 'public', input: LinkSecret },
  signOut: { method: 'POST', path: '/sign-out', permission: 'public', input: Nothing },
} as const;

interface Options {
  readonly views: Views;
  readonly sessions: Sessions;
  readonly https: boolean;
}

export function consoleHandlers({
  views,
  sessions,
  https,
}: Options): PageHandlers<typeof consolePages> {
  return {
    ...exposurePageHandlers(views),
    ...patchPageHandlers(views),
    ...coveragePageHandlers(views),
    // Where nobody told of records of people, what is known of the estate says more.
    homePage: async () => ({ goTo: (await views.knowsRecords()) ? '/exposure' : '/estate' }),
    estatePage: async () => ({ page: estatePage(await views.estate()) }),
    assetsPage: async ({ after }) => ({ page: assetsPage(await views.assets(after)) }),
    assetPage: async ({ key }) => {
      const view = await views.asset(key);
      if (view === undefined)
        throw new HoldfastError('not_found', 'No source reports an asset of this name.');
      return { page: assetPage(view, await views.assetJoined(view.key)) };
    },
    pathsPage: async ({ after, door }) => ({ page: pathsPage(await views.paths(after, door)) }),
    findingsPage: async ({ order, after }) => ({
      page: findingsPage(
        await views.findings({ ...(order === undefined ? {} : { order }), after }),
      ),
    }),
    signInPage: () => Promise.resolve({ page: signInPage() }),
    signInButtonPage: ({ link }) => Promise.resolve({ page: signInButtonPage(link) }),
    signIn: async ({ link }, { log }) => {
      const session = await sessions.exchange(link);
      log.info('signed in by one-time link');
      return { goTo: '/', cookie: sessionCookie(session.secret, SESSION_HOURS * 3600, https) };
    },
    signOut: async (_, { cookies, log }) => {
      const secret = sessionSecret(cookies, https);
      if (secret !== undefined) await sessions.end(secret);
      log.info('signed out');
      return { page: signedOutPage(), cookie: endedCookie(https) };
    },
  };
}
