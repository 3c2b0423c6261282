/** Every form of a bill of materials cut off, damaged and mixed up: a reading, a note or an error of ours, never another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anInputFile, extracted } from '../../../test/support/input-files.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import { cyclonedx } from '../cyclonedx/extractor.ts';
import type { Extractor } from '../schema.ts';
import { spdx } from '../spdx/extractor.ts';

const FORMS: Readonly<Record<string, readonly [Extractor, string]>> = {
  'a.cdx.xml': [
    cyclonedx,
    `<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components>
<component type="operating-system"><name>debian</name><version>12</version></component>
<component type="library"><name>a</name><purl><![CDATA[pkg:npm/a@1]]></purl><properties>
<property name="syft:metadata:source">b</property></properties></component></components></bom>`,
  ],
  'a.spdx': [
    spdx,
    `SPDXVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
PackageName: a
SPDXID: SPDXRef-a
PackageComment: <text>two
lines</text>
ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1
`,
  ],
  'a.spdx.yaml': [
    spdx,
    `spdxVersion: SPDX-2.3
packages:
- SPDXID: SPDXRef-a
  name: a
  externalRefs: [{referenceType: purl, referenceLocator: "pkg:npm/a@1"}]
`,
  ],
  'a.spdx.rdf': [
    spdx,
    `<rdf:RDF xmlns="http://spdx.org/rdf/terms#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<SpdxDocument rdf:about="x#D"><specVersion>SPDX-2.3</specVersion><relationship><Relationship>
<relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_describes"/>
<relatedSpdxElement><Package rdf:about="x#a"><name>a</name></Package></relatedSpdxElement>
</Relationship></relationship></SpdxDocument></rdf:RDF>`,
  ],
  'three.spdx.json': [
    spdx,
    JSON.stringify({
      '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
      '@graph': [
        { type: 'SpdxDocument', rootElement: ['a'] },
        { type: 'software_Package', spdxId: 'a', name: 'a', software_packageUrl: 'pkg:npm/a@1' },
        { type: 'Relationship', from: 'a', to: ['b'], relationshipType: 'contains' },
      ],
    }),
  ],
};

async function survives(extractor: Extractor, path: string, bytes: Buffer): Promise<void> {
  try {
    for (const one of await extracted(extractor, anInputFile(path, bytes))) {
      if (one.kind === 'package') assert.ok(one.found.name !== '');
    }
  } catch (error) {
    assert.ok(error instanceof HoldfastError, String(error));
    assert.ok(error.code === 'bad_file' || error.code === 'too_large', error.code);
    assert.doesNotMatch(error.message, /pkg:npm|SPDXRef-a/, 'a message that quotes the file');
  }
}

for (const [path, [extractor, text]] of Object.entries(FORMS)) {
  const whole = Buffer.from(text);

  test(`${path}: cut off anywhere`, async () => {
    assert.ok(
      (await extracted(extractor, anInputFile(path, whole))).length > 0 || /rdf|three/.test(path),
    );
    for (let at = 0; at <= whole.length; at += 1) {
      await survives(extractor, path, whole.subarray(0, at));
      if (at % 7 === 0) await survives(extractor, path, whole.subarray(at));
    }
  });

  test(`${path}: other bytes, lines in another order, other values`, async () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const damaged = Buffer.from(whole);
        for (const [at, byte] of changes) damaged[at] = byte;
        await survives(extractor, path, damaged);
      }),
      { numRuns: 200 },
    );
    const lines = text.split('\n');
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(lines), async (some) => {
        await survives(extractor, path, Buffer.from(some.join('\n')));
      }),
      { numRuns: 100 },
    );
  });
}

test('members of any type where another is expected', async () => {
  const forms: readonly (readonly [Extractor, string, object])[] = [
    [cyclonedx, 'bom.json', { bomFormat: 'CycloneDX' }],
    [spdx, 'a.spdx.json', { spdxVersion: 'SPDX-2.3' }],
    [spdx, 'a.spdx.json', { '@context': 'https://spdx.org/rdf/3.0.1/x' }],
  ];
  const names = fc.constantFrom(
    ...'components metadata component name version purl type properties value packages externalRefs'.split(
      ' ',
    ),
    ...'referenceType referenceLocator relationships documentDescribes @graph rootElement spdxId'.split(
      ' ',
    ),
    ...'specVersion swid cpe scope group __proto__ constructor'.split(' '),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 17, '', 'pkg:npm/a@1', 'purl', 'library', 'Package', 'contains'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(names, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, tree, { maxKeys: 6 }), async (members) => {
      for (const [extractor, path, root] of forms) {
        await survives(extractor, path, Buffer.from(JSON.stringify({ ...members, ...root })));
      }
    }),
    { numRuns: 500 },
  );
});
