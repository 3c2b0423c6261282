import assert from 'node:assert/strict';
import { test } from 'node:test';
import { netscalerVersion } from './netscaler.ts';

test('a NetScaler version has one spelling', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['#NS13.1 Build 48.47', '13.1-48.47'],
    ['NetScaler NS13.1: Build 48.47.nc, Date: Jul 10 2023, 11:24:13   (64-bit)', '13.1-48.47'],
    ['\tNetScaler NS14.1: Build 8.50.nc, Date: Oct  5 2023, 09:00:00   (64-bit)', '14.1-8.50'],
    ['13.1-48.47', '13.1-48.47'],
    ['13.1-48.47.nc', '13.1-48.47'],
    ['13.1 48.47', '13.1-48.47'],
    ['13.1.48.47', '13.1-48.47'],
    ['12.1-FIPS 55.297', '12.1-FIPS-55.297'],
    ['12.1-NDcPP-55.297', '12.1-NDcPP-55.297'],
    ['13.1-37.159-FIPS', '13.1-FIPS-37.159'],
    ['NS13.1: Build 37.159.nc', '13.1-FIPS-37.159'],
    ['NS12.1: Build 55.291.nc', '12.1-FIPS-55.291'],
    ['12.1-55.24', '12.1-55.24'],
    ['13.1-37.38', '13.1-37.38'],
    ['NS13.1', '13.1'],
    ['13.1-FIPS', '13.1-FIPS'],
    ['the newest', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of cases) assert.equal(netscalerVersion(text), expected, text);
  assert.equal(netscalerVersion(`${' '.repeat(100_000)}13.1-48.47`), undefined);
});
