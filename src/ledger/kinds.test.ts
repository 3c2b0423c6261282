import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../kernel/paths.ts';
import { KINDS } from './kinds.ts';

test('docs/reference/ledger-records.md names every kind with its fields, and no other', () => {
  const file = path.join(packageRoot(), 'docs/reference/ledger-records.md');
  const rows = readFileSync(file, 'utf8').matchAll(/^\| `([^`]+)` +\| ([^|]*?) +\|$/gm);
  const documented = Array.from(rows, ([, kind, fields]) => [kind, fields]);
  const declared = Object.entries(KINDS).map(([kind, { shape }]) => [
    kind,
    Object.keys(shape).join(', '),
  ]);
  assert.deepEqual(documented, declared);
});
