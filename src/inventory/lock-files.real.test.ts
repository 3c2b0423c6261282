/** Real lock files of others: read whole, counted by a second reader, and with every package of known findings in them. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { anInputFile, extracted } from '../../test/support/input-files.ts';
import { naively } from '../../test/support/naive-lock-files.ts';
import { absent, sharedArchive, sharedFile } from '../../test/support/shared-data.ts';
import { extractors } from './extractors.ts';
import type { Extracted, Found } from './schema.ts';
import { readSimpleYaml } from './yaml-lines.ts';

const ARCHIVE = 'lockfiles/lockfiles.tar.zst';
const FINDINGS = 'quality/npm-lock-findings.tsv';
/** go.mod, go.sum and pom.xml have tests of their own. */
const OTHERS = new Set(['go.mod', 'go.sum', 'pom.xml']);

interface LockFile {
  readonly text: string;
  readonly all: readonly Extracted[];
}

let known: Promise<ReadonlyMap<string, LockFile>> | undefined;

/** Unpacked and read once for all tests. */
function lockFiles(): Promise<ReadonlyMap<string, LockFile>> {
  known ??= readAll();
  return known;
}

async function readAll(): Promise<ReadonlyMap<string, LockFile>> {
  const files = new Map<string, LockFile>();
  for (const [full, content] of sharedArchive(ARCHIVE)) {
    const name = full.replace(/^lockfiles\//, '');
    if (OTHERS.has(path.basename(name))) continue;
    const extractor = extractors.find((one) => one.wants(name));
    assert.ok(extractor !== undefined, `nobody reads ${name}`);
    const all = await extracted(extractor, anInputFile(name, content));
    files.set(name, { text: content.toString('utf8'), all });
  }
  return files;
}

function founds(all: readonly Extracted[]): Found[] {
  return all.flatMap((one) => (one.kind === 'package' ? [one.found] : []));
}

function label({ namespace, name, version }: Found): string {
  return `${namespace === undefined ? '' : `${namespace}/`}${name} ${version}`;
}

test(
  'every lock file is read without a note, and a second reader finds the same',
  { skip: absent(ARCHIVE) },
  async (t) => {
    const files = await lockFiles();
    assert.ok(files.size >= 60, `only ${files.size} lock files`);
    let packages = 0;
    for (const [name, { all, text }] of files) {
      const notes = all.filter(({ kind }) => kind === 'unread');
      assert.deepEqual(notes, [], name);
      const releases = founds(all).filter(({ type }) => type !== 'generic');
      const ours = new Set(releases.map(label));
      const theirs = naively(name, text);
      assert.ok(theirs !== undefined && theirs.size > 0, `no second reading of ${name}`);
      assert.deepEqual([...ours].sort(), [...theirs].sort(), name);
      packages += ours.size;
    }
    t.diagnostic(`${files.size} lock files, ${packages} releases of registries`);
  },
);

test(
  'what is no release of a registry is named by its repository, all else has a version',
  { skip: absent(ARCHIVE) },
  async () => {
    for (const [file, { all }] of await lockFiles()) {
      for (const { type, name, version, qualifiers } of founds(all)) {
        if (type !== 'generic') assert.notEqual(version, '', `${file}: ${name}`);
        else assert.match(qualifiers?.['vcs_url'] ?? '', /^git\+https:\/\/.*@[0-9a-f]{40}$/, file);
      }
    }
  },
);

test(
  'every package of the known findings is in the inventory',
  { skip: absent(ARCHIVE, FINDINGS) },
  async (t) => {
    const files = await lockFiles();
    const [, ...rows] = sharedFile(FINDINGS).toString('utf8').trim().split('\n');
    assert.ok(rows.length > 0);
    for (const row of rows) {
      const [file = '', name = '', version = ''] = row.split('\t');
      const labels = founds(files.get(file)?.all ?? []).map(label);
      assert.ok(labels.includes(`${name} ${version}`), row);
    }
    t.diagnostic(`${rows.length} findings`);
  },
);

test(
  'no lock file needs the library for YAML, which takes ten times as long',
  { skip: absent(ARCHIVE) },
  async () => {
    const yaml = [...(await lockFiles())].filter(([name]) => name.endsWith('.yaml'));
    assert.ok(yaml.length > 0);
    for (const [name, { text }] of yaml) assert.ok(readSimpleYaml(text) !== undefined, name);
  },
);
