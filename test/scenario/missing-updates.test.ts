/** Which updates real hosts lack: from the script's rows through the estate's components to the fixed version. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openIndex } from '../../src/advisories/index-open.ts';
import { matchPackages } from '../../src/advisories/match.ts';
import { updateFromFiles } from '../../src/advisories/update.ts';
import type { Finding } from '../../src/advisories/verdict.ts';
import { parseDpkgStatus } from '../../src/connectors/linux-host/dpkg-status.ts';
import { parseInventory } from '../../src/connectors/linux-host/parse.ts';
import { reportsOf } from '../../src/connectors/linux-host/report.ts';
import type { Component } from '../../src/estate/schema.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { packageOf } from '../../src/measures/scanning/component.ts';
import { matchApart } from '../../src/measures/scanning/match-apart.ts';
import { compareVersions } from '../../src/versions/index.ts';
import { inventoryOutput, SMALL_HOST } from '../support/inventory-output.ts';
import { absent, sharedArchive, sharedFile, sharedPath } from '../support/shared-data.ts';

const HOSTS = 'hosts/dpkg-hosts.tar.zst';
const TRUTH = 'hosts/truth.tsv.zst';
const ADVISORIES = 'advisories/debian-changelog.osv.jsonl.zst';
const RELEASES: Readonly<Record<string, string>> = { bullseye: '11', bookworm: '12', trixie: '13' };
/** The data end then; later, every feed would be stale, which changes no match. */
const NOW = new Date('2026-11-21T00:00:00Z');

/** `host source` → the version that repairs everything known. */
type Updates = Map<string, string>;

test(
  '72 hosts of Debian: the updates that they lack, by the truth of dpkg’s own comparison',
  { skip: absent(HOSTS, TRUTH, ADVISORIES) },
  async (t) => {
    const truth = truthUpdates();
    const { found, current } = await foundUpdates();
    const right = [...truth].filter(([id, to]) => found.get(id) === to);
    const missed = [...truth].filter(([id, to]) => found.get(id) !== to);
    const beyond = [...found].filter(([id]) => !truth.has(id));
    const recall = right.length / truth.size;
    const precision = right.length / found.size;
    t.diagnostic(
      `${truth.size} missing updates in the truth, ${found.size} found: recall ${recall.toFixed(5)}, precision ${precision.toFixed(5)}; ${current.length} on current hosts`,
    );
    assert.ok(truth.size > 1000, 'the truth was read');
    assert.ok(recall >= 0.999, `missed: ${JSON.stringify(missed.slice(0, 20))}`);
    assert.ok(precision >= 0.999, `beyond: ${JSON.stringify(beyond.slice(0, 20))}`);
    assert.deepEqual(current, []);
  },
);

function truthUpdates(): Updates {
  const updates: Updates = new Map();
  const [, ...lines] = sharedFile(TRUTH).toString('utf8').trim().split('\n');
  for (const line of lines) {
    const [host = '', , , source = '', , , fixed = ''] = line.split('\t');
    keepNewest(updates, `${host} ${source}`, fixed);
  }
  return updates;
}

async function foundUpdates(): Promise<{ found: Updates; current: string[] }> {
  const hosts = new Map<string, readonly Component[]>();
  for (const [file, bytes] of sharedArchive(HOSTS)) {
    const host = path.basename(file, '.status');
    hosts.set(host, componentsOf(host, bytes.toString('utf8')));
  }
  const findings = await findingsOf([...hosts.values()].flat());
  const found: Updates = new Map();
  const current: string[] = [];
  for (const [host, components] of hosts) {
    for (const component of components) {
      for (const fixed of findings.get(idOf(component)) ?? []) {
        if (host.endsWith('current')) current.push(`${host} ${component.name} ${fixed}`);
        else keepNewest(found, `${host} ${component.sourceName}`, fixed);
      }
    }
  }
  return { found, current };
}

/** A host's status file as the script would send it, and the inventory that the estate keeps of it. */
function componentsOf(host: string, status: string): readonly Component[] {
  const os = [
    ...(SMALL_HOST['os'] ?? []).filter((row) => row[0] !== 'release'),
    ['release', 'ID', 'debian'],
    ['release', 'VERSION_ID', RELEASES[host.split('-')[0] ?? ''] ?? ''],
  ];
  const deb = parseDpkgStatus(status).map((one) => [
    'pkg',
    one.name,
    one.version,
    one.architecture,
    `${one.state} `,
    one.sourceName,
    one.sourceVersion,
    '',
  ]);
  const reports = reportsOf(parseInventory(inventoryOutput({ os, deb })), NOW.toISOString());
  const inventory = reports.find((report) => report.type === 'inventory');
  assert.ok(inventory !== undefined, host);
  const settingsOnly = new Set(
    (inventory.notes ?? []).filter(({ state }) => state === 'rc').map(({ index }) => index),
  );
  return inventory.components.filter((_, index) => !settingsOnly.has(index));
}

function idOf({ release, name, version, sourceName, sourceVersion }: Component): string {
  return [release, name, version, sourceName, sourceVersion].join(' ');
}

/** Once for each distinct component of all hosts, as the estate does it: id → fixed versions. */
async function findingsOf(components: readonly Component[]): Promise<Map<string, string[]>> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-missing-'));
  try {
    const from = path.join(directory, 'from');
    fs.mkdirSync(from);
    const name = path.basename(ADVISORIES);
    fs.copyFileSync(sharedPath(ADVISORIES) ?? '', path.join(from, name));
    const into = path.join(directory, 'index');
    fs.mkdirSync(into);
    const signal = new AbortController().signal;
    await updateFromFiles(from, { directory: into, clock: systemClock, signal });
    const index = openIndex(into);
    const distinct = new Map(components.map((one) => [idOf(one), one]));
    const packages = [...distinct.values()].map((one, id) => packageOf({ ...one, id }));
    const matched = matchApart((some) => matchPackages(some, index, { now: NOW }), packages);
    index.close();
    return new Map(
      [...distinct.keys()].map((id, at) => [
        id,
        (matched[at]?.findings ?? []).filter(counts).flatMap(({ fixed }) => fixed),
      ]),
    );
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

/** The truth is made of named flaws, and leaves the kernel out. */
function counts({ state, id, explain }: Finding): boolean {
  return state === 'affected' && !id.startsWith('DEBSEC-') && explain.matched.name !== 'linux';
}

function keepNewest(updates: Updates, id: string, fixed: string): void {
  const known = updates.get(id);
  if (known === undefined || (compareVersions('Debian', fixed, known) ?? 0) > 0) {
    updates.set(id, fixed);
  }
}
