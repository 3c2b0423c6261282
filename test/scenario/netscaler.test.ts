/** A NetScaler's version, as files and as the connector bring it, to the verdict: without any downloaded feed. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { matchAll, type MatchItem } from '../../src/advisories/match-all.ts';
import { citrix } from '../../src/connectors/citrix/index.ts';
import { takeInventory } from '../../src/inventory/take-inventory.ts';
import { packageOf } from '../../src/measures/scanning/component.ts';
import { collected } from '../support/collect.ts';
import { emptyIndex } from '../support/empty-index.ts';

const COMMANDS = 'set ns config -IPAddress 10.20.0.10\nadd vpn vserver gw SSL 10.20.0.11 443\n';
const CITRIX_BLEED = 'CVE-2023-4966';

/** First line of a configuration, and what CitrixBleed is to it. */
const CASES: readonly (readonly [head: string, state: string])[] = [
  ['#NS14.1 Build 8.49', 'affected'],
  ['#NS14.1 Build 8.50', 'none'],
  ['#NS13.1 Build 48.47', 'affected'],
  ['#NS13.1 Build 49.15', 'none'],
  ['#NS13.1 Build 59.22', 'none'],
  ['#NS13.1 Build 37.163', 'affected'],
  ['#NS13.1 Build 37.164', 'none'],
  ['#NS13.0 Build 92.18', 'affected'],
  ['#NS13.0 Build 92.19', 'none'],
  ['#NS12.1 Build 65.39', 'affected'],
  ['#NS12.1 Build 55.299', 'affected'],
  ['#NS12.1 Build 55.300', 'none'],
  ['#NS11.1 Build 65.23', 'unknown'],
  ['', 'unknown'],
];

function stateOf(packages: readonly MatchItem[]): string {
  const { findings } = matchAll(packages, emptyIndex(), {
    now: new Date('2026-11-22T06:00:00Z'),
  });
  return findings.find(({ id }) => id === CITRIX_BLEED)?.state ?? 'none';
}

function folder(t: TestContext): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-adc-'));
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

test('by a scan of its files: each line of releases, certified editions, and one at its end', async (t) => {
  const place = folder(t);
  for (const [head, state] of CASES) {
    fs.writeFileSync(path.join(place, 'ns.conf'), `${head}\n${COMMANDS}`);
    const { packages } = await takeInventory(place, { signal: new AbortController().signal });
    assert.equal(stateOf(packages), state, head);
  }
  fs.rmSync(path.join(place, 'ns.conf'));
  fs.writeFileSync(
    path.join(place, 'show_ns_version.txt'),
    '\tNetScaler NS13.1: Build 48.47.nc, Date: Jul 10 2023, 11:24:13   (64-bit)\n Done\n',
  );
  const { packages } = await takeInventory(place, { signal: new AbortController().signal });
  assert.equal(stateOf(packages), 'affected', 'show ns version');
});

test('by the connector: the appliance holds its own software as a component of the estate', async (t) => {
  const file = path.join(folder(t), 'ns.conf');
  for (const [head, state] of CASES) {
    fs.writeFileSync(file, `${head}\n${COMMANDS}`);
    const { reports } = await collected(citrix, { file });
    const inventories = reports.filter((report) => report.type === 'inventory');
    assert.equal(inventories.length, 1);
    const components = inventories[0]?.components ?? [];
    const packages = components.map((component, at) => packageOf({ id: at + 1, ...component }));
    assert.equal(stateOf(packages), state, head);
  }
});
