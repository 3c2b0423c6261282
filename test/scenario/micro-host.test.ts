/** What looks patched and is not: states of a real dpkg on a host of its own, collected by the real script, and judged. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { proofOf, type Proof } from '../../src/measures/patching/proof.ts';
import { reasonsNotPatched } from '../../src/measures/patching/reasons.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Bodies, Inventory, Report } from '../../src/estate/schema.ts';
import { compareVersions } from '../../src/versions/index.ts';
import { MICRO_HOST, microHost, type Built, type MicroHost } from '../support/micro-host.ts';

const FIXED = '1.1-1';
/** As the clock of the machine has it: apt and the file system know no other. */
const NOW = systemClock.now();
const DAY = 86_400_000;
/** Archives count in seconds. */
const RELEASED = new Date(Math.floor(NOW.getTime() / 1000) * 1000 - DAY);
const LIBRARY = fs.globSync('/{usr/,}lib/*/libutil.so.1')[0];

const pieces: readonly ((version: string) => Built)[] = [
  (version) => ({
    name: 'hf-plain',
    version,
    files: {
      'opt/hf/plain': version,
      'usr/share/doc/hf-plain/changelog.Debian.gz': gzipSync(changelogOf(version)),
    },
  }),
  (version) => ({
    name: 'hf-conf',
    version,
    files: { 'etc/hf.conf': `version ${version}\n` },
    conffiles: ['/etc/hf.conf'],
  }),
  (version) => ({
    name: 'hf-post',
    version,
    files: { 'opt/hf/post': version },
    postinst: 'test ! -e /opt/broken',
  }),
  (version) => ({
    name: 'libhf1',
    version,
    // A library's new version has another name, and a link that does not change.
    files: {
      [`opt/hf/libhf.so.${version}`]: LIBRARY === undefined ? '' : fs.readFileSync(LIBRARY),
    },
  }),
  (version) => ({ name: 'hf-held', version, files: { 'opt/hf/held': version } }),
  (version) => ({ name: 'hf-pinned', version, files: { 'opt/hf/pinned': version } }),
];

/** As dpkg-parsechangelog(1) reads it; a year passed between the two. */
function changelogOf(version: string): string {
  const entry = (own: string, text: string, at: Date): string =>
    `hf-plain (${own}) bookworm-security; urgency=high\n\n  * ${text}\n\n -- Nobody Anybody <nobody@example.org>  ${at.toUTCString().replace('GMT', '+0000')}\n`;
  const first = entry('1.0-1', 'Begin.', new Date(RELEASED.getTime() - 365 * DAY));
  if (version === '1.0-1') return first;
  const second = entry(
    version,
    'Repair CVE-2026-0001,\n    CVE-2026-0002 and CVE-2026-0001 (Closes: #1).',
    new Date(RELEASED.getTime() - DAY),
  );
  return `${second}\n${first}`;
}

let host: MicroHost;
before(async () => {
  if (MICRO_HOST.skip !== undefined) return;
  host = await microHost('micro1');
  const old = pieces.map((piece) => piece('1.0-1'));
  const stable = {
    codename: 'bookworm',
    label: 'Debian',
    date: new Date(NOW.getTime() - 90 * DAY),
  };
  host.publish([{ ...stable, packages: old }]);
  await succeeds('apt-get', '-q', 'update');
  await succeeds('apt-get', '-qy', 'install', ...old.map(({ name }) => name));
  fs.appendFileSync(path.join(host.folder, 'etc/hf.conf'), 'changed by an operator\n');
  await succeeds('apt-mark', 'hold', 'hf-held');
  fs.writeFileSync(
    path.join(host.folder, 'etc/apt/preferences.d/pin'),
    `Package: hf-pinned\nPin: version ${FIXED}\nPin-Priority: -1\n`,
  );
  // The stable suite keeps the old versions of some; of hf-plain nobody has one any more.
  host.publish([
    { ...stable, packages: old.filter(({ name }) => name !== 'hf-plain') },
    {
      codename: 'bookworm-security',
      label: 'Debian-Security',
      date: RELEASED,
      validUntil: new Date(NOW.getTime() + 6 * DAY),
      packages: pieces.map((piece) => piece(FIXED)),
    },
  ]);
  await succeeds('apt-get', '-q', 'update');
});
after(() => {
  if (MICRO_HOST.skip === undefined) host.close();
});

async function succeeds(command: string, ...args: string[]): Promise<void> {
  const { status, stdout, stderr } = await host.run(command, ...args);
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout.toString()}${stderr.toString()}`);
}

test(
  'before: what is on offer, since when, what keeps it away, and which way back is closed',
  MICRO_HOST,
  async () => {
    const seen = await look();
    const { asset } = seen;
    const note = (name: string): Record<string, unknown> => {
      const { index, ...rest } = seen.note(name) ?? { index: -1 };
      assert.ok(index >= 0, name);
      return rest;
    };
    const offered = {
      available: FIXED,
      availableFrom: 'Debian-Security:12/bookworm-security',
      availableSecurity: true,
      availableReleasedAt: RELEASED.toISOString(),
    };
    const back = { rollback: 'available', rollbackFrom: 'Debian:12/bookworm' };
    const begun = {
      version: '1.0-1',
      at: new Date(RELEASED.getTime() - 365 * DAY).toISOString(),
    };
    assert.deepEqual(note('hf-plain'), {
      ...offered,
      rollback: 'not-available',
      changes: [begun],
    });
    assert.deepEqual(note('libhf1'), { ...offered, ...back });
    assert.deepEqual(note('hf-conf'), {
      ...offered,
      ...back,
      conffiles: ['/etc/hf.conf'],
      reasons: ['conffile-changed'],
    });
    assert.deepEqual(note('hf-held'), {
      ...offered,
      ...back,
      held: true,
      deferred: 'kept-back',
      reasons: ['held'],
    });
    assert.deepEqual(note('hf-pinned'), {
      pin: -1,
      withheld: FIXED,
      withheldFrom: 'Debian-Security:12/bookworm-security',
      reasons: ['pinned'],
    });
    assert.deepEqual(asset.patching?.rollback, { available: 5, notAvailable: 1, unknown: 0 });
    assert.deepEqual(
      pieces.map((piece) => seen.why(piece(FIXED).name)),
      [
        ['not-installed-yet'],
        ['conffile-changed'],
        ['not-installed-yet'],
        ['not-installed-yet'],
        ['held'],
        ['pinned'],
      ],
    );
  },
);

test('locked, interrupted and full: seen without trying', MICRO_HOST, async () => {
  const codes = async (): Promise<string[]> =>
    ((await look()).asset.patching?.blockers ?? []).map(({ code }) => code);
  const journal = path.join(host.folder, 'var/lib/dpkg/updates/0001');
  const lock = await host.start('flock', '/var/lib/dpkg/lock-frontend', 'sleep', '600');
  await succeeds('mount', '-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', '/var/cache/apt/archives');
  fs.writeFileSync(journal, '');
  try {
    const found = await codes();
    for (const code of ['locked', 'interrupted', 'disk-full'])
      assert.ok(found.includes(code), code);
  } finally {
    fs.rmSync(journal);
    await succeeds('umount', '/var/cache/apt/archives');
    await lock.stop();
  }
});

test(
  'what is fetched and what is installed tells by its changelog when it was released, and not by whom',
  MICRO_HOST,
  async () => {
    const repaired = {
      version: FIXED,
      at: new Date(RELEASED.getTime() - DAY).toISOString(),
      flaws: ['CVE-2026-0001', 'CVE-2026-0002'],
    };
    const file = `hf-plain_${FIXED}_all.deb`;
    const fetched = path.join(host.folder, 'var/cache/apt/archives', file);
    fs.copyFileSync(path.join(host.folder, 'opt/repository/pool', file), fetched);
    try {
      const seen = await look();
      assert.deepEqual(seen.parts('hf-plain'), ['hf-plain', '1.0-1', null]);
      assert.ok(seen.note('hf-plain')?.changes?.some((each) => isDeepStrictEqual(each, repaired)));
      assert.doesNotMatch(JSON.stringify(seen.note('hf-plain')), /Nobody|example\.org/);
    } finally {
      fs.rmSync(fetched);
    }
  },
);

test('every way in which a new version proves nothing, and then does', MICRO_HOST, async (t) => {
  if (LIBRARY === undefined) {
    t.skip('needs a library to map: libutil.so.1 of the C library');
    return;
  }
  const daemon = (): ReturnType<MicroHost['start']> => {
    const preload = `LD_PRELOAD=${fs.existsSync(path.join(host.folder, 'opt/hf/libhf.so.1.1-1')) ? '/opt/hf/libhf.so.1.1-1' : '/opt/hf/libhf.so.1.0-1'}`;
    return host.start('env', preload, 'sleep', '600');
  };
  const running = await daemon();
  fs.writeFileSync(path.join(host.folder, 'opt/broken'), '');
  await succeeds('apt-get', '-qy', 'install', 'hf-plain', 'libhf1');
  // Nobody answers the question about the edited file; the script of the other one fails.
  for (const name of ['hf-conf', 'hf-post']) {
    assert.equal((await host.run('apt-get', '-qy', 'install', name)).status, 100, name);
  }

  const after = await look();
  assert.deepEqual(
    pieces.map((piece) => after.parts(piece(FIXED).name)),
    [
      ['hf-plain', FIXED, null],
      ['hf-conf', FIXED, 'iU'],
      ['hf-post', FIXED, 'iF'],
      ['libhf1', FIXED, null],
      ['hf-held', '1.0-1', null],
      ['hf-pinned', '1.0-1', null],
    ],
  );
  t.diagnostic(
    pieces
      .map((piece) => `${piece(FIXED).name} ${verdictOf(after.proof(piece(FIXED).name))}`)
      .join('; '),
  );
  assert.deepEqual(
    pieces.map((piece) => after.proof(piece(FIXED).name).lacks),
    [[], ['configured'], ['configured'], ['not-in-memory'], ['version'], ['version']],
  );
  assert.deepEqual(after.note('hf-post')?.reasons, ['half-installed']);
  assert.deepEqual(
    after.note('hf-plain')?.changes?.map(({ version, flaws }) => [version, flaws?.length]),
    [
      ['1.0-1', undefined],
      [FIXED, 2],
    ],
  );

  fs.rmSync(path.join(host.folder, 'opt/broken'));
  await running.stop();
  const again = await daemon();
  await succeeds('dpkg', '--force-confold', '--configure', '-a');
  await succeeds('apt-mark', 'unhold', 'hf-held');
  fs.rmSync(path.join(host.folder, 'etc/apt/preferences.d/pin'));
  await succeeds('apt-get', '-qy', 'upgrade');
  const repaired = await look();
  assert.deepEqual(
    pieces.map((piece) => verdictOf(repaired.proof(piece(FIXED).name))),
    pieces.map(() => 'proven'),
  );
  await again.stop();
});

function verdictOf({ proven, lacks }: Proof): string {
  return proven ? 'proven' : `unproven (${lacks.join(', ')})`;
}

interface Seen {
  readonly asset: Bodies['asset'];
  note(name: string): NonNullable<Inventory['notes']>[number] | undefined;
  parts(name: string): readonly [string, string, string | null];
  proof(name: string): Proof;
  why(name: string): string[];
}

/** One collection, and what is to be said of each package by it. */
async function look(): Promise<Seen> {
  const at = systemClock.now();
  const reports: Report[] = await host.collect(at.toISOString());
  const asset = reports.find((one) => one.type === 'observation' && one.kind === 'asset');
  const inventory = reports.find((one) => one.type === 'inventory');
  assert.ok(asset !== undefined);
  assert.ok(inventory?.type === 'inventory', JSON.stringify(reports));
  const { body } = asset;
  const note: Seen['note'] = (name) => {
    const index = inventory.components.findIndex((one) => one.name === name);
    return inventory.notes?.find((one) => one.index === index);
  };
  const parts: Seen['parts'] = (name) => {
    const found = inventory.components.find((one) => one.name === name);
    assert.ok(found, name);
    return [name, found.version, note(name)?.state ?? null];
  };
  const listsAt = body.packageListsAt === undefined ? undefined : new Date(body.packageListsAt);
  return {
    asset: body,
    note,
    parts,
    why: (name) =>
      reasonsNotPatched({
        to: FIXED,
        compare: (a, b) => compareVersions('Debian', a, b) ?? undefined,
        note: note(name),
        host: body.patching,
        listsAt,
        releaseEnded: false,
        now: at,
      }),
    proof: (name) => {
      const [, version, state] = parts(name);
      return proofOf(
        {
          parts: [{ name, version, state }],
          matches: (compareVersions('Debian', version, FIXED) ?? -1) >= 0 ? 'yes' : 'no',
          needsBoot: false,
          restarts: body.restartNeeded,
          listedAt: at,
          listsAt,
        },
        at,
      );
    },
  };
}
