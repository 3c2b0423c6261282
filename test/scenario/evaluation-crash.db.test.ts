/** kill -9 in the middle of an evaluation: every verdict is the old one or the new one, whole, and the next run completes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/kernel/clock.ts';
import { packageRoot } from '../../src/kernel/paths.ts';
import { openDatabase, type Database } from '../../src/kernel/sql/database.ts';
import { evaluateFindings } from '../../src/measures/scanning/evaluate.ts';
import { testConnection } from '../support/database.ts';
import { versionedMatcher } from '../support/versioned-matcher.ts';

const COMPONENTS = 5500;

async function estate(t: TestContext) {
  const { connection, role } = await testConnection(t);
  const database = openDatabase(connection, { role, connections: 2 });
  t.after(() => database.close());
  await database.transaction(
    'everything',
    (sql) => sql`
      insert into estate.component (type, release, name, version, architecture, source_name, source_version)
      select 'deb', 'debian-12', 'lib' || i, '1.0', 'amd64', 'lib' || i, '1.0' from generate_series(1, ${COMPONENTS}::int) as i`,
  );
  const evaluate = (version: string) =>
    evaluateFindings({
      database,
      clock: systemClock,
      matcher: versionedMatcher(version),
      signal: new AbortController().signal,
    });
  return { connection, role, database, evaluate };
}

/** Of each component the flaws with their words, in one line, and the feeds that it was matched with. */
function verdicts(
  database: Database,
): Promise<{ component: number; said: string; feeds: string }[]> {
  return database.transaction(
    'everything',
    (sql) => sql`
      select m.component_id as component, m.feeds,
        (select string_agg(concat_ws(' ', f.id, f.state, f.body->>'summary'), '; ' order by f.key)
          from scanning.finding f where f.component_id = m.component_id) as said
      from scanning.matched m order by 1`,
  );
}

/** What the log of changes says when it is played back: it must come to the same as the findings. */
async function checkLog(database: Database): Promise<void> {
  const wrong = await database.transaction(
    'everything',
    (sql) => sql<{ component_id: number; key: string }[]>`
      with last as (
        select distinct on (component_id, key) component_id, key, state from scanning.finding_change
        order by component_id, key, change_id desc
      )
      select component_id, key from last full join scanning.finding f using (component_id, key)
      where last.state is distinct from f.state`,
  );
  assert.deepEqual([...wrong], []);
}

async function evaluateAndDie(
  { connection, role }: Awaited<ReturnType<typeof estate>>,
  chunks: number,
  delay: number,
): Promise<void> {
  const script = path.join(packageRoot(), 'test/support/evaluate-and-die.ts');
  const child = spawn(process.execPath, [script, 'new'], {
    env: { ...process.env, HOLDFAST_TEST_CONNECTION: JSON.stringify({ connection, role }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let seen = 0;
  for await (const data of child.stdout) {
    seen += String(data).split('\n').length - 1;
    if (seen < chunks) continue;
    await sleep(delay);
    child.kill('SIGKILL');
  }
  await ended;
}

/** Chunks that were begun when it is killed, and milliseconds after that: before, in and after a transaction. */
const MOMENTS = [
  [1, 0],
  [1, 40],
  [2, 10],
  [3, 0],
  [4, 90],
] as const;

test('killed at several moments, an evaluation leaves whole verdicts, and the next one ends as if nothing had been', async (t) => {
  const undisturbed = await estate(t);
  await undisturbed.evaluate('old');
  const before = await verdicts(undisturbed.database);
  await undisturbed.evaluate('new');
  const after = await verdicts(undisturbed.database);
  assert.equal(after.length, COMPONENTS);

  const own = await estate(t);
  await own.evaluate('old');
  assert.deepEqual(await verdicts(own.database), before);
  for (const [chunks, delay] of MOMENTS) {
    await evaluateAndDie(own, chunks, delay);
    const found = await verdicts(own.database);
    assert.equal(found.length, COMPONENTS);
    for (const [at, row] of found.entries()) {
      const isNew = row.feeds === after[at]?.feeds;
      assert.deepEqual(row, isNew ? after[at] : before[at]);
    }
    await checkLog(own.database);
  }
  const { changes } = await own.evaluate('new');
  assert.ok(changes > 0, 'something was left to do');
  assert.deepEqual(await verdicts(own.database), after);
  await checkLog(own.database);
});
