/** `npm test [-- PATTERN…]`: finds the tests and runs them in one process (node --test without isolation). */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.dirname(import.meta.dirname);
const patterns = process.argv.slice(2);
const all = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root }).sort();
const chosen =
  patterns.length === 0 ? all : all.filter((file) => patterns.some((text) => file.includes(text)));
if (chosen.length === 0) {
  console.error(`No test file matches ${patterns.join(' ')}.`);
  process.exit(1);
}
const { status } = spawnSync(process.execPath, ['--test', '--test-isolation=none', ...chosen], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
