import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addressText,
  canonicalAddress,
  countAddresses,
  isGlobal,
  isWithin,
  joined,
  rangeText,
  readAddress,
  readRange,
  subtracted,
  type AddressRange,
} from './ip.ts';

test('an address has one spelling', () => {
  for (const [written, spelled] of [
    ['10.0.0.5', '10.0.0.5'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:10.0.0.5', '10.0.0.5'],
    ['::FFFF:0a00:0005', '10.0.0.5'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::', '::'],
  ] as const)
    assert.equal(canonicalAddress(written), spelled, written);
  for (const none of ['', '10.0.0', '10.0.0.256', 'fe80::1%eth0', 'a', '10.0.0.5/32', '1:2:3'])
    assert.equal(canonicalAddress(none), undefined, none);
});

test('an address and its number are the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const address = readAddress(text);
      assert.ok(address !== undefined);
      assert.deepEqual(readAddress(addressText(address)), address);
    }),
  );
});

test('ranges in the forms that people write', () => {
  for (const [written, spelled] of [
    ['10.0.0.5', '10.0.0.5'],
    ['10.0.0.5/24', '10.0.0.0-10.0.0.255'],
    ['0.0.0.0/0', '0.0.0.0-255.255.255.255'],
    ['10.0.0.5-9', '10.0.0.5-10.0.0.9'],
    ['10.0.0.250-10.0.1.5', '10.0.0.250-10.0.1.5'],
    ['2001:db8::/127', '2001:db8::-2001:db8::1'],
  ] as const) {
    const range = readRange(written);
    assert.ok(range !== undefined, written);
    assert.equal(rangeText(range), spelled);
  }
  for (const none of ['10.0.0.0/33', '10.0.0.9-5', '10.0.0.0/', '10.0.0.1-::1', '-', '22', 'x/8'])
    assert.equal(readRange(none), undefined, none);
});

test('private, loopback, link-local and multicast addresses are not of the whole world', () => {
  for (const [text, global] of [
    ['10.1.2.3', false],
    ['172.31.0.1', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['127.0.0.1', false],
    ['169.254.1.1', false],
    ['224.0.0.1', false],
    ['8.8.8.8', true],
    ['fd00::1', false],
    ['fe80::1', false],
    ['::1', false],
    ['2001:4860::1', true],
  ] as const) {
    const address = readAddress(text);
    assert.equal(address !== undefined && isGlobal(address), global, text);
  }
});

const small = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 6 }))
  .map(([first, more]): AddressRange => {
    return { family: 4, first: BigInt(first), last: BigInt(first + more) };
  });

test('joined and subtracted ranges hold what sets would', () => {
  const all = Array.from({ length: 40 }, (_, value) => ({
    family: 4 as const,
    value: BigInt(value),
  }));
  const has = (ranges: readonly AddressRange[], at: (typeof all)[number]) =>
    ranges.some((range) => isWithin(at, range));
  fc.assert(
    fc.property(fc.array(small), fc.array(small), (ranges, without) => {
      const left = subtracted(ranges, without);
      for (const at of all) {
        assert.equal(has(joined(ranges), at), has(ranges, at));
        assert.equal(has(left, at), has(ranges, at) && !has(without, at));
      }
      assert.equal(countAddresses(left), BigInt(all.filter((at) => has(left, at)).length));
    }),
  );
});
