import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anInputFile, extracted, type Contents } from '../../../test/support/input-files.ts';
import { absent, sharedArchive } from '../../../test/support/shared-data.ts';
import type { Extractor } from '../schema.ts';
import { nugetAssets, nugetDeps, nugetLock } from './json.ts';
import { nugetCentral, nugetConfig, nugetProject } from './xml.ts';

async function read(
  extractor: Extractor,
  path: string,
  content: string | Buffer,
  others: Contents = {},
): Promise<string[]> {
  assert.ok(extractor.wants(path), path);
  const all = await extracted(extractor, anInputFile(path, content, others));
  return all.map((one) => {
    if (one.kind !== 'package') return JSON.stringify(one);
    const { name, version, scope } = one.found;
    return [name, version, scope].filter((word) => word !== undefined && word !== '').join(' ');
  });
}

test('packages.lock.json: what was chosen for any framework, own projects left out', async () => {
  const lock = {
    version: 2,
    dependencies: {
      'net6.0': {
        'Example.Json': { type: 'Direct', requested: '[12.0.3, )', resolved: '12.0.3' },
        'Example.Deep': { type: 'Transitive', resolved: '5.7.0-rc.1+abc' },
        'example.own': { type: 'Project', dependencies: {} },
      },
      'net6.0/linux-x64': { 'example.json': { type: 'Direct', resolved: '12.0.3' } },
      net48: { 'Example.Json': { type: 'CentralTransitive', resolved: '11.0.1' }, Odd: 1 },
    },
  };
  assert.deepEqual(await read(nugetLock, 'src/packages.lock.json', JSON.stringify(lock)), [
    'Example.Json 12.0.3',
    'Example.Deep 5.7.0-rc.1+abc',
    'Example.Json 11.0.1',
    'Odd',
    '{"kind":"unread","reason":"invalid","detail":"a package without the version chosen"}',
  ]);
  for (const text of ['{}', '[]', '{"dependencies":1}', '']) {
    await assert.rejects(read(nugetLock, 'packages.lock.json', text), { code: 'bad_file' });
  }
});

const LIBRARIES = JSON.stringify({
  runtimeTarget: { name: '.NETCoreApp,Version=v8.0' },
  libraries: {
    'Example.App/1.0.0': { type: 'project' },
    'Example.Json/9.0.1': { type: 'package', path: 'example.json/9.0.1' },
    'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': { type: 'runtimepack' },
    'Example.Reference/4.0.0.0': { type: 'reference' },
    nonsense: { type: 'package' },
  },
});

test('deps.json and project.assets.json: packages and the runtime that is brought along', async () => {
  const expected = [
    'Example.Json 9.0.1',
    'Microsoft.NETCore.App.Runtime.linux-x64 8.0.1',
    '{"kind":"unread","reason":"invalid","detail":"a library that is not named by name and version"}',
  ];
  assert.deepEqual(await read(nugetDeps, 'app/Example.App.deps.json', LIBRARIES), expected);
  assert.deepEqual(await read(nugetAssets, 'obj/project.assets.json', LIBRARIES), expected);
});

test('packages.config, also in UTF-16', async () => {
  const text = `<?xml version="1.0" encoding="utf-16"?>
<packages>
  <package id="Example.Compilers" version="1.0.0" developmentDependency="true" />
  <package id="Example.Json" version="6.0.8" targetFramework="net46" />
  <package id="Example.Range" version="[1.0,2.0)" />
  <package version="1.0.0" />
</packages>`;
  const expected = [
    'Example.Compilers 1.0.0 development',
    'Example.Json 6.0.8',
    'Example.Range',
    '{"kind":"unread","reason":"unsupported","detail":"line 5: a version that only a restore chooses"}',
    '{"kind":"unread","reason":"invalid","detail":"line 6: a package without a name"}',
  ];
  const wide = Buffer.from(`\uFEFF${text}`, 'utf16le');
  assert.deepEqual(await read(nugetConfig, 'web/packages.config', wide), expected);
  await assert.rejects(read(nugetConfig, 'packages.config', '<x/>'), { code: 'bad_file' });
});

const PROJECT = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><JsonVersion>13.0.1</JsonVersion><A>$(B)</A><B>$(A)</B></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Example.Json" Version="$(JsonVersion)" />
    <PackageReference Include="Example.Child"><Version>[2.0.0]</Version></PackageReference>
    <PackageReference Include="Example.Build" Version="1.0.0" PrivateAssets="All" />
    <PackageReference Include="Example.Central" />
    <PackageReference Include="Example.Above" Version="$(AboveVersion)" />
    <PackageReference Include="Example.Floating" Version="1.*" />
    <PackageReference Include="Example.Loop" Version="$(A)" />
  </ItemGroup>
  <Choose><When Condition="x"><ItemGroup>
    <PackageReference Include="Example.One;Example.Two" Version="4.0" />
  </ItemGroup></When></Choose>
</Project>`;

const ABOVE = {
  'Directory.Build.props':
    '<Project><PropertyGroup><AboveVersion>7.1.2</AboveVersion></PropertyGroup></Project>',
  'src/Directory.Packages.props': `<Project>
  <PropertyGroup><V>3.0.0</V></PropertyGroup>
  <ItemGroup>
    <PackageVersion Include="Example.central" Version="$(V)" />
    <PackageVersion Include="Example.Unused" Version="1.1.1" />
    <GlobalPackageReference Include="Example.Analyzers" Version="2.2.2" />
  </ItemGroup>
</Project>`,
};

test('projects: pinned references, with properties and central versions from above', async () => {
  assert.deepEqual(await read(nugetProject, 'src/app/App.csproj', PROJECT, ABOVE), [
    'Example.Json 13.0.1',
    'Example.Child 2.0.0',
    'Example.Build 1.0.0 development',
    'Example.Central 3.0.0',
    'Example.Above 7.1.2',
    'Example.Floating',
    'Example.Loop',
    'Example.One 4.0',
    'Example.Two 4.0',
    '{"kind":"unread","reason":"unsupported","detail":"line 9: a version that only a restore chooses"}',
    '{"kind":"unread","reason":"unsupported","detail":"line 10: a version that only a restore chooses"}',
  ]);
  const resolved = { ...ABOVE, 'src/app/obj/project.assets.json': '{}' };
  assert.deepEqual(await read(nugetProject, 'src/app/App.csproj', PROJECT, resolved), []);
  const central = ABOVE['src/Directory.Packages.props'];
  assert.deepEqual(await read(nugetCentral, 'src/Directory.Packages.props', central), [
    'Example.central 3.0.0',
    'Example.Unused 1.1.1',
    'Example.Analyzers 2.2.2 development',
  ]);
});

test('properties that swell stay small', async () => {
  const doubled = Array.from({ length: 30 }, (_, i) => `<P${i}>$(P${i + 1})$(P${i + 1})</P${i}>`);
  const project = `<Project><PropertyGroup>${doubled.join('')}<P30>1</P30></PropertyGroup>
<ItemGroup><PackageReference Include="X" Version="$(P0)"/></ItemGroup></Project>`;
  assert.equal((await read(nugetProject, 'a.csproj', project))[0], 'X');
});

const TRIVY = 'quality/trivy-integration.tar.zst';

test(
  "real files give the packages of another scanner's reports",
  { skip: absent(TRIVY) },
  async () => {
    const files = sharedArchive(TRIVY);
    const content = (end: string) => [...files].find(([path]) => path.endsWith(end))?.[1] ?? '';
    const repo = 'fixtures/repo';
    assert.deepEqual(
      await read(nugetLock, 'packages.lock.json', content(`${repo}/nuget/packages.lock.json`)),
      ['Newtonsoft.Json 12.0.3', 'NuGet.Frameworks 5.7.0'],
    );
    assert.deepEqual(
      await read(nugetDeps, 'x.deps.json', content(`${repo}/dotnet/datacollector.deps.json`)),
      ['Newtonsoft.Json 9.0.1'],
    );
    const props = content(`${repo}/packagesprops/Directory.Packages.props`);
    assert.deepEqual(await read(nugetCentral, 'Directory.Packages.props', props), [
      'Newtonsoft.Json 9.0.1',
    ]);
  },
);
