import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { collected } from '../../../test/support/collect.ts';
import type { Inventory, Observation, Report } from '../../estate/schema.ts';
import { anUpdate, anUpdateExport, offering } from '../../../test/support/windows-updates.ts';
import { windowsHost } from './index.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures/estate');

function folder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-windows-'));
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(home, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  return home;
}

const fixture = (name: string): string => fs.readFileSync(path.join(FIXTURES, name), 'utf8');

function assets(reports: readonly Report[]) {
  return reports.flatMap((report) =>
    report.type === 'observation' && report.kind === 'asset' ? [report] : [],
  );
}

function inventories(reports: readonly Report[]): Inventory[] {
  return reports.flatMap((report) => (report.type === 'inventory' ? [report] : []));
}

function unseen(reports: readonly Report[]): string[] {
  return reports.flatMap((report) =>
    report.type === 'unseen' ? [`${report.what}: ${report.reason} ${report.detail ?? ''}`] : [],
  );
}

const collect = (config: unknown) => collected(windowsHost, config);
/** Fixtures are as old as the checkout. */
const ANY_AGE = { maxAgeDays: 3650 };

test('a folder for each host: who it is, what it runs, its updates and programs', async () => {
  const { reports, outcome } = await collect({ folder: FIXTURES, ...ANY_AGE });
  assert.equal(outcome, 'complete');
  const bodies = assets(reports).map(({ key, identifiers, body }) => ({
    key,
    identifiers,
    ...body,
  }));
  assert.deepEqual(bodies, [
    {
      key: 'windows:app01.corp.example',
      identifiers: ['fqdn:app01.corp.example', 'hostname:app01'],
      name: 'app01.corp.example',
      type: 'host',
      hostnames: ['app01', 'app01.corp.example'],
      os: {
        id: 'windows',
        versionId: '10.0.17763.1757',
        prettyName: 'Windows Server 2019 Datacenter',
      },
      domainRole: 'server',
      architecture: 'x64',
    },
    {
      key: 'windows:dc01.corp.example',
      identifiers: ['fqdn:dc01.corp.example', 'hostname:dc01'],
      name: 'dc01.corp.example',
      type: 'host',
      hostnames: ['dc01', 'dc01.corp.example'],
      os: {
        id: 'windows',
        versionId: '10.0.14393.3808',
        prettyName: 'Windows Server 2016 Standard',
      },
      domainRole: 'domain-controller',
      architecture: 'x64',
    },
  ] satisfies readonly (Record<string, unknown> &
    Extract<Observation, { kind: 'asset' }>['body'])[]);
  const lists = inventories(reports).map(({ asset, section, components }) => [
    asset.slice(8, 13),
    section,
    components.map(({ name }) => name).join(' '),
  ]);
  assert.deepEqual(lists, [
    ['app01', 'windows', 'windows-server-2019 kb4601345'],
    ['app01', 'programs', 'example-works-inc/Example/Zip 19.00 (x64)'],
    ['dc01.', 'windows', 'windows-server-2016 kb4562561 kb4565511'],
  ]);
  assert.equal(
    inventories(reports)[2]?.components[0]?.sourceName,
    'edition=standard&release=1607&role=domain-controller&windows.full-secure-channel-protection=absent&windows.updates=whole&windows.vulnerable-channel-allow-list=0',
  );
});

test('the same state is the same component, whatever the order of its list', async (t) => {
  const swapped = fixture('dc01/systeminfo.txt')
    .replace('KB4562561', 'KB1')
    .replace('KB4565511', 'KB4562561')
    .replace('KB1', 'KB4565511')
    .replace('DC01', 'DC02');
  const home = folder(t, {
    'a/systeminfo.txt': fixture('dc01/systeminfo.txt'),
    'b/systeminfo.txt': swapped,
    'c/systeminfo.txt': swapped.replace('DC02', 'DC03').replace('KB4562561', 'KB4562562'),
  });
  const { reports } = await collect({ folder: home });
  const systems = inventories(reports).map(({ components }) => JSON.stringify(components[0]));
  assert.equal(new Set(systems.slice(0, 2)).size, 1);
  assert.equal(new Set(systems).size, 2);
});

test('files of several hosts in one folder belong to whose name they begin with', async (t) => {
  const home = folder(t, {
    'dc01_systeminfo.txt': fixture('dc01/systeminfo.txt'),
    'dc01_netlogon.reg': fixture('dc01/netlogon.reg'),
    'app01-systeminfo.txt': fixture('app01/systeminfo.txt'),
    'other_netlogon.reg': fixture('dc01/netlogon.reg'),
  });
  const { reports, outcome } = await collect({ folder: home });
  assert.equal(outcome, 'partial');
  assert.equal(assets(reports).length, 2);
  assert.match(unseen(reports).join(), /1 files of no host/);
  const alone = folder(t, { 'systeminfo.txt': fixture('app01/systeminfo.txt') });
  assert.equal((await collect({ folder: alone })).outcome, 'complete');
});

test('what a host could not be read of is told, and hides nothing else', async (t) => {
  const home = folder(t, {
    'good/systeminfo.txt': fixture('app01/systeminfo.txt'),
    'empty/qfe.txt': 'Access is denied.',
    'torn/systeminfo.txt': fixture('dc01/systeminfo.txt').replace('2 Hotfix', '9 Hotfix'),
    'twice/systeminfo.txt': fixture('app01/systeminfo.txt'),
    'mixed/systeminfo.txt': fixture('app01/systeminfo.txt').replace('APP01', 'APP02'),
    'mixed/ver.txt': 'Microsoft Windows [Version 10.0.14393.3808]',
  });
  const { reports, outcome } = await collect({ folder: home });
  assert.equal(outcome, 'partial');
  assert.deepEqual(
    assets(reports).map(({ body }) => body.name),
    ['app01.corp.example', 'dc01.corp.example'],
  );
  const told = unseen(reports).join('\n');
  assert.match(told, /host empty: not-installed/);
  assert.match(told, /qfe\.txt of host empty: invalid/);
  assert.match(told, /host mixed: invalid its files are of different systems/);
  assert.match(told, /systeminfo\.txt of host torn: truncated 2 of 9/);
  assert.match(told, /host twice: invalid another folder/);
  const [, torn] = inventories(reports);
  assert.doesNotMatch(torn?.components[0]?.sourceName ?? '', /windows\.updates/);
});

test('old exports are told as old', async (t) => {
  const home = folder(t, { 'a/systeminfo.txt': fixture('app01/systeminfo.txt') });
  fs.utimesSync(
    path.join(home, 'a/systeminfo.txt'),
    new Date('2026-09-01'),
    new Date('2026-09-01'),
  );
  const { reports, outcome } = await collect({ folder: home });
  assert.equal(outcome, 'partial');
  assert.match(unseen(reports).join(), /its exports are of 2026-09-01/);
  assert.equal(inventories(reports)[0]?.trueAt, '2026-09-01T00:00:00.000Z');
});

test('a history adds nothing beside a list, and is part of one without it', async (t) => {
  const history = JSON.stringify([
    { Date: '2021-03-09T03:00:00', Operation: 1, ResultCode: 2, Title: 'Update (KB5000822)' },
  ]);
  const home = folder(t, {
    'a/systeminfo.txt': fixture('app01/systeminfo.txt'),
    'a/wu-history.json': history,
    'b/ver.txt': 'Microsoft Windows [Version 10.0.20348.2582]',
    'b/wu-history.json': history,
  });
  const { reports } = await collect({ folder: home });
  assert.deepEqual(
    inventories(reports).map(({ components }) => components.slice(1).map(({ name }) => name)),
    [['kb4601345'], ['kb5000822']],
  );
});

test('what collect.ps1 writes tells the revision, what is on offer and what could not be read', async (t) => {
  const problems = [{ part: 'search', code: '0x80070005', detail: 'Zugriff verweigert' }];
  const told = JSON.stringify(anUpdateExport({ ...offering(anUpdate('5120238')), problems }));
  const home = folder(t, {
    'a/systeminfo.txt': fixture('app01/systeminfo.txt'),
    'a/windows-update.json': told,
    'b/systeminfo.txt': fixture('app01/systeminfo.txt').replace('APP01', 'APP02'),
    'b/windows-update.json': told.slice(0, 400),
    'c/systeminfo.txt': fixture('app01/systeminfo.txt').replace('APP01', 'APP03'),
    'c/windows-update.json': told.replace('"version":1', '"version":9'),
  });
  const { reports, outcome } = await collect({ folder: home });
  assert.equal(outcome, 'partial');
  const [a, b, c] = assets(reports).map(({ body }) => body);
  assert.equal(a?.os?.versionId, '10.0.17763.9121');
  assert.deepEqual(
    a.patching?.offers?.map(({ update }) => update),
    ['KB5120238'],
  );
  assert.deepEqual([b?.patching, c?.patching], [undefined, undefined]);
  const words = unseen(reports).join('\n');
  assert.match(words, /windows-update\.json of host a: unreadable search: 0x80070005: Zugriff/);
  assert.match(words, /windows-update\.json of host b: invalid .*cut off/);
  assert.match(words, /windows-update\.json of host c: not-supported/);
});
