/** What `holdfast up` says of coverage, deadlines and people at risk. */
import type { Exposure } from '../exposure/exposure.ts';
import { peopleRankings } from '../exposure/rankings.ts';
import { readExposure } from '../exposure/read.ts';
import { shownSummary } from '../exposure/show.ts';
import { figuresText } from '../exposure/text.ts';
import { rankByPeople } from '../measures/mfa/rank.ts';
import { readMfa } from '../measures/mfa/read.ts';
import {
  shownDoors,
  shownPaths,
  shownSummary as shownSummaryOfPaths,
} from '../measures/mfa/show.ts';
import { doorsText, pathLine, totalText } from '../measures/mfa/text.ts';
import { readPatches } from '../measures/patching/read.ts';
import { shownCounts } from '../measures/patching/show.ts';
import { countsText } from '../measures/patching/text.ts';
import { readCoverage } from '../measures/scanning/read.ts';
import { personKeyOf } from './exposure.ts';
import type { App } from './open.ts';

/** Lines that are shown of a list. */
export const WORST = 8;

/** Each kind of scan that the machine should have, and why it is not covered where it is not. */
export async function coverageLine(
  { database, clock }: Pick<App, 'database' | 'clock'>,
  asset: string | undefined,
): Promise<string> {
  if (asset === undefined) return 'Coverage: this machine has not been looked at.';
  const rows = await database.transaction('everything', (sql) =>
    readCoverage(sql, clock.now(), { asset }),
  );
  const own = rows.filter((row) => row.asset === asset);
  const parts = own.map(({ kind, state, reason }) =>
    reason === '' ? `${kind} ${state}` : `${kind} ${state} (${reason})`,
  );
  return `Scans of this machine: ${parts.length === 0 ? 'unknown' : parts.join('; ')}.`;
}

export async function deadlinesLine(
  { database, clock }: Pick<App, 'database' | 'clock'>,
  asset: string | undefined,
): Promise<string> {
  const state = await database.transaction('everything', (sql) =>
    readPatches(sql, clock.now(), { asset }),
  );
  return `To be patched: ${countsText(shownCounts(state))}`;
}

export async function exposureNow({ database, clock, config }: App): Promise<Exposure> {
  return readExposure({ database, clock, key: await personKeyOf(config) });
}

export function atRiskLine(exposure: Exposure): string {
  const { assumed, proven } = shownSummary(exposure);
  if (assumed.holdings === 0)
    return 'People at risk: no holding is known yet. Count or declare what lies on which asset (docs/guide/count-people.md).';
  return `People at risk from one stolen password: proven ${figuresText(proven)}; assumed ${figuresText(assumed)}`;
}

/** Doors with their verdicts, those through which most people are reached first, and the worst login paths. */
export async function pathsText({ database, clock }: App, exposure: Exposure): Promise<string> {
  const state = await database.transaction('everything', (sql) => readMfa(sql, clock.now()));
  const read = (): Promise<Exposure> => Promise.resolve(exposure);
  const people = await peopleRankings({ database, clock, exposure: { read } }).current();
  const ranking = rankByPeople(state.ranking, people);
  const { total } = shownSummaryOfPaths(state, {});
  const doors = shownDoors({ ranking }).slice(0, WORST);
  const paths = shownPaths({ ...state, ranking }, {}, { order: 'people', count: WORST });
  return [
    `Who gets in: ${totalText(total)}`,
    ...(doors.length === 0 ? [] : ['', doorsText(doors)]),
    ...(paths.length === 0 ? [] : ['', ...paths.map(pathLine)]),
  ].join('\n');
}
