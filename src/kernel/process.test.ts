import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { HoldfastError } from './errors.ts';
import { run } from './process.ts';

const limits = { timeoutMs: 20_000, maxBytes: 1_000_000 };

test('arguments reach the program as they are, without a shell', async () => {
  const odd = ['$(id)', '; true', "'", '"', '*', '-n'];
  const result = await run(
    process.execPath,
    ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd],
    limits,
  );
  assert.deepEqual(JSON.parse(result.stdout.toString()), odd);
  assert.equal(result.status, 0);
});

test('input, environment, both outputs and the status are passed', async () => {
  const result = await run('sh', ['-c', 'cat; echo "$WORD" >&2; exit 3'], {
    ...limits,
    input: 'in',
    env: { WORD: 'warned', PATH: '/usr/bin:/bin' },
  });
  assert.deepEqual(
    [result.status, result.stdout.toString(), result.stderr.toString()],
    [3, 'in', 'warned\n'],
  );
  assert.deepEqual([result.truncated, result.timedOut], [false, false]);
});

test('a program that does not read a long input is no error', async () => {
  const result = await run('true', [], { ...limits, input: 'x'.repeat(5_000_000) });
  assert.equal(result.status, 0);
});

test('without input nothing is read from this process', async () => {
  const result = await run('cat', [], limits);
  assert.equal(result.stdout.length, 0);
});

test('endless output is cut at the limit and the program killed', async () => {
  const result = await run('sh', ['-c', 'while :; do echo yes; done'], {
    ...limits,
    maxBytes: 1000,
  });
  assert.equal(result.truncated, true);
  assert.equal(result.stdout.length, 1000);
});

test('output of exactly the limit is not called truncated', async () => {
  const result = await run('printf', ['12345'], { ...limits, maxBytes: 5 });
  assert.deepEqual([result.truncated, result.stdout.toString()], [false, '12345']);
});

test('a time limit ends the program and its children, even those that ignore the request', async () => {
  const result = await run('sh', ['-c', "trap '' TERM; sleep 600 & echo $!; wait; sleep 600"], {
    ...limits,
    timeoutMs: 300,
  });
  assert.equal(result.timedOut, true);
  await assertGone(Number(result.stdout.toString()));
});

test('an abort ends the whole group and is reported as cancelled', async () => {
  const controller = new AbortController();
  const running = run('sh', ['-c', 'sleep 600 & sleep 600'], {
    ...limits,
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(), 100);
  await assert.rejects(running, (error) => {
    assert.ok(error instanceof HoldfastError);
    assert.equal(error.code, 'cancelled');
    return true;
  });
  await assert.rejects(run('true', [], { ...limits, signal: controller.signal }), {
    code: 'cancelled',
  });
});

test('a missing program and one that may not be run have codes of their own', async () => {
  // A folder in PATH that this user cannot enter would be the system's answer instead.
  const env = { PATH: '/usr/bin:/bin' };
  const missing = run('holdfast-no-such-program', [], { ...limits, env });
  await assert.rejects(missing, { code: 'not_found' });
  await assert.rejects(run('/etc/passwd', [], limits), { code: 'not_permitted' });
});

async function assertGone(pid: number): Promise<void> {
  assert.ok(pid > 1);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (!isRunning(pid)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail('a child outlived its group');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // One that is dead and not yet collected by its new parent still has a number (proc(5), field 3 of stat).
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'latin1'));
}
