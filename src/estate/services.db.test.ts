import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../test/support/database.ts';
import {
  aDoor,
  aHost,
  aService,
  aSighting,
  collectReports,
  NOW,
} from '../../test/support/sightings.ts';
import { readServicesPage } from './services.ts';

const CERTIFICATE = {
  subject: 'rota.example',
  names: ['rota.example'],
  notAfter: '2026-11-22T07:59:59.000Z',
};

test('services of unknown assets come first, page by page, with what is known of each', async (t) => {
  const database = await testDatabase(t);
  await collectReports(database, 'linux-host/a', [
    aHost('a', { addresses: ['10.20.0.2'] }),
    aDoor('a/tcp/22', {
      asset: 'a',
      address: '0.0.0.0',
      port: 22,
      transport: 'tcp',
      program: '/usr/sbin/sshd',
      package: 'openssh-server',
    }),
    aDoor('a/tcp/25', { asset: 'a', address: '127.0.0.1, ::1', port: 25, transport: 'tcp' }),
  ]);
  await collectReports(database, 'nmap/ward', [
    aSighting('10.20.0.2', { network: undefined, services: [aService(22)] }),
    aSighting('10.20.0.3', { services: [aService(443, { certificate: CERTIFICATE })] }),
  ]);
  const read = (filter: object) =>
    database.transaction('everything', (sql) =>
      readServicesPage(sql, { limit: 100, ...filter }, new Date(NOW)),
    );
  const all = await read({});
  assert.deepEqual(all.totals, { services: 3, assets: 2, unknownAssets: 1 });
  const [strange, ssh, mail] = all.services;
  assert.equal(strange?.asset, 'unknown:ward/10.20.0.3');
  assert.equal(strange.why, 'no source describes what has this address');
  assert.equal(strange.certificate?.expired, true);
  assert.equal(strange.answeredAt, NOW);
  assert.deepEqual(
    [ssh?.program, ssh?.package, ssh?.loopbackOnly, ssh?.sources],
    ['/usr/sbin/sshd', 'openssh-server', false, ['linux-host/a', 'nmap/ward']],
  );
  assert.deepEqual(ssh?.answers, [{ from: 'office', address: '10.20.0.2', state: 'open' }]);
  assert.equal(mail?.loopbackOnly, true);
  assert.deepEqual(mail.answers, []);

  const paged: string[] = [];
  let after: string | undefined;
  do {
    const page = await read({ limit: 1, after });
    paged.push(...page.services.map(({ door }) => door));
    after = page.next ?? undefined;
  } while (after !== undefined);
  assert.deepEqual(
    paged,
    all.services.map(({ door }) => door),
  );
  const doors = async (filter: object) => (await read(filter)).services.map(({ port }) => port);
  assert.deepEqual(await doors({ unknown: true }), [443]);
  assert.deepEqual(await doors({ unknown: false }), [22, 25]);
  assert.deepEqual(await doors({ network: 'ward' }), [443]);
  assert.deepEqual(await doors({ port: 25 }), [25]);
  assert.deepEqual(await doors({ asset: 'a', port: 22 }), [22]);
  await assert.rejects(read({ after: 'x' }), { code: 'bad_input' });
});
