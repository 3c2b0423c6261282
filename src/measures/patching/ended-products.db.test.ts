import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPackage, patchEstate } from '../../../test/support/patch-estate.ts';
import type { EolProduct } from '../../advisories/model.ts';
import { endedProduct } from './ended-products.ts';
import { evaluatePatches } from './evaluate.ts';

const NOW = new Date('2026-10-10T08:00:00Z');
const POSTGRESQL: EolProduct = {
  slug: 'postgresql',
  title: 'PostgreSQL',
  url: 'https://example.org',
  identifiers: [],
  cycles: [
    { cycle: '17', eol: '2029-11-08' },
    { cycle: '9.6', eol: '2021-11-11', extended: '2028-01-01' },
  ],
};
const OPENSSL: EolProduct = {
  ...POSTGRESQL,
  title: 'OpenSSL',
  cycles: [
    { cycle: '1.1.1', eol: '2023-09-11' },
    { cycle: '1.1', eol: true, released: '2016-08-25' },
  ],
};
const lookUp = (identifier: string): readonly EolProduct[] =>
  ({ 'cpe:2.3:a:postgresql:postgresql': [POSTGRESQL], 'cpe:/a:openssl:openssl': [OPENSSL] })[
    identifier
  ] ?? [];
const ended = (product: { name: string; version: string }, extended = false) =>
  endedProduct(product, extended, lookUp, NOW);

test('a product is past its end by the cycle of its version; paid repairs count, unknown ones end nothing', () => {
  const at = (name: string, version: string, extended = false) => {
    const found = ended({ name, version }, extended);
    return found === null ? null : `${found.product} ${found.since.slice(0, 10)}`;
  };
  assert.equal(at('postgresql/postgresql', '9.6.24'), 'PostgreSQL 9.6 2021-11-11');
  assert.equal(at('postgresql/postgresql', '9.6.24', true), null);
  assert.equal(at('postgresql/postgresql', '17.2'), null);
  assert.equal(at('postgresql/postgresql', '9.60'), null, '9.60 is not of 9.6');
  assert.equal(at('OpenSSL/OpenSSL', '1.1.1w'), 'OpenSSL 1.1.1 2023-09-11');
  assert.equal(at('openssl/openssl', '1.1.0'), 'OpenSSL 1.1 2016-08-25');
  assert.equal(at('nobody/knows', '1.0'), null);
  assert.equal(at('postgresql/postgresql', ''), null);
});

test("an item for each ended product, with its date and rule; a distribution's package of the same version is supported", async (t) => {
  const estate = await patchEstate(t, NOW.toISOString());
  const product = {
    type: 'generic',
    release: '',
    name: 'postgresql/postgresql',
    version: '9.6.24',
    architecture: '',
    sourceName: '',
    sourceVersion: '',
  };
  await estate.host('db1', [product]);
  await estate.host('db2', [aPackage('postgresql-9.6', '9.6.24-0+deb12u1', 'postgresql')]);
  const judge = () => evaluatePatches({ ...estate.tools(), ended });
  await judge();
  const all = await estate.items();
  assert.deepEqual([...all.keys()], ['db1 generic/PostgreSQL 9.6#unsupported']);
  const [item] = all.values();
  assert.deepEqual(
    [item?.phase, item?.startSource, item?.due?.toISOString().slice(0, 10), item?.rule],
    ['open', 'support-end', '2021-11-11', 'supported'],
  );
  assert.equal((await judge()).changes, 0);
  estate.clock.advance(3_600_000);
  await estate.host('db1', [{ ...product, version: '17.2' }]);
  await judge();
  assert.equal([...(await estate.items()).values()][0]?.phase, 'fixed-proven');
});
