/** The 2022 case by the command line: loaded, counted, and told apart from real data wherever it is shown. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { packageRoot } from '../../src/kernel/paths.ts';

const main = path.join(packageRoot(), 'src/main.ts');
const FIGURES = {
  customers: 658,
  customersExfiltrated: 16,
  persons: 82_946,
  deceased: 3_542,
  living: 79_404,
  specialCategory: 41_196,
  homeEntry: 890,
};

test('holdfast demo prints the counted figures, and every command says that it is a demonstration', (t) => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-demo-'));
  fs.chmodSync(home, 0o755);
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  const data = path.join(home, 'data');
  const run = (...args: string[]) => {
    const env = {
      ...process.env,
      HOLDFAST_DATA: data,
      HOLDFAST_CONFIG: '/dev/null',
      DATABASE_URL: '',
    };
    const { stdout, stderr, status } = spawnSync(process.execPath, [main, ...args], {
      env,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    assert.equal(status, 0, stderr);
    return { answer: JSON.parse(stdout) as unknown, stderr };
  };
  const demo = run('demo', '--json');
  assert.deepEqual(demo.answer, FIGURES);
  assert.match(demo.stderr, /^DEMONSTRATION: /);
  const holdings = run('estate', 'list', 'holding', '--json');
  assert.match(holdings.stderr, /^DEMONSTRATION: /);
  const bodies = (holdings.answer as { body: { people?: unknown; howCounted: string } }[]).map(
    (entity) => entity.body,
  );
  const counted = bodies.filter((body) => body.people !== undefined);
  assert.equal(counted.length, 32);
  assert.ok(counted.every((body) => body.howCounted === 'counted'));
  assert.ok(bodies.length > 650, 'the others are there, and nobody has counted them');
  const [source] = run('estate', 'sources', '--json').answer as {
    lastCollection: { endedAt: string };
  }[];
  assert.match(
    source?.lastCollection.endedAt ?? '',
    /^2022-08-04T/,
    'its clock stands at the attack',
  );
  const union = run('holdings', 'union', '--key-file', `${data}.person-key`, '--json');
  const { living } = union.answer as { living: unknown };
  assert.deepEqual(living, { low: FIGURES.living, best: FIGURES.living, high: FIGURES.living });
  const [door] = run('doors', '--json').answer as { key: string; counts: { none: number } }[];
  assert.equal(door?.key, 'door-citrix-rota');
  const { worst } = run('mfa', '--json').answer as { worst: Record<string, string>[] };
  const { population, door: at, verdict } = worst[0] ?? {};
  assert.deepEqual([population, at, verdict], ['customer', 'door-citrix-rota', 'none']);
  assert.equal(fs.statSync(`${data}.person-key`).mode & 0o777, 0o600);
});
