import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputTree, type Contents } from '../../test/support/input-files.ts';
import { HoldfastError } from '../kernel/errors.ts';
import {
  distributionAt,
  fromOsRelease,
  inferDistribution,
  parseDistribution,
  rootOfDatabase,
} from './distribution.ts';
import { packageOf } from './package-of.ts';
import type { Distribution, Found } from './schema.ts';

function at(contents: Contents, prefix = ''): Promise<Distribution | undefined> {
  const tree = inputTree(contents);
  return distributionAt(prefix, (path) => Promise.resolve(tree.get(path)));
}

test('os-release is shell: quotes, escapes, comments, whatever order', () => {
  assert.deepEqual(
    fromOsRelease(
      '# c\nVERSION_ID="9.3"\nNAME="Rocky \\"Linux\\""\nID="rocky"\nID_LIKE="rhel centos fedora"\n',
    ),
    { id: 'rocky', version: '9.3', like: ['rhel', 'centos', 'fedora'] },
  );
  assert.deepEqual(fromOsRelease("ID='debian'\r\nVERSION_CODENAME=forky\r\n"), {
    id: 'debian',
    version: '',
    codename: 'forky',
  });
  for (const text of ['', 'ID=\n', 'ID="../x"\n', 'NAME=x', '\0'.repeat(100), 'ID="debian']) {
    assert.equal(fromOsRelease(text), undefined, JSON.stringify(text));
  }
});

test('what older and smaller systems have instead, in the order of belief', async () => {
  const both = {
    'etc/os-release': 'ID=debian\nVERSION_ID=12\n',
    'usr/lib/os-release': 'ID=other\n',
  };
  assert.equal((await at(both))?.version, '12');
  assert.equal(
    (await at({ 'usr/lib/os-release': 'ID=wolfi\nVERSION_ID=20230201\n' }))?.id,
    'wolfi',
  );
  assert.deepEqual(await at({ 'r/etc/debian_version': '11.6\n' }, 'r/'), {
    id: 'debian',
    version: '11.6',
    inferred: 'from etc/debian_version',
  });
  assert.equal(await at({ 'etc/debian_version': 'bookworm/sid\n' }), undefined);
  assert.equal((await at({ 'etc/alpine-release': '3.19.1\n' }))?.version, '3.19.1');
  const lsb = {
    'etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\n',
    'etc/debian_version': '12.0',
  };
  assert.deepEqual(await at(lsb), {
    id: 'ubuntu',
    version: '22.04',
    inferred: 'from etc/lsb-release',
  });
  const red = { 'etc/redhat-release': 'AlmaLinux release 8.9 (Midnight Oncilla)\n' };
  assert.deepEqual(await at(red), {
    id: 'almalinux',
    version: '8.9',
    inferred: 'from etc/redhat-release',
  });
  assert.equal(await at({}), undefined);
});

const base = (version: string, ...others: string[]): Found[] =>
  [...others.map((name) => ({ name, version: '1' })), { name: 'base-files', version }].map(
    (one) => ({
      type: 'deb',
      ...one,
    }),
  );

test('base-files tells the release of a bare list, unless a derivative made the list', () => {
  const release = (packages: Found[]): string | undefined => {
    const found = inferDistribution(packages);
    return found === undefined ? undefined : `${found.id} ${found.version}`;
  };
  assert.equal(release(base('12.4+deb12u5')), 'debian 12');
  assert.equal(release(base('13.8')), 'debian 13');
  assert.equal(release(base('10.3+deb10u13')), 'debian 10');
  assert.equal(release(base('12ubuntu4.6')), 'ubuntu 22.04');
  assert.equal(release(base('13ubuntu10.1')), 'ubuntu 24.04');
  for (const version of ['1:2024.4.0', '12.4+deb12u5+rpi1', '4.2devuan', '99ubuntu1', 'x', '']) {
    assert.equal(release(base(version)), undefined, version);
  }
  for (const keyring of ['kali-archive-keyring', 'devuan-keyring', 'raspbian-archive-keyring']) {
    assert.equal(release(base('12.4', keyring)), undefined, keyring);
  }
  assert.equal(inferDistribution([]), undefined);
  const one = (type: string, name: string, version: string): string | undefined =>
    release([{ type, name, version }]);
  assert.equal(one('rpm', 'almalinux-release', '9.3-1.el9'), 'almalinux 9.3');
  assert.equal(one('rpm', 'rocky-release', '8.9-1.6.el8'), 'rocky 8.9');
  assert.equal(one('apk', 'alpine-release', '3.19.1-r0'), 'alpine 3.19.1');
  assert.equal(one('rpm', 'epel-release', '9-1'), undefined);
});

test('a database belongs to the root around it', () => {
  assert.equal(rootOfDatabase('var/lib/dpkg/status'), '');
  assert.equal(rootOfDatabase('usr/lib/apk/db/installed'), '');
  assert.equal(rootOfDatabase('srv/chroot/a/var/lib/dpkg/status.d/x'), 'srv/chroot/a/');
  assert.equal(rootOfDatabase('x/usr/lib/sysimage/rpm/rpmdb.sqlite'), 'x/');
  assert.equal(rootOfDatabase('hosts/web1.dpkg-status'), undefined);
  assert.equal(rootOfDatabase('notvar/lib/dpkg/status'), undefined);
});

test('packages are named as advisories name them; unheard-of distributions match nothing', () => {
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['debian', '12', 'deb', 'Debian:12 pkg:deb/debian/x@1:2-3?arch=amd64&distro=debian-12'],
    [
      'ubuntu',
      '22.04',
      'deb',
      'Ubuntu:22.04 pkg:deb/ubuntu/x@1:2-3?arch=amd64&distro=ubuntu-22.04',
    ],
    [
      'alpine',
      '3.19.1',
      'apk',
      'Alpine:v3.19 pkg:apk/alpine/x@1:2-3?arch=amd64&distro=alpine-3.19.1',
    ],
    [
      'alpine',
      '3.21_alpha20240923',
      'apk',
      ' pkg:apk/alpine/x@1:2-3?arch=amd64&distro=alpine-edge',
    ],
    [
      'almalinux',
      '9.3',
      'rpm',
      'AlmaLinux:9 pkg:rpm/almalinux/x@2-3?arch=amd64&distro=almalinux-9.3&epoch=1',
    ],
    [
      'rocky',
      '9.3',
      'rpm',
      'Rocky Linux:9 pkg:rpm/rocky/x@2-3?arch=amd64&distro=rocky-9.3&epoch=1',
    ],
    ['rhel', '9.3', 'rpm', 'Red Hat:9 pkg:rpm/redhat/x@2-3?arch=amd64&distro=rhel-9.3&epoch=1'],
    [
      'sles',
      '15.5',
      'rpm',
      'SUSE:Linux Enterprise Server 15 SP5 pkg:rpm/suse/x@2-3?arch=amd64&distro=sles-15.5&epoch=1',
    ],
    ['wolfi', '20230201', 'apk', 'Wolfi pkg:apk/wolfi/x@1:2-3?arch=amd64&distro=wolfi-20230201'],
    ['kali', '2024.1', 'deb', ' pkg:deb/kali/x@1:2-3?arch=amd64&distro=kali-2024.1'],
    ['raspbian', '12', 'deb', ' pkg:deb/raspbian/x@1:2-3?arch=amd64&distro=raspbian-12'],
    ['linuxmint', '21', 'deb', ' pkg:deb/linuxmint/x@1:2-3?arch=amd64&distro=linuxmint-21'],
    ['devuan', '5', 'deb', ' pkg:deb/devuan/x@1:2-3?arch=amd64&distro=devuan-5'],
    ['centos', '9', 'rpm', ' pkg:rpm/centos/x@2-3?arch=amd64&distro=centos-9&epoch=1'],
    ['debian', '', 'deb', ' pkg:deb/debian/x@1:2-3?arch=amd64'],
  ];
  for (const [id, version, type, expected] of rows) {
    const found = { type, name: 'x', version: '1:2-3', arch: 'amd64' };
    const { value } = packageOf(found, { id, version, like: ['debian'] });
    assert.equal(`${value?.ecosystem ?? '?'} ${value?.purl ?? '?'}`, expected);
    assert.equal(value?.version, '1:2-3', id);
  }
  const forky = { id: 'debian', version: '', codename: 'forky' };
  assert.equal(
    packageOf({ type: 'deb', name: 'x', version: '1' }, forky).value?.ecosystem,
    'Debian:14',
  );
  const nowhere = packageOf({ type: 'deb', name: 'x', version: '1' }, undefined).value;
  assert.deepEqual([nowhere?.ecosystem, nowhere?.purl], ['', 'pkg:deb/x@1']);
});

test('language packages and package URLs that a document gives', () => {
  const name = (found: Found, distribution?: Distribution): string => {
    const { value, problem } = packageOf(found, distribution);
    return value === undefined ? problem : `${value.ecosystem} ${value.name} ${value.version}`;
  };
  assert.equal(
    name({ type: 'pypi', name: 'Zope.Interface', version: '6.0' }),
    'PyPI zope-interface 6.0',
  );
  assert.equal(
    name({ type: 'maven', namespace: 'org.example', name: 'lib', version: '1' }),
    'Maven org.example:lib 1',
  );
  assert.equal(name({ type: 'npm', namespace: '@a', name: 'b', version: '1' }), 'npm @a/b 1');
  const purl = 'pkg:deb/debian/libc6@2.36-9?arch=amd64&upstream=glibc';
  const debian = { id: 'debian', version: '12' };
  const found = packageOf({ type: 'deb', name: 'wrong', version: '0', purl }, debian).value;
  assert.deepEqual(
    [found?.ecosystem, found?.name, found?.version, found?.arch, found?.source],
    ['Debian:12', 'libc6', '2.36-9', 'amd64', { name: 'glibc', version: '2.36-9' }],
  );
  const other = packageOf(
    { type: 'deb', name: 'x', version: '0', purl },
    { id: 'ubuntu', version: '22.04' },
  );
  assert.equal(other.value?.ecosystem, '', 'another distribution’s release');
  assert.match(name({ type: 'npm', name: '', version: '1' }), /name/);
});

test('a person names a distribution with a colon', () => {
  assert.deepEqual(parseDistribution('debian:12'), {
    id: 'debian',
    version: '12',
    inferred: 'as given by the person',
  });
  for (const wrong of ['', 'debian', 'debian:', ':12', 'De bian:1', 'a:b:c']) {
    assert.throws(() => parseDistribution(wrong), HoldfastError, wrong);
  }
});
