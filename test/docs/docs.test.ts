/** The documentation is tested: links lead somewhere, every command has its line, exit codes are the code's own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { PATCH_REASONS } from '../../src/estate/patching.ts';
import { EXIT_CODES } from '../../src/kernel/cli.ts';
import { packageRoot } from '../../src/kernel/paths.ts';

const root = packageRoot();
const pages = fs
  .globSync(['*.md', 'docs/**/*.md', 'src/**/README.md'], { cwd: root })
  .filter((page) => !page.startsWith('node_modules'));

function text(page: string): string {
  return fs.readFileSync(path.join(root, page), 'utf8');
}

/** GitHub's anchor of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

test('every relative link leads to a file, and to a heading in it', () => {
  const broken: string[] = [];
  for (const page of pages) {
    const prose = text(page)
      .replace(/```[\s\S]*?```/g, '')
      .replace(/`[^`\n]*`/g, '');
    for (const [, target = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = '', fragment] = target.split('#');
      const found = file === '' ? page : path.join(path.dirname(page), file);
      if (!fs.existsSync(path.join(root, found))) broken.push(`${page}: ${target}`);
      else if (fragment !== undefined && !headings(found).has(fragment))
        broken.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(pages.length > 10);
});

function headings(page: string): Set<string> {
  return new Set(
    [...text(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading)),
  );
}

test('every command is in the reference of the command line, and every one there exists', () => {
  const { stdout } = spawnSync(process.execPath, [path.join(root, 'src/main.ts'), '--help'], {
    encoding: 'utf8',
  });
  const commands = [...(stdout.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)].map(
    (match) => match[1] ?? '',
  );
  assert.ok(commands.includes('estate'));
  const documented = [...text('docs/reference/cli.md').matchAll(/^\| `holdfast ([a-z-]+)/gm)].map(
    (match) => match[1] ?? '',
  );
  assert.deepEqual(
    [...new Set(documented)].sort(),
    commands.filter((name) => name !== 'help').sort(),
  );
});

test('the exit codes of the reference are those of the code', () => {
  const documented = [...text('docs/reference/cli.md').matchAll(/^\| (\d+) +\| (.+?) +\|$/gm)].map(
    ([, code, meaning]) => [Number(code), meaning],
  );
  assert.deepEqual(
    documented,
    Object.entries(EXIT_CODES).map(([code, meaning]) => [Number(code), meaning]),
  );
});

test('every reason why something is not patched has its heading, and no other has', () => {
  const documented = [...text('docs/reference/patch-reasons.md').matchAll(/^### `(.+)`$/gm)].map(
    ([, code]) => code,
  );
  assert.deepEqual(documented.sort(), [...PATCH_REASONS].sort());
});

test('nothing in the tree names a path of a development machine or a registry', () => {
  const { stdout } = spawnSync(
    'git',
    [
      'grep',
      '-nIE',
      '(^|[^a-z.])/(work|root)/[a-z]|registry\\.npmjs|deb\\.debian\\.org',
      '--',
      '.',
      ':!test/docs',
    ],
    { cwd: root, encoding: 'utf8' },
  );
  assert.equal(stdout, '');
});
