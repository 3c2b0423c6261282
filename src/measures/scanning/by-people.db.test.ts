import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPackage, patchEstate } from '../../../test/support/patch-estate.ts';
import { bandsOf, readFindingsByPeople } from './by-people.ts';

test('findings of the asset with most people behind it come first, whatever their severity; none is lost or told twice', async (t) => {
  const estate = await patchEstate(t, '2026-10-10T08:00:00Z');
  const rated = (word: 'low' | 'critical', score: number) => ({
    word,
    score,
    vector: null,
    all: [],
    vendor: null,
  });
  estate.flaws['openssl 3.0.15'] = [{ id: 'CVE-2026-0001', severity: rated('critical', 9.8) }];
  estate.flaws['zlib 1.2'] = [{ id: 'CVE-2026-0002', severity: rated('low', 2) }];
  const openssl = aPackage('libssl3', '3.0.15', 'openssl');
  const zlib = aPackage('zlib1g', '1.2', 'zlib');
  await estate.host('quiet', [openssl, zlib]);
  await estate.host('records', [zlib]);
  await estate.host('lab', [openssl]);
  await estate.judge();
  const { database } = estate;
  const ids = await database.transaction(
    'everything',
    (sql) =>
      sql<
        { id: number; key: string }[]
      >`select entity_id as id, key from estate.entity where kind = 'asset'`,
  );
  const people: Record<string, number> = { records: 79_404, quiet: 12 };
  const bands = bandsOf(
    ids.flatMap(({ id, key }) => (people[key] === undefined ? [] : [[id, people[key]] as const])),
  );
  assert.deepEqual(
    bands.map((band) => band.people),
    [79_404, 12],
  );
  const read = async (limit: number) => {
    const found = await database.transaction('everything', (sql) =>
      readFindingsByPeople(sql, { limit }, bands),
    );
    return found.map(({ finding, people: reached }) => [finding.id, reached]);
  };
  assert.deepEqual(await read(10), [
    ['CVE-2026-0002', 79_404],
    ['CVE-2026-0001', 12],
  ]);
  assert.deepEqual(await read(1), [['CVE-2026-0002', 79_404]]);
  const none = await database.transaction('everything', (sql) =>
    readFindingsByPeople(sql, { limit: 5 }, []),
  );
  assert.equal(none.length, 2, 'what no band holds is told all the same');
});
