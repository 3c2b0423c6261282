import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../kernel/errors.ts';
import { childOf, parseXml, textOf } from './xml.ts';

async function refused(text: string | Buffer, limits: object = {}): Promise<string> {
  try {
    await parseXml(Buffer.from(text), { what: 'bom.xml', ...limits });
  } catch (error) {
    assert.ok(error instanceof HoldfastError, String(error));
    return `${error.code} ${error.message}`;
  }
  return 'taken';
}

test('a document becomes a tree of local names with lines', async () => {
  const root = await parseXml(
    Buffer.from(
      '\ufeff<?xml version="1.0"?>\n<x:bom xmlns:x="urn:x" x:a="1" b="&lt;2&gt;">\n <!-- no -->' +
        '<x:name> J&#246;rg <![CDATA[<&>]]></x:name>\n<other xmlns="urn:y"/></x:bom>\n',
    ),
    { what: 'bom.xml' },
  );
  assert.equal(root.name, 'bom');
  assert.equal(root.namespace, 'urn:x');
  assert.deepEqual([root.attributes.get('a'), root.attributes.get('b')], ['1', '<2>']);
  assert.equal(textOf(root, 'name'), 'Jörg <&>');
  assert.equal(childOf(root, 'other')?.namespace, 'urn:y');
  assert.equal(childOf(root, 'other')?.line, 4);
  assert.equal(textOf(root, 'other'), undefined);
});

test('encodings by mark or declaration', async () => {
  const text = '<a>é</a>';
  const declared = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${text}`, 'latin1');
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  const big = Buffer.from(little).swap16();
  for (const bytes of [declared, little, big]) {
    assert.equal((await parseXml(bytes, { what: 'a.xml' })).text, 'é');
  }
  assert.match(await refused(Buffer.from('<a>\xe9</a>', 'latin1')), /not UTF-8/);
  assert.match(await refused('<?xml version="1.0" encoding="x-none"?><a/>'), /encoding/);
});

test('document types and entities are refused', async () => {
  const bomb = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>';
  assert.match(await refused(bomb), /^bad_file bom\.xml line 1 .*document type/);
  assert.match(await refused('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), /document type/);
  assert.match(
    await refused('<a>&nbsp;</a>'),
    /^bad_file bom\.xml line 1 column \d+: undefined entity$/,
  );
});

test('what is not well-formed is told by its place and without names of the document', async () => {
  for (const text of [
    '',
    'x',
    '<a>',
    '<a></secret>',
    '<a b="1" b="2"/>',
    '<a/><a/>',
    '<x:a/>',
    '<a\u0001/>',
  ]) {
    const words = await refused(text);
    assert.match(words, /^bad_file bom\.xml line \d+ column \d+: [a-z]/, text);
    assert.doesNotMatch(words, /secret|\u0001/);
  }
});

test('depth, elements, attributes and bytes have limits', async () => {
  assert.match(await refused('<a>'.repeat(1_000_000)), /nested deeper than 200 levels/);
  assert.match(await refused(`<a>${'<b/>'.repeat(99)}</a>`, { maxElements: 50 }), /^too_large /);
  const wide = Array.from({ length: 300 }, (_, at) => `a${at}=""`).join(' ');
  assert.match(await refused(`<a ${wide}/>`), /more than 200 attributes/);
  assert.match(await refused('<a></a>', { maxBytes: 5 }), /^too_large /);
});
