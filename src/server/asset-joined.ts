/** What the measures say of one asset: people behind it, ways through it, findings, deadlines and coverage, joined for its page. */
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/sql/database.ts';
import type { Exposure } from '../exposure/exposure.ts';
import type { ExposureReader } from '../exposure/read.ts';
import type { ExposureGap } from '../exposure/schema.ts';
import type { FindingsReader } from '../measures/scanning/findings-reader.ts';
import { readCoverage } from '../measures/scanning/read.ts';
import { gapsOf } from './exposure-view.ts';
import type { AssetJoined } from './pages/asset-joined.ts';
import type { PatchViews } from './patches-view.ts';

export interface AssetJoinedViews {
  /** By the asset's key. */
  assetJoined(key: string): Promise<AssetJoined>;
}

interface Tools {
  readonly database: Database;
  readonly clock: Clock;
  readonly exposure: ExposureReader;
  readonly findings: FindingsReader;
  readonly patches: PatchViews['patches'];
}

const SHOWN = 10;

export function assetJoinedViews({
  database,
  clock,
  exposure,
  findings,
  patches,
}: Tools): AssetJoinedViews {
  return {
    assetJoined: async (key) => {
      const state = await exposure.read();
      const gaps = gapsAt(state, key);
      const now = clock.now();
      const coverage = await database.transaction('everything', (sql) =>
        readCoverage(sql, now, { asset: key }),
      );
      const page = await findings({ order: 'rank', asset: key, limit: SHOWN });
      const due = await patches({ asset: key }, 0);
      return {
        at: now,
        key,
        people: peopleFrom(state, key),
        gaps: gaps.slice(0, SHOWN),
        gapCount: gaps.length,
        coverage,
        counts: page.counts,
        findings: page.findings,
        patchCounts: due.counts,
        patches: due.patches.slice(0, SHOWN),
        zone: due.zone,
      };
    },
  };
}

/** Undefined: no attacker of the present gets there by anything that is known. */
function peopleFrom({ graph, proven, all }: Exposure, key: string): AssetJoined['people'] {
  const node = graph.find(`asset:${key}`);
  if (node === undefined || all.reach.reached[node] !== 1) return undefined;
  const assumed = all.impact(node);
  const shown = proven.reach.reached[node] === 1 ? proven.impact(node).through : 0;
  return { proven: shown, assumed: assumed.through, unknownHoldings: assumed.unknownThrough };
}

/** Gaps of the asset itself and of its doors. */
function gapsAt(exposure: Exposure, key: string): ExposureGap[] {
  const doors = exposure.facts.doors.flatMap((door) => (door.body.asset === key ? [door.key] : []));
  return gapsOf(exposure).filter(
    (gap) => gap.key === key || doors.some((door) => gap.key.startsWith(`${door}/`)),
  );
}
