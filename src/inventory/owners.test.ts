import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pack } from '../../test/support/build-image.ts';
import { tarOf } from '../../test/support/build-tar.ts';
import { anNdb, anRpmHeader } from '../../test/support/rpm-headers.ts';
import { inFolder, put } from '../../test/support/target-folder.ts';
import { apkInstalled } from './apk/installed.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { wantedPaths } from './owners.ts';
import { rpm } from './rpm/index.ts';
import type { Extractor } from './schema.ts';
import { takeInventory } from './take-inventory.ts';

const PATHS = new Set(['usr/lib/node/x', 'lib/both', 'usr/lib/both', 'opt/y']);

/** Any METADATA is a Python package that is named after its folder. */
const described: Extractor = {
  id: 'described',
  title: 'a test’s',
  version: 1,
  wants: (at) => at.endsWith('/METADATA') || at.endsWith('.jar'),
  maxBytes: 1024,
  evidence: 'installed',
  extract: (file) => {
    const name = file.path.split('/').at(-2) ?? '';
    const jar = file.path.endsWith('.jar');
    const found = {
      type: jar ? 'maven' : 'pypi',
      namespace: jar ? 'org.example' : '',
      name,
      version: '1',
    };
    return [{ kind: 'package', found }];
  },
};
const OPTIONS = { extractors: [apkInstalled, described, dpkgStatus, rpm] };

const paragraph = (name: string, arch = 'all'): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: ${arch}\nVersion: 1\n\n`;

/** Package → owner, without what all package URLs here have in common. */
async function owned(folder: string): Promise<Record<string, string | undefined>> {
  const { packages, unread } = await takeInventory(folder, OPTIONS);
  assert.deepEqual(unread, []);
  const languages = packages.filter(({ type }) => type === 'pypi' || type === 'maven');
  return Object.fromEntries(
    languages.map(({ name, ownedBy }) => [name, ownedBy?.replace(/^pkg:|[@?].*$/g, '')]),
  );
}

test('a path is itself first, then what it is where folders are merged into usr', () => {
  const wanted = wantedPaths(PATHS);
  assert.equal(wanted.match('lib/node/x'), 'usr/lib/node/x');
  assert.equal(wanted.match('usr/lib/node/x'), 'usr/lib/node/x');
  assert.equal(wanted.match('lib/both'), 'lib/both');
  assert.equal(wanted.match('usr/lib/both'), 'usr/lib/both');
  assert.equal(wanted.match('usr/opt/y'), undefined);
  assert.equal(wanted.match('opt'), undefined);
  const mayBe = (listed: string): boolean => wanted.mayBe(`/${listed}\n`, 1, listed.length + 1);
  for (const path of ['lib/node/x', 'usr/lib/node/x', 'lib/both', 'usr/lib/both', 'opt/y']) {
    assert.equal(mayBe(path), true, path);
  }
  assert.equal(mayBe('usr/share/doc'), false);
});

const DEBIAN = {
  'etc/os-release': 'ID=debian\nVERSION_ID=12\n',
  'var/lib/dpkg/status':
    paragraph('python3-six') +
    paragraph('libmulti', 'amd64') +
    paragraph('libmulti', 'i386') +
    paragraph('theirs') +
    paragraph('diverter'),
  'var/lib/dpkg/info/python3-six.list': '/.\n/usr\n/lib/python3/dist-packages/six/METADATA\n',
  'var/lib/dpkg/info/libmulti:i386.list': '/usr/lib/i386/multi/METADATA\n',
  'var/lib/dpkg/info/theirs.list': '/usr/share/moved/METADATA\n/usr/share/java/lib/x.jar\n',
  'var/lib/dpkg/info/diverter.list': '/usr/share/moved/METADATA\n',
  'var/lib/dpkg/diversions':
    '/usr/share/moved/METADATA\n/usr/share/moved.away/METADATA\ndiverter\n',
  'usr/lib/python3/dist-packages/six/METADATA': '',
  'usr/lib/i386/multi/METADATA': '',
  'usr/share/moved/METADATA': '',
  'usr/share/moved.away/METADATA': '',
  'usr/share/java/lib/x.jar': '',
  'usr/local/lib/python3/own/METADATA': '',
};
const DEBIAN_TRUTH = {
  moved: 'deb/debian/diverter',
  'moved-away': 'deb/debian/theirs',
  multi: 'deb/debian/libmulti',
  'org.example:lib': 'deb/debian/theirs',
  own: undefined,
  six: 'deb/debian/python3-six',
};

test('dpkg: lists, architectures, diversions, merged folders; in a folder and in a packed archive', async () => {
  await inFolder(async (folder) => {
    put(folder, DEBIAN);
    assert.deepEqual(await owned(folder), DEBIAN_TRUTH);
    const { packages } = await takeInventory(folder, OPTIONS);
    const multi = packages.find(({ name }) => name === 'multi');
    assert.match(multi?.ownedBy ?? '', /arch=i386/);
  });
  await inFolder(async (folder) => {
    const file = path.join(folder, 'root.tar.gz');
    writeFileSync(file, pack(tarOf(DEBIAN), 'gzip'));
    assert.deepEqual(await owned(file), DEBIAN_TRUTH);
  });
});

test('a copy beside the distribution’s takes the ownership from the package', async () => {
  await inFolder(async (folder) => {
    put(folder, { ...DEBIAN, 'usr/local/lib/python3/six/METADATA': '' });
    assert.equal((await owned(folder))['six'], undefined);
  });
});

test('apk: folders and the files in them', async () => {
  await inFolder(async (folder) => {
    put(folder, {
      'etc/os-release': 'ID=alpine\nVERSION_ID=3.19.1\n',
      'lib/apk/db/installed':
        'P:py3-six\nV:1-r0\nA:noarch\nF:usr/lib/six\nR:METADATA\nF:\nR:top\n\nP:other\nV:1-r0\nF:usr\nR:METADATA\n\n',
      'usr/lib/six/METADATA': '',
      'usr/lib/own/METADATA': '',
    });
    assert.deepEqual(await owned(folder), { own: undefined, six: 'apk/alpine/py3-six' });
  });
});

test('rpm: files of a database; another vendor’s build is not the distribution’s', async () => {
  const headers = [
    anRpmHeader({
      name: 'python3-six',
      version: '1',
      files: ['/usr/lib/six/METADATA'],
      vendor: 'AlmaLinux',
    }),
    anRpmHeader({ name: 'foreign', version: '1', vendor: 'Example Works' }),
  ];
  await inFolder(async (folder) => {
    put(folder, {
      'etc/os-release': 'ID=almalinux\nVERSION_ID=9.3\n',
      'usr/lib/six/METADATA': '',
      'var/lib/rpm/Packages.db': '',
    });
    writeFileSync(path.join(folder, 'var/lib/rpm/Packages.db'), anNdb(headers));
    assert.deepEqual(await owned(folder), { six: 'rpm/almalinux/python3-six' });
    const { packages } = await takeInventory(folder, OPTIONS);
    const ecosystems = packages.map(({ name, ecosystem, vendor }) => [name, ecosystem, vendor]);
    assert.deepEqual(ecosystems, [
      ['six', 'PyPI', undefined],
      ['foreign', '', 'Example Works'],
      ['python3-six', 'AlmaLinux:9', 'AlmaLinux'],
    ]);
  });
});
