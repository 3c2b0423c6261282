/** Databases, runtimes, servers and browsers against the real dates of endoflife.date, through the feed and the index. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openIndex } from '../../src/advisories/index-open.ts';
import { updateFromFiles } from '../../src/advisories/update.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { endedProduct } from '../../src/measures/patching/ended-products.ts';
import { absent, sharedPath } from '../support/shared-data.ts';

/** Ends that lie long behind: who publishes them does not change them any more. */
const ENDED: readonly (readonly [name: string, version: string, product: string, since: string])[] =
  [
    ['postgresql/postgresql', '9.6.24', 'PostgreSQL 9.6', '2021-11-11'],
    ['oracle/mysql', '5.7.44', 'MySQL 5.7', '2023-10-31'],
    ['php/php', '7.4.33', 'PHP 7.4', '2022-11-28'],
    ['nodejs/node.js', '14.21.3', 'Node.js 14', '2023-04-30'],
    ['python/python', '2.7.18', 'Python 2.7', '2020-01-01'],
    ['nginx/nginx', '1.18.0', 'nginx 1.18', '2021-04-20'],
    ['apache/http_server', '2.2.34', 'Apache HTTP Server 2.2', '2017-07-11'],
    ['openssl/openssl', '1.1.1w', 'OpenSSL 1.1.1', '2023-09-11'],
    ['microsoft/.net', '6.0.36', 'Microsoft .NET 6', '2024-11-12'],
    ['oracle/jdk', '8.0.202', 'Oracle JDK 8', '2022-03-31'],
    ['google/chrome', '90.0.4430.212', 'Google Chrome 90', '2021-05-25'],
  ];

test(
  'real products past their end, and others that are not',
  { skip: absent('eol') },
  async (t) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-eol-'));
    t.after(() => {
      fs.rmSync(directory, { recursive: true, force: true });
    });
    await updateFromFiles(sharedPath('eol') ?? '', {
      directory,
      clock: systemClock,
      signal: new AbortController().signal,
    });
    const index = openIndex(directory);
    t.after(() => {
      index.close();
    });
    const at = new Date('2026-11-22T00:00:00Z');
    const ask = (name: string, version: string) =>
      endedProduct({ name, version }, false, (identifier) => index.eol(identifier), at);
    for (const [name, version, product, since] of ENDED)
      assert.deepEqual(ask(name, version), { product, since: `${since}T00:00:00.000Z` }, name);
    for (const [name, version] of [
      ['postgresql/postgresql', '17.2'],
      ['nodejs/node.js', '24.1.0'],
      ['nobody/knows', '1.0'],
    ] as const)
      assert.equal(ask(name, version), null, `${name} ${version}`);
  },
);
