/** Against projects of others, and the answers of other scanners. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anInputFile, extracted } from '../../../test/support/input-files.ts';
import { absent, sharedArchive } from '../../../test/support/shared-data.ts';
import type { Extracted, Extractor } from '../schema.ts';
import { gradleLock, gradleVerification } from './gradle.ts';
import { mavenPom } from './pom.ts';

const [LOCKFILES, SCALIBR, TRIVY] = [
  'lockfiles/lockfiles.tar.zst',
  'quality/osv-scalibr-fixtures.tar.zst',
  'quality/trivy-integration.tar.zst',
] as const;

function words(all: readonly Extracted[]): string[] {
  return all
    .map((one) => {
      if (one.kind !== 'package') return JSON.stringify(one);
      const { namespace = '', name, version } = one.found;
      return `${namespace}:${name}:${version}`;
    })
    .sort();
}

/** Files of an archive below the folder, by their path in it. */
function below(archive: string, folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const [path, bytes] of sharedArchive(archive)) {
    const at = path.indexOf(folder);
    if (at >= 0) files.set(path.slice(at + folder.length), bytes);
  }
  return files;
}

async function read(extractor: Extractor, files: Map<string, Buffer>, name: string, as = name) {
  const others = Object.fromEntries(files);
  return words(await extracted(extractor, anInputFile(as, files.get(name) ?? '', others)));
}

test(
  'every real pom.xml: each dependency of its own, once',
  { skip: absent(LOCKFILES) },
  async () => {
    let files = 0;
    for (const [at, bytes] of sharedArchive(LOCKFILES)) {
      if (!mavenPom.wants(at)) continue;
      files += 1;
      const found = await extracted(mavenPom, anInputFile(at, bytes));
      const plain = bytes
        .toString()
        .replace(/<!--[^]*?-->/g, '')
        .replace(/<(dependencyManagement|build|profiles|exclusions)>[^]*?<\/\1>/g, '');
      const declared = plain.match(/<dependency>/g)?.length ?? 0;
      assert.equal(found.filter(({ kind }) => kind === 'package').length, declared, at);
      const withVersion = plain.match(/<dependency>[^]*?<\/dependency>/g) ?? [];
      const open = withVersion.filter((text) => !text.includes('<version>')).length;
      assert.equal(
        found.some(({ kind }) => kind === 'unread'),
        open > 0,
        at,
      );
    }
    assert.equal(files, 2);
  },
);

test("pom.xml as scalibr's fixtures have it", { skip: absent(SCALIBR) }, async () => {
  const files = below(SCALIBR, 'language/java/pomxml/testdata/');
  const expected: Readonly<Record<string, readonly string[]>> = {
    'one-package.xml': ['org.apache.maven:maven-artifact:1.0.0'],
    'two-packages.xml': ['io.netty:netty-all:4.1.42.Final', 'org.slf4j:slf4j-log4j12:1.7.25'],
    'with-dependency-management.xml': [
      'io.netty:netty-all:4.1.9',
      'org.slf4j:slf4j-log4j12:1.7.25',
    ],
    'with-scope.xml': ['abc:xyz:1.2.3', 'junit:junit:4.12'],
    'with-parent.xml': [
      'org.alice:alice:1.0.0',
      'org.bob:bob:2.0.0',
      'org.chuck:chuck:3.0.0',
      'org.dave:dave:4.0.0',
      'org.frank:frank:',
      '{"kind":"unread","reason":"unsupported","detail":"1 dependencies take their version from outside: a parent, BOM, property or range"}',
    ],
    'profiles.xml': ['org.profile:profile-dep:1.2.3'],
    'transitive.xml': ['org.direct:alice:1.0.0', 'org.direct:bob:2.0.0', 'org.direct:chris:3.0.0'],
    'plugin-dependency.xml': ['com.example:hijack-lib:1.0.0'],
  };
  for (const [name, packages] of Object.entries(expected)) {
    assert.deepEqual(await read(mavenPom, files, name), [...packages].sort(), name);
  }
});

test("Gradle's files as scalibr's fixtures have them", { skip: absent(SCALIBR) }, async () => {
  const locks = below(SCALIBR, 'language/java/gradlelockfile/testdata/');
  assert.equal((await read(gradleLock, locks, '5-pkg', 'gradle.lockfile')).length, 5);
  assert.equal((await read(gradleLock, locks, 'one-pkg', 'gradle.lockfile')).length, 1);
  for (const name of ['only-comments', 'only-empty']) {
    assert.deepEqual(await read(gradleLock, locks, name, 'gradle.lockfile'), [], name);
  }
  const metadata = below(SCALIBR, 'language/java/gradleverificationmetadataxml/testdata/');
  const at = 'gradle/verification-metadata.xml';
  for (const [name, bytes] of metadata) {
    if (!name.endsWith('.xml') || name === 'empty.xml' || name === 'missing-attribute.xml')
      continue;
    const components = bytes.toString().match(/<component\s/g)?.length ?? 0;
    const found = await read(gradleVerification, metadata, name, at);
    assert.equal(found.length, components, name);
    assert.ok(!found.some((text) => text.startsWith('{')), name);
  }
});

test("the packages of trivy's reports on Maven and Gradle", { skip: absent(TRIVY) }, async () => {
  const files = below(TRIVY, 'testdata/');
  for (const [golden, path, extractor] of [
    ['pom.json.golden', 'fixtures/repo/pom/pom.xml', mavenPom],
    ['gradle.json.golden', 'fixtures/repo/gradle/gradle.lockfile', gradleLock],
  ] as const) {
    const text = files.get(golden)?.toString() ?? '';
    const wanted = [...text.matchAll(/"PkgName": "([^"]+)"[^]*?"InstalledVersion": "([^"]+)"/g)];
    assert.ok(wanted.length > 0, golden);
    const found = await read(extractor, files, path);
    for (const [, name = '', version = ''] of wanted)
      assert.ok(found.includes(`${name}:${version}`));
  }
});
