import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Database } from '../kernel/sql/database.ts';
import { testDatabase } from '../../test/support/database.ts';
import {
  aDoor,
  aHost,
  aNetwork,
  aService,
  aSighting,
  collectReports,
  packagesOf,
} from '../../test/support/sightings.ts';
import type { Kind, Report } from './schema.ts';
import { readEntities, readInventory } from './store-read.ts';
import { readPosition } from './store-sightings.ts';

const WARD = aNetwork('ward', '10.20.0.0/16');

async function entities(database: Database, kind: Kind, asAt?: Date) {
  return database.transaction('everything', (sql) => readEntities(sql, { kind }, asAt));
}

async function keys(database: Database, kind: Kind, asAt?: Date): Promise<string[]> {
  return (await entities(database, kind, asAt)).map(({ key }) => key);
}

async function body(database: Database, kind: Kind, key: string) {
  const found = (await entities(database, kind)).find((each) => each.key === key);
  assert.ok(found !== undefined, `${kind} ${key} is not there`);
  return found.body;
}

async function components(database: Database, key: string): Promise<string[]> {
  const found = (await entities(database, 'asset')).find((each) => each.key === key);
  const all = await database.transaction('everything', (sql) => readInventory(sql, found?.id ?? 0));
  return all
    .filter(({ section }) => section === 'network')
    .map(({ name, version }) => `${name} ${version}`);
}

async function withWard(t: TestContext): Promise<Database> {
  const database = await testDatabase(t);
  await collectReports(database, 'declared/files', [WARD, aNetwork('office', '10.1.0.0/16')]);
  return database;
}

test('what answers and nobody describes is an unknown asset with its doors', async (t) => {
  const database = await withWard(t);
  await collectReports(database, 'nmap/ward', [
    aSighting('10.20.0.3', { hostnames: ['mail.ward.example'], services: [aService(25)] }),
  ]);
  const asset = await body(database, 'asset', 'unknown:ward/10.20.0.3');
  assert.equal(asset['unidentified'], true);
  assert.equal(asset['type'], 'other');
  assert.deepEqual(asset['addresses'], ['10.20.0.3']);
  assert.deepEqual(asset['networks'], ['ward']);
  const door = await body(database, 'door', 'unknown:ward/10.20.0.3/tcp/25');
  assert.equal(door['type'], 'mail');
  assert.deepEqual(door['reachableFrom'], ['office']);
  assert.deepEqual(await keys(database, 'dependency'), ['runs-on:unknown:ward/10.20.0.3/tcp/25']);
});

test('described later, it becomes doors of that asset at once, and the past still shows it unknown', async (t) => {
  const database = await withWard(t);
  await collectReports(database, 'nmap/ward', [
    aSighting('10.20.0.2', { services: [aService(22), aService(443)] }),
  ]);
  const later = '2026-11-22T09:00:00.000Z';
  await collectReports(
    database,
    'linux-host/web1',
    [
      aHost('linux:web1', { addresses: ['10.20.0.2'] }),
      aDoor('linux:web1/tcp/22', {
        asset: 'linux:web1',
        address: '0.0.0.0, ::',
        port: 22,
        transport: 'tcp',
        type: 'ssh',
        settings: { 'sshd.port': '22' },
      }),
    ],
    'complete',
    later,
  );
  assert.deepEqual(await keys(database, 'asset'), ['linux:web1']);
  assert.deepEqual(await keys(database, 'door'), ['linux:web1/tcp/22', 'linux:web1/tcp/443']);
  const own = await body(database, 'door', 'linux:web1/tcp/22');
  assert.deepEqual(own['reachableFrom'], ['office']);
  assert.deepEqual(own['settings'], { 'sshd.port': '22' });
  assert.deepEqual(own['answers'], [{ from: 'office', address: '10.20.0.2', state: 'open' }]);
  const before = new Date('2026-11-22T08:30:00Z');
  assert.deepEqual(await keys(database, 'asset', before), ['unknown:ward/10.20.0.2']);
});

test('a declared asset closes the gap too, and so does a name where no address is known', async (t) => {
  const database = await withWard(t);
  await collectReports(database, 'nmap/ward', [
    aSighting('10.20.0.2'),
    aSighting('10.20.0.9', { hostnames: ['printer.ward.example'] }),
    aSighting('10.20.0.8', { hostnames: ['store.ward.example'] }),
  ]);
  await collectReports(database, 'declared/files', [
    WARD,
    aHost('web', { addresses: ['10.20.0.2'] }),
    aHost('printer', { hostnames: ['printer.ward.example'] }),
    // It has that name, and an address that is another: the name may be an old one.
    aHost('store', { hostnames: ['store.ward.example'], addresses: ['10.20.0.77'] }),
  ]);
  assert.deepEqual(await keys(database, 'asset'), [
    'printer',
    'store',
    'unknown:ward/10.20.0.8',
    'web',
  ]);
});

test('the same private address in two networks is two places', async (t) => {
  const database = await testDatabase(t);
  await collectReports(database, 'declared/files', [
    aNetwork('north', '10.0.0.0/24'),
    aNetwork('south', '10.0.0.0/24'),
    aHost('web', { addresses: ['10.0.0.5'], networks: ['north'] }),
    aHost('somewhere', { addresses: ['10.0.0.6'] }),
  ]);
  await collectReports(database, 'nmap/south', [
    aSighting('10.0.0.5', { network: 'south' }),
    // Nobody can tell in which of the two the asset with that address is.
    aSighting('10.0.0.6', { network: 'south' }),
  ]);
  await collectReports(database, 'nmap/north', [aSighting('10.0.0.5', { network: 'north' })]);
  assert.deepEqual(await keys(database, 'asset'), [
    'somewhere',
    'unknown:south/10.0.0.5',
    'unknown:south/10.0.0.6',
    'web',
  ]);
  assert.deepEqual((await body(database, 'door', 'web/tcp/443'))['reachableFrom'], ['office']);
});

test('an address that two machines claim belongs to neither; a machine’s own word beats a declared one', async (t) => {
  const database = await withWard(t);
  await collectReports(database, 'declared/files', [
    WARD,
    aHost('a', { addresses: ['10.20.0.2', '10.20.0.3'] }),
    aHost('b', { addresses: ['10.20.0.2'] }),
  ]);
  await collectReports(database, 'nmap/ward', [aSighting('10.20.0.2'), aSighting('10.20.0.3')]);
  const unknown = await body(database, 'asset', 'unknown:ward/10.20.0.2');
  assert.match(String(unknown['name']), /several assets say that it is theirs: a, b/);
  await collectReports(database, 'linux-host/c', [aHost('c', { addresses: ['10.20.0.2'] })]);
  assert.deepEqual(await keys(database, 'door'), ['a/tcp/443', 'c/tcp/443']);
});

test('an address that moves to another machine takes its services along', async (t) => {
  const database = await withWard(t);
  await collectReports(database, 'linux-host/a', [aHost('a', { addresses: ['10.20.0.2'] })]);
  await collectReports(database, 'nmap/ward', [aSighting('10.20.0.2')]);
  assert.deepEqual(await keys(database, 'door'), ['a/tcp/443']);
  await collectReports(database, 'linux-host/a', [aHost('a', { addresses: ['10.20.0.4'] })]);
  assert.deepEqual(await keys(database, 'door'), ['unknown:ward/10.20.0.2/tcp/443']);
  await collectReports(database, 'linux-host/b', [aHost('b', { addresses: ['10.20.0.2'] })]);
  assert.deepEqual(await keys(database, 'door'), ['b/tcp/443']);
  assert.deepEqual(await keys(database, 'asset'), ['a', 'b']);
});

test('a described door that refuses or is silent is told so, and is never taken away', async (t) => {
  const database = await withWard(t);
  await collectReports(database, 'declared/files', [
    WARD,
    aHost('web', { addresses: ['10.20.0.2'] }),
    aDoor('portal', { asset: 'web', port: 443, reachableFrom: ['ward'] }),
    aDoor('console', { asset: 'web', port: 8080 }),
    aDoor('inner', { asset: 'web', port: 25, address: '127.0.0.1' }),
  ]);
  await collectReports(database, 'nmap/ward', [
    aSighting('10.20.0.2', { services: [], asked: '25,443,8080', refused: '25,443' }),
  ]);
  const portal = await body(database, 'door', 'portal');
  assert.deepEqual(portal['answers'], [{ from: 'office', address: '10.20.0.2', state: 'refused' }]);
  assert.deepEqual(portal['reachableFrom'], ['ward']);
  const console = await body(database, 'door', 'console');
  assert.deepEqual(console['answers'], [
    { from: 'office', address: '10.20.0.2', state: 'no-answer' },
  ]);
  assert.equal((await body(database, 'door', 'inner'))['answers'], undefined);
});

test('what refused is gone; what did not answer, or was not asked, is not', async (t) => {
  const database = await withWard(t);
  const services = [aService(22), aService(80), aService(443), aService(2000)];
  await collectReports(database, 'nmap/ward', [aSighting('10.20.0.2', { services })]);
  await collectReports(database, 'nmap/ward', [
    aSighting('10.20.0.2', { services: [aService(22)], asked: '1-1000', refused: '80' }),
  ]);
  const doors = await entities(database, 'door');
  assert.deepEqual(
    doors.map(({ key, body: { answers } }) => [
      key.slice('unknown:ward/10.20.0.2/'.length),
      (answers as { state: string }[])[0]?.state,
    ]),
    [
      ['tcp/2000', 'open'],
      ['tcp/22', 'open'],
      ['tcp/443', 'no-answer'],
    ],
  );
});

function sweep(...ranges: string[]): Report {
  return { type: 'sweep', network: 'ward', from: 'office', ranges, asked: '1-1000' };
}

test('a look that broke off ends nothing; a whole one finds silence, and forgets after a month', async (t) => {
  const database = await withWard(t);
  await collectReports(database, 'nmap/ward', [aSighting('10.20.0.2'), aSighting('10.20.1.2')]);
  await collectReports(database, 'nmap/ward', [aSighting('10.20.0.2')], 'partial');
  assert.equal((await keys(database, 'asset')).length, 2);
  const at = '2026-12-01T00:00:00.000Z';
  await collectReports(database, 'nmap/ward', [sweep('10.20.0.0/24')], 'complete', at);
  const door = await body(database, 'door', 'unknown:ward/10.20.0.2/tcp/443');
  assert.deepEqual(door['answers'], [{ from: 'office', address: '10.20.0.2', state: 'no-answer' }]);
  const other = await body(database, 'door', 'unknown:ward/10.20.1.2/tcp/443');
  assert.deepEqual(other['answers'], [{ from: 'office', address: '10.20.1.2', state: 'open' }]);
  const muchLater = '2027-01-01T00:00:00.000Z';
  await collectReports(database, 'nmap/ward', [sweep('10.20.0.0/24')], 'complete', muchLater);
  assert.deepEqual(await keys(database, 'asset'), ['unknown:ward/10.20.1.2']);
});

test('a banner is a component of the asset, unless its list of packages has it; a distribution’s build has no version', async (t) => {
  const database = await withWard(t);
  const product = (name: string, rest = {}) => ({
    product: {
      vendor: 'apache',
      product: name,
      version: '2.4.49',
      evidence: 'x',
      packages: ['apache2'],
      ...rest,
    },
  });
  const openssh = {
    vendor: 'openbsd',
    product: 'openssh',
    version: '9.2p1',
    builtBy: 'Debian',
    evidence: 'y',
    packages: ['openssh-server'],
  };
  const services = [aService(80, product('http_server')), aService(22, { product: openssh })];
  await collectReports(database, 'nmap/ward', [aSighting('10.20.0.2', { services })]);
  const unknown = 'unknown:ward/10.20.0.2';
  assert.deepEqual(await components(database, unknown), [
    'apache/http_server 2.4.49',
    'openbsd/openssh ',
  ]);
  await collectReports(database, 'linux-host/a', [
    aHost('a', { addresses: ['10.20.0.2'] }),
    packagesOf('a', 'openssh-server', 'bash'),
  ]);
  assert.deepEqual(await components(database, 'a'), ['apache/http_server 2.4.49']);
  assert.deepEqual(await components(database, unknown), []);
});

test('two addresses of one machine are one set of doors', async (t) => {
  const database = await withWard(t);
  await collectReports(database, 'linux-host/a', [
    aHost('a', { addresses: ['10.20.0.2', '10.20.0.3'] }),
  ]);
  await collectReports(database, 'nmap/ward', [aSighting('10.20.0.2'), aSighting('10.20.0.3')]);
  assert.deepEqual(await keys(database, 'door'), ['a/tcp/443']);
  assert.deepEqual((await body(database, 'door', 'a/tcp/443'))['answers'], [
    { from: 'office', address: '10.20.0.2', state: 'open' },
    { from: 'office', address: '10.20.0.3', state: 'open' },
  ]);
});

test('a scan that breaks off keeps its place with what it had seen, and the next goes on from there', async (t) => {
  const database = await withWard(t);
  const source = { connector: 'tcp-scan', name: 'ward' };
  const place = () => database.transaction('everything', (sql) => readPosition(sql, source));
  assert.equal(await place(), '');
  const chunk = sweep('10.20.0.0-10.20.0.63');
  await collectReports(
    database,
    'tcp-scan/ward',
    [aSighting('10.20.0.2'), chunk, { type: 'position', text: 'at 64' }],
    'failed',
  );
  assert.equal(await place(), 'at 64');
  await collectReports(database, 'tcp-scan/ward', [
    aSighting('10.20.0.70'),
    sweep('10.20.0.64-10.20.0.127'),
    { type: 'position', text: '' },
  ]);
  assert.equal(await place(), '');
  const doors = await entities(database, 'door');
  assert.deepEqual(
    doors.map(({ body: { answers } }) => (answers as { state: string }[])[0]?.state),
    ['open', 'open'],
    'what the first half saw is not silent because the second half did not look there',
  );
});
