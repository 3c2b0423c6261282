/** Against lock files of real projects and, where Go is installed, its own programs. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { anInputFile, extracted } from '../../../test/support/input-files.ts';
import { has, skipUnless } from '../../../test/support/machine.ts';
import { absent, sharedArchive } from '../../../test/support/shared-data.ts';
import type { Extracted } from '../schema.ts';
import { goBinary, goMod, goSum } from './index.ts';

const LOCKFILES = 'lockfiles/lockfiles.tar.zst';

function identity(one: Extracted): string {
  if (one.kind !== 'package') return JSON.stringify(one);
  const { namespace, name, version } = one.found;
  return `${namespace === undefined ? '' : `${namespace}/`}${name} ${version}`;
}

test(
  'real go.mod files: as many packages as lines that require one',
  { skip: absent(LOCKFILES) },
  async () => {
    let files = 0;
    for (const [at, bytes] of sharedArchive(LOCKFILES)) {
      if (!goMod.wants(at)) continue;
      files += 1;
      const all = (await extracted(goMod, anInputFile(at, bytes))).map(identity);
      const required =
        bytes.toString().match(/^(?:require\s+|\t)\S+\s+v\d\S*(?:\s*\/\/.*)?$/gm) ?? [];
      const modules = all.filter((text) => !/^(?:stdlib|toolchain) \d/.test(text));
      assert.equal(modules.length, required.length, at);
      assert.equal(all.length, modules.length + 2, at);
      assert.ok(!all.some((text) => text.startsWith('{')), at);
    }
    assert.ok(files > 10);
  },
);

test(
  'real go.sum files alone: one version of each module, the highest',
  { skip: absent(LOCKFILES) },
  async () => {
    let files = 0;
    for (const [at, bytes] of sharedArchive(LOCKFILES)) {
      if (!goSum.wants(at)) continue;
      files += 1;
      const found = (await extracted(goSum, anInputFile(at, bytes))).map(identity);
      const built = new Set(
        bytes
          .toString()
          .split('\n')
          .filter((line) => line !== '' && !line.includes('/go.mod '))
          .map((line) => line.split(' ')[0]),
      );
      assert.equal(found.length, built.size, at);
      assert.ok(!found.some((text) => text.startsWith('{')), at);
    }
    assert.ok(files > 10);
  },
);

const SCALIBR = 'quality/osv-scalibr-fixtures.tar.zst';

test("go.mod as scalibr's fixtures have it", { skip: absent(SCALIBR) }, async () => {
  const files = new Map<string, Buffer>();
  for (const [at, bytes] of sharedArchive(SCALIBR)) {
    const [, name] = /golang\/gomod\/testdata\/([^/]+\.mod)$/.exec(at) ?? [];
    if (name !== undefined) files.set(name, bytes);
  }
  const expected: Readonly<Record<string, readonly string[]>> = {
    'one-package.mod': ['github.com/BurntSushi/toml v1.0.0'],
    'two-packages.mod': ['github.com/BurntSushi/toml v1.0.0', 'gopkg.in/yaml.v2 v2.4.0', 'go 1.17'],
    'replace-one.mod': ['example.com/fork/net v1.4.5'],
    'replace-mixed.mod': ['example.com/fork/net v1.4.5', 'golang.org/x/net v0.5.6'],
    'replace-no-version.mod': ['example.com/fork/net v1.4.5', 'example.com/fork/net v1.4.5'],
    'replace-different.mod': ['example.com/fork/foe v1.4.5', 'example.com/fork/foe v1.4.2'],
    'replace-not-required.mod': ['golang.org/x/net v0.5.6', 'github.com/BurntSushi/toml v1.0.0'],
    'toolchain.mod': ['github.com/BurntSushi/toml v1.0.0', 'go 1.23.6'],
    'toolchain-with-suffix.mod': ['github.com/BurntSushi/toml v1.0.0', 'go 1.23.6'],
  };
  for (const [name, wanted] of Object.entries(expected)) {
    const file = anInputFile('go.mod', files.get(name) ?? '');
    const found = (await extracted(goMod, file)).map(identity);
    const both = wanted.flatMap((text) =>
      text.startsWith('go ') ? [`stdlib ${text.slice(3)}`, `toolchain ${text.slice(3)}`] : [text],
    );
    assert.deepEqual(found, both, name);
  }
  const none = anInputFile('go.mod', files.get('not-go-mod.mod') ?? '');
  await assert.rejects(extracted(goMod, none), { code: 'bad_file' });
});

const GO = skipUnless([has('go'), 'go']);

test("Go's own programs, against what go version prints", GO, async () => {
  const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  for (const name of ['go', 'gofmt']) {
    const file = path.join(root, 'bin', name);
    const printed = execFileSync('go', ['version', file], { encoding: 'utf8' });
    const version = /: go(\d\S*)/.exec(printed)?.[1] ?? '';
    const found = (await extracted(goBinary, anInputFile(name, readFileSync(file)))).map(identity);
    assert.deepEqual(found, [`stdlib ${version}`, `toolchain ${version}`]);
  }
});
