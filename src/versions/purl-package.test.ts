import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemeOf } from './index.ts';
import { osvPackage } from './purl-package.ts';
import { readPurl } from './purl.ts';

/** `ecosystem:release name version (source)` of a package URL. */
function say(text: string): string {
  const found = osvPackage(readPurl(text).value!);
  if (found === undefined) return 'nothing';
  assert.ok(schemeOf(found.ecosystem) !== undefined, found.ecosystem);
  const release = found.release === undefined ? '' : `:${found.release}`;
  const source = found.source === undefined ? '' : ` (${found.source})`;
  return `${found.ecosystem}${release} ${found.name} ${found.version ?? '-'}${source}`;
}

test('a package URL names a package of an OSV ecosystem', () => {
  const expected: Readonly<Record<string, string>> = {
    'pkg:npm/%40scope/name@1.0.0': 'npm @scope/name 1.0.0',
    'pkg:maven/org.example/lib@1.0': 'Maven org.example:lib 1.0',
    'pkg:golang/example.org/x/y@v1.2.3#sub': 'Go example.org/x/y v1.2.3',
    'pkg:pypi/Some_Name': 'PyPI some-name -',
    'pkg:pypi/zope.interface@6.0': 'PyPI zope-interface 6.0',
    'pkg:deb/debian/libc6@2.36-9?distro=debian-12.5&upstream=glibc':
      'Debian:12 libc6 2.36-9 (glibc)',
    'pkg:deb/debian/curl@1?distro=bookworm': 'Debian:12 curl 1',
    'pkg:deb/ubuntu/libssl3@3.0?distro=ubuntu-22.04&upstream=openssl@3.0':
      'Ubuntu:22.04 libssl3 3.0 (openssl)',
    'pkg:apk/alpine/curl@8.5.0-r0?distro=alpine-3.19.1': 'Alpine:v3.19 curl 8.5.0-r0',
    'pkg:apk/wolfi/curl@8.5.0-r0': 'Wolfi curl 8.5.0-r0',
    'pkg:rpm/almalinux/openssl-libs@3.0.7-16.el9?epoch=1&distro=almalinux-9.2&upstream=openssl-3.0.7-16.el9.src.rpm':
      'AlmaLinux:9 openssl-libs 1:3.0.7-16.el9 (openssl)',
    'pkg:rpm/redhat/bash@5.1-2?distro=rhel-9.2': 'Red Hat:9 bash 5.1-2',
    'pkg:rpm/suse/bash@5.1-2?distro=sles-15.5': 'SUSE:Linux Enterprise Server 15 SP5 bash 5.1-2',
    'pkg:rpm/suse/bash@5.1-2?distro=sles-15': 'SUSE:Linux Enterprise Server 15 bash 5.1-2',
    'pkg:rpm/opensuse/bash@5.1-2?distro=opensuse-leap-15.5': 'openSUSE:Leap 15.5 bash 5.1-2',
    'pkg:rpm/opensuse/bash@5.1-2?distro=opensuse-tumbleweed-20240101':
      'openSUSE:Tumbleweed bash 5.1-2',
    'pkg:docker/library/debian@latest': 'nothing',
    'pkg:deb/unheard/of@1': 'nothing',
  };
  for (const [text, words] of Object.entries(expected)) assert.equal(say(text), words, text);
});
