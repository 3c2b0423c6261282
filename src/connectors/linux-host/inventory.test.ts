/** The script itself, run for real on the machine of the test. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { has, skipUnless } from '../../../test/support/machine.ts';
import { run } from '../../kernel/process.ts';
import { SECTIONS } from './frame.ts';
import { parseInventory, type HostFacts } from './parse.ts';

const SCRIPT = path.join(import.meta.dirname, 'inventory.sh');
const root = process.getuid?.() === 0;
const linux = process.platform === 'linux';
const NOBODY = 65_534;

async function inventory(shell: readonly string[], ...args: string[]): Promise<Buffer> {
  const [command = 'sh', ...before] = shell;
  const result = await run(command, [...before, SCRIPT, ...args], {
    timeoutMs: 200_000,
    maxBytes: 1e8,
  });
  assert.equal(result.status, 0, result.stderr.toString());
  assert.equal(result.stderr.toString(), '');
  return result.stdout;
}
async function facts(shell: readonly string[], ...args: string[]): Promise<HostFacts> {
  return parseInventory(await inventory(shell, ...args));
}
const invalid = (read: HostFacts): unknown[] =>
  read.unseen.filter((item) => item.reason === 'invalid');

/** One whole run is enough for all: what apt would do takes seconds. */
const PLACES = [
  '/etc',
  '/var/lib/dpkg',
  '/var/lib/apt',
  '/var/cache/apt',
  '/var/log',
  '/var/lib/rpm',
];
let wholeRun: Promise<{ output: Buffer; before: string[]; after: string[] }> | undefined;
function whole(): Promise<{ output: Buffer; before: string[]; after: string[] }> {
  wholeRun ??= (async () => {
    const before = PLACES.flatMap((place) => stamps(place));
    const output = await inventory(['sh']);
    return { output, before, after: PLACES.flatMap((place) => stamps(place)) };
  })();
  return wholeRun;
}

/** Sections that do not change from one second to the next. */
const STILL = 'kernel,deb,rpm,apk,holds,origins,accounts,sudo,pam';

test(
  'it prints every section, in a form that its parser takes without remainder',
  skipUnless([linux, 'Linux']),
  async () => {
    const read = parseInventory((await whole()).output);
    assert.deepEqual(invalid(read), []);
    for (const name of SECTIONS) assert.notEqual(read[name], undefined, name);
    assert.equal(read.kernel?.running[0]?.release, os.release());
    assert.equal(read.os?.hostname[0]?.name, os.hostname());
    assert.ok(read.accounts?.account.some((row) => row.login === 'root' && row.uid === 0));
  },
);

test('every shell gives the same bytes', skipUnless([linux, 'Linux']), async (t) => {
  const shells = [['dash'], ['bash'], ['busybox', 'sh']].filter(([name = '']) => has(name));
  t.diagnostic(`tried with ${shells.map((words) => words.join(' ')).join(', ')}`);
  const [first, ...others] = await Promise.all(
    shells.map((shell) => inventory(shell, '--sections', STILL)),
  );
  for (const other of others) assert.equal(other.toString(), first?.toString());
});

test(
  '--hashes tells the hashes of what a full run prints',
  skipUnless([linux, 'Linux']),
  async () => {
    const headers = (output: Buffer): string[] =>
      output
        .toString()
        .split('\n')
        .filter((line) => line.startsWith('section\t'));
    const full = await inventory(['sh'], '--sections', STILL);
    const hashes = await inventory(['sh'], '--hashes', '--sections', STILL);
    assert.deepEqual(headers(hashes), headers(full));
    assert.ok(hashes.length < 2000);
  },
);

test('unknown arguments and sections are refused', skipUnless([linux, 'Linux']), async () => {
  for (const args of [
    ['--nonsense'],
    ['--sections', 'deb,nonsense'],
    ['--push', 'http://example.org'],
    ['--push', 'https://example.org', '--token-file', '/nonexistent'],
  ]) {
    const result = await run('sh', [SCRIPT, ...args], { timeoutMs: 60_000, maxBytes: 1e6 });
    assert.equal(result.status, 64, args.join(' '));
    assert.equal(result.stdout.length, 0);
  }
});

test(
  'it reads nothing from standard input, even where it is the input itself',
  skipUnless([linux, 'Linux']),
  async () => {
    const result = await run('sh', ['-s', '--', '--sections', 'os,accounts'], {
      timeoutMs: 60_000,
      maxBytes: 1e6,
      input: `${readFileSync(SCRIPT, 'utf8')}\necho injected\n`,
    });
    assert.doesNotMatch(result.stdout.toString(), /injected/);
    assert.deepEqual(invalid(parseInventory(result.stdout)), []);
  },
);

test(
  'no password hash, key or raw machine-id is printed',
  skipUnless([linux, 'Linux']),
  async () => {
    const output = (await whole()).output.toString();
    assert.doesNotMatch(output, /\$[0-9a-z]{1,3}\$[^\s]{8,}\$|AAAA[A-Za-z0-9+/]{20}|PRIVATE KEY/);
    if (existsSync('/etc/machine-id')) {
      const id = readFileSync('/etc/machine-id', 'utf8').trim();
      if (id !== '') assert.ok(!output.includes(id));
    }
  },
);

test(
  'deb: the very packages that dpkg-query counts',
  skipUnless([has('dpkg-query'), 'dpkg-query']),
  async () => {
    const read = await facts(['sh'], '--sections', 'deb');
    const own = execFileSync(
      'dpkg-query',
      ['-W', '-f', '${Package} ${Version} ${Architecture}\\n'],
      { encoding: 'utf8' },
    );
    const ours = read.deb?.pkg.map(
      (row) => `${row.name} ${row.version ?? ''} ${row.architecture ?? ''}`,
    );
    assert.deepEqual(ours?.sort(), own.trim().split('\n').sort());
    assert.ok(ours.length > 0);
  },
);

test(
  'an ordinary user gets an answer, and is told what is missing from it',
  skipUnless(
    [linux, 'Linux'],
    [root, 'root, to become somebody else'],
    [has('setpriv'), 'setpriv'],
  ),
  async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-test-'));
    try {
      // The clone may lie where nobody can read; the script is what travels.
      execFileSync('chmod', ['755', directory]);
      cpSync(SCRIPT, path.join(directory, 'inventory.sh'));
      execFileSync('chmod', ['644', path.join(directory, 'inventory.sh')]);
      const result = await run(
        'setpriv',
        [
          `--reuid=${NOBODY}`,
          `--regid=${NOBODY}`,
          '--clear-groups',
          'sh',
          path.join(directory, 'inventory.sh'),
          '--sections',
          SECTIONS.filter((name) => name !== 'upgradable').join(','),
        ],
        { timeoutMs: 200_000, maxBytes: 1e8 },
      );
      assert.deepEqual([result.status, result.stderr.toString()], [0, '']);
      const read = parseInventory(result.stdout);
      assert.deepEqual(invalid(read), []);
      const unseen = read.unseen.map((item) => item.what);
      assert.ok(unseen.includes('password state and expiry of local accounts'));
      assert.ok(unseen.includes('restarts needed by programs of other users'));
      assert.ok(read.accounts?.account.every((row) => row.password !== 'set'));
      if (has('dpkg-query')) assert.ok((read.deb?.pkg.length ?? 0) > 0);
      assert.deepEqual(readdirSync(directory), ['inventory.sh']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);

test(
  'package manager, logs and settings are as before, to the inode',
  skipUnless([linux, 'Linux']),
  async () => {
    const { before, after } = await whole();
    assert.deepEqual(after, before);
    assert.ok(before.length > 0);
  },
);

function stamps(directory: string, depth = 0): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const file = path.join(directory, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    const own = `${file} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
    return stat.isDirectory() && depth < 2 ? [own, ...stamps(file, depth + 1)] : [own];
  });
}
