/** The import table is enforced by a tool; these tests prove that the tool saw every module and can say no. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import * as z from 'zod';
import { packageRoot } from '../../src/kernel/paths.ts';

const root = packageRoot();
const Cruise = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

function cruise(cwd: string): z.infer<typeof Cruise> {
  const tool = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = path.join(cwd, '.dependency-cruiser.cjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [tool, '--config', config, '--output-type', 'json', 'src'],
    { cwd, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  assert.ok(stdout.startsWith('{'), stderr);
  return Cruise.parse(JSON.parse(stdout));
}

test('the cruise sees every module, and no boundary is crossed', () => {
  const result = cruise(root);
  const seen = new Set(result.modules.map((module) => module.source));
  const files = fs
    .globSync('src/**/*.ts', { cwd: root })
    .filter((file) => !file.includes('/fixtures/'));
  assert.deepEqual(
    files.filter((file) => !seen.has(file)),
    [],
  );
  assert.deepEqual(result.summary.violations, []);
});

test('each kind of crossing is refused', (t) => {
  const planted: Record<string, string> = {
    'src/kernel/a.ts': "import { b } from '../estate/b.ts';\nexport const a = b;\n",
    'src/estate/b.ts': "import { c } from '../kernel/sql/c.ts';\nexport const b = c;\n",
    'src/kernel/sql/c.ts': 'export const c = 1;\n',
    'src/gate/d.ts': "import { e } from '../incident/e.ts';\nexport const d = e;\n",
    'src/incident/e.ts': 'export const e = 1;\n',
    'src/continuity/f.ts':
      "import { d } from '../gate/d.ts';\nimport { g } from '../app/g.ts';\nexport const f = d + g;\n",
    'src/app/g.ts': 'export const g = 1;\n',
    'src/ledger/h.ts': "import { i } from './i.ts';\nexport const h = () => i;\n",
    'src/ledger/i.ts': "import { h } from './h.ts';\nexport const i = () => h;\n",
  };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-cruise-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(planted)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    fs.copyFileSync(path.join(root, file), path.join(folder, file));
  }
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const crossed = new Set(
    cruise(folder).summary.violations.map(
      (violation) => `${violation.from}: ${violation.rule.name}`,
    ),
  );
  for (const expected of [
    'src/kernel/a.ts: kernel imports only what the table allows',
    'src/estate/b.ts: only store.ts and the composition speak SQL',
    'src/gate/d.ts: gate imports only what the table allows',
    'src/continuity/f.ts: continuity imports only what the table allows',
    'src/continuity/f.ts: nobody imports server, cli, app or main',
  ]) {
    assert.ok(crossed.has(expected), `${expected} was not reported`);
  }
  assert.ok([...crossed].some((line) => line.endsWith('no cycles')));
});

/**
 * Findings meet the inventories of the estate where both lie: millions of pairs are joined by the database, and only read. So
 * do the fixes that findings ask for, and the machines that lack them.
 */
const MAY_READ: Readonly<Record<string, readonly string[]>> = {
  scanning: ['estate'],
  patching: ['estate', 'scanning'],
};

test("a domain's SQL names no other domain's tables, and writes to none", () => {
  const schemas = fs
    .globSync('migrations/*.sql', { cwd: root })
    .flatMap((file) => [
      ...fs
        .readFileSync(path.join(root, file), 'utf8')
        .matchAll(/create schema (?:if not exists )?([a-z_]+)/gi),
    ])
    .map((match) => match[1] ?? '');
  assert.ok(schemas.includes('estate'));
  const foreign: string[] = [];
  for (const file of fs.globSync('src/**/store*.ts', { cwd: root })) {
    if (file.endsWith('.test.ts')) continue;
    const own = path.basename(path.dirname(file));
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    for (const schema of schemas) {
      if (schema === own) continue;
      const reads = new RegExp(`\\b(from|join)\\s+${schema}\\.`, 'i').test(text);
      const writes = new RegExp(`\\b(delete from|into|update|table)\\s+${schema}\\.`, 'i').test(
        text,
      );
      if (writes || (reads && MAY_READ[own]?.includes(schema) !== true))
        foreign.push(`${file} → ${schema}`);
    }
  }
  assert.deepEqual(foreign, []);
});
