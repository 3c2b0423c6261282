/** Lists of updates besides hot-fixes, settings and roles: what each file says, and what it must not be taken for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anInputFile, extracted } from '../../../test/support/input-files.ts';
import type { Extractor } from '../schema.ts';
import { windowsHistory, windowsHotfixes, windowsRegistry, windowsServicing } from './index.ts';

async function read(extractor: Extractor, path: string, content: string): Promise<string[]> {
  const all = await extracted(extractor, anInputFile(path, content));
  return all.map((one) => {
    if (one.kind === 'package') return `${one.found.name}@${one.found.version}`;
    return one.kind === 'fact' ? `${one.fact.name}=${one.fact.value}` : one.kind;
  });
}

const HISTORY = [
  { Date: '/Date(1547000000000)/', Operation: 1, ResultCode: 2, Title: 'Update (KB4480116)' },
  { Date: '/Date(1550000000000)/', Operation: 1, ResultCode: 4, Title: 'Update (KB4487044)' },
  { Date: '/Date(1551000000000)/', Operation: 1, ResultCode: 2, Title: 'Update (KB4482887)' },
  { Date: '/Date(1552000000000)/', Operation: 2, ResultCode: 2, Title: 'Update (KB4482887)' },
  { Date: '/Date(1553000000000)/', Operation: 2, ResultCode: 4, Title: 'Update (KB4480116)' },
  { Date: '/Date(1540000000000)/', Operation: 2, ResultCode: 2, Title: 'Update (KB4470788)' },
  { Date: '/Date(1541000000000)/', Operation: 1, ResultCode: 2, Title: 'Update (KB4470788)' },
  { Date: '/Date(1541000000000)/', Operation: 1, ResultCode: 5, Title: 'Update (KB4999999)' },
];

test('a history: what was installed last, whatever the order; failures and removals are none', async () => {
  const expected = ['kb4480116@', 'kb4470788@'];
  for (const order of [HISTORY, HISTORY.toReversed()]) {
    const found = await read(windowsHistory, 'wu-history.json', JSON.stringify(order));
    assert.deepEqual(found.sort(), expected.toSorted());
  }
});

test('a history whose dates can be read in two ways tells no order', async () => {
  const list = (first: string, second: string) =>
    `ComputerName  : PC1\r\nOperationname : Installation\r\nResult        : Succeeded\r\nDate          : ${first}\r\nTitle         : Update (KB4480116)\r\n\r\n` +
    `ComputerName  : PC1\r\nOperationname : Uninstallation\r\nResult        : Succeeded\r\nDate          : ${second}\r\nTitle         : Update (KB4480116)\r\n`;
  const told = (first: string, second: string) =>
    read(windowsHistory, 'Get-WUHistory.txt', list(first, second));
  assert.deepEqual(await told('3/2/2019 10:00:00', '4/1/2019 10:00:00'), ['unread']);
  assert.deepEqual(await told('2019-03-02 10:00:00', '2019-01-04 10:00:00'), ['kb4480116@']);
  assert.deepEqual(await told('2019-01-04 10:00:00', '2019-03-02 10:00:00'), []);
});

test('a history as a table and as CSV', async () => {
  const table = `
ComputerName Operationname  Result     Date                KB         Title
------------ -------------  ------     ----                --         -----
PC1          Installation   Succeeded  1/9/2019 3:00:00 AM KB4480116  2019-01 Cumulative Update
PC1          Installation   Failed     2/9/2019 3:00:00 AM KB4487044  2019-02 Cumulative Update
`;
  assert.deepEqual(await read(windowsHistory, 'wuhistory.txt', table), ['kb4480116@']);
  const csv = `#TYPE System.__ComObject
"Operation","ResultCode","Date","Title"
"1","2","1/9/2019 3:00:00 AM","2019-01 Cumulative Update (KB4480116)"
"1","4","2/9/2019 3:00:00 AM","2019-02 Cumulative Update (KB4487044)"
`;
  assert.deepEqual(await read(windowsHistory, 'history.csv', csv), ['kb4480116@']);
});

test('a search of updates: what is offered is not installed', async () => {
  const found = [
    { Title: 'Cumulative Update', KBArticleIDs: ['4480116'], IsInstalled: true },
    { Title: 'Cumulative Update', KBArticleIDs: ['4487044'], IsInstalled: false },
  ];
  assert.deepEqual(await read(windowsHistory, 'wua.json', JSON.stringify(found)), ['kb4480116@']);
  await assert.rejects(read(windowsHistory, 'wua.json', '{"x": 1}'), { code: 'bad_file' });
});

test('servicing: of the cumulative update the revision is told, and then the numbers are not the whole list', async () => {
  const dism = `Package Identity : Package_for_KB4470788~31bf3856ad364e35~amd64~~17763.164.1.1
State : Installed
Release Type : Security Update

Package Identity : Package_for_RollupFix~31bf3856ad364e35~amd64~~17763.107.1.5
State : Superseded

Package Identity : Package_for_RollupFix~31bf3856ad364e35~amd64~~17763.253.1.5
State : Installed

Package Identity : Package_for_RollupFix~31bf3856ad364e35~amd64~~17763.316.1.5
State : Install Pending
`;
  assert.deepEqual(await read(windowsServicing, 'dism.txt', dism), [
    'kb4470788@',
    'windows@10.0.17763.253',
  ]);
  const table =
    'Package_for_KB2894852~31bf3856ad364e35~amd64~~6.3.1.1 | Installed | Security Update | 3/17/2019\n' +
    'Package_for_KB2999226~31bf3856ad364e35~amd64~~6.3.1.9 | Staged    | Update | \n';
  assert.deepEqual(await read(windowsServicing, 'dism.txt', table), [
    'kb2894852@',
    'windows.updates=whole',
  ]);
  const json =
    '[{\n  "PackageName": "Package_for_KB4470788~31bf3856ad364e35~amd64~~17763.164.1.1",\n  "PackageState": 4\n}]';
  assert.deepEqual(await read(windowsServicing, 'windows-packages.json', json), [
    'kb4470788@',
    'windows.updates=whole',
  ]);
});

test('a list of hot-fixes is whole; the updates of programs in a registry are no list', async () => {
  assert.deepEqual(await read(windowsHotfixes, 'qfe.txt', 'HotFixID\nKB4480116\n'), [
    'kb4480116@',
    'windows.updates=whole',
  ]);
  const programs = `Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{1}.KB2468871]
"DisplayName"="Update for Example (KB2468871)"
"ParentKeyName"="Example"
`;
  assert.deepEqual(await read(windowsRegistry, 'x.reg', programs), ['kb2468871@']);
});

function netlogon(values: string): string {
  return `Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions]
"ProductType"="LanmanNT"

[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Netlogon\\Parameters]
"FullSecureChannelProtection"=dword:00000000

[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters]
${values}`;
}

test("Netlogon's settings: set, not set, and not seen are three things", async () => {
  const told = async (values: string) =>
    (await read(windowsRegistry, 'netlogon.reg', netlogon(values))).filter(
      (text) => !text.startsWith('windows.role'),
    );
  const whole = '"RequireSignOrSeal"=dword:00000001\n';
  assert.deepEqual(await told(`${whole}"FullSecureChannelProtection"=dword:00000001\n`), [
    'windows.full-secure-channel-protection=1',
    'windows.vulnerable-channel-allow-list=0',
  ]);
  assert.deepEqual(await told(whole), [
    'windows.full-secure-channel-protection=absent',
    'windows.vulnerable-channel-allow-list=0',
  ]);
  const allowed =
    '"VulnerableChannelAllowList"="O:BAG:BAD:(A;;RC;;;S-1-5-21-1-2-3-1105)(A;;RC;;;S-1-5-21-1-2-3-1106)"\n';
  assert.deepEqual(await told(allowed), ['windows.vulnerable-channel-allow-list=2']);
  assert.deepEqual(await told(''), []);
});

test('the role of the machine is told by its product type', async () => {
  const found = await read(windowsRegistry, 'netlogon.reg', netlogon(''));
  assert.deepEqual(found, ['windows.role=domain-controller']);
});
