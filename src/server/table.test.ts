import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { brokenLaws } from '../kernel/http/laws.ts';
import { apiRoutes } from './table.ts';

test('the table keeps every law: permissions, strict input, spelt-out output', () => {
  assert.deepEqual(brokenLaws(apiRoutes), []);
});

/** Changing this list is a decision about who may see what without signing in. */
test('nothing but health is public', () => {
  const open = Object.entries(apiRoutes).filter(([, route]) => route.permission === 'public');
  assert.deepEqual(open.map(([name]) => name).sort(), ['healthz', 'readyz']);
});

test('the documented operations are the routes', () => {
  const file = path.join(import.meta.dirname, '../../docs/reference/openapi.json');
  const document = JSON.parse(fs.readFileSync(file, 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const documented = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((each) => each.operationId),
  );
  assert.deepEqual(documented.sort(), Object.keys(apiRoutes).sort());
});
