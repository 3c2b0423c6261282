/**
 * `npm test [-- PATTERN…]`: runs the tests in one process and ends with one line of counts. What was skipped is listed
 * with its reason. `HOLDFAST_TEST_DATABASE_URL` runs the suite on that PostgreSQL instead of the embedded one;
 * `HOLDFAST_PEERS=required` (CI) makes it a failure that a test was skipped for want of a program.
 */
import { globSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const root = path.dirname(import.meta.dirname);
const patterns = process.argv.slice(2);
const all = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root }).sort();
const chosen =
  patterns.length === 0 ? all : all.filter((file) => patterns.some((text) => file.includes(text)));
if (chosen.length === 0) {
  console.error(`No test file matches ${patterns.join(' ')}.`);
  process.exit(1);
}

/** How a test says that a program is not on this machine, as against a case that does not apply here. */
const MISSING = /: (needs |no browser |.* is not installed)/;
/** What no package brings: another user, the right to mount, data that are not part of the repository. */
const NOT_A_PEER = /: needs .*(\broot\b|\bunshare\b|the shared test data)/;

const counts = { passed: 0, failed: 0, skipped: 0 };
const skips: string[] = [];
process.chdir(root);
const stream = run({ files: chosen.map((file) => path.join(root, file)), isolation: 'none' });
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  if (event.skip === undefined || event.skip === false) {
    counts.passed += 1;
    return;
  }
  counts.skipped += 1;
  skips.push(
    `${event.name}: ${event.skip === true || event.skip === '' ? 'no reason given' : event.skip}`,
  );
});
stream.on('test:fail', (event) => {
  if (event.details.type !== 'suite') counts.failed += 1;
});
stream.on('end', () => {
  // The reporter writes its own summary first.
  setImmediate(conclude);
});
stream.compose(spec).pipe(process.stdout);

function conclude(): void {
  const required = process.env['HOLDFAST_PEERS'] === 'required';
  const missing = skips.filter((line) => MISSING.test(line) && !NOT_A_PEER.test(line));
  if (skips.length > 0) console.log(`\nSkipped:\n${skips.map((line) => `  ${line}`).join('\n')}`);
  if (required && missing.length > 0) {
    console.log('Here no peer may be missing (HOLDFAST_PEERS=required).');
  }
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed > 0 || (required && missing.length > 0) ? 1 : 0;
}
