import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { openapi } from './openapi.ts';
import { route } from './route.ts';

const Reference = z.strictObject({ key: z.string() }).meta({ id: 'Reference' });
const Tree = z
  .strictObject({
    name: z.string(),
    get children() {
      return z.array(Tree);
    },
  })
  .meta({ id: 'Tree' });
const routes = {
  writeThing: route({
    method: 'PUT',
    path: '/api/v1/things/{key}',
    summary: 'Replaces a thing',
    permission: 'estate:write',
    input: z.strictObject({ key: z.string(), to: Reference, note: z.string().optional() }),
    output: z.strictObject({ done: z.boolean(), to: Reference, tree: Tree }),
    status: 202,
    errors: ['conflict', 'stale'],
  }),
  readThing: route({
    method: 'GET',
    path: '/api/v1/things/{key}',
    summary: 'One thing',
    permission: 'public',
    input: z.strictObject({ key: z.string(), limit: z.int().default(10).describe('How many') }),
    output: Reference,
  }),
};
const ABOUT = { title: 'Things', version: '1', description: 'For the test' };

interface Operation {
  operationId: string;
  security: unknown[];
  'x-permission': string;
  parameters?: {
    name: string;
    in: string;
    required: boolean;
    schema: unknown;
    description?: string;
  }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { description: string; content: Record<string, { schema: unknown }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

test('operations carry parameters, body, permission and every documented failure', () => {
  const document = openapi(routes, ABOUT) as unknown as Document;
  assert.equal(document.openapi, '3.1.0');
  const { get, put } = document.paths['/api/v1/things/{key}'] ?? {};
  assert.ok(get && put);
  assert.equal(get.operationId, 'readThing');
  assert.deepEqual(get.security, []);
  assert.equal(put['x-permission'], 'estate:write');
  assert.deepEqual(put.security, [{ session: [] }]);
  assert.deepEqual(
    get.parameters?.map(({ name, in: place, required }) => [name, place, required]),
    [
      ['key', 'path', true],
      ['limit', 'query', false],
    ],
  );
  assert.equal(get.parameters[1]?.description, 'How many');
  const body = put.requestBody?.content['application/json']?.schema;
  assert.deepEqual(body?.['required'], ['to']);
  assert.equal(body['additionalProperties'], false);
  assert.deepEqual(Object.keys(put.responses).sort(), [
    '202',
    '400',
    '401',
    '403',
    '409',
    '413',
    '500',
    '503',
  ]);
  assert.match(put.responses['409']?.description ?? '', /conflict, stale/);
  assert.equal(get.responses['401'], undefined);
});

test('named schemas stand once under components and every reference resolves', () => {
  const document = openapi(routes, ABOUT) as unknown as Document;
  assert.deepEqual(Object.keys(document.components.schemas), ['Failure', 'Reference', 'Tree']);
  const text = JSON.stringify(document);
  assert.doesNotMatch(text, /\$defs|"\$schema"|"\$id"/);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
  assert.ok(references.length >= 5);
  for (const reference of references) {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1] ?? '';
    assert.ok(Object.hasOwn(document.components.schemas, name), reference);
  }
});

test('the order of the table does not change the document', () => {
  const turned = { readThing: routes.readThing, writeThing: routes.writeThing };
  assert.equal(JSON.stringify(openapi(turned, ABOUT)), JSON.stringify(openapi(routes, ABOUT)));
});

test('two schemas of one name, or a recursive one without a name, are refused', () => {
  const Nameless = z.strictObject({
    get children() {
      return z.array(Nameless);
    },
  });
  const other = { ...routes.readThing, output: z.strictObject({ of: Nameless }) };
  assert.throws(() => openapi({ other }, ABOUT), /needs a name/);
  const failure = z.strictObject({ x: z.string() }).meta({ id: 'Failure' });
  assert.throws(
    () => openapi({ other: { ...routes.readThing, output: z.strictObject({ failure }) } }, ABOUT),
    /Two different schemas/,
  );
});
