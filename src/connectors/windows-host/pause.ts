/** Whether somebody paused the updates of a host, as its settings and policies say. */
import type { UpdateExport, Values } from './update-export.ts';

/** A pause by policy that gives only its beginning ends by itself after so many days. */
const LONGEST_DAYS = 35;
const DAY_MS = 86_400_000;

/** What paused them, in words; undefined where nothing does, or the pause is over when the export was made. */
export function pauseOf({ policies, collectedAt }: UpdateExport): string | undefined {
  if (policies === undefined) return undefined;
  const at = Date.parse(collectedAt ?? '');
  const { settings, group, device, state } = policies;
  const own = latest(settings, ['PauseUpdatesExpiryTime', 'PauseQualityUpdatesEndTime']);
  if (own !== undefined && own > at) return `paused on the host until ${dayOf(own)}`;
  for (const [who, values] of [
    ['group policy', group],
    ['device management', device],
  ] as const) {
    const since = latest(values, ['PauseQualityUpdatesStartTime']);
    if (since !== undefined && since <= at && at < since + LONGEST_DAYS * DAY_MS)
      return `paused by ${who} since ${dayOf(since)}`;
    if (since === undefined && values['PauseQualityUpdates'] === 1) return `paused by ${who}`;
  }
  // 1: paused; 2: it was, and resumed by itself.
  return state['PausedQualityStatus'] === 1 ? 'paused by policy' : undefined;
}

function latest(values: Values, names: readonly string[]): number | undefined {
  const times = names.flatMap((name) => {
    const value = values[name];
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? [] : [time];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
