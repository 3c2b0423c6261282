/** `npm run check`: types, lint, format, boundaries, unused code and generated files, all told apart. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const root = path.dirname(import.meta.dirname);

const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['node_modules/typescript/bin/tsc', '--noEmit']],
  ['lint', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0']],
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.']],
  [
    'boundaries',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      'src',
    ],
  ],
  ['generated files', ['tools/openapi.ts', '--check']],
  ['estate schema', ['tools/estate-schema.ts', '--check']],
  ['unused code', ['node_modules/knip/bin/knip.js', '--no-progress']],
];

const only = process.argv.slice(2);
const failed: string[] = [];
for (const [name, args] of STEPS) {
  if (only.length > 0 && !only.includes(name)) continue;
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`npm run check: ${failed.join(', ')} failed.`);
  process.exitCode = 1;
}
