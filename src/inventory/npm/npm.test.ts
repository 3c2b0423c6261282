import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  NPM_SAMPLES,
  PACKAGE_LOCK_1,
  PACKAGE_LOCK_3,
  PNPM_5,
  PNPM_6,
  PNPM_9,
  YARN_1,
  YARN_BERRY,
} from '../../../test/support/npm-samples.ts';
import { told } from '../../../test/support/told.ts';
import { npmBunLock } from './bun-lock.ts';
import { npmInstalled } from './node-modules.ts';
import { npmPackageLock } from './package-lock.ts';
import { npmPnpmLock } from './pnpm-lock.ts';
import { npmYarnLock } from './yarn-lock.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

const LOCK_3 = [
  'npm @acme/left 1.2.3 :13',
  'npm right 2.0.0-rc.1+build :18',
  'npm real 4.5.6 development :23',
  `generic fork ${COMMIT} <git+https://git.example.org/acme/fork@${COMMIT}> :29`,
  'npm maybe 1.0.0 optional :34',
  'npm no-version ? optional :35',
  'npm sheet 0.20.2 <https://cdn.example.org/sheet-0.20.2/sheet-0.20.2.tgz> :37',
  'npm right 2.1.0 optional :42',
];

test('package-lock 3: aliases, bundled, links, folders, repositories, scopes', async () => {
  assert.deepEqual(await told(npmPackageLock, 'package-lock.json', PACKAGE_LOCK_3), LOCK_3);
});

test('package-lock 2 says the same twice and is read once', async () => {
  const two = PACKAGE_LOCK_3.replace('"lockfileVersion": 3', '"lockfileVersion": 2').replace(
    /\n {2}\}\n\}\n$/,
    '\n  },\n  "dependencies": { "@acme/left": { "version": "1.2.3" } }\n}\n',
  );
  assert.deepEqual(await told(npmPackageLock, 'npm-shrinkwrap.json', two), LOCK_3);
});

test('package-lock 1: nested packages, aliases, repositories, archives', async () => {
  assert.deepEqual(await told(npmPackageLock, 'package-lock.json', PACKAGE_LOCK_1), [
    'npm left 1.2.3 :6',
    'npm right 2.0.0 :6',
    'npm @acme/real 4.5.6 development :14',
    `generic fork ${COMMIT} <git+https://git.example.org/acme/fork@${COMMIT}> :15`,
    'generic short 89abcdef0123456789abcdef0123456789abcdef <git+https://github.com/acme/short@89abcdef0123456789abcdef0123456789abcdef> :19',
    'npm sheet 0.20.2 <https://cdn.example.org/sheet-0.20.2.tgz> :20',
    'npm unclear ? <https://cdn.example.org/latest.tgz> :21',
  ]);
});

test('package-lock: what is damaged is named, the rest is kept', async () => {
  const lock = (packages: string): string => `{"lockfileVersion":3,"packages":{${packages}`;
  const good = '"node_modules/a":{"version":"1.0.0"}';
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [
      lock(`${good},\n"node_modules/b":{"ver`),
      ['npm a 1.0.0 :1', '! truncated line 2: the file ends too early'],
    ],
    [
      lock(`${good},"node_modules/b":{"version":nope},\n"node_modules/c":{"version":"2.0.0"}}}`),
      ['npm a 1.0.0 :1', '! invalid line 1: a value that is not JSON', 'npm c 2.0.0 :2'],
    ],
    [
      lock(`${good},"node_modules/b":[1]}}`),
      ['npm a 1.0.0 :1', '! invalid line 1: an entry that is no object'],
    ],
    [
      lock(`${good}}} trailing`),
      ['npm a 1.0.0 :1', '! invalid line 1: text after the end of the document'],
    ],
    [
      '{"lockfileVersion":3,"packages":[1,2]}',
      ['! invalid line 1: "packages" should be an object'],
    ],
    [
      `{"packages":{${good}},"lockfileVersion":9}`,
      ['npm a 1.0.0 :1', '! unsupported lockfileVersion 9 is not known; read as version 3'],
    ],
    ['{"lockfileVersion":3,"packages":null}', []],
  ];
  for (const [content, expected] of cases) {
    assert.deepEqual(await told(npmPackageLock, 'package-lock.json', content), expected, content);
  }
  for (const content of ['', '[]', '"x"', '<html>', '\0\0\0']) {
    await assert.rejects(told(npmPackageLock, 'package-lock.json', content), { code: 'bad_file' });
  }
});

test('package-lock in UTF-8 with a mark, in UTF-16 and with CRLF', async () => {
  const crlf = PACKAGE_LOCK_3.replaceAll('\n', '\r\n');
  const wide = Buffer.from(`\uFEFF${crlf}`, 'utf16le');
  for (const content of [`\uFEFF${crlf}`, wide, Buffer.from(wide).swap16()]) {
    assert.deepEqual(await told(npmPackageLock, 'package-lock.json', content), LOCK_3);
  }
});

test('pnpm 9: scopes follow from who asks for what', async () => {
  assert.deepEqual(await told(npmPnpmLock, 'pnpm-lock.yaml', PNPM_9), [
    'npm @acme/left 1.2.3 :26',
    `generic fork ${COMMIT} <git+https://github.com/acme/fork@${COMMIT}> :32`,
    'npm maybe 1.0.0 optional :39',
    'npm peer 2.0.0 :44',
    'npm real 4.5.6 :47',
    'npm tester 3.0.0 development :50',
  ]);
});

test('pnpm 6 and 5: peers behind the version, repositories, mirrors', async () => {
  assert.deepEqual(await told(npmPnpmLock, 'pnpm-lock.yaml', PNPM_6), [
    'npm @acme/left 1.2.3 :10',
    'npm tester 3.0.0-rc.1 development :14',
    `generic fork ${COMMIT} <git+https://git.example.org/acme/fork@${COMMIT}> :18`,
  ]);
  assert.deepEqual(await told(npmPnpmLock, 'pnpm-lock.yaml', PNPM_5), [
    'npm @acme/left 1.2.3 :11',
    'npm old 1.0.0 optional :15',
    'npm @acme/mirror 1.1.0 development :19',
    `generic fork ${COMMIT} <git+https://git.example.org/acme/fork@${COMMIT}> :23`,
    '! invalid line 28: a key without a version',
  ]);
});

test('pnpm: several documents, free form YAML, damage', async () => {
  const two = `---\n${PNPM_6}\n---\n${PNPM_9}`;
  assert.equal((await told(npmPnpmLock, 'pnpm-lock.yaml', two)).length, 9);
  const free = `{"lockfileVersion": "9.0",\n "packages": {"a@1.0.0":\n {}, 'b@2.0.0': {}}}`;
  assert.deepEqual(await told(npmPnpmLock, 'pnpm-lock.yaml', free), [
    'npm a 1.0.0 :2',
    'npm b 2.0.0 :3',
  ]);
  const cut = `lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\n  b@2.0.0:\n    resolution: {integ`;
  const told_ = await told(npmPnpmLock, 'pnpm-lock.yaml', cut);
  assert.ok(
    told_.some((one) => one.startsWith('! invalid line 6')) && told_.includes('npm a 1.0.0 :3'),
    told_.join('\n'),
  );
  assert.deepEqual(await told(npmPnpmLock, 'pnpm-lock.yaml', 'packages: 7\n'), [
    '! invalid line 1: "packages" should be a mapping',
  ]);
  await assert.rejects(told(npmPnpmLock, 'pnpm-lock.yaml', '\0'), { code: 'bad_file' });
});

test('Yarn 1: many patterns, aliases, folders, repositories', async () => {
  assert.deepEqual(await told(npmYarnLock, 'yarn.lock', YARN_1), [
    'npm @acme/left 1.2.3 :5',
    'npm real 4.5.6 :13',
    `generic fork ${COMMIT} <git+https://git.example.org/acme/fork@${COMMIT}> :20`,
    `generic plain ${COMMIT} <git+https://github.com/acme/plain@${COMMIT}> :24`,
    'npm right 2.0.0 :28',
  ]);
  const quoted =
    'left@^1:\n  "version" "1.0.0"\n  "resolved" "https://x.example/left/-/left-1.0.0.tgz"\n';
  assert.deepEqual(await told(npmYarnLock, 'yarn.lock', quoted), ['npm left 1.0.0 :1']);
  const damaged =
    'left@^1:\n  version "1.0.0"\nright@^1:\n  resolved "https://x.example/"\nno entry\n';
  assert.deepEqual(await told(npmYarnLock, 'yarn.lock', damaged), [
    'npm left 1.0.0 :1',
    '! invalid line 3: an entry without a version',
    'npm right ? <https://x.example/> :3',
    '! invalid line 5: not an entry',
  ]);
});

test('Yarn 2 and later: the resolution names the package', async () => {
  assert.deepEqual(await told(npmYarnLock, 'yarn.lock', YARN_BERRY), [
    'npm @acme/left 1.2.3 :8',
    'npm real 4.5.6 :17',
    `generic fork ${COMMIT} <git+https://git.example.org/acme/fork@${COMMIT}> :29`,
    'npm mirror 1.0.0 :35',
    'npm patched 3.1.0 :41',
  ]);
});

test('Bun: trailing commas, nested packages, scopes', async () => {
  const { path, content } = NPM_SAMPLES['npm-bun-lock']!();
  assert.deepEqual(await told(npmBunLock, path, content), [
    'npm @acme/left 1.2.3 :12',
    'npm right 2.0.0 :14',
    'npm real 4.5.6 :16',
    'generic fork 0123456 <git+https://github.com/acme/fork@0123456> :20',
    'npm maybe 1.0.0 optional :22',
    'npm right 3.0.0 development :24',
    'npm tester 3.0.0 development :26',
  ]);
  const odd = '{"packages":{"a":[1],"b":["b@1.0.0"],"c":["noversion"]}}';
  assert.deepEqual(await told(npmBunLock, path, odd), [
    '! invalid line 1: an entry without a name and version',
    '! invalid line 1: an entry without a name and version',
    'npm b 1.0.0 :1',
  ]);
});

test('node_modules: only what is a package of its own', async () => {
  const wanted = [
    'node_modules/a/package.json',
    'x/node_modules/@s/a/package.json',
    'node_modules/.pnpm/a@1/node_modules/a/package.json',
  ];
  const others = [
    'package.json',
    'node_modules/a/lib/package.json',
    'node_modules/.cache/package.json',
    'node_modules/@s/package.json',
    'node_modules/a/node_modules/package.json',
  ];
  assert.deepEqual(
    wanted.filter((path) => !npmInstalled.wants(path)),
    [],
  );
  assert.deepEqual(
    others.filter((path) => npmInstalled.wants(path)),
    [],
  );
  const read = (content: string): Promise<string[]> =>
    told(npmInstalled, 'node_modules/@s/a/package.json', content);
  assert.deepEqual(await read('{"name":"@s/other","version":"v1.0.0"}'), ['npm @s/other 1.0.0']);
  assert.deepEqual(await read('{"type":"module"}'), ['npm @s/a ?']);
  assert.deepEqual(
    await read(
      '{"name":"a","version":"1.0.0","_resolved":"git+https://git.example.org/s/a.git#1234567"}',
    ),
    ['generic a 1234567 <git+https://git.example.org/s/a@1234567>'],
  );
  assert.deepEqual(await read('[]'), ['! invalid package.json is not an object']);
  await assert.rejects(read('{"name":'), { code: 'bad_file' });
});

test('what a name or password stands in is never shown', async () => {
  const lock = `{"packages":{"node_modules/a":{"version":"1.0.0","resolved":"https://user:secret@cdn.example.org/a.tgz?token=secret"},
    "node_modules/b":{"version":"1.0.0","resolved":"git+https://user:secret@git.example.org/b.git#1234567"}}}`;
  const all = await told(npmPackageLock, 'package-lock.json', lock);
  assert.equal(all.length, 2);
  assert.ok(!all.join('\n').includes('secret') && !all.join('\n').includes('user'), all.join('\n'));
});
