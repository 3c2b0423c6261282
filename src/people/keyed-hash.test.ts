import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyedHash } from './keyed-hash.ts';

function expected(key: Uint8Array, message: string | Uint8Array): string {
  return createHmac('sha256', key).update(message).digest('hex').slice(0, 16);
}

function hex(out: Uint32Array): string {
  return [...out].map((word) => word.toString(16).padStart(8, '0')).join('');
}

test('equals the first 64 bits of HMAC-SHA-256 for any key and message', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      (key, message) => {
        const hash = keyedHash(key);
        hash.hash('something before');
        hash.hash(message);
        assert.equal(hex(hash.out), expected(key, Buffer.from(message, 'utf8')));
      },
    ),
  );
});

test('every length around a block border is padded right', () => {
  const key = Buffer.alloc(32, 7);
  const hash = keyedHash(key);
  for (let length = 0; length < 200; length++) {
    hash.hash('x'.repeat(length));
    assert.equal(hex(hash.out), expected(key, 'x'.repeat(length)));
  }
});

test('a second layer hashes the eight bytes of the first', () => {
  const key = Buffer.alloc(32, 9);
  const hash = keyedHash(key);
  hash.hashAgain(0xdeadbeef, 0x01020304);
  assert.equal(hex(hash.out), expected(key, Buffer.from('deadbeef01020304', 'hex')));
});
