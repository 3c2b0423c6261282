import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aMachO, anElf, aPe, moduleInfo } from '../../../test/support/go-programs.ts';
import { anInputFile, extracted, type Contents } from '../../../test/support/input-files.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Extracted, Extractor, InputFile } from '../schema.ts';
import { goBinary, goMod, goSum } from './index.ts';

function words(all: readonly Extracted[]): string[] {
  return all.map((one) => {
    if (one.kind !== 'package') return JSON.stringify(one);
    const { namespace, name, version } = one.found;
    return `${namespace === undefined ? '' : `${namespace}/`}${name} ${version}`.trimEnd();
  });
}

async function read(
  extractor: Extractor,
  path: string,
  content: string | Buffer,
  others: Contents = {},
): Promise<string[]> {
  return words(await extracted(extractor, anInputFile(path, content, others)));
}

const GO_MOD = `\uFEFFmodule example.test/service // the service

go 1.23.5

toolchain go1.23.6-acme

require (
\tgithub.com/example/one v1.2.3
\t"github.com/example/two" v2.0.0+incompatible // indirect
\tgithub.com/example/fork v1.0.0
\tgithub.com/example/near v1.1.0
\tgithub.com/example/some v1.0.0
)

require github.com/example/three/v3 v3.0.1 // indirect

replace (
\tgithub.com/example/fork => example.test/our/fork v1.0.1
\tgithub.com/example/near => ../near
\tgithub.com/example/some v1.0.1 => example.test/never v9.9.9
)

exclude github.com/example/one v1.2.2
retract [v1.0.0, v1.0.5] // broken
tool github.com/example/tool
`;

test('go.mod: requirements with replacements done, and the toolchain that is asked for', async () => {
  assert.deepEqual(await read(goMod, 'go.mod', GO_MOD), [
    'github.com/example/one v1.2.3',
    'github.com/example/two v2.0.0+incompatible',
    'example.test/our/fork v1.0.1',
    'github.com/example/near',
    'github.com/example/some v1.0.0',
    'github.com/example/three/v3 v3.0.1',
    'stdlib 1.23.6',
    'toolchain 1.23.6',
  ]);
  const all = await extracted(goMod, anInputFile('go.mod', GO_MOD.replaceAll('\n', '\r\n')));
  assert.deepEqual(words(all), await read(goMod, 'go.mod', GO_MOD));
  const [one, , , , , , stdlib, toolchain] = all.map((each) =>
    each.kind === 'package' ? each.found : undefined,
  );
  assert.deepEqual([one?.line, stdlib?.line], [8, 5]);
  assert.deepEqual([stdlib?.scope, toolchain?.scope], [undefined, 'development']);
});

test('go.mod: before Go 1.17 the indirect modules stand in go.sum alone', async () => {
  const mod = 'module a.test\n\ngo 1.16\n\nrequire b.test/b v1.0.0\n';
  const sum = `b.test/b v1.0.0 h1:a=
b.test/b v1.0.0/go.mod h1:a=
c.test/c v0.1.0 h1:a=
c.test/c v0.1.0/go.mod h1:a=
c.test/c v0.10.0 h1:a=
c.test/c v0.10.0/go.mod h1:a=
d.test/d v1.0.0/go.mod h1:a=
`;
  const go116 = ['stdlib 1.16', 'toolchain 1.16'];
  assert.deepEqual(await read(goMod, 'x/go.mod', mod, { 'x/go.sum': sum }), [
    'b.test/b v1.0.0',
    ...go116,
    'c.test/c v0.10.0',
  ]);
  assert.deepEqual(await read(goMod, 'x/go.mod', mod), ['b.test/b v1.0.0', ...go116]);
  const newer = mod.replace('1.16', '1.17');
  assert.equal((await read(goMod, 'x/go.mod', newer, { 'x/go.sum': sum })).length, 3);

  assert.deepEqual(await read(goSum, 'x/go.sum', sum), ['b.test/b v1.0.0', 'c.test/c v0.10.0']);
  assert.deepEqual(await read(goSum, 'x/go.sum', sum, { 'x/go.mod': newer }), []);
});

test('what of go.mod and go.sum cannot be understood is said by its line', async () => {
  const mod = 'module a.test\nrequire b.test/b main\nrequire c.test/c\nsomething new\nreplace x\n';
  assert.deepEqual(await read(goMod, 'go.mod', mod), [
    'b.test/b',
    '{"kind":"unread","reason":"invalid","detail":"line 4: a directive that is not known"}',
    '{"kind":"unread","reason":"invalid","detail":"line 5: a replacement that replaces nothing"}',
    '{"kind":"unread","reason":"invalid","detail":"line 2: a requirement whose version is no version"}',
    '{"kind":"unread","reason":"invalid","detail":"line 3: a requirement without a version"}',
  ]);
  const cut = await read(goMod, 'go.mod', 'module a\nrequire (\n b.test/b v1.0.0\n');
  assert.match(cut.join(), /the last block has no end: cut off/);
  for (const text of ['', 'this is not a go.mod file!']) {
    await assert.rejects(read(goMod, 'go.mod', text), { code: 'bad_file' });
  }
  const sum = await read(
    goSum,
    'go.sum',
    `nonsense\n${'a b c d\n'.repeat(100)}a.test v1.0.0 h1:a=\n`,
  );
  assert.equal(sum.length, 1 + 50 + 1);
  assert.match(sum.at(-1) ?? '', /51 further places/);
  await assert.rejects(read(goSum, 'go.sum', 'nonsense'), { code: 'bad_file' });
});

const LINES = [
  'path\texample.test/service/cmd/service',
  'mod\texample.test/service\t(devel)\t',
  'dep\tgithub.com/example/one\tv1.2.3\th1:a=',
  'dep\tgithub.com/example/two\tv1.0.0',
  '=>\texample.test/our/two\tv1.0.1\th1:a=',
  'dep\tgithub.com/example/near\tv0.0.0-00010101000000-000000000000',
  '=>\t./near\t(devel)\t',
  'build\t-ldflags="-s -w"',
];
const BUILT = [
  'stdlib 1.22.3',
  'example.test/service',
  'github.com/example/one v1.2.3',
  'example.test/our/two v1.0.1',
  'github.com/example/near',
];
const VERSION = 'go1.22.3 X:boringcrypto';

test('programs of every platform tell the modules that they were built from', async () => {
  const modules = moduleInfo(LINES);
  const programs: Readonly<Record<string, Buffer>> = {
    elf: anElf(VERSION, modules),
    'elf, strings behind pointers': anElf(VERSION, modules, { inline: false }),
    'elf, big-endian': anElf(VERSION, modules, { bigEndian: true }),
    'elf, big-endian pointers': anElf(VERSION, modules, { bigEndian: true, inline: false }),
    'elf without sections': anElf(VERSION, modules, { sections: false }),
    pe: aPe(VERSION, modules),
    'mach-o': aMachO(VERSION, modules),
    'mach-o, universal': aMachO(VERSION, modules, true),
  };
  for (const [what, bytes] of Object.entries(programs)) {
    assert.ok(goBinary.peek?.accepts(bytes.subarray(0, 8), 'service'), what);
    assert.deepEqual(await read(goBinary, 'service', bytes), BUILT, what);
  }
});

test('the version of Go is cut to its numbers; the go command is the toolchain itself', async () => {
  for (const [version, expected] of [
    ['go1.20.12 (Red Hat 1.20.12-1.el9)', 'stdlib 1.20.12'],
    ['go1.21rc2', 'stdlib 1.21rc2'],
    ['go1.22', 'stdlib 1.22'],
    ['devel go1.23-abcdef Mon Jan 1', 'stdlib'],
  ] as const) {
    assert.deepEqual(await read(goBinary, 'x', anElf(version, moduleInfo([]))), [expected]);
  }
  const go = anElf('go1.22.3', moduleInfo(['path\tcmd/go']));
  assert.deepEqual(await read(goBinary, 'usr/local/go/bin/go', go), [
    'stdlib 1.22.3',
    'toolchain 1.22.3',
  ]);
});

test('a Go program whose modules cannot be seen is said; other programs are passed over', async () => {
  const stripped = anElf(VERSION, moduleInfo([]), { section: '.gopclntab' });
  await assert.rejects(read(goBinary, 'x', stripped), /without build information/);
  const other = anElf(VERSION, moduleInfo([]), { section: '.data' });
  assert.deepEqual(await read(goBinary, 'x', other), []);
  const packed = anElf(VERSION, moduleInfo([]), { sections: false });
  packed.fill(0, 0x1000);
  packed.write('UPX!', 0x200);
  await assert.rejects(read(goBinary, 'x', packed), /packed by UPX/);
  assert.deepEqual(
    await read(goBinary, 'x', Buffer.from('MZ, and nothing of Windows'.repeat(9))),
    [],
  );
});

test('only what may be a program is opened', () => {
  const wanted = ['usr/bin/kubectl', 'tool.exe', 'lib/libx.so', 'lib/libx.so.2', 'bin/a-1.4.2'];
  for (const path of wanted) assert.ok(goBinary.wants(path), path);
  const others = ['usr/share/doc/bash/copyright', 'a.txt', 'b.js', '.git/objects/ab/cdef', 'dir/'];
  for (const path of others) assert.ok(!goBinary.wants(path), path);
  const java = Buffer.from('cafebabe00000034', 'hex');
  assert.ok(goBinary.peek?.accepts(java, 'Main') === false);
  assert.ok(goMod.wants('x/go.mod') && !goMod.wants('root/go/pkg/mod/a.test/b@v1.0.0/go.mod'));
});

test('altered programs give a reading, nothing or a clear error', async () => {
  const modules = moduleInfo(LINES);
  const wholes = [
    anElf(VERSION, modules),
    anElf(VERSION, modules, { inline: false }),
    aPe(VERSION, modules),
    aMachO(VERSION, modules),
  ];
  for (const whole of wholes) {
    for (let at = 0; at < whole.length; at += at < 0x1000 && at > 400 ? 64 : 1) {
      for (const value of [0, 0x7f, 0xff]) {
        const altered = Buffer.from(whole);
        altered[at] = value;
        await survives(anInputFile('x', altered));
      }
    }
    await survives(anInputFile('x', whole.subarray(0, 0x1010)));
  }
});

async function survives(file: InputFile): Promise<void> {
  try {
    await extracted(goBinary, file);
  } catch (error) {
    assert.ok(error instanceof HoldfastError && error.code === 'bad_file', String(error));
  }
}
