import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anInputFile, extracted, foundIn } from '../../../test/support/input-files.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Found } from '../schema.ts';
import { spdx } from './extractor.ts';

function say({ type, namespace, name, version, source }: Found): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  const from = source === undefined ? '' : ` [${source.name} ${source.version}]`;
  return `${type} ${place} ${version}${from}`;
}

async function said(path: string, content: string): Promise<string[]> {
  return (await foundIn(spdx, anInputFile(path, content))).map(say);
}

const purl = (text: string) => ({
  referenceCategory: 'PACKAGE-MANAGER',
  referenceType: 'purl',
  referenceLocator: text,
});

const IMAGE = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  packages: [
    { SPDXID: 'SPDXRef-image', name: 'image', primaryPackagePurpose: 'CONTAINER' },
    { SPDXID: 'SPDXRef-OperatingSystem-1', name: 'debian', versionInfo: '12.5' },
    { SPDXID: 'SPDXRef-jars', name: 'jar' },
    {
      SPDXID: 'SPDXRef-1',
      name: 'libc6',
      versionInfo: '2.36-9',
      sourceInfo: 'built package from: glibc 2.36-9',
      externalRefs: [
        { referenceType: 'cpe23Type', referenceLocator: 'cpe:2.3:a:x:y:1:*' },
        purl('pkg:deb/debian/libc6@2.36-9'),
      ],
    },
    { SPDXID: 'SPDXRef-2', name: 'own', versionInfo: 'NOASSERTION' },
    { SPDXID: 'SPDXRef-3', name: 'x', versionInfo: '7', externalRefs: [purl('pkg:gem/x')] },
    { SPDXID: 'SPDXRef-4', name: 'again', externalRefs: [purl('pkg:gem/x@7')] },
    { SPDXID: 'SPDXRef-5', name: 'launcher', primaryPackagePurpose: 'FILE' },
  ],
  relationships: [
    ['SPDXRef-DOCUMENT', 'DESCRIBES', 'SPDXRef-image'],
    ['SPDXRef-image', 'CONTAINS', 'SPDXRef-OperatingSystem-1'],
    ['SPDXRef-image', 'CONTAINS', 'SPDXRef-jars'],
    ['SPDXRef-3', 'DEPENDENCY_OF', 'SPDXRef-jars'],
  ].map(([spdxElementId, relationshipType, relatedSpdxElement]) => ({
    spdxElementId,
    relationshipType,
    relatedSpdxElement,
  })),
};

test('JSON: packages by package URL or name; what only holds others is none', async () => {
  const all = await extracted(spdx, anInputFile('image.spdx.json', JSON.stringify(IMAGE)));
  assert.deepEqual(all[0], {
    kind: 'distribution',
    distribution: { id: 'debian', version: '12.5' },
  });
  assert.deepEqual(
    all.flatMap((one) => (one.kind === 'package' ? [say(one.found)] : [])),
    ['deb libc6 2.36-9 [glibc 2.36-9]', 'generic own ', 'gem x 7'],
  );
});

test('one described thing is what the document is about; several are packages', async () => {
  const packages = ['a', 'b'].map((name) => ({
    SPDXID: `SPDXRef-${name}`,
    name,
    externalRefs: [purl(`pkg:npm/${name}@1`)],
  }));
  const described = (...documentDescribes: string[]) =>
    said('x.spdx.json', JSON.stringify({ spdxVersion: 'SPDX-2.2', documentDescribes, packages }));
  assert.deepEqual(await described('SPDXRef-a'), ['npm b 1']);
  assert.deepEqual(await described('SPDXRef-a', 'SPDXRef-b'), ['npm a 1', 'npm b 1']);
  assert.deepEqual(await described(), ['npm a 1', 'npm b 1']);
});

const TAGS = `SPDXVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
# a comment: PackageName: none
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-app
PackageName: app
SPDXID: SPDXRef-app
PackageVersion: 1
PackageLicenseComments: <text>several lines
PackageName: not one
</text>

PackageName: openssl
SPDXID: SPDXRef-openssl
PackageVersion: 3.0.1
ExternalRef: PACKAGE-MANAGER purl pkg:generic/openssl@3.0.1
FileName: ./a.c
SPDXID: SPDXRef-file
PackageName: Nginx
SPDXID: SPDXRef-nginx
ExternalRef: SECURITY cpe23Type cpe:2.3:a:nginx:nginx:1.21.1
`;

test('tag-value: with lines, without what stands inside a text', async () => {
  for (const text of [TAGS, TAGS.replaceAll('\n', '\r\n')]) {
    const found = await foundIn(spdx, anInputFile('a.spdx', text));
    assert.deepEqual(found.map(say), ['generic openssl 3.0.1', 'generic Nginx ']);
    assert.deepEqual(
      found.map(({ line }) => line),
      [12, 18],
    );
  }
});

test('YAML has the members of JSON', async () => {
  const text = `spdxVersion: "SPDX-2.3"
documentDescribes: [SPDXRef-app]
packages:
- SPDXID: SPDXRef-app
  name: app
- SPDXID: SPDXRef-1
  name: lib
  versionInfo: "1.10"
  externalRefs:
  - {referenceCategory: PACKAGE_MANAGER, referenceType: purl, referenceLocator: "pkg:pypi/lib@1.10"}
`;
  assert.deepEqual(await said('a.spdx.yaml', text), ['pypi lib 1.10']);
  assert.deepEqual(await said('no-name-that-tells', text), ['pypi lib 1.10']);
  const bombs = ['a: &a [x]\nb: *a\n', 'spdxVersion: "a\nb: [', '['.repeat(1e6), '- '.repeat(1e6)];
  for (const bomb of bombs) await assert.rejects(said('a.spdx.yml', bomb), { code: 'bad_file' });
});

test('RDF/XML: typed nodes, in place or by reference; another form is refused', async () => {
  const rdf = (body: string) => `<rdf:RDF xmlns="http://spdx.org/rdf/terms#"
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${body}</rdf:RDF>`;
  const text =
    rdf(`<SpdxDocument rdf:about="urn:x#SPDXRef-DOCUMENT"><specVersion>SPDX-2.3</specVersion>
    <relationship><Relationship>
      <relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_describes"/>
      <relatedSpdxElement><Package rdf:about="urn:x#SPDXRef-app"><name>app</name>
        <relationship><Relationship>
          <relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_dependsOn"/>
          <relatedSpdxElement rdf:resource="urn:x#SPDXRef-lib"/>
        </Relationship></relationship></Package></relatedSpdxElement>
    </Relationship></relationship></SpdxDocument>
    <Package rdf:about="urn:x#SPDXRef-lib"><name>lib</name><versionInfo>2</versionInfo>
      <externalRef><ExternalRef>
        <referenceType rdf:resource="http://spdx.org/rdf/references/purl"/>
        <referenceLocator>pkg:cargo/lib@2</referenceLocator></ExternalRef></externalRef></Package>`);
  assert.deepEqual(await said('a.spdx.rdf', text), ['cargo lib 2']);
  const other = rdf('<rdf:Description><rdf:type rdf:resource="x"/></rdf:Description>');
  await assert.rejects(said('a.spdx.rdf', other), { code: 'bad_file', message: /form of RDF/ });
});

test('version 3: a graph in any order, by short or whole names', async () => {
  const graph = (prefix: string, type: string) => ({
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [
      {
        type: 'Relationship',
        from: 'urn:app',
        to: ['urn:1', 'urn:2'],
        relationshipType: 'dependsOn',
      },
      { [type]: `${prefix}Sbom`, spdxId: 'urn:sbom', rootElement: ['urn:app'] },
      { [type]: 'SpdxDocument', spdxId: 'urn:doc', rootElement: ['urn:sbom'] },
      { [type]: `${prefix}Package`, spdxId: 'urn:app', name: 'app' },
      {
        [type]: `${prefix}Package`,
        spdxId: 'urn:1',
        name: 'lib',
        [`${prefix}packageVersion`]: '2',
        [`${prefix}packageUrl`]: 'pkg:nuget/Lib@2',
      },
      {
        [type]: `${prefix}Package`,
        spdxId: 'urn:2',
        name: 'other',
        externalIdentifier: [
          {
            type: 'ExternalIdentifier',
            externalIdentifierType: 'packageUrl',
            identifier: 'pkg:hex/other@3',
          },
        ],
      },
      {
        [type]: `${prefix}Package`,
        name: 'alpine',
        [`${prefix}packageVersion`]: '3.19',
        [`${prefix}primaryPurpose`]: 'operatingSystem',
      },
    ],
  });
  const forms = [
    graph('software_', 'type'),
    graph('software:', '@type'),
    graph('https://spdx.org/rdf/3.0.1/terms/Software/', '@type'),
  ];
  for (const form of forms) {
    const all = await extracted(spdx, anInputFile('a.spdx.json', JSON.stringify(form)));
    assert.deepEqual(
      all.flatMap((one) => (one.kind === 'package' ? [say(one.found)] : [])),
      ['nuget Lib 2', 'hex other 3'],
    );
    assert.equal(all[0]?.kind, 'distribution');
  }
});

test('what is none is refused, a version that is not known is said', async () => {
  const none: Readonly<Record<string, string>> = {
    'a.spdx.json': '{"invalid":"data"}',
    'a.spdx': 'Not a bill of materials at all!',
    'b.spdx.json': '[]',
    'a.spdx.rdf': '<a/>',
  };
  for (const [path, text] of Object.entries(none)) {
    await assert.rejects(said(path, text), (error) => {
      assert.ok(error instanceof HoldfastError && error.code === 'bad_file');
      return /no SPDX document/.test(error.message);
    });
  }
  const all = await extracted(spdx, anInputFile('a.spdx', 'SPDXVersion: SPDX-4.0\n'));
  assert.deepEqual(
    all.map((one) => one.kind === 'unread' && one.reason),
    ['unsupported'],
  );
});

test('which files are looked at', () => {
  for (const name of 'a.spdx a.spdx.json A.SPDX.YAML b/bom.json a.spdx.rdf .spdx.x.spdx.json'.split(
    ' ',
  )) {
    assert.ok(spdx.wants(name), name);
  }
  for (const name of ['package.json', 'a.yaml', 'spdx', 'a.spdx.txt']) {
    assert.equal(spdx.wants(name), false, name);
  }
  const accepts = (text: string, path: string) => spdx.peek?.accepts(Buffer.from(text), path);
  assert.equal(accepts('{"bomFormat":"CycloneDX"}', 'bom.json'), false);
  assert.equal(accepts('{"SPDXID" : "SPDXRef-DOCUMENT"', 'bom.json'), true);
  assert.equal(accepts('', 'a.spdx'), true);
});
