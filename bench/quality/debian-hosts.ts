/** dpkg's own files of hosts against what the Debian changelogs say: from the file to the finding. */
import fs from 'node:fs';
import path from 'node:path';
import type { AdvisoryIndex } from '../../src/advisories/index-open.ts';
import { matchPackages } from '../../src/advisories/match.ts';
import type { Finding } from '../../src/advisories/verdict.ts';
import type { Package } from '../../src/inventory/schema.ts';
import { compareVersions } from '../../src/versions/index.ts';
import { takeInventory } from '../../src/inventory/take-inventory.ts';
import { sharedArchive, sharedFile } from '../../test/support/shared-data.ts';
import { NOW } from './feeds.ts';
import { compareRows, type Outcome } from './suite.ts';

const RELEASES: Readonly<Record<string, string>> = { bullseye: '11', bookworm: '12', trixie: '13' };

export async function debianHosts(index: AdvisoryIndex, scratch: string): Promise<Outcome[]> {
  const expected = truthRows('hosts/truth.tsv.zst', 1);
  const found = new Set<string>();
  let kernel = 0;
  let current = 0;
  for (const [file, bytes] of sharedArchive('hosts/dpkg-hosts.tar.zst')) {
    const host = path.basename(file, '.status');
    const release = RELEASES[host.split('-')[0] ?? ''] ?? '';
    const findings = await findingsOf(
      index,
      bytes,
      release,
      path.join(scratch, `${host}.dpkg-status`),
    );
    for (const finding of findings) {
      if (finding.explain.matched.name === 'linux') kernel += 1;
      else found.add(`${host} ${rowOf(finding)}`);
    }
    if (host.endsWith('current')) current += findings.length;
  }
  const hosts = compareRows(expected, found, debianWhy);
  const devhost = await devHost(index, scratch);
  return [
    {
      suite: 'Debian hosts',
      ...hosts,
      beyond: {
        'kernel, which the truth leaves out': kernel,
        'found on hosts that are current': current,
      },
    },
    devhost,
    await debootstrap(index, scratch),
  ];
}

async function devHost(index: AdvisoryIndex, scratch: string): Promise<Outcome> {
  const file = path.join(scratch, 'devhost.dpkg-status');
  const findings = await findingsOf(
    index,
    sharedFile('hosts/devhost-bookworm-node.dpkg-status.zst'),
    '12',
    file,
  );
  const outside = findings.filter(({ explain }) => explain.matched.name !== 'linux');
  const expected = truthRows('hosts/devhost-truth.tsv.zst', 0);
  const compared = compareRows(expected, new Set(outside.map(rowOf)), debianWhy);
  const kernel = findings.length - outside.length;
  return {
    suite: 'Debian development host',
    ...compared,
    beyond: { 'kernel, which the truth leaves out': kernel },
  };
}

/** Made afresh of the main archive alone: what it lacks is worked out from the records themselves, one by one. */
async function debootstrap(index: AdvisoryIndex, scratch: string): Promise<Outcome> {
  const file = path.join(scratch, 'debootstrap.dpkg-status');
  const bytes = sharedFile('hosts/debootstrap-trixie-minbase.dpkg-status.zst');
  const found = new Set((await findingsOf(index, bytes, '13', file)).map(rowOf));
  const { packages } = await takeInventory(file, { distribution: { id: 'debian', version: '13' } });
  const expected = naiveRows(packages, 'Debian:13');
  return { suite: 'Debian made afresh', ...compareRows(expected, found, debianWhy), beyond: {} };
}

interface NaiveRecord {
  readonly id: string;
  readonly upstream?: readonly string[];
  readonly affected?: readonly NaiveAffected[];
}

interface NaiveAffected {
  readonly package?: { readonly ecosystem?: string; readonly name?: string };
  readonly ranges?: readonly { readonly events?: readonly { readonly fixed?: string }[] }[];
}

/** Without index, clusters or ranges: every record of the file against every package. */
function naiveRows(packages: readonly Package[], ecosystem: string): Set<string> {
  const rows = new Set<string>();
  const text = sharedFile('advisories/debian-changelog.osv.jsonl.zst').toString('utf8');
  for (const line of text.split('\n')) {
    if (!line.includes(`"${ecosystem}"`)) continue;
    const { id, upstream = [], affected = [] } = JSON.parse(line) as NaiveRecord;
    if (id.startsWith('DEBSEC-')) continue;
    for (const one of affected.filter(({ package: named }) => named?.ecosystem === ecosystem)) {
      for (const name of naiveNames(packages, one)) rows.add(`${name} ${upstream[0] ?? id}`);
    }
  }
  return rows;
}

function naiveNames(
  packages: readonly Package[],
  { package: named, ranges = [] }: NaiveAffected,
): string[] {
  const fixes = ranges.flatMap(({ events = [] }) => events.flatMap(({ fixed }) => fixed ?? []));
  return packages
    .filter(
      ({ source }) =>
        source !== undefined && source.name === named?.name && source.name !== 'linux',
    )
    .filter(({ source, version }) =>
      fixes.some((fix) => compareVersions('Debian', source?.version ?? version, fix) === -1),
    )
    .map(({ name }) => name);
}

async function findingsOf(
  index: AdvisoryIndex,
  bytes: Buffer,
  release: string,
  file: string,
): Promise<Finding[]> {
  fs.writeFileSync(file, bytes);
  const inventory = await takeInventory(file, { distribution: { id: 'debian', version: release } });
  const packages: readonly Package[] = inventory.packages;
  if (packages.length === 0) throw new Error(`${path.basename(file)}: no package was read`);
  const { findings } = matchPackages(packages, index, { now: NOW });
  return findings.filter(({ id, state }) => state === 'affected' && !id.startsWith('DEBSEC-'));
}

function rowOf({ purl, id, aliases }: Finding): string {
  const name = /^pkg:deb\/debian\/([^@]+)@/.exec(purl)?.[1] ?? purl;
  return `${decodeURIComponent(name)} ${[id, ...aliases].find((one) => one.startsWith('CVE-')) ?? id}`;
}

/** Columns: host (where `hosts` is 1), binary, its version, source, its version, CVE… */
function truthRows(file: string, hosts: 0 | 1): Set<string> {
  const [, ...lines] = sharedFile(file).toString('utf8').split('\n');
  const rows = new Set<string>();
  for (const line of lines) {
    const cells = line.split('\t');
    if (cells.length < 5) continue;
    const row = `${cells[hosts]} ${cells[hosts + 4]}`;
    rows.add(hosts === 1 ? `${cells[0]} ${row}` : row);
  }
  return rows;
}

function debianWhy(_row: string, kind: 'missed' | 'too much'): string {
  return kind === 'missed'
    ? 'the feed has it and the matcher did not say it: ours to mend'
    : 'a record of the mixed test feed, or of a flaw that no fix exists for: the truth is made of fixes';
}
