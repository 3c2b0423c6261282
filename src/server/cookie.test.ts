import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedCookie, sessionCookie, sessionSecret } from './cookie.ts';

test('the cookie is out of reach of scripts, other sites and, behind https, other hosts', () => {
  assert.equal(
    sessionCookie('abc', 60, false),
    'holdfast_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
  );
  assert.equal(
    sessionCookie('abc', 60, true),
    '__Host-holdfast_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
  );
  assert.match(endedCookie(false), /^holdfast_session=; .*Max-Age=0/);
});

test('exactly one session cookie counts', () => {
  assert.equal(sessionSecret('a=b; holdfast_session=abc; c=d', false), 'abc');
  assert.equal(sessionSecret('holdfast_session=abc; holdfast_session=evil', false), undefined);
  assert.equal(sessionSecret('xholdfast_session=abc', false), undefined);
  assert.equal(sessionSecret('holdfast_session=abc', true), undefined);
  assert.equal(sessionSecret('__Host-holdfast_session=abc', true), 'abc');
  assert.equal(sessionSecret(undefined, false), undefined);
});
