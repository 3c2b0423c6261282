import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { buildZip, type ZipPart } from '../../../test/support/build-zip.ts';
import { anInputFile, extracted, type Contents } from '../../../test/support/input-files.ts';
import type { Extractor } from '../schema.ts';
import { takeInventory } from '../take-inventory.ts';
import { gradleLock, gradleVerification } from './gradle.ts';
import { guessCoordinates, parseManifest } from './jar-guess.ts';
import { mavenJar, mavenProperties } from './jar.ts';
import { mavenPom } from './pom.ts';

async function read(
  extractor: Extractor,
  path: string,
  content: string | Buffer,
  others: Contents = {},
): Promise<string[]> {
  assert.ok(extractor.wants(path), path);
  const all = await extracted(extractor, anInputFile(path, content, others));
  return all.map((one) => {
    if (one.kind !== 'package') return JSON.stringify(one);
    const { namespace = '', name, version, scope, inside, qualifiers } = one.found;
    const more = [scope, inside, qualifiers?.['confidence']].filter((word) => word !== undefined);
    return [`${namespace}:${name}:${version}`, ...more].join(' ');
  });
}

function dependency(fields: Readonly<Record<string, string>>): string {
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<dependency>${inner.join('')}</dependency>`;
}

function project(...parts: readonly string[]): string {
  return `<?xml version="1.0"?>\n<project xmlns="http://maven.apache.org/POM/4.0.0">\n${parts.join('\n')}\n</project>\n`;
}

const ROOT = project(
  '<groupId>test.example</groupId><artifactId>root</artifactId><version>2.5</version>',
  '<packaging>pom</packaging>',
  '<properties><one.version>1.0.0</one.version><two.version>2.0.0</two.version></properties>',
  `<dependencyManagement><dependencies>${dependency({
    groupId: 'test.dep',
    artifactId: 'managed',
    version: '${two.version}',
    scope: 'test',
  })}${dependency({ groupId: 'test.dep', artifactId: 'sibling', version: '${project.version}' })}</dependencies></dependencyManagement>`,
  `<dependencies>${dependency({ groupId: 'test.dep', artifactId: 'inherited', version: '3' })}</dependencies>`,
);

const PARENT =
  '<parent><groupId>test.example</groupId><artifactId>root</artifactId><version>2.5</version></parent>';

const CHILD = project(
  PARENT,
  '<artifactId>child</artifactId>',
  '<properties><two.version>2.1.0</two.version><a>${b}</a><b>${a}</b></properties>',
  '<dependencies>',
  dependency({ groupId: 'test.dep', artifactId: 'one', version: '${one.version}' }),
  dependency({ groupId: 'test.dep', artifactId: 'managed' }),
  dependency({ groupId: 'test.dep', artifactId: 'sibling' }),
  dependency({ groupId: '${project.groupId}', artifactId: 'own', version: '${project.version}' }),
  dependency({ groupId: 'test.dep', artifactId: 'exact', version: '[4.2]', optional: 'true' }),
  dependency({ groupId: 'test.dep', artifactId: 'range', version: '[1.0,2.0)' }),
  dependency({ groupId: 'test.dep', artifactId: 'loop', version: '${a}' }),
  dependency({ groupId: 'test.dep', artifactId: 'nowhere' }),
  '</dependencies>',
  '<profiles><profile><activation><activeByDefault>true</activeByDefault></activation>',
  `<dependencies>${dependency({ groupId: 'test.dep', artifactId: 'profile', version: '9' })}</dependencies>`,
  '</profile></profiles>',
  '<build><plugins><plugin><dependencies>',
  dependency({ groupId: 'test.dep', artifactId: 'of-a-plug-in', version: '1' }),
  '</dependencies></plugin></plugins></build>',
);

test('pom.xml: parents in the target, management, properties, scopes', async () => {
  const found = await read(mavenPom, 'child/pom.xml', CHILD, { 'pom.xml': ROOT });
  assert.deepEqual(found, [
    'test.dep:one:1.0.0',
    'test.dep:managed:2.1.0 development',
    'test.dep:sibling:2.5',
    'test.example:own:2.5',
    'test.dep:exact:4.2 optional',
    'test.dep:range:',
    'test.dep:loop:',
    'test.dep:nowhere:',
    'test.dep:profile:9',
    'test.dep:inherited:3',
    '{"kind":"unread","reason":"unsupported","detail":"3 dependencies take their version from outside: a parent, BOM, property or range"}',
  ]);
  const alone = await read(mavenPom, 'child/pom.xml', CHILD);
  assert.ok(alone.includes('test.dep:one:') && alone.includes('test.example:own:2.5'));
  assert.match(alone.at(-1) ?? '', /6 dependencies/);
});

test('pom.xml: a parent is only what has its name; circles of parents end', async () => {
  const other = ROOT.replace('<artifactId>root<', '<artifactId>other<');
  assert.ok((await read(mavenPom, 'child/pom.xml', CHILD, { 'pom.xml': other })).length < 11);
  const circle = (name: string, parent: string, at: string) =>
    project(
      `<parent><groupId>g</groupId><artifactId>${parent}</artifactId><version>1</version><relativePath>${at}</relativePath></parent>`,
      `<groupId>g</groupId><artifactId>${name}</artifactId>`,
      `<dependencies>${dependency({ groupId: 'g', artifactId: `d-${name}`, version: '1' })}</dependencies>`,
    );
  assert.deepEqual(
    await read(mavenPom, 'a/pom.xml', circle('a', 'b', '../b'), {
      'b/pom.xml': circle('b', 'a', '../a'),
    }),
    ['g:d-a:1', 'g:d-b:1'],
  );
  const out = circle('a', 'b', '../../../../etc');
  assert.deepEqual(await read(mavenPom, 'a/pom.xml', out), ['g:d-a:1']);
  const swelling = project(
    `<properties>${Array.from({ length: 40 }, (_, i) => `<p${i}>\${p${i + 1}}\${p${i + 1}}</p${i}>`).join('')}</properties>`,
    `<dependencies>${dependency({ groupId: 'g', artifactId: 'a', version: '${p0}' })}</dependencies>`,
  );
  assert.equal((await read(mavenPom, 'pom.xml', swelling))[0], 'g:a:');
});

test('pom.xml: what is none is refused, entities too', async () => {
  const entities = '<!DOCTYPE project [<!ENTITY a "aaaa">]><project>&a;</project>';
  for (const text of ['', '<html/>', '<project>', entities]) {
    await assert.rejects(read(mavenPom, 'pom.xml', text), { code: 'bad_file' });
  }
  assert.ok(!mavenPom.wants('x/META-INF/maven/g/a/pom.xml') && !mavenPom.wants('my-pom.xml'));
});

test('gradle.lockfile: versions, and which are for tests or the build alone', async () => {
  const lock = `# This is a Gradle generated file for dependency locking.
test.example:one:1.2.3=compileClasspath,runtimeClasspath
test.example:two:2.0=testCompileClasspath,testRuntimeClasspath
test.example:three:3.0=annotationProcessor
nonsense
empty=developmentOnly
`;
  const note = '{"kind":"unread","reason":"invalid","detail":"line 5: no module and version"}';
  assert.deepEqual(await read(gradleLock, 'app/gradle.lockfile', lock), [
    'test.example:one:1.2.3',
    'test.example:two:2.0 development',
    'test.example:three:3.0 development',
    note,
  ]);
  assert.equal(
    (await read(gradleLock, 'buildscript-gradle.lockfile', lock))[0],
    'test.example:one:1.2.3 development',
  );
  assert.deepEqual(
    await read(gradleLock, 'gradle/dependency-locks/runtimeClasspath.lockfile', 'g.h:a:1\r\n'),
    ['g.h:a:1'],
  );
  assert.deepEqual(await read(gradleLock, 'gradle.lockfile', '# nothing\nempty=\n'), []);
  await assert.rejects(read(gradleLock, 'gradle.lockfile', 'nonsense\n'), { code: 'bad_file' });
  assert.ok(!gradleLock.wants('other.lockfile'));
});

test('verification-metadata.xml', async () => {
  const metadata = `<?xml version="1.0"?>
<verification-metadata xmlns="https://schema.gradle.org/dependency-verification"><components>
<component group="test.example" name="one" version="9+181-r4173-1"><artifact name="one.jar"/></component>
<component group="test.example" name="two"/>
</components></verification-metadata>`;
  assert.deepEqual(await read(gradleVerification, 'gradle/verification-metadata.xml', metadata), [
    'test.example:one:9+181-r4173-1',
    '{"kind":"unread","reason":"invalid","detail":"line 4: a component without group, name and version"}',
  ]);
});

function properties(group: string, artifact: string, version: string): ZipPart {
  return {
    path: `META-INF/maven/${group}/${artifact}/pom.properties`,
    content: `#Generated\ngroupId=${group}\nartifactId = ${artifact}\r\nversion:${version}\n`,
  };
}

function manifest(...lines: readonly string[]): ZipPart {
  return {
    path: 'META-INF/MANIFEST.MF',
    content: ['Manifest-Version: 1.0', ...lines, '', ''].join('\r\n'),
  };
}

test('jar: the coordinates packed along, all of them where several are one', async () => {
  const shaded = buildZip([properties('g.a', 'one', '1.0'), properties('g.b', 'two', '2.0')]);
  assert.deepEqual(await read(mavenJar, 'lib/one-1.0.jar', shaded), ['g.a:one:1.0', 'g.b:two:2.0']);
  const unfilled = buildZip([properties('g.a', 'one', '${project.version}')]);
  assert.deepEqual(await read(mavenJar, 'one.jar', unfilled), ['g.a:one:']);
  const bundled = buildZip([
    manifest(
      'Bundle-SymbolicName: test.example.container;singleton:=true',
      'Bundle-Version: 4.2.3',
    ),
    properties('g.b', 'bundled', '3.2'),
  ]);
  assert.deepEqual(await read(mavenJar, 'container-4.2.3.jar', bundled), [
    'g.b:bundled:3.2',
    'test.example:container:4.2.3 manifest',
  ]);
});

test('jar: without them a guess that says it is one', async () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['guess-31.1-jre.jar', [], 'guess:guess:31.1-jre file-name'],
    [
      'annotation-1.3-spec-1.0.1.jar',
      [],
      'annotation-1.3-spec:annotation-1.3-spec:1.0.1 file-name',
    ],
    ['native-4.1.9-linux-x86_64.jar', [], 'native:native:4.1.9 file-name'],
    [
      'spring-web-5.3.26.jar',
      ['Automatic-Module-Name: spring.web'],
      'org.springframework:spring-web:5.3.26 manifest',
    ],
    [
      'x.jar',
      ['Implementation-Title: test.group#server;8.1', 'Implementation-Version: 8.1'],
      'test.group:server:8.1 manifest',
    ],
    [
      'commons-lang9-3.1.jar',
      ['Bundle-SymbolicName: test.commons.lang9'],
      'test.commons:commons-lang9:3.1 manifest',
    ],
    [
      'a.hpi',
      ['Group-Id: test.plugins', 'Short-Name: git', 'Plugin-Version: 4.1 (private)'],
      'test.plugins:git:4.1 manifest',
    ],
    [
      'long.jar',
      ['Bundle-SymbolicName: test.very.', ' long', 'Bundle-Version: 1.0'],
      'test.very:long:1.0 manifest',
    ],
    [
      'axis.jar',
      ['', 'Name: a/b', 'Implementation-Version: 1.4 1855 April'],
      'axis:axis:1.4 file-name',
    ],
    ['own-app.jar', ['Main-Class: test.Main'], 'own-app:own-app: file-name'],
  ];
  for (const [name, lines, expected] of cases) {
    assert.deepEqual(await read(mavenJar, name, buildZip([manifest(...lines)])), [expected]);
  }
  assert.deepEqual(await read(mavenJar, 'a-1-sources.jar', buildZip([manifest()])), []);
  const odd = await read(mavenJar, 'nothing (copy).jar', buildZip([]));
  assert.match(odd.join(), /nothing tells which library it is/);
  assert.deepEqual(guessCoordinates('x.jar', parseManifest('\0\r\n\r\n: \n')).artifact, 'x');
});

test('jar: archives within archives, each with its place', async () => {
  const library = buildZip([properties('g', 'inner', '1.0')]);
  const war = buildZip([
    { path: 'WEB-INF/lib/inner.jar', content: library, stored: true },
    manifest(),
  ]);
  const ear = buildZip([{ path: 'app.war', content: war }, properties('g', 'ear', '2')]);
  assert.deepEqual(await read(mavenJar, 'x.ear', ear), [
    'g:ear:2',
    'app:app: app.war file-name',
    'g:inner:1.0 app.war!WEB-INF/lib/inner.jar',
  ]);
  const broken = buildZip([
    { path: 'lib/broken.jar', content: 'no zip' },
    { path: 'lib/good.jar', content: library },
  ]);
  const found = await read(mavenJar, 'fat-1.0.jar', broken);
  assert.equal(found.length, 3);
  assert.match(found[1] ?? '', /broken\.jar.*not a whole zip archive/);
  assert.equal(found[2], 'g:inner:1.0 lib/good.jar');
});

test('an inventory names the place of a library in its archives', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-jar-'));
  try {
    const library = buildZip([properties('g', 'inner', '1.0')]);
    const war = buildZip([{ path: 'WEB-INF/lib/inner.jar', content: library }]);
    writeFileSync(path.join(folder, 'app-2.0.war'), war);
    const { packages } = await takeInventory(folder);
    assert.deepEqual(
      packages.map(({ purl, locations }) => [purl, locations.map((one) => one.path)]),
      [
        ['pkg:maven/app/app@2.0?confidence=file-name', ['app-2.0.war']],
        ['pkg:maven/g/inner@1.0', ['app-2.0.war!WEB-INF/lib/inner.jar']],
      ],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('jar: nesting without end stops, and a bomb is refused', async () => {
  let nested = buildZip([properties('g', 'deep', '1')]);
  for (let depth = 0; depth < 10; depth += 1) {
    nested = buildZip([{ path: 'next.jar', content: nested }]);
  }
  const found = await read(mavenJar, 'top-1.jar', nested);
  assert.match(found.at(-1) ?? '', /"limit".*archives deep/);
  const bomb = buildZip([{ path: 'lib/bomb.jar', content: Buffer.alloc(40_000_000) }]);
  assert.match((await read(mavenJar, 'top-1.jar', bomb)).join(), /"limit"|"too-large"/);
  await assert.rejects(read(mavenJar, 'x.jar', Buffer.from('PK, not a zip')), { code: 'bad_file' });
});

test('pom.properties of an unpacked archive', async () => {
  const at = 'srv/app/WEB-INF/classes/META-INF/maven/test.g/lib/pom.properties';
  assert.deepEqual(await read(mavenProperties, at, 'version=1.4\n'), ['test.g:lib:1.4']);
  assert.match((await read(mavenProperties, at, '\0\0')).join(), /no coordinates/);
  assert.ok(!mavenProperties.wants('pom.properties') && !mavenProperties.wants('a/pom.properties'));
});
