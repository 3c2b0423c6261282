import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { takeInventory } from '../take-inventory.ts';

async function inventoryOf(t: TestContext, name: string, text: string) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-ns-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.writeFileSync(path.join(folder, name), text);
  return takeInventory(folder, { signal: new AbortController().signal });
}

const COMMANDS = 'set ns config -IPAddress 10.20.0.10\nadd vpn vserver gw SSL 10.20.0.11 443\n';

test('the version of a NetScaler out of ns.conf and show ns version', async (t) => {
  const cases: readonly (readonly [file: string, text: string, purl: string])[] = [
    ['ns.conf', `#NS13.1 Build 48.47\n${COMMANDS}`, 'pkg:generic/citrix/netscaler-adc@13.1-48.47'],
    [
      'ns.conf',
      `#NS13.1 Build 37.159\n${COMMANDS}`,
      'pkg:generic/citrix/netscaler-adc@13.1-FIPS-37.159',
    ],
    [
      'show_ns_version.txt',
      '> show ns version\n\tNetScaler NS12.1: Build 65.39.nc, Date: Nov 20 2023, 08:00:00   (64-bit)\n Done\n',
      'pkg:generic/citrix/netscaler-adc@12.1-65.39',
    ],
    [
      'nsversion.txt',
      'NetScaler NS14.1: Build 43.56.nc, Date: Jun 10 2025, 08:00:00   (64-bit)\n',
      'pkg:generic/citrix/netscaler-adc@14.1-43.56',
    ],
  ];
  for (const [file, text, purl] of cases) {
    const { packages } = await inventoryOf(t, file, text);
    assert.deepEqual(
      packages.map((each) => each.purl),
      [purl],
    );
  }
});

test('a configuration that does not say its version is one without, and other files are none', async (t) => {
  const { packages, extractors } = await inventoryOf(t, 'ns.conf', COMMANDS);
  assert.deepEqual(
    packages.map(({ purl, version }) => [purl, version]),
    [['pkg:generic/citrix/netscaler-adc', '']],
  );
  assert.equal(extractors.find(({ id }) => id === 'netscaler')?.status, 'partial');
  const other = await inventoryOf(t, 'ns.conf', 'nameserver 10.0.0.1\n');
  assert.deepEqual(other.packages, []);
  assert.equal(other.extractors.find(({ id }) => id === 'netscaler')?.status, 'failed');
});
