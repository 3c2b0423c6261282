import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ERROR_STATUS, HoldfastError } from '../../src/kernel/errors.ts';
import type { ErrorCode } from '../../src/kernel/errors.ts';

const root = path.join(import.meta.dirname, '..', '..');
const reference = fs.readFileSync(path.join(root, 'docs/reference/errors.md'), 'utf8');
const codes = Object.keys(ERROR_STATUS) as ErrorCode[];

test('every error code is explained in docs/reference/errors.md, and nothing else is', () => {
  const headings = [...reference.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  assert.deepEqual(headings, codes);
});

test('the explanation gives the HTTP status that is sent', () => {
  for (const code of codes) {
    const section = new RegExp(`^## ${code}\\n\\n\\((\\d{3})\\) `, 'm').exec(reference);
    assert.equal(Number(section?.[1]), new HoldfastError(code, 'x').status, code);
  }
});

test('the list of codes is pinned: callers have scripts', () => {
  assert.equal(
    codes.length,
    21,
    'a code was added or removed: say so in CHANGELOG.md and change this number',
  );
});
