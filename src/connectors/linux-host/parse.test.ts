import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  inventoryOutput,
  sectionBytes,
  SMALL_HOST,
} from '../../../test/support/inventory-output.ts';
import { readBody, readFrame } from './frame.ts';
import { parseInventory } from './parse.ts';

test('rows become facts by section and kind', () => {
  const facts = parseInventory(
    inventoryOutput({
      ...SMALL_HOST,
      deb: [['pkg', 'tiny', '1.0-1', 'all', 'ii ', 'tiny-src', '1.0-1', '']],
    }),
  );
  assert.deepEqual(facts.unseen, []);
  assert.deepEqual(facts.deb?.pkg, [
    {
      name: 'tiny',
      version: '1.0-1',
      architecture: 'all',
      state: 'ii ',
      sourceName: 'tiny-src',
      sourceVersion: '1.0-1',
      origin: undefined,
    },
  ]);
  assert.equal(facts.os?.hostname[0]?.name, 'web1');
  assert.match(facts.sha256.get('deb') ?? '', /^[0-9a-f]{64}$/);
  assert.equal(facts.rpm, undefined);
});

test('malformed rows are named by line and the others stay', () => {
  const facts = parseInventory(
    inventoryOutput({
      deb: [
        ['pkg', 'good', '1', 'all', 'ii', 'good', '1', ''],
        ['pkg'],
        ['pkg', 'x', '1', 'all', 'ii', 'x', '1', '', 'one too many'],
        ['surprise', 'cell'],
        ['constructor', 'cell'],
      ],
    }),
  );
  assert.deepEqual(
    facts.deb?.pkg.map((row) => row.name),
    ['good'],
  );
  assert.equal(facts.unseen.length, 1);
  assert.deepEqual(
    [facts.unseen[0]?.what, facts.unseen[0]?.reason, facts.unseen[0]?.detail],
    [
      'deb',
      'invalid',
      'line 1 is of an unknown kind, line 3, line 4, line 5 is of an unknown kind',
    ],
  );
});

test('what the host says that it could not see is passed on; an unknown reason is not trusted', () => {
  const facts = parseInventory(
    inventoryOutput({
      sudo: [
        ['unseen', '/etc/sudoers', 'not-permitted', ''],
        ['unseen', 'x', 'because', 'of this'],
      ],
    }),
  );
  assert.deepEqual(facts.unseen, [
    { what: '/etc/sudoers', reason: 'not-permitted', mayHide: ['dependency'] },
    { what: 'x', reason: 'unreadable', detail: 'of this', mayHide: ['dependency'] },
  ]);
});

test('a section whose bytes do not fit its hash is left out whole', () => {
  const output = inventoryOutput(SMALL_HOST);
  output[output.indexOf('web1')] = 0x57;
  const facts = parseInventory(output);
  assert.equal(facts.os, undefined);
  assert.deepEqual(
    facts.unseen.map((item) => [item.what, item.reason]),
    [['os', 'invalid']],
  );
});

test('every cut of the output loses sections from its end on and says so', () => {
  const output = inventoryOutput({
    ...SMALL_HOST,
    deb: [['pkg', 'tiny', '1.0-1', 'all', 'ii', 'tiny', '1.0-1', '']],
  });
  for (let length = 0; length < output.length; length += 1) {
    const facts = parseInventory(output.subarray(0, length));
    assert.ok(facts.unseen.length > 0, `cut at ${length} goes unnoticed`);
    if (facts.deb !== undefined) assert.equal(facts.deb.pkg.length, 1);
  }
});

test('a banner before the first line does no harm, and other output is refused', () => {
  const banner = Buffer.from('Welcome to web1\nsection\tdeb\t-\t0\n');
  assert.deepEqual(parseInventory(Buffer.concat([banner, inventoryOutput(SMALL_HOST)])).unseen, []);
  assert.equal(parseInventory(Buffer.from('hello\n')).unseen[0]?.reason, 'invalid');
  assert.equal(parseInventory(Buffer.alloc(0)).unseen[0]?.reason, 'invalid');
  const newer = Buffer.from('holdfast-inventory\t2\t1\tfull\ndone\t0\n');
  assert.equal(parseInventory(newer).unseen[0]?.reason, 'not-supported');
});

test('sections that are unknown or come twice are said', () => {
  const unknown = parseInventory(inventoryOutput({ future: [['x']], ...SMALL_HOST }));
  assert.equal(unknown.unseen[0]?.reason, 'not-supported');
  assert.equal(unknown.os?.hostname[0]?.name, 'web1');
  const once = inventoryOutput(SMALL_HOST).toString();
  const section = once.slice(once.indexOf('section'), once.indexOf('done'));
  const twice = parseInventory(Buffer.from(once.replace('done\t1', `${section}done\t2`)));
  assert.deepEqual(
    twice.unseen.map((item) => item.detail),
    ['comes twice'],
  );
});

test('bytes that are no UTF-8 keep their hash; control characters are taken out', () => {
  const body = Buffer.from('rule\t/etc/sudoers\t0001\tcaf\xe9 \x1b[31mALL\n', 'latin1');
  const hash = readFrame(inventoryOutput({})).unseen;
  assert.deepEqual(hash, []);
  const read = readBody('sudo', body, '-');
  assert.ok('section' in read);
  assert.equal(read.section.rows[0]?.cells[3], 'caf\ufffd [31mALL');
});

test('a huge section is bounded in rows, and long lines in length', () => {
  const many = Buffer.from('x\n'.repeat(600_000));
  const read = readBody('deb', many, '-');
  assert.ok('unseen' in read);
  assert.equal(read.unseen.reason, 'truncated');
  const long = readBody('sudo', Buffer.from(`rule\t${'y'.repeat(1_000_000)}\n`), '-');
  assert.ok('section' in long);
  assert.ok((long.section.rows[0]?.cells[1]?.length ?? 0) <= 20_000);
});

test('no bytes make it throw', () => {
  const start = Buffer.from('holdfast-inventory\t1\t1\tfull\n');
  const piece = fc.oneof(
    fc.constantFrom('section', 'deb', 'os', 'done', '\t', '\n', '-', '0', '12', 'pkg', 'unseen'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const output = Buffer.concat([start, Buffer.from(pieces.join(''))]);
      assert.ok(Array.isArray(parseInventory(output).unseen));
    }),
  );
});

test('the hash is over the bytes of the section, as a host computes it', () => {
  const body = sectionBytes([
    ['b', '2'],
    ['a', '1'],
  ]);
  assert.equal(body.toString(), 'a\t1\nb\t2\n');
});
