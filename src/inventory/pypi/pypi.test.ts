import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POETRY_1, PYTHON_SAMPLES } from '../../../test/support/python-samples.ts';
import { told } from '../../../test/support/told.ts';
import type { Extractor } from '../schema.ts';
import { condaInstalled } from './conda-meta.ts';
import { pypiInstalled } from './installed.ts';
import { pypiPipfileLock } from './pipfile-lock.ts';
import { fileParts } from './pypi-package.ts';
import { pypiRequirements } from './requirements.ts';
import { pypiPdmLock, pypiPoetryLock, pypiPylock } from './toml-locks.ts';
import { pypiUvLock } from './uv-lock.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const FORK = `generic fork ${COMMIT}`;
const FROM = `<git+https://git.example.org/acme/fork@${COMMIT}>`;

function sample(extractor: Extractor): Promise<string[]> {
  const { path, content } = PYTHON_SAMPLES[extractor.id]!();
  return told(extractor, path, content);
}

test('Poetry 1 and 2: sources, groups, names as advisories spell them', async () => {
  assert.deepEqual(await told(pypiPoetryLock, 'poetry.lock', POETRY_1), [
    'pypi left 1.2.3 :1',
    'pypi tester 3.0.0 development :9',
  ]);
  assert.deepEqual(await sample(pypiPoetryLock), [
    'pypi left-right 1.2.3 :3',
    `${FORK} ${FROM} :15`,
    'pypi house 2.0.0 optional <https://pypi.example.org/simple> :34',
    'pypi tester 3.0.0 development :45',
    'pypi wheel-file 4.0.0 <https://cdn.example.org/wheel_file-4.0.0-py3-none-any.whl> :50',
  ]);
});

test('PDM, PEP 751 and Pipenv', async () => {
  assert.deepEqual(await sample(pypiPdmLock), [
    'pypi left 1.2.3 :5',
    'pypi maybe 1.0.0 optional :10',
    'pypi tester 3.0.0 development :15',
    `${FORK} ${FROM} :20`,
  ]);
  assert.deepEqual(await sample(pypiPylock), [
    'pypi left 1.2.3 :4',
    `${FORK} ${FROM} :10`,
    'pypi archived 2.0.0 <https://cdn.example.org/archived-2.0.0.tar.gz> :19',
  ]);
  assert.deepEqual(await sample(pypiPipfileLock), [
    'pypi left 1.2.3 :8',
    `${FORK} ${FROM} :13`,
    'pypi unclear ? :18',
    'pypi tester 3.0.0 development :21',
    'pypi writer 4.0.0 :24',
  ]);
  assert.deepEqual(
    await told(pypiPipfileLock, 'Pipfile.lock', '{"default":{"a":7},"develop":[]}'),
    [
      '! invalid line 1: an entry that is no object',
      '! invalid line 1: "develop" should be an object',
    ],
  );
});

test('uv: members of the workspace are no packages; scopes by who asks, extras included', async () => {
  assert.deepEqual(await sample(pypiUvLock), [
    `${FORK} ${FROM} :25`,
    'pypi h2 4.1.0 :30',
    'pypi httpx 0.28.1 :35',
    'pypi maybe 1.0.0 optional :43',
    'pypi tester 3.0.0+cpu development <https://index.example.org/whl/cpu> :48',
    'pypi wheel-file 4.0.0 <https://cdn.example.org/wheel_file-4.0.0-py3-none-any.whl> :53',
  ]);
});

test('damaged TOML names line and column; a package without a name is noted', async () => {
  for (const extractor of [pypiPoetryLock, pypiPdmLock, pypiUvLock]) {
    await assert.rejects(told(extractor, 'x.lock', '[[package]]\nname = [\n'), {
      code: 'bad_file',
      message: /line \d+ column \d+/,
    });
    assert.deepEqual(
      await told(
        extractor,
        'x.lock',
        '[[package]]\nversion = "1"\n[[package]]\nname = "b"\nversion = "2"\n',
      ),
      ['! invalid line 1: a package without a name', 'pypi b 2 :3'],
    );
    assert.deepEqual(await told(extractor, 'x.lock', 'package = 7\n'), [
      '! invalid "package" should be a list of tables',
    ]);
  }
});

test('requirements: pins, markers, extras, hashes, continuations, comments', async () => {
  const read = (content: string | Buffer): Promise<string[]> =>
    told(pypiRequirements, 'requirements.txt', content);
  assert.deepEqual(await sample(pypiRequirements), [
    'pypi left-right 1.2.3 :2',
    'pypi other 2.0.0 :5',
  ]);
  const pins =
    'a==1.0 # why\nb (==2.0)\nc>=1,==3.0\nd === 4.0+local ; sys_platform == "win32"\n-i https://pypi.example.org\ne==5.0 \\\n# between\nf==6.0\n';
  const expected = [
    'pypi a 1.0 :1',
    'pypi b 2.0 :2',
    'pypi c 3.0 :3',
    'pypi d 4.0+local :4',
    'pypi e 5.0 :6',
    'pypi f 6.0 :8',
  ];
  assert.deepEqual(await read(pins), expected);
  assert.deepEqual(await read(pins.replaceAll('\n', '\r\n')), expected);
  assert.deepEqual(await read(Buffer.from(`\uFEFF${pins}`, 'utf16le')), expected);
  const hashes = `a==1.0 ${'--hash=sha256:aaaa '.repeat(2000)}\n`;
  assert.deepEqual(await read(hashes), ['pypi a 1.0 :1']);
});

test('requirements: a range, a variable or nothing tells no version, and a note says so', async () => {
  assert.deepEqual(
    await told(
      pypiRequirements,
      'requirements.txt',
      'a\nb>=1.0\nc==1.*\nd==${VERSION}\ne~=2.0\nf==1.0\n',
    ),
    [
      'pypi a ? :1',
      'pypi b ? :2',
      'pypi c ? :3',
      'pypi d ? :4',
      'pypi e ? :5',
      'pypi f 1.0 :6',
      '! unsupported no exact version on line 1, 2, 3, 4, 5: which version is installed cannot be told',
    ],
  );
});

test('requirements: addresses, folders, what is no requirement', async () => {
  const text = `-e git+https://git.example.org/acme/fork.git@v1#egg=fork
left @ https://cdn.example.org/left-1.2.3-py3-none-any.whl
https://cdn.example.org/dir/right-2.0.0.tar.gz
-e .
./wheels/local-1.0-py3-none-any.whl
asdf 1.0
==1.0
`;
  assert.deepEqual(await told(pypiRequirements, 'requirements.txt', text), [
    'generic fork v1 <git+https://git.example.org/acme/fork@v1> :1',
    'pypi left 1.2.3 <https://cdn.example.org/left-1.2.3-py3-none-any.whl> :2',
    'pypi right 2.0.0 <https://cdn.example.org/dir/right-2.0.0.tar.gz> :3',
    '! invalid line 6: not a requirement',
    '! invalid line 7: not a requirement',
  ]);
});

test('requirements: other files, without going round in circles or out of the target', async () => {
  const others = {
    'app/base.in': 'left==1.2.3\n-r requirements.txt\n-r deeper/more.in\n',
    'app/deeper/more.in': 'right==2.0.0\n-r ../base.in\n',
    'app/pins.in': 'other==4.0.0\n',
    'app/requirements-other.txt': 'elsewhere==1.0.0\n',
  };
  const text = `-r base.in
--requirement=requirements-other.txt
-cpins.in
other>=3
-r missing.in
-r ../../../etc/passwd
-r https://example.org/requirements.txt
`;
  assert.deepEqual(await told(pypiRequirements, 'app/requirements.txt', text, others), [
    'pypi left 1.2.3 :1',
    'pypi right 2.0.0 :1',
    'pypi elsewhere 1.0.0 :2',
    'pypi other 4.0.0 :4',
    '! unreadable line 5: the file it names is not there',
    '! unsupported line 6: a file outside the target is not read',
    '! unsupported line 7: a file elsewhere is not fetched',
  ]);
});

test('requirements are known by their names', () => {
  const wanted = [
    'requirements.txt',
    'x/requirements-dev.txt',
    'dev-requirements.txt',
    'requirements/base.txt',
    'a/test_requirements.txt',
  ];
  assert.deepEqual(
    wanted.filter((path) => !pypiRequirements.wants(path)),
    [],
  );
  const others = [
    'requirements.md',
    'myrequirements.txt',
    'robots.txt',
    'requirements/base/readme.md',
  ];
  assert.deepEqual(
    others.filter((path) => pypiRequirements.wants(path)),
    [],
  );
});

test('installed: the fields at the top, else the folder; pip leftovers are none', async () => {
  assert.deepEqual(await sample(pypiInstalled), ['pypi left-right 1.2.3']);
  const egg = 'Metadata-Version: 1.0\r\nName: Old\r\nVersion: 0.9\r\n';
  for (const path of [
    'x/Old-0.9-py2.7.egg-info',
    'x/Old.egg-info/PKG-INFO',
    'x/Old-0.9-py2.7.egg/EGG-INFO/PKG-INFO',
  ]) {
    assert.ok(pypiInstalled.wants(path), path);
    assert.deepEqual(await told(pypiInstalled, path, egg), ['pypi old 0.9']);
  }
  assert.deepEqual(await told(pypiInstalled, 'x/left_right-1.2.3.dist-info/METADATA', ''), [
    '! invalid no field "Name"; taken from the folder',
    'pypi left-right 1.2.3',
  ]);
  assert.ok(!pypiInstalled.wants('x/~ip-21.0.dist-info/METADATA'));
  assert.ok(
    !pypiInstalled.wants('x/METADATA') && !pypiInstalled.wants('x/left-1.0.dist-info/RECORD'),
  );
});

test('installed: what pip took from a repository or a folder is no release (PEP 610)', async () => {
  const path = 'x/fork-0.1.0.dist-info/METADATA';
  const read = (direct: string): Promise<string[]> =>
    told(pypiInstalled, path, 'Name: fork\nVersion: 0.1.0\n', {
      'x/fork-0.1.0.dist-info/direct_url.json': direct,
    });
  assert.deepEqual(
    await read(
      `{"url":"https://git.example.org/acme/fork.git","vcs_info":{"vcs":"git","commit_id":"${COMMIT}"}}`,
    ),
    [`${FORK} ${FROM}`],
  );
  assert.deepEqual(await read('{"url":"file:///src/fork","dir_info":{"editable":true}}'), [
    'generic fork 0.1.0',
  ]);
  assert.deepEqual(
    await read('{"url":"https://cdn.example.org/fork-0.1.0.tar.gz","archive_info":{}}'),
    ['pypi fork 0.1.0'],
  );
});

test('Conda', async () => {
  assert.deepEqual(await sample(condaInstalled), [
    'conda left 1.2.3 <py311_0> <https://conda.example.org/main> <linux-64>',
  ]);
  assert.deepEqual(await told(condaInstalled, 'conda-meta/x.json', '{}'), [
    '! invalid no field "name"',
  ]);
  assert.ok(
    !condaInstalled.wants('conda-meta/history') && condaInstalled.wants('conda-meta/a.json'),
  );
});

test('file names tell name and version', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['left_right-1.2.3-py3-none-any.whl', 'left_right 1.2.3'],
    ['left-1.0-1-cp311-cp311-linux_x86_64.whl', 'left 1.0'],
    ['left-right-1.2.3.tar.gz', 'left-right 1.2.3'],
    ['left-2.0%2Bcpu-py3-none-any.whl?x=1#y', 'left 2.0+cpu'],
    ['master.zip', undefined],
    ['', undefined],
  ];
  for (const [file, expected] of cases) {
    const parts = fileParts(`https://x.example/${file}`);
    assert.equal(
      parts === undefined ? undefined : `${parts.name} ${parts.version}`,
      expected,
      file,
    );
  }
});
