/** What changelogs tell of when a fix was released. */
import type { Sql } from '../../kernel/sql/database.ts';
import { schemeOfType } from '../../versions/index.ts';
import { keepChangelogs, readChangelogs, type ChangelogEntry } from './store-changelogs.ts';
import { addClockFacts } from './store-needs.ts';

/**
 * The entry of the very version that repairs dates its release. A later version says less: it may come from another branch,
 * where the same repair was out earlier (Debian's `20250419~deb12u1` stands above `20250419` of unstable).
 */
export async function learnChangelogs(
  sql: Sql,
  since: Date,
  fixes: readonly number[],
  now: Date,
): Promise<number[]> {
  await keepChangelogs(sql, since, now);
  const entries = (await readChangelogs(sql, fixes, now)).filter(isOf);
  return addClockFacts(
    sql,
    entries.map((entry) => ({
      fix: entry.fix,
      facts: [{ at: entry.at, source: 'changelog', from: wordsOf(entry), observedAt: now }],
    })),
  );
}

function isOf({ type, version, to }: Pick<ChangelogEntry, 'type' | 'version' | 'to'>): boolean {
  if (type === 'rpm') return bareRelease(version) === bareRelease(to);
  const scheme = schemeOfType(type);
  const [said, wanted] = [scheme?.parse(version), scheme?.parse(to)];
  return said !== undefined && wanted !== undefined && scheme?.compare(said, wanted) === 0;
}

/** Changelogs of rpm are written without the epoch and before the distribution's mark is added: `3.0.7-28` of `1:3.0.7-28.el9_4`. */
function bareRelease(version: string): string {
  return version.replace(/^\d+:/, '').replace(/\.(?:el|fc|amzn|mga|oe)\d+(?:_\d+)?$/, '');
}

const NAMED = 3;

function wordsOf({ name, version, flaws }: ChangelogEntry): string {
  const more = flaws.length > NAMED ? ` and ${flaws.length - NAMED} more` : '';
  const against = flaws.length === 0 ? '' : `, against ${flaws.slice(0, NAMED).join(', ')}${more}`;
  return `${name} ${version}${against}`;
}
