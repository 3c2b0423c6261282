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

type Run = (...args: string[]) => { answer: unknown; stderr: string };

/** The way in goes through the domain controller, whichever of its gaps is asked about. */
function assertWays(run: Run): void {
  for (const gap of ['citrix customer', 'dc-01']) {
    const way = run('exposure', 'explain', gap, '--json').answer as { steps: { key: string }[] };
    const keys = way.steps.map(({ key }) => key);
    for (const step of ['door:door-citrix-rota', 'exploit:dc-01', 'identity:directory-hosting'])
      assert.ok(keys.includes(step), `${gap}: ${step}`);
    assert.match(keys.at(-1) ?? '', /^holding:/);
  }
}

test('holdfast demo prints the counted figures, and every command says that it is a demonstration', (t) => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-demo-'));
  fs.chmodSync(home, 0o755);
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  const data = path.join(home, 'data');
  const run: Run = (...args) => {
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
  type Gap = { measure: string; key: string; proven: { people: number } };
  const exposure = run('exposure', '--json').answer as {
    proven: { living: { low: number; best: number }; categories: Record<string, number> };
    worst: Gap[];
  };
  assert.deepEqual(
    [
      exposure.proven.living.low,
      exposure.proven.living.best,
      exposure.proven.categories['home-entry'],
    ],
    [FIGURES.living, FIGURES.living, FIGURES.homeEntry],
  );
  assert.match(exposure.worst[0]?.key ?? '', /^door-citrix-rota\/customer/);
  assert.equal(exposure.worst[0]?.proven.people, FIGURES.living);
  assertWays(run);
  const plan = run('plan', '--json').answer as {
    steps: { fixes: { key: string }[]; left: { living: { best: number } } }[];
  };
  assert.deepEqual(
    plan.steps.slice(0, 1).map(({ fixes: [fix], left }) => [fix?.key, left.living.best]),
    [['mfa:door-citrix-rota', 0]],
  );
  const patched = ['--if', 'patch dc-01', '--if', 'patch dc-02', '--if', 'close dmz servers'];
  const then = run('plan', ...patched, '--json').answer as { before: { living: { best: number } } };
  assert.ok(
    then.before.living.best < FIGURES.living,
    'patching and segmenting takes people out of reach',
  );
  const { patches } = run('patches', '--overdue', '--json').answer as {
    patches: { asset: string; flaws: string[]; late: number; people: { best: number } }[];
  };
  const zero = patches.find(
    ({ asset, flaws }) => asset === 'dc-01' && flaws.includes('CVE-2020-1472'),
  );
  assert.ok(zero !== undefined && zero.late > 700 && zero.late < 730, 'about 720 days');
  assert.equal(zero.people.best, FIGURES.living);
  assert.equal(fs.statSync(`${data}.person-key`).mode & 0o777, 0o600);
});
