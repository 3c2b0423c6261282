import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { brokenLaws } from './laws.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';

const good = route({
  method: 'GET',
  path: '/api/v1/things/{key}',
  summary: 'One thing',
  permission: 'estate:read',
  input: z.strictObject({
    key: z.string(),
    limit: z.int().default(10),
    kinds: z.array(z.enum(['a'])).optional(),
  }),
  output: z.strictObject({ key: z.string(), by: z.record(z.string(), z.int()) }),
});

test('a table that keeps every law has nothing to report', () => {
  assert.deepEqual(brokenLaws({ readThing: good }), []);
  assert.deepEqual(brokenLaws({}), []);
});

const nested = z.strictObject({ key: z.string(), inner: z.object({ a: z.string() }) });
const BROKEN: readonly [string, Partial<Record<keyof Route, unknown>>, RegExp][] = [
  ['no permission', { permission: undefined }, /no permission/],
  ['a permission that does not exist', { permission: 'root' }, /no permission/],
  ['an inherited name as permission', { permission: 'toString' }, /no permission/],
  ['no summary', { summary: ' ' }, /no summary/],
  ['unknown method', { method: 'TRACE' }, /unknown method/],
  ['wildcard path', { path: '/api/*' }, /other characters/],
  ['loose input', { input: z.object({ key: z.string() }) }, /accepts unknown fields at input$/],
  [
    'loose input below',
    { method: 'POST', input: nested },
    /accepts unknown fields at input\.inner/,
  ],
  ['a picture that is an object', { media: 'image/svg+xml' }, /image\/svg\+xml is a text/],
  ['input without path parameter', { input: z.strictObject({}) }, /lacks the path parameter key/],
  [
    'object in a query',
    { input: z.strictObject({ key: z.string(), q: z.strictObject({}) }) },
    /cannot carry the field q/,
  ],
  ['open output', { output: z.looseObject({}) }, /not spelt out at output$/],
  [
    'anything as output',
    { output: z.strictObject({ a: z.array(z.unknown()) }) },
    /not spelt out at output\.a\[\]/,
  ],
  ['output that JSON cannot hold', { output: z.date() }, /output: /],
];

for (const [what, change, law] of BROKEN)
  test(`refused: ${what}`, () => {
    const table = { readThing: { ...good, ...change } as unknown as Route };
    const broken = brokenLaws(table);
    assert.equal(broken.length, 1, broken.join('; '));
    assert.match(broken[0] ?? '', law);
  });

test('refused: two routes at one place, however the parameter is called', () => {
  const twin = { ...good, path: '/api/v1/things/{limit}' } as unknown as Route;
  assert.match(
    brokenLaws({ readThing: good, readTwin: twin }).join('; '),
    /same method and path as readThing/,
  );
});

test('a path parameter that the input lacks does not compile', () => {
  route({
    method: 'GET',
    // @ts-expect-error -- {other} is not in the input
    path: '/api/v1/things/{other}',
    summary: 'One thing',
    permission: 'public',
    input: z.strictObject({ key: z.string() }),
    output: z.strictObject({}),
  });
});

test('a permission outside the union does not compile', () => {
  route({
    method: 'GET',
    path: '/api/v1/things',
    summary: 'Things',
    // @ts-expect-error -- no such permission
    permission: 'everything',
    input: z.strictObject({}),
    output: z.strictObject({}),
  });
});
