/** What the page of login paths shows, read from the measure of MFA. */
import type { MfaReader } from '../measures/mfa/read.ts';
import { shownDoors, shownPaths, shownSummary } from '../measures/mfa/show.ts';
import type { PathsView } from './pages/paths-page.ts';

const PAGE_SIZE = 100;
const MOST_DOORS = 50;

export async function readPathsView(
  reader: MfaReader,
  after: string | undefined,
  door?: string,
): Promise<PathsView> {
  const state = await reader.now();
  const from = Number(after ?? 0);
  const paths = shownPaths(state, { door }, { from, count: PAGE_SIZE + 1 });
  const doors = shownDoors(state).filter(({ key }) => door === undefined || key === door);
  return {
    at: state.at,
    summary: shownSummary(state, { door }),
    doors: doors.slice(0, MOST_DOORS),
    doorCount: doors.length,
    door,
    paths: paths.slice(0, PAGE_SIZE),
    next: paths.length > PAGE_SIZE ? String(from + PAGE_SIZE) : undefined,
  };
}
