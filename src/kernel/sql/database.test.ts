import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../errors.ts';
import { translated } from './database.ts';

test('a database that cannot be found, reached or entered is the operator’s to mend, not a failure of ours', () => {
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', '28P01', '3D000']) {
    const error = translated(Object.assign(new Error('planted-secret'), { code }));
    assert.ok(error instanceof HoldfastError);
    assert.equal(error.code, 'database_unavailable', code);
    assert.match(error.remedy ?? '', /DATABASE_URL/);
    assert.doesNotMatch(error.message, /planted-secret/);
  }
});
