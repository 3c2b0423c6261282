/**
 * A process that evaluates findings until somebody kills it: `node test/support/evaluate-and-die.ts VERSION`, the
 * connection as JSON in HOLDFAST_TEST_CONNECTION. It prints a line before each chunk is matched.
 */
import process from 'node:process';
import { systemClock } from '../../src/kernel/clock.ts';
import { openDatabase, type Connection } from '../../src/kernel/sql/database.ts';
import { evaluateFindings } from '../../src/measures/scanning/evaluate.ts';
import { versionedMatcher } from './versioned-matcher.ts';

const { connection, role } = JSON.parse(process.env['HOLDFAST_TEST_CONNECTION'] ?? '{}') as {
  connection: Connection;
  role: string | undefined;
};
const database = openDatabase(connection, { role, connections: 2 });
const matcher = versionedMatcher(process.argv[2] ?? '');
await evaluateFindings({
  database,
  clock: systemClock,
  signal: new AbortController().signal,
  matcher: {
    ...matcher,
    match: (packages) => {
      process.stdout.write('matching\n');
      return matcher.match(packages);
    },
  },
});
process.stdout.write('done\n');
await database.close();
