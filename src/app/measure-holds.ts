/** Whether the measure that an exception leans on holds now. What nobody can check does not hold. */
import type { Clock } from '../kernel/clock.ts';
import type { Database, Sql } from '../kernel/sql/database.ts';
import { readMfa } from '../measures/mfa/read.ts';
import { shownDoors } from '../measures/mfa/show.ts';
import { readCoverage } from '../measures/scanning/read.ts';

interface Tools {
  readonly database: Database;
  readonly clock: Clock;
}

/**
 * `mfa:door/KEY`: every login path of the door is enforced. `scanning:asset/KEY`: every scan that it should have is covered.
 *
 * @example await measureHolds(app, 'mfa:door/vpn1')
 */
export function measureHolds({ database, clock }: Tools, name: string): Promise<boolean> {
  const [, measure = '', key = ''] = /^(mfa:door|scanning:asset)\/(.+)$/.exec(name) ?? [];
  const check =
    measure === 'mfa:door' ? doorHolds : measure === 'scanning:asset' ? scanHolds : undefined;
  if (check === undefined) return Promise.resolve(false);
  return database.transaction('everything', (sql) => check(sql, key, clock.now()));
}

async function doorHolds(sql: Sql, key: string, now: Date): Promise<boolean> {
  const door = shownDoors(await readMfa(sql, now)).find((each) => each.key === key);
  if (door === undefined) return false;
  const { enforced, registeredNotEnforced, none, unknown } = door.counts;
  return enforced > 0 && registeredNotEnforced + none + unknown === 0;
}

async function scanHolds(sql: Sql, key: string, now: Date): Promise<boolean> {
  const own = (await readCoverage(sql, now)).filter(({ asset }) => asset === key);
  return own.length > 0 && own.every(({ state }) => state === 'covered');
}
