/** kill -9 of the process that imports, and of its database, at many moments: nothing acknowledged is ever lost. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../src/kernel/paths.ts';

const main = path.join(packageRoot(), 'src/main.ts');
const CUSTOMERS = 1500;

function estateOf(round: number): string {
  const lines = ['customers:'];
  for (let at = 0; at < CUSTOMERS; at += 1)
    lines.push(`  - { id: c${at}, name: "Care home ${at}, round ${round}" }`);
  return lines.join('\n');
}

function workplace(t: TestContext) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-crash-'));
  fs.chmodSync(home, 0o755);
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  const env = {
    ...process.env,
    HOLDFAST_DATA: path.join(home, 'data'),
    HOLDFAST_CONFIG: '/dev/null',
    DATABASE_URL: '',
  };
  const file = (round: number): string => {
    const name = path.join(home, `estate-${round}.yaml`);
    fs.writeFileSync(name, estateOf(round));
    return name;
  };
  const names = (): Set<string> => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [main, 'estate', 'list', 'customer', '--json'],
      { env, encoding: 'utf8', maxBuffer: 1e9 },
    );
    assert.equal(status, 0, stderr);
    const entities = JSON.parse(stdout) as { body: { name: string } }[];
    assert.equal(entities.length, CUSTOMERS);
    return new Set(entities.map((entity) => entity.body.name.replace(/^.*, /, '')));
  };
  return { home, env, file, names };
}

/** The process numbers of a postmaster and everything it started. */
function databaseProcesses(data: string): number[] {
  const postmaster = Number(
    fs.readFileSync(path.join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0],
  );
  const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], {
    encoding: 'utf8',
  }).stdout;
  return [postmaster, ...children.split('\n').map(Number).filter(Boolean)];
}

for (const victim of ['import', 'import and database'] as const) {
  test(`kill -9 of the ${victim}: the old estate or the new one, never a mixture, and the next start mends itself`, async (t) => {
    const { env, file, names } = workplace(t);
    const data = env.HOLDFAST_DATA;
    const first = spawnSync(process.execPath, [main, 'estate', 'import', file(0)], {
      env,
      encoding: 'utf8',
    });
    assert.equal(first.status, 0, first.stderr);
    let acknowledged = 0;
    for (const [round, delay] of [600, 1000, 1500].map((ms, at) => [at + 1, ms] as const)) {
      const child = spawn(process.execPath, [main, 'estate', 'import', file(round)], {
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let answer = '';
      child.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
      const ended = new Promise((resolve) => child.once('close', resolve));
      await sleep(delay);
      child.kill('SIGKILL');
      if (victim === 'import and database') {
        try {
          for (const pid of databaseProcesses(data)) process.kill(pid, 'SIGKILL');
        } catch (error) {
          // It had not started yet, or was gone already.
          assert.ok(error instanceof Error);
        }
      }
      await ended;
      if (answer.includes('changed')) acknowledged = round;
      const found = names();
      assert.equal(found.size, 1, `a mixture: ${[...found].join(', ')}`);
      const kept = Number([...found][0]?.replace('round ', ''));
      assert.ok(
        kept === round || kept >= acknowledged,
        `round ${acknowledged} was acknowledged, ${kept} is there`,
      );
      acknowledged = Math.max(acknowledged, kept);
    }
  });
}
