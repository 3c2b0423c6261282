import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../errors.ts';
import { LOOPBACK_NAMES, requireKnownHost, requireOwnOrigin, securityHeaders } from './protect.ts';

const refused = (error: unknown) =>
  error instanceof HoldfastError && error.code === 'not_permitted';

test('a host that is not ours is refused, as a rebound name would be', () => {
  for (const host of [
    '127.0.0.1:8311',
    'localhost',
    'LOCALHOST:1',
    '[::1]:80',
    '127.8.9.1:8311',
    'holdfast.localhost:8311',
  ])
    requireKnownHost({ host }, LOOPBACK_NAMES);
  for (const host of [
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost:80:80',
    'user@localhost',
    '10.0.0.1',
    'localhost:99999999',
    '[::1',
    '127.0.0.1 evil',
    '::1',
  ])
    assert.throws(
      () => requireKnownHost(host === undefined ? {} : { host }, LOOPBACK_NAMES),
      refused,
      host,
    );
  assert.throws(() => requireKnownHost({ host: '127.0.0.1' }, ['estate.example.org']), refused);
});

test('a change is only taken from our own pages, or from programs without a cookie', () => {
  const host = '127.0.0.1:8311';
  const own = `http://${host}`;
  const allowed = [
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin', origin: 'null', cookie: 'a=b' },
    { 'sec-fetch-site': 'same-origin', origin: own },
    { origin: own, cookie: 'a=b' },
    {},
  ];
  for (const headers of allowed) requireOwnOrigin('POST', { host, ...headers });
  const forged = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:3000' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-site', origin: 'null' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' },
    { origin: 'http://127.0.0.1:3000' },
    { origin: 'null' },
    { origin: `${own}.evil.example` },
    { cookie: 'holdfast_session=x' },
  ];
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'])
    for (const headers of forged)
      assert.throws(
        () => requireOwnOrigin(method, { host, ...headers }),
        refused,
        JSON.stringify(headers),
      );
  for (const headers of forged) requireOwnOrigin('GET', { host, ...headers });
});

test('every answer carries the protecting headers and none opens us to other origins', () => {
  const headers = securityHeaders(false);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['cache-control'], 'no-store');
  assert.match(headers['content-security-policy'] ?? '', /frame-ancestors 'none'/);
  assert.doesNotMatch(JSON.stringify(headers), /unsafe-inline|access-control/);
  assert.equal(headers['strict-transport-security'], undefined);
  assert.ok(securityHeaders(true)['strict-transport-security']);
});
