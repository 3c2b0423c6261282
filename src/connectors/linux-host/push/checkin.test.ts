import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { sectionBytes } from '../../../../test/support/inventory-output.ts';
import { sha256Hex } from '../../../kernel/ids.ts';
import { acceptSection, planCheckin } from './checkin.ts';
import { SECTIONS } from '../frame.ts';

test('what is not held, or held otherwise, is asked for', () => {
  assert.deepEqual(planCheckin({}, { os: 'a', deb: 'b' }), ['deb', 'os']);
  assert.deepEqual(planCheckin({ os: 'a', deb: 'x' }, { os: 'a', deb: 'b' }), ['deb']);
  assert.deepEqual(planCheckin({ os: 'a' }, { os: 'a', future: 'z', constructor: 'y' }), []);
});

test('what apt would do is asked for only when what it follows from has changed', () => {
  const held = { deb: '1', holds: '2', origins: '3', upgradable: '4' };
  const same = { deb: '1', holds: '2', origins: '3', upgradable: '-' };
  assert.deepEqual(planCheckin(held, same), []);
  assert.deepEqual(planCheckin(held, { ...same, origins: 'new' }), ['origins', 'upgradable']);
  assert.deepEqual(planCheckin({ ...same, upgradable: '-' }, { ...same, holds: '9' }), [
    'holds',
    'upgradable',
  ]);
  const without = { deb: '1', holds: '2', origins: '3' };
  assert.deepEqual(planCheckin(without, same), ['upgradable']);
});

test('after everything asked for was given, nothing is asked for', () => {
  const hashes = fc.dictionary(fc.constantFrom(...SECTIONS), fc.constantFrom('a', 'b', 'c', '-'));
  fc.assert(
    fc.property(hashes, hashes, (held, offered) => {
      const need = planCheckin(held, offered);
      const after = {
        ...held,
        ...Object.fromEntries(need.map((name) => [name, offered[name] ?? ''])),
      };
      const worked = Object.fromEntries(
        Object.entries(after).map(([name, hash]) => [name, hash === '-' ? 'done' : hash]),
      );
      const again = planCheckin(worked, offered).filter((name) => offered[name] !== '-');
      assert.deepEqual(again, []);
    }),
  );
});

const bytes = sectionBytes([['rule', '/etc/sudoers', '0001', 'ALL ALL=ALL']]);
const sent = {
  name: 'sudo',
  sha256: sha256Hex(bytes),
  encoding: 'gzip',
  content: gzipSync(bytes).toString('base64'),
} as const;

test('a section is taken in either form and read', () => {
  const plain = { ...sent, encoding: 'identity', content: bytes.toString('base64') } as const;
  for (const one of [sent, plain]) {
    const accepted = acceptSection(one);
    assert.deepEqual(accepted.bytes, bytes);
    assert.equal(accepted.section.rows[0]?.cells[3], 'ALL ALL=ALL');
  }
  const empty = { ...plain, content: '', sha256: sha256Hex('') };
  assert.deepEqual(acceptSection(empty).section.rows, []);
});

test('another hash, no hash and broken gzip are refused', () => {
  const refused = [
    { ...sent, sha256: sha256Hex('something else') },
    { ...sent, sha256: '-' },
    { ...sent, sha256: '' },
    { ...sent, content: bytes.toString('base64') },
    { ...sent, content: sent.content.slice(0, -10) },
  ];
  for (const one of refused) assert.throws(() => acceptSection(one), { code: 'bad_input' });
});

test('a gzip bomb is stopped at the limit', () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024)).toString('base64');
  assert.throws(() => acceptSection({ ...sent, content: bomb }), { code: 'too_large' });
});
