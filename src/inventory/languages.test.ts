/** What the smaller extractors make of their samples, and of files that are damaged in their own ways. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONAN_1, LANGUAGE_SAMPLES } from '../../test/support/language-samples.ts';
import { told } from '../../test/support/told.ts';
import { composerInstalled } from './composer/installed.ts';
import { composerLock } from './composer/composer-lock.ts';
import { conanLock } from './conan/conan-lock.ts';
import { cranRenvLock } from './cran/renv-lock.ts';
import { gemLock } from './gem/gemfile-lock.ts';
import { gemInstalled } from './gem/installed.ts';
import { hackageCabalFreeze } from './hackage/cabal-freeze.ts';
import { hackageStackLock } from './hackage/stack-lock.ts';
import { hexMixLock, hexRebarLock } from './hex/mix-lock.ts';
import { npmDenoLock } from './npm/deno-lock.ts';
import { pubLock } from './pub/pubspec-lock.ts';
import type { Extractor } from './schema.ts';
import { swiftResolved } from './swift/package-resolved.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const FORK = `generic fork ${COMMIT}`;
const FROM = `<git+https://git.example.org/acme/fork@${COMMIT}>`;

const EXPECTED: readonly (readonly [Extractor, readonly string[]])[] = [
  [composerInstalled, ['composer acme/left 1.2.3', 'composer acme/tester 3.0.0 development']],
  [
    composerLock,
    [
      'composer acme/left 1.2.3 :4',
      'composer acme/branch dev-main :10',
      'composer acme/tester 3.0.0 development :14',
    ],
  ],
  [
    conanLock,
    ['conan zlib 1.2.13', 'conan house 2.0 <acme> <stable>', 'conan ninja 1.11.1 development'],
  ],
  [
    cranRenvLock,
    [
      'cran left 1.2.3 :4',
      'bioconductor bio 2.0.0 :5',
      `${FORK} <git+https://github.com/acme/fork-r@${COMMIT}> :6`,
      'cran plain 0.2.0 :8',
    ],
  ],
  [gemInstalled, ['gem left 1.2.3']],
  [
    gemLock,
    [
      `${FORK} ${FROM} :6`,
      'gem left 1.2.3 :17',
      'gem right 2.0.0.rc1 :19',
      'gem right 2.0.0.rc1 :20',
    ],
  ],
  [hackageCabalFreeze, ['hackage left 1.2.3 :2', 'hackage left-right 2.0 :4']],
  [hackageStackLock, ['hackage left-right 1.2.3 :3', `${FORK} ${FROM} :10`]],
  [
    hexMixLock,
    [
      'hex left 1.2.3 :2',
      'hex real 4.5.6 :3',
      'hex acme/house 2.0.0 :4',
      `${FORK} ${FROM} :5`,
      'hex old 0.1.0 :6',
    ],
  ],
  [hexRebarLock, ['hex left 1.2.3 :2', `${FORK} ${FROM} :3`]],
  [npmDenoLock, ['jsr @acme/right 2.0.0 :4', 'npm @acme/left 1.2.3 :6', 'npm peer 2.0.0 :7']],
  [
    pubLock,
    [
      `${FORK} ${FROM} :3`,
      'pub house 2.0.0 <https://pub.example.org> :17',
      'pub left 1.2.3 development :24',
    ],
  ],
  [swiftResolved, ['swift github.com/acme/left 1.2.3', `${FORK} ${FROM}`]],
];

for (const [extractor, expected] of EXPECTED) {
  test(`${extractor.id}: registry releases, repositories, what lies in the project`, async () => {
    const { path, content } = LANGUAGE_SAMPLES[extractor.id]!();
    assert.deepEqual(await told(extractor, path, content), expected);
    if (typeof content !== 'string') return;
    const crlf = `\uFEFF${content.replaceAll('\n', '\r\n')}`;
    assert.deepEqual(await told(extractor, path, crlf), expected, 'with CRLF and a mark');
  });
}

test('earlier versions of the formats', async () => {
  assert.deepEqual(await told(conanLock, 'conan.lock', CONAN_1), [
    'conan zlib 1.2.11',
    'conan ninja 1.11.1 development',
  ]);
  const one = '[{"name":"acme/left","version":"V1.0"},{"version":"1"}]';
  assert.deepEqual(await told(composerInstalled, 'vendor/composer/installed.json', one), [
    'composer acme/left 1.0',
    '! invalid package 1: without a name',
  ]);
  const swift = `{"object":{"pins":[{"package":"Left","repositoryURL":"https://github.com/acme/Left","state":{"version":"1.0.0"}},{"state":{}}]},"version":1}`;
  assert.deepEqual(await told(swiftResolved, 'Package.resolved', swift), [
    'swift github.com/acme/Left 1.0.0',
    '! invalid pin 1: without a name',
  ]);
  const deno2 =
    '{"version":"2","npm":{"specifiers":{"left":"left@1.0.0"},"packages":{"left@1.0.0":{}}}}';
  const deno3 =
    '{"version":"3","packages":{"specifiers":{"npm:left":"npm:left@1.0.0"},"npm":{"left@1.0.0":{}}},"remote":{}}';
  for (const deno of [deno2, deno3]) {
    assert.deepEqual(await told(npmDenoLock, 'deno.lock', deno), ['npm left 1.0.0 :1']);
  }
});

/** Where the path tells something. */
const PATHS: ReadonlyMap<Extractor, string> = new Map([
  [gemInstalled, 'specifications/left-right-1.0-java.gemspec'],
  [composerInstalled, 'vendor/composer/installed.json'],
]);

test('a file that is only called like one of Composer is none', async () => {
  assert.deepEqual(
    await told(composerInstalled, 'x/installed.json', '{"packages":[{"name":"left"}]}'),
    [],
  );
  assert.deepEqual(
    await told(composerInstalled, 'x/installed.json', '[{"name":"acme/left","version":"1.0"}]'),
    ['composer acme/left 1.0'],
  );
});

test('what cannot be understood is noted, the rest kept', async () => {
  const cases: readonly (readonly [Extractor, string, readonly string[]])[] = [
    [
      gemLock,
      'GEM\n  specs:\n    left (1.0)\n    what is this\n<<<<<<< HEAD\n    right (2.0)\n',
      [
        'gem left 1.0 :3',
        '! invalid line 4: not a gem',
        '! invalid line 5: not a section',
        'gem right 2.0 :6',
      ],
    ],
    [gemLock, 'GEM\n  specs:\n    left\n', ['gem left ? :3']],
    [
      hexMixLock,
      '%{\n  "left": {:hex, :left, "1.0"},\n  "right": nonsense,\n',
      ['hex left 1.0 :2', '! invalid line 3: not a package'],
    ],
    [
      hexRebarLock,
      '[{<<"left">>,{pkg,<<"left">>,<<"1.0">>},0},\n',
      ['hex left 1.0 :1', '! truncated the file ends too early'],
    ],
    [
      conanLock,
      '{"requires":["zlib",7]}',
      [
        '! invalid requires 0: not a reference to a package',
        '! invalid requires 1: not a reference to a package',
      ],
    ],
    [
      composerLock,
      '{"packages":[{"version":"1"}],"packages-dev":{}}',
      [
        '! invalid line 1: a package without a name',
        '! invalid line 1: "packages-dev" should be an array',
      ],
    ],
    [
      cranRenvLock,
      '{"Packages":{"a":7,"b":{"Version":"1.0"}}}',
      ['! invalid line 1: not a package', 'cran b 1.0 :1'],
    ],
    [
      pubLock,
      'packages:\n  a: text\n  b:\n    source: hosted\n    version: "1.0.0"\n',
      ['! invalid line 2: not a package', 'pub b 1.0.0 :3'],
    ],
    [pubLock, 'nothing of the kind\n', ['! invalid no mapping "packages"']],
    [hackageStackLock, '- a\n', ['! invalid no list "packages"']],
    [
      hackageStackLock,
      'packages:\n- completed:\n    hackage: nonsense\nsnapshots:\n- original: lts-22\n',
      [
        '! invalid line 3: not a package',
        '! unsupported line 4: the packages of the snapshot are not listed',
      ],
    ],
    [swiftResolved, '{}', ['! invalid no list "pins"']],
    [composerInstalled, '{"packages":7}', ['! invalid no list of packages']],
    [
      gemInstalled,
      '',
      ['! invalid no name in the file; taken from its own name', 'gem left-right 1.0'],
    ],
  ];
  for (const [extractor, content, expected] of cases) {
    const path = PATHS.get(extractor) ?? 'x';
    assert.deepEqual(await told(extractor, path, content), expected, content);
  }
  for (const extractor of [
    gemLock,
    hexMixLock,
    hexRebarLock,
    hackageCabalFreeze,
    conanLock,
    composerLock,
  ]) {
    await assert.rejects(told(extractor, 'x', 'nothing of the kind\n'), { code: 'bad_file' });
  }
});
