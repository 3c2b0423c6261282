/**
 * A stand-in for all of OSV: seeded records of the sizes and shapes that it has (a third of them Ubuntu's and Debian's with
 * long lists of versions, a third malicious npm packages, a few dozen ecosystems), packed one archive an ecosystem. Measures
 * an update from nothing: rate, peak memory, size on disk.
 *
 *     node bench/advisories.ts [RECORDS]        default 600,000: about 2 GB of JSON
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { crc32, deflateRawSync } from 'node:zlib';
import { systemClock } from '../src/kernel/clock.ts';
import { updateFromFiles } from '../src/advisories/update.ts';

interface Ecosystem {
  readonly name: string;
  /** Of all records. */
  readonly share: number;
  readonly releases: readonly string[];
  readonly versions: number;
  readonly packages: number;
}

const ECOSYSTEMS: readonly Ecosystem[] = [
  { name: 'npm', share: 0.36, releases: [''], versions: 2, packages: 1 },
  {
    name: 'Ubuntu',
    share: 0.14,
    releases: [':16.04:LTS', ':18.04:LTS', ':20.04:LTS', ':22.04:LTS', ':24.04:LTS'],
    versions: 30,
    packages: 1,
  },
  { name: 'Debian', share: 0.14, releases: [':11', ':12', ':13'], versions: 20, packages: 1 },
  {
    name: 'SUSE',
    share: 0.06,
    releases: [':Linux Enterprise Server 15 SP5', ':Linux Enterprise Server 15 SP6'],
    versions: 0,
    packages: 12,
  },
  {
    name: 'Red Hat',
    share: 0.08,
    releases: [':enterprise_linux:8::baseos', ':enterprise_linux:9::baseos'],
    versions: 0,
    packages: 20,
  },
  { name: 'PyPI', share: 0.07, releases: [''], versions: 60, packages: 1 },
  { name: 'Maven', share: 0.04, releases: [''], versions: 40, packages: 2 },
  { name: 'Go', share: 0.04, releases: [''], versions: 0, packages: 2 },
  { name: 'Packagist', share: 0.03, releases: [''], versions: 50, packages: 1 },
  { name: 'NuGet', share: 0.02, releases: [''], versions: 40, packages: 1 },
  { name: 'crates.io', share: 0.01, releases: [''], versions: 0, packages: 1 },
  { name: 'RubyGems', share: 0.01, releases: [''], versions: 40, packages: 1 },
];

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const WORDS =
  'buffer overflow in the parser of an image format lets a remote attacker run code or stop the service by a crafted file'.split(
    ' ',
  );

function record(at: number, ecosystem: Ecosystem, random: () => number): string {
  const { name, releases, versions, packages } = ecosystem;
  const text = Array.from({ length: 80 }, () => WORDS[Math.floor(random() * WORDS.length)]).join(
    ' ',
  );
  const affected = releases.flatMap((release) =>
    Array.from({ length: packages }, () => {
      const major = Math.floor(random() * 20);
      const fixed = `${major}.${Math.floor(random() * 40)}.${Math.floor(random() * 40)}`;
      return {
        package: {
          ecosystem: `${name}${release}`,
          name: `package-${Math.floor(random() ** 2 * 60_000)}`,
          purl: 'pkg:generic/x',
        },
        ranges: [
          {
            type: 'ECOSYSTEM',
            events: random() < 0.2 ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed }],
          },
        ],
        versions: Array.from({ length: versions }, (_, index) => `${major}.0.${index}`),
      };
    }),
  );
  return JSON.stringify({
    schema_version: '1.7.0',
    id: `STAND-${name.replaceAll(' ', '')}-${at}`,
    modified: new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 2e10)).toISOString(),
    published: '2025-05-05T05:05:05Z',
    aliases: [`CVE-${2010 + (at % 16)}-${10_000 + at}`],
    summary: text.slice(0, 90),
    details: `${text}. ${text}.`,
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    references: Array.from({ length: 4 }, (_, index) => ({
      type: 'WEB',
      url: `https://advisories.example/${at}/${index}`,
    })),
    database_specific: { severity: 'HIGH', cwe_ids: ['CWE-787'] },
    affected,
  });
}

/** Writes one archive, an entry a record; gives the bytes of its JSON. */
function writeArchive(file: string, ecosystem: Ecosystem, count: number, seed: number): number {
  const random = seeded(seed);
  const out = fs.openSync(file, 'w');
  const central: Buffer[] = [];
  let offset = 0;
  let raw = 0;
  for (let at = 0; at < count; at += 1) {
    const bytes = Buffer.from(record(at, ecosystem, random));
    const packed = deflateRawSync(bytes, { level: 1 });
    const name = Buffer.from(`STAND-${at}.json`);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    // Of its own: a slice of a pool would keep the record beside it alive.
    const head = Buffer.alloc(46 + name.length);
    name.copy(head, 46);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE(8, 10);
    head.writeUInt32LE(crc32(bytes), 16);
    head.writeUInt32LE(packed.length, 20);
    head.writeUInt32LE(bytes.length, 24);
    head.writeUInt16LE(name.length, 28);
    head.writeUInt32LE(offset, 42);
    central.push(head);
    fs.writeSync(out, Buffer.concat([local, name, packed]));
    offset += 30 + name.length + packed.length;
    raw += bytes.length;
  }
  const directory = Buffer.concat(central);
  fs.writeSync(out, Buffer.concat([directory, ending(count, directory.length, offset)]));
  fs.closeSync(out);
  return raw;
}

/** ZIP64, as archives of so many entries must have it. */
function ending(entries: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(98);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(entries), 24);
  end.writeBigUInt64LE(BigInt(entries), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(offset + size), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(0x06054b50, 76);
  end.fill(0xff, 84, 96);
  return end;
}

/** In a process of its own, so that its memory is the update's and nothing else's. */
async function measure(from: string): Promise<void> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-index-'));
  try {
    const began = process.cpuUsage();
    const report = await updateFromFiles(from, {
      directory,
      clock: systemClock,
      signal: new AbortController().signal,
    });
    const { user, system } = process.cpuUsage(began);
    const seconds = (user + system) / 1e6;
    const records = report.feeds.reduce((sum, feed) => sum + feed.records, 0);
    const rows = report.feeds.reduce((sum, feed) => sum + feed.rows, 0);
    const bytes = fs
      .readdirSync(directory)
      .reduce((sum, name) => sum + fs.statSync(path.join(directory, name)).size, 0);
    const peak = peakMegabytes();
    console.log(
      `${records} records, ${rows} rows in ${seconds.toFixed(1)} s CPU: ${Math.round(records / seconds)} records/s`,
    );
    console.log(`peak memory ${Math.round(peak)} MB, index ${Math.round(bytes / 1e6)} MB`);
    if (!(peak <= 512)) process.exitCode = 1;
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** Of this program: what `getrusage` gives is inherited from the process that started it. */
function peakMegabytes(): number {
  const own = /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(own ?? NaN) / 1024;
}

function make(from: string, count: number): void {
  let raw = 0;
  for (const [index, ecosystem] of ECOSYSTEMS.entries()) {
    const part = Math.round(count * ecosystem.share);
    raw += writeArchive(path.join(from, `${ecosystem.name}.zip`), ecosystem, part, index + 1);
  }
  console.log(`stand-in: ${(raw / 1e9).toFixed(2)} GB of JSON`);
}

function run(count: number): void {
  const from = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-osv-'));
  try {
    for (const step of [
      ['--make', from, String(count)],
      ['--measure', from],
    ]) {
      const { status } = spawnSync(process.execPath, [import.meta.filename, ...step], {
        stdio: 'inherit',
      });
      process.exitCode = status ?? 1;
    }
  } finally {
    fs.rmSync(from, { recursive: true, force: true });
  }
}

const [first = '600000', second = '', third = ''] = process.argv.slice(2);
if (first === '--make') make(second, Number(third));
else if (first === '--measure') await measure(second);
else run(Number(first));
