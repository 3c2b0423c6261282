/** This machine's own missing updates, against what apt itself says when it is asked in another way. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { has, skipUnless } from '../../../test/support/machine.ts';
import type { Report } from '../../estate/schema.ts';
import { run } from '../../kernel/process.ts';
import { parseInventory } from './parse.ts';
import { reportsOf } from './report.ts';

const SCRIPT = path.join(import.meta.dirname, 'inventory.sh');
const DEBIAN =
  process.platform === 'linux' && /^ID=(debian|ubuntu)$/m.test(osRelease())
    ? globSync('/var/lib/apt/lists/*Release').length > 0
    : false;
const APT = skipUnless(
  [has('apt-get'), 'apt-get'],
  [DEBIAN, 'a Debian or Ubuntu with package lists, which apt-get update fetches'],
);

test(
  'missing security updates of this machine agree with apt, and so does the way back',
  APT,
  async (t) => {
    const result = await run('sh', [SCRIPT, '--sections', 'os,deb,holds,origins,upgradable'], {
      timeoutMs: 200_000,
      maxBytes: 1e8,
    });
    const reports = reportsOf(parseInventory(result.stdout), '2026-11-22T00:00:00.000Z');
    const { offered, security, closed } = seenIn(reports);
    const lines = aptLines();
    const own = lines.filter(({ from }) => /Debian-Security:|-security(?:,|$| )/.test(from));
    assert.deepEqual(offered, named(lines));
    assert.deepEqual(security, named(own));
    assert.deepEqual(closed, notOffered(lines.map(({ name }) => name)));

    const asset = reports.find((one) => one.type === 'observation' && one.kind === 'asset');
    const patching = asset?.body.patching;
    assert.ok(patching !== undefined);
    for (const { from, releasedAt } of patching.lists ?? []) {
      if (from?.startsWith('Debian') ?? false) assert.match(releasedAt ?? '', /^20\d\d-/, from);
    }
    const { available = 0, notAvailable = 0 } = patching.rollback ?? {};
    t.diagnostic(
      `${offered.length} updates missing, ${security.length} of a security suite, in agreement with apt; ` +
        `of these ${offered.length} the installed version of ${closed.length} can be had nowhere any more; ` +
        `of all ${available + notAvailable} packages, of ${notAvailable}`,
    );
  },
);

interface Line {
  readonly name: string;
  readonly to: string;
  readonly from: string;
}

/** `Inst name [old] (new origins [architecture])`, of packages that are installed. */
function aptLines(): Line[] {
  const options = ['-s', '-q', '-o', 'Debug::NoLocking=1', '-o', 'APT::Get::Upgrade-Allow-New=1'];
  const output = execFileSync('apt-get', [...options, 'upgrade'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1e8,
  });
  return output.split('\n').flatMap((line) => {
    const [, name, to, from] = /^Inst (\S+) \[[^\]]+\] \((\S+) (.*) \[[^\]]+\]\)/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, to: to ?? '', from: from ?? '' }];
  });
}

function named(lines: readonly Line[]): string[] {
  return lines.map(({ name, to }) => `${name.replace(/:.*/, '')} ${to}`).sort();
}

/** Installed versions that stand in no repository by `apt-cache madison`, which lists what repositories have. */
function notOffered(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const madison = execFileSync('apt-cache', ['madison', ...names], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const offered = new Set(
    madison.split('\n').map((line) =>
      line
        .split('|')
        .slice(0, 2)
        .map((cell) => cell.trim())
        .join(' '),
    ),
  );
  const installed = execFileSync('dpkg-query', ['-W', '-f', '${Package} ${Version}\\n', ...names], {
    encoding: 'utf8',
  });
  const cached = new Set(
    globSync('/var/cache/apt/archives/*.deb').map((file) => path.basename(file)),
  );
  return installed
    .trim()
    .split('\n')
    .filter((line) => !offered.has(line))
    .filter((line) => {
      const start = line.replace(' ', '_').replace(':', '%3a');
      return ![...cached].some((file) => file.startsWith(`${start}_`));
    })
    .sort();
}

function seenIn(
  reports: readonly Report[],
): Readonly<Record<'offered' | 'security' | 'closed', string[]>> {
  const inventory = reports.find((report) => report.type === 'inventory');
  assert.ok(inventory !== undefined);
  const notes = (inventory.notes ?? []).filter(
    ({ available, deferred }) => available !== undefined && deferred === undefined,
  );
  const word = (index: number, version: string | undefined): string =>
    `${inventory.components[index]?.name ?? ''} ${version ?? ''}`;
  return {
    offered: notes.map(({ index, available }) => word(index, available)).sort(),
    security: notes
      .filter(({ availableSecurity }) => availableSecurity)
      .map(({ index, available }) => word(index, available))
      .sort(),
    closed: notes
      .filter(({ rollback }) => rollback === 'not-available')
      .map(({ index }) => word(index, inventory.components[index]?.version))
      .sort(),
  };
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
