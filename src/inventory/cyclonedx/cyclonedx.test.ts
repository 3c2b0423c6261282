import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anInputFile, extracted, foundIn } from '../../../test/support/input-files.ts';
import type { Found } from '../schema.ts';
import { cyclonedx } from './extractor.ts';

function bom(parts: object): string {
  return JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', ...parts });
}

function inBom(parts: object): Promise<Found[]> {
  return foundIn(cyclonedx, anInputFile('bom.json', bom(parts)));
}

/** `type namespace/name version`, with what else is told in brackets. */
function say({ type, namespace, name, version, source, scope, arch, module }: Found): string {
  const extra = [source && `${source.name} ${source.version}`, scope, arch, module].filter(Boolean);
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  return `${type} ${place} ${version}${extra.length === 0 ? '' : ` [${extra.join(', ')}]`}`;
}

test('components at any depth, by package URL or by name, each once', async () => {
  const found = await inBom({
    metadata: {
      component: { type: 'application', name: 'shop', version: '1', purl: 'pkg:npm/shop@1' },
    },
    components: [
      {
        type: 'library',
        name: 'ignored',
        version: '9',
        purl: 'pkg:npm/%40a/b@1.2.3',
        components: [
          { type: 'library', name: 'deep', purl: 'pkg:maven/g/deep@2', scope: 'optional' },
        ],
      },
      { type: 'library', group: 'org.example', name: 'own', version: '3' },
      { type: 'library', name: 'again', purl: 'pkg:npm/@a/b@1.2.3' },
      { type: 'library', name: 'x', version: '7', purl: 'pkg:gem/x', scope: 'excluded' },
      { type: 'application', name: 'app/composer.lock' },
      { type: 'application', name: 'server', version: '1.21.1' },
      { type: 'file', name: '/etc/passwd', version: 'sha256:00' },
    ],
  });
  assert.deepEqual(found.map(say), [
    'npm @a/b 1.2.3',
    'maven g/deep 2 [optional]',
    'generic org.example/own 3',
    'gem x 7 [development]',
    'generic server 1.21.1',
  ]);
  assert.equal(found[0]?.purl, 'pkg:npm/%40a/b@1.2.3');
});

test("a distribution's packages: source, epoch, architecture, module", async () => {
  const property = (name: string, value: string) => ({ name: `aquasecurity:trivy:${name}`, value });
  const found = await inBom({
    components: [
      {
        name: 'a',
        purl: 'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc',
      },
      {
        name: 'b',
        purl: 'pkg:deb/debian/libcrypt1@4.4-1?epoch=1&distro=debian-12',
        properties: [
          property('SrcName', 'libxcrypt'),
          property('SrcVersion', '4.4'),
          property('SrcRelease', '1'),
          property('SrcEpoch', '1'),
        ],
      },
      {
        name: 'c',
        purl: 'pkg:rpm/redhat/openssl-libs@3.0.7-16.el9?epoch=1&upstream=openssl-3.0.7-16.el9.src.rpm',
        properties: [property('Modularitylabel', 'm:1:2:3')],
      },
      { name: 'd', purl: 'pkg:apk/alpine/libcrypto3@3.1-r0?upstream=openssl' },
    ],
  });
  assert.deepEqual(found.map(say), [
    'deb libc6 2.36-9 [glibc 2.36-9, amd64]',
    'deb libcrypt1 1:4.4-1 [libxcrypt 1:4.4-1]',
    'rpm openssl-libs 1:3.0.7-16.el9 [openssl 3.0.7-16.el9, m:1:2:3]',
    'apk libcrypto3 3.1-r0 [openssl 3.1-r0]',
  ]);
  assert.equal(found[1]?.purl, 'pkg:deb/debian/libcrypt1@1:4.4-1?distro=debian-12');
});

test('the distribution comes from its component, otherwise from what all package URLs say', async () => {
  const distributions = async (...components: object[]): Promise<string> => {
    const all = await extracted(cyclonedx, anInputFile('bom.json', bom({ components })));
    return all
      .flatMap((one) => (one.kind === 'distribution' ? [one.distribution] : []))
      .map(({ id, version, codename, inferred }) =>
        [id, version, codename, inferred].filter(Boolean).join(' '),
      )
      .join('; ');
  };
  const system = (name: string, version: string) => ({ type: 'operating-system', name, version });
  const purl = (text: string) => ({ name: 'a', purl: text });
  assert.equal(await distributions(system('Debian GNU/Linux', '12')), 'debian 12');
  assert.equal(
    await distributions(system('ubuntu', '22.04'), system('ubuntu', '22.04')),
    'ubuntu 22.04',
  );
  assert.equal(await distributions(system('ubuntu', '22.04'), system('ubuntu', '24.04')), '');
  assert.equal(
    await distributions(purl('pkg:deb/debian/a@1?distro=debian-12'), purl('pkg:npm/a@1')),
    'debian 12 from the package URLs',
  );
  assert.equal(
    await distributions(purl('pkg:deb/debian/a@1?distro=bookworm')),
    'debian bookworm from the package URLs',
  );
  assert.equal(
    await distributions(purl('pkg:deb/debian/a@1?distro=11'), purl('pkg:deb/debian/b@1?distro=12')),
    '',
  );
});

test('what a document is about is matched only where it can be nobody else', async () => {
  const subject = (purl: string, components: object[] = []) =>
    inBom({ metadata: { component: { name: 'it', version: '1', purl } }, components });
  const part = { name: 'part', purl: 'pkg:npm/part@1' };
  assert.deepEqual((await subject('pkg:npm/it@1', [part])).map(say), ['npm part 1']);
  assert.deepEqual((await subject('pkg:npm/it@1')).map(say), ['npm it 1']);
  assert.deepEqual((await subject('pkg:oci/it@sha256:00')).map(say), []);
  assert.deepEqual((await subject('pkg:bitnami/it@1', [part])).map(say), [
    'bitnami it 1',
    'npm part 1',
  ]);
});

test('a package URL that cannot be read leaves a note and the name', async () => {
  const all = await extracted(
    cyclonedx,
    anInputFile(
      'bom.json',
      bom({
        components: [
          { name: 'a', version: '1', purl: 'pkg:pypi/' },
          { purl: '/' },
          17,
          { name: '' },
        ],
      }),
    ),
  );
  const notes = all.flatMap((one) => (one.kind === 'unread' ? [one.detail] : []));
  assert.equal(notes.length, 4);
  assert.match(notes[0] ?? '', /^components\[0\]: a package URL that cannot be read: /);
  assert.match(notes[1] ?? '', /^components\[1\]: .*, and no name$/);
  assert.equal(notes[2], 'components[2]: neither a name nor a package URL');
  assert.deepEqual(
    all.flatMap((one) => (one.kind === 'package' ? [say(one.found)] : [])),
    ['generic a 1'],
  );
});

test('XML says the same, with lines', async () => {
  const text = `<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.4">
  <metadata><component type="container"><name>image</name></component></metadata>
  <components>
    <component type="operating-system"><name/><properties>
      <property name="syft:distro:id">alpine</property>
      <property name="syft:distro:versionID">3.17.2</property></properties></component>
    <component type="library"><name>ssl</name><version>1</version>
      <purl>pkg:apk/alpine/ssl@1?arch=x86_64&amp;upstream=openssl</purl>
      <components><component type="library"><group>g</group><name>n</name></component></components>
    </component>
  </components>
</bom>`;
  const all = await extracted(cyclonedx, anInputFile('image.cdx.xml', text));
  assert.deepEqual(
    all.flatMap((one) => (one.kind === 'package' ? [say(one.found)] : [])),
    ['apk ssl 1 [openssl 1, x86_64]', 'generic g/n '],
  );
  assert.deepEqual(all[0], {
    kind: 'distribution',
    distribution: { id: 'alpine', version: '3.17.2' },
  });
  assert.deepEqual(
    all.flatMap((one) => (one.kind === 'package' ? [one.found.line] : [])),
    [8, 10],
  );
});

test('a document of vulnerabilities alone holds no package; an unknown version is read and said', async () => {
  assert.deepEqual(await inBom({ vulnerabilities: [{ id: 'CVE-2021-44228' }] }), []);
  const all = await extracted(cyclonedx, anInputFile('bom.json', bom({ specVersion: '2.0' })));
  assert.deepEqual(
    all.map((one) => one.kind === 'unread' && one.reason),
    ['unsupported'],
  );
});

test('which files are looked at', () => {
  const names = 'bom.json a/bom.xml x.cdx.json X.CDX.XML sbom.json my.cyclonedx.json'.split(' ');
  for (const name of names) assert.ok(cyclonedx.wants(name), name);
  for (const name of ['abom.json', 'bom.json.txt', 'package.json', 'pom.xml']) {
    assert.equal(cyclonedx.wants(name), false, name);
  }
  const recognises = (text: string) => cyclonedx.recognises?.(Buffer.from(text));
  assert.equal(recognises('\ufeff {"$schema":"x","bomFormat" : "CycloneDX"'), true);
  assert.equal(recognises('<bom xmlns="http://cyclonedx.org/schema/bom/1.2">'), true);
  assert.equal(recognises('{"spdxVersion":"SPDX-2.3"'), false);
  assert.equal(cyclonedx.recognises?.(Buffer.from('{"bomFormat":"CycloneDX"', 'utf16le')), true);
  assert.equal(cyclonedx.peek?.accepts(Buffer.from('{}'), 'bom.json'), false);
  assert.equal(cyclonedx.peek.accepts(Buffer.from('{}'), 'a.cdx.json'), true);
});
