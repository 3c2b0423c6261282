import assert from 'node:assert/strict';
import { test } from 'node:test';
import { told } from '../../../test/support/told.ts';
import { CARGO_4 } from '../../../test/support/language-samples.ts';
import { cargoLock } from './cargo-lock.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

test('crates of crates.io, of another registry and of a repository; the workspace is none', async () => {
  const expected = [
    'cargo left 1.2.3+build.5 :10',
    'cargo right 2.0.0 :16',
    `generic fork ${COMMIT} <git+https://git.example.org/acme/fork@${COMMIT}> :21`,
    'cargo house 3.0.0 <https://crates.example.org/index> :26',
  ];
  assert.deepEqual(await told(cargoLock, 'Cargo.lock', CARGO_4), expected);
  const crlf = `\uFEFF${CARGO_4.replaceAll('\n', '\r\n')}`;
  assert.deepEqual(await told(cargoLock, 'Cargo.lock', crlf), expected);
});

test('versions 1 to 3, with their own tables', async () => {
  const one = `[root]
name = "app"
version = "0.1.0"

[[package]]
name = "left"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"

[metadata]
"checksum left 1.0.0 (registry+https://github.com/rust-lang/crates.io-index)" = "aaaa"
`;
  assert.deepEqual(await told(cargoLock, 'Cargo.lock', one), ['cargo left 1.0.0 :5']);
  assert.deepEqual(await told(cargoLock, 'Cargo.lock', 'version = 3\n'), []);
});

test('damage is named', async () => {
  assert.deepEqual(
    await told(cargoLock, 'Cargo.lock', 'version = 5\n[[package]]\nversion = "1"\n'),
    [
      '! unsupported version 5 is not known; read as version 4',
      '! invalid line 2: a package without a name',
    ],
  );
  await assert.rejects(told(cargoLock, 'Cargo.lock', '[[package]]\nname = "le'), {
    code: 'bad_file',
    message: /^Cargo\.lock line 2 column \d+: not valid TOML$/,
  });
});
