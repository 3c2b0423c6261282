import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { inputFiles } from './input-files.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-input-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test('files below a directory, sorted; the day by a manifest before the name, never by the file itself', () => {
  const outside = path.join(folder, 'outside.json');
  const root = path.join(folder, 'in');
  fs.mkdirSync(path.join(root, 'deeper'), { recursive: true });
  fs.mkdirSync(path.join(root, '.hidden'));
  for (const name of [
    '../outside.json',
    'b-2026-01-02.json',
    'a-2026-01-02.json',
    'plain.json',
    'deeper/c.json',
    '.hidden/d.json',
  ]) {
    fs.writeFileSync(path.join(root, name), '{}');
  }
  fs.symlinkSync(outside, path.join(root, 'link.json'));
  fs.symlinkSync(folder, path.join(root, 'linked'));
  fs.writeFileSync(
    path.join(root, 'manifest.json'),
    JSON.stringify({
      a: { file: 'a-2026-01-02.json', date: '2026-03-04' },
      b: { file: 'b-2026-01-02.json', date: '-' },
    }),
  );
  assert.deepEqual(
    inputFiles(root).map(({ shown, date }) => [shown, date?.slice(0, 10)]),
    [
      ['a-2026-01-02.json', '2026-03-04'],
      ['b-2026-01-02.json', '2026-01-02'],
      ['deeper/c.json', undefined],
      ['manifest.json', undefined],
      ['plain.json', undefined],
    ],
  );
  assert.deepEqual(
    inputFiles(path.join(root, 'plain.json')).map(({ shown }) => shown),
    ['plain.json'],
  );
  assert.throws(() => inputFiles(path.join(folder, 'nowhere')), { code: 'bad_file' });
});
