/** The script on hosts of other kinds: a directory with nothing but busybox and their files in it. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { BUSYBOX, inRoot } from '../../../test/support/busybox-root.ts';
import { has, skipUnless } from '../../../test/support/machine.ts';
import { run } from '../../kernel/process.ts';
import { parseDpkgStatus } from './dpkg-status.ts';
import { parseInventory } from './parse.ts';

const SCRIPT = path.join(import.meta.dirname, 'inventory.sh');
const HOSTS = path.join(import.meta.dirname, '../../../../shared/data/hosts');
const root = process.getuid?.() === 0;

test('Alpine: busybox alone gives packages, accounts, doas rules and pins', BUSYBOX, async () => {
  const read = await inRoot({
    'etc/os-release':
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"\nHOME_URL="$(touch /touched)"\n',
    'etc/machine-id': '00112233445566778899aabbccddeeff\n',
    'etc/passwd':
      'root:x:0:0:root:/root:/bin/ash\nanna:x:1000:1000:Anna:/home/anna:/bin/ash\nbroken line\n',
    'etc/shadow': 'root:*::0:::::\nanna:$6$abcdefgh$0123456789abcdef:19000:0:99999:7::20000:\n',
    'etc/group': 'root:x:0:root\nanna:x:1000:\nwheel:x:10:root,anna\n',
    'etc/doas.conf': '# comment\npermit persist :wheel\n',
    'etc/apk/world': 'alpine-base\nsmall=1.2-r0\n',
    'home/anna/.ssh/authorized_keys':
      '# ssh-rsa AAAA\nfrom="10.0.0.0/8",command="echo ssh-dss x" sk-ssh-ed25519@openssh.com AAAA anna\nssh-ed25519 AAAA two\n',
    'lib/apk/db/installed':
      'C:Q1x=\nP:small\nV:1.2-r0\nA:x86_64\no:big\nf:s\nF:etc\nR:x\n\nC:Q1y=\nP:musl\nV:1.2.4-r2\nA:x86_64\no:musl\n\n',
  });
  const common = { architecture: 'x86_64' };
  assert.deepEqual(read.apk?.pkg, [
    { ...common, name: 'musl', version: '1.2.4-r2', sourceName: 'musl', state: undefined },
    { ...common, name: 'small', version: '1.2-r0', sourceName: 'big', state: 's' },
  ]);
  assert.deepEqual(
    read.holds?.world.map((row) => row.text),
    ['small=1.2-r0'],
  );
  assert.deepEqual(
    read.accounts?.account.map((row) => [row.login, row.password, row.groups, row.expires]),
    [
      ['anna', 'set', 'anna,wheel', '20000'],
      ['root', 'locked', 'root,wheel', undefined].map((cell, index) =>
        index === 2 ? 'root,root,wheel' : cell,
      ),
    ],
  );
  assert.deepEqual(
    read.accounts.key.map((row) => `${row.login} ${row.type}`),
    ['anna sk-ssh-ed25519@openssh.com', 'anna ssh-ed25519'],
  );
  assert.deepEqual(
    read.sudo?.rule.map((row) => row.text),
    ['permit persist :wheel'],
  );
  assert.equal(read.os?.release.find((row) => row.key === 'VERSION_ID')?.value, '3.19.1');
  assert.ok(
    read.unseen.some((item) => item.what === 'local accounts' && item.reason === 'invalid'),
  );
});

test('secrets in files that it shows are masked', BUSYBOX, async () => {
  const read = await inRoot({
    'etc/pam.d/sshd':
      'auth required pam_sql.so user=x passwd=hunter2 crypt=1 password = hunter3\n# passwd=hunter4\n',
    'etc/apk/repositories': 'https://anna:hunter5@packages.example.org/v3\n',
    'etc/yum.repos.d/x.repo': '[x]\nbaseurl=https://u:hunter6@example.org/\npassword=*hunter7\n',
  });
  const shown = JSON.stringify([read.pam, read.origins]);
  assert.doesNotMatch(shown, /hunter/);
  assert.match(shown, /user=x passwd=masked crypt=1 password =masked/);
  assert.match(shown, /https:\/\/masked@packages\.example\.org/);
});

const STATUS = `Package: tiny
Status: install ok installed
Version: 1:1.0-1
Architecture: all
Source: tiny-src (1.0-1)
Description: a thing
 Version: not this one
 .
 Package: nor this

Package: held
Status: hold ok installed
Version: 2.0
Architecture: amd64

Package: half
Status: install reinstreq half-configured
Version: 3.0
Architecture: amd64
Source: half-src

Package: gone
Status: deinstall ok config-files
Version: 4.0
Architecture: amd64

Package: named-only
Status: unknown ok not-installed
Architecture: amd64
`;

test(
  'without dpkg-query the status file is read: same as the parser in TypeScript',
  BUSYBOX,
  async () => {
    const read = await inRoot(
      {
        'var/lib/dpkg/status': STATUS,
        'var/lib/dpkg/status.d/base': 'Package: base\nVersion: 12\nArchitecture: all\n',
        'var/lib/dpkg/status.d/base.md5sums': 'abc  file\n',
      },
      '--sections',
      'deb',
    );
    assert.deepEqual(
      read.deb?.pkg.map((row) => [
        row.name,
        row.version,
        row.state,
        row.sourceName,
        row.sourceVersion,
      ]),
      [
        ['base', '12', 'ii', 'base', '12'],
        ['gone', '4.0', 'rc', 'gone', '4.0'],
        ['half', '3.0', 'iFR', 'half-src', '3.0'],
        ['held', '2.0', 'hi', 'held', '2.0'],
        ['tiny', '1:1.0-1', 'ii', 'tiny-src', '1.0-1'],
      ],
    );
  },
);

test('a status file is parsed with continuation lines, holds, errors and named-only packages', () => {
  assert.deepEqual(
    parseDpkgStatus(STATUS).map((row) => [
      row.name,
      row.version,
      row.state,
      row.sourceName,
      row.sourceVersion,
    ]),
    [
      ['tiny', '1:1.0-1', 'ii', 'tiny-src', '1.0-1'],
      ['held', '2.0', 'hi', 'held', '2.0'],
      ['half', '3.0', 'iFR', 'half-src', '3.0'],
      ['gone', '4.0', 'rc', 'gone', '4.0'],
    ],
  );
  assert.deepEqual(parseDpkgStatus(''), []);
  assert.deepEqual(parseDpkgStatus('\0\n\nPackage:\nVersion: 1\n'), []);
});

const ARCHIVE = path.join(HOSTS, 'dpkg-hosts.tar.zst');
test(
  '72 real status files: the counts that are known of them',
  skipUnless([existsSync(ARCHIVE), 'the shared test data']),
  () => {
    const counts = new Map(
      readFileSync(path.join(HOSTS, 'hosts.tsv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => {
          const [host = '', packages] = line.split('\t');
          return [host, Number(packages)] as const;
        }),
    );
    const found = new Map(
      statusFiles().map(([host, text]) => [
        host,
        parseDpkgStatus(text).filter((one) => one.state === 'ii').length,
      ]),
    );
    assert.deepEqual(found, new Map([...found].map(([host]) => [host, counts.get(host)])));
    assert.ok(found.size >= counts.size && counts.size > 50);
  },
);

test(
  'the script’s own reading of real status files agrees with the parser',
  { ...BUSYBOX, ...skipUnless([existsSync(ARCHIVE), 'the shared test data']) },
  async () => {
    for (const [host, text] of statusFiles().filter((_, index) => index % 30 === 0)) {
      const read = await inRoot({ 'var/lib/dpkg/status': text }, '--sections', 'deb');
      const line = (row: {
        name: string;
        version?: string | undefined;
        architecture?: string | undefined;
        state?: string | undefined;
        sourceName?: string | undefined;
        sourceVersion?: string | undefined;
      }): string =>
        [
          row.name,
          row.version,
          row.architecture,
          row.state,
          row.sourceName,
          row.sourceVersion,
        ].join(' ');
      assert.deepEqual(
        read.deb?.pkg.map(line).sort(),
        parseDpkgStatus(text).map(line).sort(),
        host,
      );
    }
  },
);

/** Files of a tar (POSIX ustar: 512-byte header, name at 0, size in octal at 124). */
function statusFiles(): [string, string][] {
  const tar = zstdDecompressSync(readFileSync(ARCHIVE));
  const files: [string, string][] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    if (name.endsWith('.status'))
      files.push([path.basename(name, '.status'), tar.toString('utf8', at + 512, at + 512 + size)]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

const RPMDB = path.join(HOSTS, 'rpmdb.sqlite.zst');
test(
  'rpm: a real database read by rpm, the same 71 packages as its own list',
  skipUnless(
    [root, 'root, for a mount namespace'],
    [has('rpm'), 'rpm'],
    [has('unshare'), 'unshare'],
    [existsSync('/var/lib/rpm'), '/var/lib/rpm'],
    [existsSync(RPMDB), 'the shared test data'],
  ),
  async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-rpm-'));
    try {
      writeFileSync(path.join(directory, 'rpmdb.sqlite'), zstdDecompressSync(readFileSync(RPMDB)));
      const prepare = 'mount --bind "$1" /var/lib/rpm && exec sh "$2" --sections rpm';
      const result = await run('unshare', ['-m', 'sh', '-c', prepare, 'sh', directory, SCRIPT], {
        timeoutMs: 60_000,
        maxBytes: 1e7,
      });
      const read = parseInventory(result.stdout);
      assert.deepEqual(read.unseen, []);
      const known = readFileSync(path.join(HOSTS, 'rpm-qa.tsv'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => {
          const [name = '', epoch = '', version = '', release = '', architecture = ''] =
            line.split('\t');
          return `${name} ${/^[1-9]/.test(epoch) ? `${epoch}:` : ''}${version}-${release} ${architecture}`;
        });
      const ours = read.rpm?.pkg.map(
        (row) => `${row.name} ${row.version.replace(/^0:/, '')} ${row.architecture ?? ''}`,
      );
      assert.deepEqual(ours?.sort(), known.sort());
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
