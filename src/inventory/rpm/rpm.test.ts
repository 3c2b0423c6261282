import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { anInputFile, extracted, foundIn } from '../../../test/support/input-files.ts';
import { anNdb, anRpmHeader } from '../../../test/support/rpm-headers.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Extracted, InputFile } from '../schema.ts';
import { parseHeader } from './header.ts';
import { rpm, rpmFiles } from './index.ts';

const AT = 'var/lib/rpm/rpmdb.sqlite';

function fixture(name: string): Buffer {
  return gunzipSync(readFileSync(path.join(import.meta.dirname, 'fixtures', name)));
}

const FILES = Array.from({ length: 4000 }, (_, i) => `/usr/share/alpha/part-${i}.js`);
const ALPHA = anRpmHeader({
  name: 'alpha',
  version: '1.2',
  release: '3.module_el8.4.0+2224+b07ac28e',
  epoch: 2,
  arch: 'noarch',
  sourceRpm: 'alpha-1.2-3.module_el8.4.0+2224+b07ac28e.src.rpm',
  module: 'alpha:1:8040020210:9f9e2e7e',
  vendor: 'Example Works',
  files: FILES,
});
const BETA = anRpmHeader({
  name: 'beta',
  version: '0.9',
  epoch: 0,
  sourceRpm: 'gamma-2.0-1.src.rpm',
});
const LONG = anRpmHeader({ name: 'long', files: FILES.slice(0, 200) });
const KEY = anRpmHeader({ name: 'gpg-pubkey', version: 'f4a80eb5', release: '53a7ff4b' });

const EXPECTED = [
  {
    type: 'rpm',
    name: 'alpha',
    version: '2:1.2-3.module_el8.4.0+2224+b07ac28e',
    arch: 'noarch',
    source: { name: 'alpha', version: '2:1.2-3.module_el8.4.0+2224+b07ac28e' },
    module: 'alpha:1:8040020210:9f9e2e7e',
    vendor: 'Example Works',
  },
  {
    type: 'rpm',
    name: 'beta',
    version: '0.9-1',
    arch: 'x86_64',
    source: { name: 'gamma', version: '2.0-1' },
  },
];

interface Made {
  readonly database: Buffer;
  readonly wal: Buffer;
}

/** A database as rpm makes it; with `wal`, the last packages stand only in the write-ahead log. */
function sqlite(
  headers: readonly Buffer[],
  options: { wal?: number; pageSize?: number } = {},
): Made {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-rpm-'));
  const file = path.join(folder, 'rpmdb.sqlite');
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA page_size = ${options.pageSize ?? 4096}`);
    database.exec('CREATE TABLE Name (key TEXT, hnum INTEGER)');
    database.exec(
      'CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)',
    );
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
    const kept = headers.length - (options.wal ?? 0);
    database.exec('BEGIN');
    for (const header of headers.slice(0, kept)) insert.run(header);
    database.exec('COMMIT');
    if (options.wal !== undefined) database.exec('PRAGMA journal_mode = WAL');
    for (const header of headers.slice(kept)) insert.run(header);
    const wal = options.wal === undefined ? Buffer.alloc(0) : readFileSync(`${file}-wal`);
    return { database: readFileSync(file), wal };
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

function notesOf(all: readonly Extracted[]): string[] {
  return all.flatMap((one) => (one.kind === 'unread' ? [`${one.reason}: ${one.detail}`] : []));
}

async function names(file: InputFile): Promise<string[]> {
  return (await foundIn(rpm, file)).map(({ name }) => name);
}

/** A reading, notes or our error: never another exception, never a hang. */
async function survives(file: InputFile): Promise<void> {
  try {
    await extracted(rpm, file);
  } catch (error) {
    assert.ok(error instanceof HoldfastError && error.code === 'bad_file', String(error));
  }
}

test('the three databases give the same packages, and trusted keys are none', async () => {
  const headers = [ALPHA, BETA, KEY];
  assert.deepEqual(await foundIn(rpm, anInputFile(AT, sqlite(headers).database)), EXPECTED);
  assert.deepEqual(
    await foundIn(rpm, anInputFile(AT, sqlite(headers, { pageSize: 512 }).database)),
    EXPECTED,
  );
  assert.deepEqual(
    await foundIn(rpm, anInputFile('usr/lib/sysimage/rpm/Packages.db', anNdb(headers))),
    EXPECTED,
  );
  for (const name of ['packages-little-endian.gz', 'packages-big-endian.gz']) {
    const found = await foundIn(rpm, anInputFile('var/lib/rpm/Packages', fixture(name)));
    assert.deepEqual(
      found.map((one) => `${one.name} ${one.version} ${String(one.source?.name)}`).sort(),
      ['alpha 2:1.2-3.el7 alpha', 'beta 0.9-1 gamma'],
    );
  }
});

test('a table of many pages is read whole, in the order of its row ids', async () => {
  const wanted = Array.from({ length: 3000 }, (_, i) => `package-${i}`);
  const headers = wanted.map((name) => anRpmHeader({ name }));
  assert.deepEqual(
    await names(anInputFile(AT, sqlite(headers, { pageSize: 512 }).database)),
    wanted,
  );
});

test('packages that stand only in the write-ahead log are installed too', async () => {
  const { database, wal } = sqlite([BETA, ALPHA], { wal: 1 });
  assert.deepEqual(await names(anInputFile(AT, database)), ['beta']);
  assert.deepEqual(await names(anInputFile(AT, database, { [`${AT}-wal`]: wal })), [
    'beta',
    'alpha',
  ]);

  const cut = await extracted(
    rpm,
    anInputFile(AT, database, { [`${AT}-wal`]: wal.subarray(0, -100) }),
  );
  assert.equal(cut.filter(({ kind }) => kind === 'package').length, 1, 'not committed');
  const broken = Buffer.from(wal);
  broken.fill(0, 0, 8);
  const said = notesOf(await extracted(rpm, anInputFile(AT, database, { [`${AT}-wal`]: broken })));
  assert.match(said.join(), /^invalid: its write-ahead log has no valid start/);
});

test('a rollback journal beside the database is said', async () => {
  const journal = Buffer.alloc(1024);
  journal.write('d9d505f920a163d7', 'hex');
  const { database } = sqlite([BETA]);
  const said = notesOf(
    await extracted(rpm, anInputFile(AT, database, { [`${AT}-journal`]: journal })),
  );
  assert.match(said.join(), /rollback journal/);
  const done = { [`${AT}-journal`]: Buffer.alloc(1024) };
  assert.deepEqual(notesOf(await extracted(rpm, anInputFile(AT, database, done))), []);
});

test('a damaged header costs one package and a note, not the others', async () => {
  const short = ALPHA.subarray(0, 200);
  const nameless = Buffer.from(BETA);
  nameless.writeUInt32BE(9999, 8);
  const outside = Buffer.from(BETA);
  outside.writeUInt32BE(0x7fffffff, 16);
  const wrongType = Buffer.from(BETA);
  wrongType.writeUInt32BE(7, 12);
  const damaged = [short, nameless, outside, wrongType, Buffer.alloc(64), Buffer.from([1])];
  for (const file of [
    anInputFile(AT, sqlite([...damaged, BETA]).database),
    anInputFile('var/lib/rpm/Packages.db', anNdb([...damaged, BETA])),
  ]) {
    const all = await extracted(rpm, file);
    assert.equal(all.filter(({ kind }) => kind === 'package').length, 1);
    assert.equal(notesOf(all).length, damaged.length);
    assert.ok(notesOf(all).every((note) => note.includes('one package: ')));
  }
});

test('cycles end: in the tree, in overflow chains, in Berkeley DB chains', async () => {
  const { database } = sqlite([LONG, ...Array<Buffer>(20).fill(BETA)], { pageSize: 512 });
  // Every page names every other as its continuation once: whatever it was, the walk must end.
  for (let page = 1; page < database.length / 512; page += 1) {
    for (const target of [page, page + 1, 2]) {
      const cyclic = Buffer.from(database);
      cyclic.writeUInt32BE(target, page * 512);
      await survives(anInputFile(AT, cyclic));
      cyclic.writeUInt32BE(target, page * 512 + 8);
      await survives(anInputFile(AT, cyclic));
    }
  }
  const chain = fixture('packages-little-endian.gz');
  for (let page = 0; page < chain.length / 512; page += 1) {
    if (chain.readUInt8(page * 512 + 25) !== 7) continue;
    const cyclic = Buffer.from(chain);
    cyclic.writeUInt32LE(page, page * 512 + 16);
    const all = await extracted(rpm, anInputFile('var/lib/rpm/Packages', cyclic));
    const last = chain.readUInt32LE(page * 512 + 16) === 0;
    assert.equal(
      notesOf(all).some((note) => note.includes('used twice')),
      !last,
    );
  }
});

test('truncated and altered databases give notes or a clear error', async () => {
  const whole: [string, Buffer][] = [
    [AT, sqlite([ALPHA, BETA, KEY], { pageSize: 512 }).database],
    ['var/lib/rpm/Packages', fixture('packages-little-endian.gz')],
    ['var/lib/rpm/Packages.db', anNdb([ALPHA, BETA])],
  ];
  for (const [at, bytes] of whole) {
    for (let i = 0; i < 64; i += 1) {
      const cut = Math.floor((bytes.length * i) / 64);
      await survives(anInputFile(at, bytes.subarray(0, cut)));
      const zeroed = Buffer.from(bytes).fill(0, cut, cut + 97);
      await survives(anInputFile(at, zeroed));
      const ones = Buffer.from(bytes).fill(0xff, cut, cut + 5);
      await survives(anInputFile(at, ones));
    }
    const half = await extracted(rpm, anInputFile(at, bytes.subarray(0, bytes.length >> 1)));
    assert.ok(notesOf(half).length > 0, 'half a database is never complete');
  }
});

test('four sparse gigabytes behind a valid start cost no more than what is used', async () => {
  const { database } = sqlite([BETA]);
  const reads: number[] = [];
  const base = anInputFile(AT, database);
  const sparse: InputFile = {
    ...base,
    size: 4 * 1024 ** 3,
    read: (offset, length) => {
      reads.push(length);
      const bytes = Buffer.alloc(length);
      database.copy(bytes, 0, offset);
      return Promise.resolve(bytes);
    },
  };
  assert.deepEqual(await names(sparse), ['beta']);
  assert.ok(reads.length < 5);
});

test('what is no rpm database is refused', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('no database'), Buffer.alloc(8192)]) {
    await assert.rejects(extracted(rpm, anInputFile(AT, bytes)), { code: 'bad_file' });
  }
  const { database } = sqlite([]);
  const renamed = Buffer.from(
    database.toString('latin1').replaceAll('Packages', 'Sackages'),
    'latin1',
  );
  await assert.rejects(extracted(rpm, anInputFile(AT, renamed)), /no table Packages/);
});

test('names are looked for where rpm keeps its database', () => {
  for (const at of [
    'var/lib/rpm/rpmdb.sqlite',
    'var/lib/rpm/Packages',
    'usr/lib/sysimage/rpm/Packages.db',
    'usr/share/rpm/rpmdb.sqlite',
    'rootfs/var/lib/rpm/Packages',
  ]) {
    assert.ok(rpm.wants(at), at);
  }
  for (const at of ['Packages', 'dists/stable/Packages', 'var/lib/rpm/Name', `${AT}-wal`]) {
    assert.ok(!rpm.wants(at), at);
  }
});

test('the files that packages own, with a note where a list is damaged', async () => {
  const lists: string[] = [];
  for await (const one of rpmFiles(anInputFile(AT, sqlite([ALPHA, KEY, BETA]).database))) {
    assert.ok('files' in one);
    lists.push(`${one.found.name} ${one.files.length} ${String(one.files.at(-1))}`);
  }
  assert.deepEqual(lists, ['alpha 4000 usr/share/alpha/part-3999.js', 'beta 0 undefined']);

  const noFolders = Buffer.from(ALPHA);
  const tags = noFolders.readUInt32BE(0);
  for (let i = 0; i < tags; i += 1) {
    if (noFolders.readUInt32BE(8 + i * 16) === 1118) noFolders.writeUInt32BE(1, 8 + i * 16);
  }
  assert.throws(() => parseHeader(noFolders).files(), { code: 'bad_file' });
  const said: unknown[] = [];
  for await (const one of rpmFiles(anInputFile(AT, sqlite([noFolders]).database))) said.push(one);
  assert.deepEqual(said, [
    { kind: 'unread', reason: 'invalid', detail: 'files of alpha: a file without a directory' },
  ]);
});

test('what was added at installation wins over what the package brought', () => {
  const doubled = anRpmHeader({ name: 'alpha', vendor: 'first' });
  const tags = doubled.readUInt32BE(0);
  // The last tag (architecture) becomes a second vendor.
  doubled.writeUInt32BE(1011, 8 + (tags - 1) * 16);
  assert.equal(parseHeader(doubled).vendor, 'x86_64');
});
