/** What `holdfast up` says of coverage, deadlines and people at risk. */
import { readExposure } from '../exposure/read.ts';
import { shownSummary } from '../exposure/show.ts';
import { figuresText } from '../exposure/text.ts';
import { readPatches } from '../measures/patching/read.ts';
import { shownCounts } from '../measures/patching/show.ts';
import { countsText } from '../measures/patching/text.ts';
import { readCoverage } from '../measures/scanning/read.ts';
import { personKeyOf } from './exposure.ts';
import type { App } from './open.ts';

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

export async function atRiskLine({ database, clock, config }: App): Promise<string> {
  const key = await personKeyOf(config);
  const { assumed, proven } = shownSummary(await readExposure({ database, clock, key }));
  if (assumed.holdings === 0)
    return 'People at risk: no holding is known yet. Count or declare what lies on which asset (docs/guide/count-people.md).';
  return `People at risk from one stolen password: proven ${figuresText(proven)}; assumed ${figuresText(assumed)}`;
}
