/** A home-care provider of its own: a flat network, a backup server, and a supplier's remote tool that reaches every machine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bodies, Kind, Observation } from '../../src/estate/schema.ts';
import { fixesOf } from '../../src/exposure/fixes.ts';
import { rankGaps, rankSubjects, unknownHoldings } from '../../src/exposure/gaps.ts';
import { publiclyExposed } from '../../src/exposure/publicly-exposed.ts';
import { readExposure } from '../../src/exposure/read.ts';
import { exposurePlace, inventoryOf } from '../support/exposure-place.ts';

const AT = '2026-05-04T08:00:00.000Z';

function a<K extends Kind>(kind: K, key: string, body: Bodies[K]): Observation {
  return { type: 'observation', kind, key, trueAt: AT, body } as Observation;
}

function link(type: Bodies['dependency']['type'], from: string, to: string): Observation {
  const body = {
    type,
    from: { kind: 'asset', key: from },
    to: { kind: 'asset', key: to },
  } as const;
  return a('dependency', `${from} ${type} ${to}`, body);
}

const MACHINES = ['care-server', 'backup-server', 'office-pc-1', 'office-pc-2'];

function* provider({ backup = true } = {}): Generator<Observation> {
  yield a('network', 'internet', { name: 'Internet', zone: 'internet' });
  yield a('network', 'office', { name: 'The one network', zone: 'internal' });
  for (const key of MACHINES)
    yield a('asset', key, { name: key, type: 'host', networks: ['office'] });
  yield a('asset', 'care-records', { name: 'Care records', type: 'database' });
  yield a('asset', 'old-share', { name: 'Old share', type: 'file-share' });
  yield a('asset', 'remote-help', { name: 'Remote help of the IT firm', type: 'saas-tenant' });
  yield link('runs-on', 'care-records', 'care-server');
  yield link('runs-on', 'old-share', 'office-pc-2');
  if (backup) yield link('backs-up', 'backup-server', 'care-records');
  for (const key of MACHINES) yield link('administers', 'remote-help', key);
  const counted = { low: 1_190, best: 1_200, high: 1_230 };
  yield a('holding', 'records', {
    asset: 'care-records',
    people: counted,
    categories: { health: 1_200, 'home-entry': 410 },
    howCounted: 'counted',
  });
  yield a('holding', 'old-files', { asset: 'old-share', howCounted: 'declared' });
  yield a('door', 'help-portal', {
    name: 'Remote help',
    type: 'admin-console',
    asset: 'remote-help',
    reachableFrom: ['internet'],
    accepts: ['it-firm'],
    settings: { 'authentication.factors': 'password' },
  });
  yield a('door', 'backup-web', {
    name: 'Backup console',
    type: 'other',
    asset: 'backup-server',
    port: 9398,
    package: 'backup-suite',
    reachableFrom: ['office'],
  });
  yield a('door', 'vpn', {
    name: 'VPN',
    type: 'vpn',
    asset: 'office-pc-1',
    reachableFrom: ['internet'],
    accepts: ['staff'],
    settings: { 'authentication.factors': 'password' },
  });
  const account = { password: 'set', factorsListed: true } as const;
  yield a('account', 'it-firm:engineer', {
    ...account,
    login: 'engineer',
    identitySource: 'it-firm',
    population: 'supplier',
    privileged: true,
  });
  yield a('account', 'staff:rota', {
    ...account,
    login: 'rota',
    identitySource: 'staff',
    population: 'staff',
    privileged: false,
  });
}

test('a flat network, a backup and a remote tool: every way is found, and what each fix leaves', async (t) => {
  const place = await exposurePlace(t, AT);
  await place.take([
    ...provider(),
    ...MACHINES.map((key) =>
      inventoryOf(key, AT, key === 'backup-server' ? ['backup-suite'] : ['editor']),
    ),
  ]);
  await place.match({
    'backup-suite': {
      id: 'CVE-2023-27532',
      severity: {
        word: 'high',
        score: 7.5,
        vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
        all: [],
        vendor: null,
      },
      kev: { added: '2023-08-22', due: '2023-09-12', ransomware: true, name: 'backup' },
    },
  });
  const tools = { database: place.database, clock: place.clock };
  const exposure = await readExposure(tools);

  await t.test(
    'the remote tool and the backup both lead to the records, and nobody knows the old share',
    () => {
      const { living, unknownHoldings: unknown } = exposure.proven.total;
      assert.deepEqual(living, { low: 1_190, best: 1_200, high: 1_230 });
      assert.equal(unknown, 1);
      assert.deepEqual(unknownHoldings(exposure), ['old-files']);
      const gaps = rankGaps(exposure).filter(({ proven }) => proven.people > 0);
      assert.deepEqual(
        gaps.map(({ measure, key }) => `${measure} ${key}`),
        [
          'mfa help-portal/supplier-privileged/none',
          'mfa vpn/staff/none',
          'patching backup-server',
        ],
      );
      // Either way alone leads to the records; only the tool leads to the old share.
      assert.deepEqual(
        gaps.map(({ savedProven }) => [savedProven.people, savedProven.unknownHoldings]),
        [
          [0, 1],
          [0, 0],
          [0, 0],
        ],
      );
      assert.ok(rankSubjects(exposure, 'asset').some(({ key }) => key === 'care-records'));
    },
  );

  await t.test('closing one of two ways saves nobody, closing both saves everybody', () => {
    const fixes = new Map(fixesOf(exposure).map((fix) => [fix.key, fix.nodes]));
    const left = (...keys: string[]) =>
      exposure.engine.assess(
        exposure.graph,
        'proven',
        keys.flatMap((key) => fixes.get(key) ?? assert.fail(key)),
      ).total.living.best;
    assert.equal(left('mfa:help-portal'), 1_200);
    assert.equal(left('patch:backup-server'), 1_200);
    assert.equal(left('mfa:help-portal', 'patch:backup-server'), 0);
    assert.equal(left('mfa:help-portal', 'backup/backup-server'), 0);
    assert.equal(left('mfa:help-portal', 'mfa:vpn'), 0);
  });

  await t.test(
    'a compromised supplier needs no gap of ours, and a thief without a password has no proven way',
    async () => {
      const supplier = await readExposure(tools, { attacker: 'compromised-supplier' });
      assert.equal(supplier.proven.total.living.best, 1_200);
      assert.equal(
        fixesOf(supplier).some(({ key }) => key.startsWith('mfa:')),
        false,
      );
      const none = await readExposure(tools, { attacker: 'outsider-none' });
      assert.equal(none.proven.total.living.best, 0);
      assert.equal(
        none.all.total.living.best,
        1_200,
        'nobody proved that the machines cannot be reached',
      );
    },
  );

  await t.test('which assets are in public view', () => {
    const isPublic = publiclyExposed(exposure.facts);
    assert.equal(isPublic('remote-help'), 'yes');
    assert.equal(isPublic('office-pc-1'), 'yes');
    assert.equal(isPublic('backup-server'), 'no');
    assert.equal(isPublic('office-pc-2'), 'unknown', 'nobody has listed its services');
    assert.equal(isPublic('nowhere'), 'unknown');
  });

  await t.test(
    'a backup that is gone is a way that is gone, and yesterday still shows it',
    async () => {
      const before = place.clock.now();
      place.clock.advance(24 * 3_600_000);
      await place.take(provider({ backup: false }));
      const after = await readExposure(tools);
      const gaps = rankGaps(after).filter(({ proven }) => proven.people > 0);
      assert.deepEqual(
        gaps.map(({ key }) => key),
        ['help-portal/supplier-privileged/none'],
      );
      const then = await readExposure(tools, { asAt: before });
      assert.equal(rankGaps(then).filter(({ proven }) => proven.people > 0).length, 3);
    },
  );
});
