/** The time that a feed is of. */

/** Where nothing says it: stale whatever the age allowed. */
const NEVER = '1970-01-01T00:00:00.000Z';

/** Never later than now: a clock that runs ahead must not keep a feed fresh. */
export function parseFeedTime(text: string, now: Date): string {
  const at = Date.parse(text);
  if (!Number.isFinite(at)) return NEVER;
  return new Date(Math.min(at, now.getTime())).toISOString();
}
