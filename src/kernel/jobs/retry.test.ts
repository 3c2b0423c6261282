import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HoldfastError } from '../errors.ts';
import { asText } from './queue.ts';
import { isRetriable, publicError, retryDelay } from './retry.ts';

test('the wait doubles and never passes ten minutes', () => {
  assert.deepEqual(
    [1, 2, 3, 4].map((failures) => retryDelay(failures, 5)),
    [5, 10, 20, 40],
  );
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 0, max: 60 }), (failures, base) => {
      const delay = retryDelay(failures, base);
      assert.ok(delay >= 0 && delay <= 600 && delay <= retryDelay(failures + 1, base));
    }),
  );
});

test('bad input and bugs are not tried again; what waits on others is', () => {
  const table: [unknown, boolean][] = [
    [new HoldfastError('unreachable', ''), true],
    [new HoldfastError('database_unavailable', ''), true],
    [new HoldfastError('bad_input', ''), false],
    [new HoldfastError('tampered', ''), false],
    [new HoldfastError('internal', '', { detail: { sqlstate: '40P01' } }), true],
    [new HoldfastError('internal', '', { detail: { sqlstate: '23505' } }), false],
    [new TypeError('x is undefined'), false],
    ['thrown text', false],
  ];
  for (const [error, expected] of table) assert.equal(isRetriable(error), expected);
});

test('what is kept of an error says nothing that is not public', () => {
  assert.deepEqual(publicError(new HoldfastError('bad_file', 'a.csv line 3')), {
    code: 'bad_file',
    message: 'a.csv line 3',
  });
  for (const error of [
    new Error('planted-person'),
    new HoldfastError('internal', 'planted-person'),
  ])
    assert.doesNotMatch(JSON.stringify(publicError(error)), /planted-person/);
  const url = publicError(
    new HoldfastError('unreachable', 'https://me:hunter2@example.org failed'),
  );
  assert.doesNotMatch(url.message, /hunter2/);
});

test('values reach the queue in PostgreSQL’s text form', () => {
  const table: [unknown, string | null][] = [
    [null, null],
    [undefined, null],
    ['{"a":1}', '{"a":1}'],
    [{ a: 1 }, '{"a":1}'],
    [7, '7'],
    [true, 'true'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [['a"b', null, 'c\\d'], '{"a\\"b",NULL,"c\\\\d"}'],
  ];
  for (const [value, text] of table) assert.equal(asText(value), text);
});
