/** What the page of login paths shows, read from the measure of MFA. */
import type { PeopleRankings } from '../estate/reached.ts';
import { orderedMfa } from '../measures/mfa/ordered.ts';
import { LOGIN_PATHS } from '../measures/mfa/paths.ts';
import type { MfaReader } from '../measures/mfa/read.ts';
import { pagedPaths, shownDoors, shownSummary } from '../measures/mfa/show.ts';
import type { PathsView } from './pages/paths-page.ts';

const PAGE_SIZE = 100;
const MOST_DOORS = 50;

export async function readPathsView(
  { reader, rankings }: { readonly reader: MfaReader; readonly rankings: PeopleRankings },
  after: string | undefined,
  door?: string,
): Promise<PathsView> {
  const state = await orderedMfa(reader, rankings, { after }, LOGIN_PATHS);
  const page = { order: 'people', after: state.after, count: PAGE_SIZE } as const;
  const { paths, end } = pagedPaths(state, { door }, page);
  const doors = shownDoors(state).filter(({ key }) => door === undefined || key === door);
  return {
    at: state.at,
    summary: shownSummary(state, { door }),
    doors: doors.slice(0, MOST_DOORS),
    doorCount: doors.length,
    door,
    paths,
    next: state.next(end) ?? undefined,
  };
}
