import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { test } from 'node:test';
import { aRustProgram } from '../../../test/support/rust-program.ts';
import { LANGUAGE_SAMPLES } from '../../../test/support/language-samples.ts';
import { told } from '../../../test/support/told.ts';
import { cargoAuditable } from './auditable.ts';

test('a program tells its crates; the workspace is none', async () => {
  const { path, content } = LANGUAGE_SAMPLES['cargo-auditable']!();
  assert.deepEqual(await told(cargoAuditable, path, content), [
    'cargo left 1.2.3',
    'cargo builder 2.0.0 development',
    'generic fork 0.1.0',
  ]);
  const other = Buffer.from(content as Buffer);
  other.write('.text\0\0\0', other.indexOf('.dep-v0'), 'latin1');
  assert.deepEqual(await told(cargoAuditable, path, other), []);
});

test('what is damaged or unpacks to too much is refused', async () => {
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [aRustProgram('', Buffer.from('no zlib')), /cannot be unpacked/],
    [aRustProgram('', deflateSync(Buffer.alloc(80_000_000))), /cannot be unpacked/],
    [aRustProgram('{"packages":'), /the list of crates line 1/],
  ];
  for (const [program, message] of cases) {
    await assert.rejects(told(cargoAuditable, 'tool', program), { code: 'bad_file', message });
  }
  assert.deepEqual(
    await told(cargoAuditable, 'tool', aRustProgram('{"packages":[{"version":"1"}]}')),
    ['! invalid crate 0: without a name'],
  );
});
