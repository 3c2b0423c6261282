import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressClass } from './address-class.ts';
import { sameOrigin, waitOf } from './web.ts';

const answer = (headers: Record<string, string>): Response => new Response(null, { headers });

test('how long to wait: seconds, a moment by the server’s own clock, its usual patience, never for ever', () => {
  const date = 'Sun, 22 Nov 2026 03:00:00 GMT';
  const waits = [
    { 'retry-after': '7' },
    // This machine's clock may be years away from the server's.
    { 'retry-after': 'Sun, 22 Nov 2026 03:00:09 GMT', date },
    { 'retry-after': 'Sun, 22 Nov 2026 02:00:00 GMT', date },
    { 'retry-after': 'soon' },
    {},
    { 'retry-after': '999999' },
  ].map((headers) => waitOf(answer(headers as Record<string, string>), 1));
  assert.deepEqual(waits, [7000, 9000, 1000, 1000, 1000, 120_000]);
});

test('the next page is on the same server', () => {
  assert.equal(sameOrigin('/v2?x=1', 'https://a.example/v1/'), 'https://a.example/v2?x=1');
  for (const link of [
    'https://b.example/',
    'http://a.example/',
    'https://a.example:444/',
    'http://[',
  ]) {
    assert.throws(
      () => sameOrigin(link, 'https://a.example/'),
      { message: /another server/ },
      link,
    );
  }
});

const CLASSES: readonly (readonly [string, string])[] = [
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.32.0.1', 'internet'],
  ['100.64.0.9', 'private'],
  ['203.0.113.9', 'internet'],
  ['203.0.113.9:51000', 'internet'],
  ['127.0.0.1', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:192.168.1.1', 'private'],
  ['fe80::1%eth0', 'private'],
  ['fd00::1', 'private'],
  ['[2001:db8::1]:443', 'internet'],
  ['somewhere', 'unknown'],
  ['', 'unknown'],
];
for (const [address, expected] of CLASSES) {
  test(`class of ${address === '' ? 'nothing' : address}`, () =>
    assert.equal(addressClass(address), expected));
}
