import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anInputFile, extracted } from '../../../test/support/input-files.ts';
import type { Extractor } from '../schema.ts';
import { decodeWindowsText } from './decode.ts';
import { windowsHotfixes, windowsRegistry, windowsSystemInfo } from './index.ts';

async function read(
  extractor: Extractor,
  path: string,
  content: string | Buffer,
): Promise<string[]> {
  const all = await extracted(extractor, anInputFile(path, content));
  return all.flatMap((one) => {
    if (one.kind === 'fact') return [];
    if (one.kind !== 'package') return JSON.stringify(one);
    const { namespace = '', name, version, arch, qualifiers = {} } = one.found;
    const words = Object.entries({ ...(arch === undefined ? {} : { arch }), ...qualifiers });
    return `${namespace}/${name}@${version} ${words.map((pair) => pair.join('=')).join(' ')}`.trim();
  });
}

function utf16(text: string, mark = true): Buffer {
  return Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');
}

const SYSTEMINFO = `
Host Name:                 EXAMPLE-DC1
OS Name:                   Microsoft Windows Server 2019 Datacenter
OS Version:                10.0.17763 N/A Build 17763
OS Manufacturer:           Microsoft Corporation
OS Configuration:          Primary Domain Controller
OS Build Type:             Multiprocessor Free
Registered Owner:          An Example
System Type:               x64-based PC
Processor(s):              1 Processor(s) Installed.
                           [01]: Intel64 Family 6 Model 158
BIOS Version:              Example Works 1.2, 1/1/2020
Hotfix(s):                 3 Hotfix(s) Installed.
                           [01]: KB4480116
                           [02]: KB4470788
                           [03]: {7A068575-C5DB-43D9-BE20-3895D0C69B17}
Network Card(s):           1 NIC(s) Installed.
                           [01]: Example Adapter
                                 IP address(es)
                                 [01]: 192.0.2.1
`.replaceAll('\n', '\r\n');

const DC =
  'microsoft/windows-server-2019@10.0.17763 arch=x64 edition=datacenter release=1809 role=domain-controller';
const KBS = ['microsoft/kb4480116@', 'microsoft/kb4470788@'];

test('systeminfo: the build, the role and the updates; nothing of owner or network', async () => {
  for (const bytes of [SYSTEMINFO, utf16(SYSTEMINFO), utf16(SYSTEMINFO, false)]) {
    assert.deepEqual(await read(windowsSystemInfo, 'dc1-systeminfo.txt', bytes), [DC, ...KBS]);
  }
  const bigEndian = utf16(SYSTEMINFO).swap16();
  assert.deepEqual(await read(windowsSystemInfo, 'systeminfo.txt', bigEndian), [DC, ...KBS]);
});

test('systeminfo: other languages in the code pages of their consoles', async () => {
  const french = `Nom de l'h\x93te:                   EXEMPLE
Nom du syst\x8ame d'exploitation:     Microsoft Windows Server 2016 Standard
Version du syst\x8ame:                10.0.14393 N/A version 14393
Fabricant du syst\x8ame:              Microsoft Corporation
Configuration du syst\x8ame:          Contr\x93leur de domaine principal
Type du syst\x8ame:                   x64-based PC
Correctif(s):                         1 Corrections install\x82es.
                                      [01]: KB4465659
`;
  assert.deepEqual(await read(windowsSystemInfo, 'systeminfo.txt', Buffer.from(french, 'latin1')), [
    'microsoft/windows-server-2016@10.0.14393 arch=x64 edition=standard release=1607 role=domain-controller',
    'microsoft/kb4465659@',
  ]);
  const chinese = Buffer.from(
    'd6f7bbfac3fb3a20204558414d504c450d0a4f5320c3fbb3c63a20204d6963726f736f66742057696e646f777320536572' +
      '7665722032303139204461746163656e7465720d0a4f5320b0e6b1be3a202031302e302e313737363320d4ddc8b1204275' +
      '696c642031373736330d0a4f5320d6c6d4ecc9cc3a20204d6963726f736f66740d0a4f5320c5e4d6c33a2020d6f7d3f2bf' +
      'd8d6c6c6f70d0ad0deb2b9b3ccd0f23a2020b0b2d7b0c1cb203120b8f6d0deb2b9b3ccd0f2a1a30d0a20205b30315d3a20' +
      '4b42343436343435350d0a',
    'hex',
  );
  assert.deepEqual(await read(windowsSystemInfo, 'systeminfo.txt', chinese), [
    'microsoft/windows-server-2019@10.0.17763 edition=datacenter release=1809 role=domain-controller',
    'microsoft/kb4464455@',
  ]);
});

test('systeminfo as CSV', async () => {
  const csv = `"Host Name","OS Name","OS Version","OS Manufacturer","OS Configuration","System Type","Hotfix(s)"
"EXAMPLE","Microsoft Windows 11 Pro","10.0.22631 N/A Build 22631","Microsoft","Member Workstation","ARM64-based PC","2 Hotfix(s) Installed.,[01]: KB5034765,[02]: KB5034467"
`;
  assert.deepEqual(await read(windowsSystemInfo, 'systeminfo.csv', csv), [
    'microsoft/windows-11@10.0.22631 arch=arm64 edition=professional release=23h2 role=workstation',
    'microsoft/kb5034765@',
    'microsoft/kb5034467@',
  ]);
});

test('systeminfo: a list that is shorter than it says is not complete', async () => {
  const cut = SYSTEMINFO.replace('3 Hotfix', '9 Hotfix');
  assert.match(
    (await read(windowsSystemInfo, 'systeminfo.txt', cut)).join(),
    /"truncated".*3 of 9/,
  );
  const none = SYSTEMINFO.replace(/Hotfix\(s\)[^]*?Network/, 'Hotfix(s):   N/A\r\nNetwork');
  assert.deepEqual(await read(windowsSystemInfo, 'systeminfo.txt', none), [DC]);
  const unseen = SYSTEMINFO.replace(/Hotfix\(s\)[^]*?Network/, 'Network');
  assert.match((await read(windowsSystemInfo, 'systeminfo.txt', unseen)).join(), /no list of inst/);
  await assert.rejects(read(windowsSystemInfo, 'systeminfo.txt', 'Host Name: X\n'), {
    code: 'bad_file',
  });
});

test('ver tells the build with its revision, but not whether it is a server', async () => {
  const ver = '\r\nMicrosoft Windows [Version 10.0.17763.107]\r\n';
  assert.deepEqual(await read(windowsSystemInfo, 'ver.txt', ver), [
    'microsoft/windows@10.0.17763.107',
  ]);
  const german = 'Microsoft Windows [Version 10.0.20348.2582]';
  assert.deepEqual(await read(windowsSystemInfo, 'ver.txt', german), [
    'microsoft/windows-server-2022@10.0.20348.2582 release=21h2',
  ]);
});

const QFE = `Caption                                     CSName   Description      FixComments  HotFixID  InstallDate  InstalledBy  InstalledOn  ServicePackInEffect
http://support.microsoft.com/?kbid=4480116  EXAMPLE  Security Update               KB4480116              EXAMPLE\\a    1/20/2019
http://support.microsoft.com                EXAMPLE  Update                        943729                 EXAMPLE\\a    1/20/2019
                                            EXAMPLE                                File 1                                            KB2115168
                                            EXAMPLE                                {7A068575-C5DB-43D9-BE20-3895D0C69B17}
                                            EXAMPLE  Update                        KB2510531-IE8
                                            EXAMPLE  Update                        KB893803v2
`;

test('wmic qfe: names, bare numbers of the column, updates of a service pack', async () => {
  const expected = ['4480116', '943729', '2115168', '2510531', '893803'].map(
    (number) => `microsoft/kb${number}@`,
  );
  const preface = Buffer.from('Please wait while WMIC is being installed.');
  for (const bytes of [QFE, utf16(QFE), Buffer.concat([preface, utf16(QFE, false)])]) {
    assert.deepEqual(await read(windowsHotfixes, 'example_qfe.txt', bytes), expected);
  }
});

test('Get-HotFix in its other forms', async () => {
  const forms = [
    'Source  Description  HotFixID   InstalledBy  InstalledOn\n------  -----------  --------   -----------  -----------\nEX      Update       KB4480116  EX\\a        1/1/2019\n',
    '"PSComputerName","InstalledOn","HotFixID"\n"EX","1/1/2019","KB4480116"\n',
    'Description : Security Update\nHotFixID    : KB4480116\n',
    'HotFixID=KB4480116\n',
    'HotFixID\nKB4480116\n',
    '[{"Source":"EX","HotFixID":"KB4480116","Caption":"http://support.microsoft.com/?kbid=4480116"}]',
  ];
  for (const form of forms) {
    assert.deepEqual(await read(windowsHotfixes, 'hotfixes.txt', form), [KBS[0]]);
  }
  assert.match(
    (await read(windowsHotfixes, 'qfe.txt', utf16('\r\n'))).join(),
    /no installed update/,
  );
  await assert.rejects(read(windowsHotfixes, 'qfe.txt', 'Access is denied.'), { code: 'bad_file' });
});

const REG = `Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]
"ProductName"="Windows Server 2019 Standard"
"CurrentBuildNumber"="17763"
"CurrentVersion"="6.3"
"CurrentMajorVersionNumber"=dword:0000000a
"CurrentMinorVersionNumber"=dword:00000000
"UBR"=dword:0000006b
"InstallationType"="Server Core"
"DigitalProductId"=hex:a4,00,\\
  00,03

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{0}]
"DisplayName"="Example \\"Zip\\" 19.00 (x64)"
"DisplayVersion"="19.00.00.0"
"Publisher"="Example Works, Inc."

[HKEY_LOCAL_MACHINE\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\old]
"DisplayName"="Old Tool"

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{1}.KB2468871]
"DisplayName"="Update for Example (KB2468871)"
"ParentKeyName"="Example"

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\AddressBook]

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages\\Package_for_KB4480116~31bf3856ad364e35~amd64~~10.0.1.3]
"CurrentState"=dword:00000070

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages\\Package_1_for_KB4999999~31bf3856ad364e35~amd64~~10.0.1.3]
"CurrentState"=dword:00000040
`.replaceAll('\n', '\r\n');

test('registry exports: the build with its revision, programs, installed updates', async () => {
  const expected = [
    'microsoft/windows-server-2019@10.0.17763.107 edition=standard installation=server-core release=1809',
    'example-works-inc/Example "Zip" 19.00 (x64)@19.00.00.0',
    '/Old Tool@ arch=x86',
    'microsoft/kb2468871@',
    'microsoft/kb4480116@',
  ];
  for (const bytes of [REG, utf16(REG)]) {
    assert.deepEqual(await read(windowsRegistry, 'export.reg', bytes), expected);
  }
});

test('what reg query prints', async () => {
  const query = `
HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion
    ProductName    REG_SZ    Windows 7 Professional
    CurrentBuildNumber    REG_SZ    7601
    CurrentVersion    REG_SZ    6.1
    CSDVersion    REG_SZ    Service Pack 1
    UBR    REG_DWORD    0x6062

HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\x
    DisplayName    REG_SZ    Example Viewer
    DisplayVersion    REG_SZ    2.0
`.replaceAll('\n', '\r\n');
  assert.deepEqual(await read(windowsRegistry, 'registry.txt', query), [
    'microsoft/windows-7@6.1.7601.24674 edition=professional service_pack=1',
    '/Example Viewer@2.0',
  ]);
});

test('a registry export that breaks off says so; what is none is refused', async () => {
  const cut = REG.slice(0, REG.indexOf('19.00.00.0'));
  assert.match((await read(windowsRegistry, 'export.reg', cut)).join(), /"truncated"/);
  await assert.rejects(read(windowsRegistry, 'x.reg', 'Windows Registry Editor Version 5.00\n'), {
    code: 'bad_file',
  });
});

test('names that are read, and contents that are recognised without one', () => {
  const yes: readonly (readonly [Extractor, string])[] = [
    [windowsSystemInfo, 'srv_2022_SystemInfo.txt'],
    [windowsSystemInfo, 'ver.txt'],
    [windowsHotfixes, 'host/qfe.csv'],
    [windowsHotfixes, 'get-hotfix.json'],
    [windowsRegistry, 'Uninstall.REG'],
  ];
  for (const [extractor, path] of yes) assert.ok(extractor.wants(path), path);
  for (const path of ['server.txt', 'missing_updates.txt', 'verbose.log', 'qfe', 'x.reg.bak']) {
    for (const [extractor] of yes) assert.ok(!extractor.wants(path), path);
  }
  assert.ok(windowsSystemInfo.recognises?.(utf16(SYSTEMINFO)));
  assert.ok(windowsHotfixes.recognises?.(utf16(QFE)));
  assert.ok(windowsRegistry.recognises?.(utf16(REG)));
  assert.ok(!windowsSystemInfo.recognises?.(Buffer.from('Package: bash\nVersion: 1.0\n')));
});

test('code pages are guessed by what they make of the letters', () => {
  const guess = (bytes: Buffer) => decodeWindowsText(bytes);
  assert.equal(
    guess(Buffer.from('cf f0 ee e2 e5 f0 ea e0'.replaceAll(' ', ''), 'hex')),
    'Проверка',
  );
  assert.equal(guess(Buffer.from('8fe0aea2a5e0aaa0', 'hex')), 'Проверка');
  assert.equal(guess(Buffer.from('Contr\x93leur', 'latin1')), 'Contrôleur');
  assert.equal(guess(Buffer.from('Contr\xf4leur', 'latin1')), 'Contrôleur');
});
