/** Samples of databases, programs, archives and what Windows says of itself; see `extractor-samples.ts`. */
import { buildZip } from './build-zip.ts';
import type { Sample } from './sample.ts';
import { anElf, moduleInfo } from './go-programs.ts';
import { anNdb, anRpmHeader } from './rpm-headers.ts';

const DOTNET_LIBRARIES = JSON.stringify({
  libraries: { 'A.B/1.0.0': { type: 'package' }, 'App/1.0.0': { type: 'project' } },
});

export const BINARY_SAMPLES: Readonly<Record<string, () => Sample>> = {
  'go-binary': () => ({
    path: 'usr/local/bin/service',
    content: anElf(
      'go1.22.3',
      moduleInfo(['path\texample.test/service', 'dep\texample.test/one\tv1.2.3\th1:a=']),
    ),
  }),
  'go-mod': () => ({
    path: 'go.mod',
    content: `module example.test/service

go 1.16

require (
\texample.test/one v1.2.3
\texample.test/two v0.1.0 // indirect
)

replace example.test/two => ./two
`,
    others: { 'go.sum': 'example.test/three v1.0.0 h1:a=\n' },
  }),
  'go-sum': () => ({
    path: 'tools/go.sum',
    content: 'example.test/one v1.2.3 h1:a=\nexample.test/one v1.2.3/go.mod h1:a=\n',
  }),
  'gradle-lock': () => ({
    path: 'app/gradle.lockfile',
    content: '# locked\na.b:c:1.2.3=runtimeClasspath\na.b:d:2.0=testRuntimeClasspath\nempty=\n',
  }),
  'gradle-verification': () => ({
    path: 'gradle/verification-metadata.xml',
    content:
      '<verification-metadata>\n<components>\n<component group="a.b" name="c" version="1"/>\n</components>\n</verification-metadata>\n',
  }),
  'maven-jar': () => ({
    path: 'app.war',
    content: buildZip([
      {
        path: 'WEB-INF/lib/c.jar',
        content: buildZip([
          { path: 'META-INF/maven/a.b/c/pom.properties', content: 'version=1.2.3\n' },
        ]),
      },
      { path: 'META-INF/MANIFEST.MF', content: 'Implementation-Version: 1.0\n' },
    ]),
  }),
  'maven-pom': () => ({
    path: 'child/pom.xml',
    content: `<project>
<parent><groupId>a.b</groupId><artifactId>root</artifactId><version>1</version></parent>
<artifactId>child</artifactId>
<dependencies>
<dependency><groupId>a.b</groupId><artifactId>c</artifactId><version>\${v}</version></dependency>
</dependencies>
</project>
`,
    others: {
      'pom.xml':
        '<project><groupId>a.b</groupId><artifactId>root</artifactId><properties><v>2</v></properties></project>',
    },
  }),
  'maven-properties': () => ({
    path: 'app/META-INF/maven/a.b/c/pom.properties',
    content: '#Generated\ngroupId=a.b\nartifactId=c\nversion=1.2.3\n',
  }),
  'nuget-assets': () => ({ path: 'obj/project.assets.json', content: DOTNET_LIBRARIES }),
  'nuget-central': () => ({
    path: 'Directory.Packages.props',
    content:
      '<Project>\n<ItemGroup>\n<PackageVersion Include="A.B" Version="1.0" />\n</ItemGroup>\n</Project>\n',
  }),
  'nuget-config': () => ({
    path: 'packages.config',
    content:
      '<packages>\n<package id="A.B" version="1.0.0" targetFramework="net46" />\n</packages>\n',
  }),
  'nuget-deps': () => ({ path: 'App.deps.json', content: DOTNET_LIBRARIES }),
  'nuget-lock': () => ({
    path: 'packages.lock.json',
    content: JSON.stringify({
      version: 1,
      dependencies: { 'net6.0': { 'A.B': { type: 'Direct', resolved: '1.0.0' } } },
    }),
  }),
  'nuget-project': () => ({
    path: 'src/App.csproj',
    content: `<Project Sdk="Microsoft.NET.Sdk">
<PropertyGroup><V>1.0</V></PropertyGroup>
<ItemGroup>
<PackageReference Include="A.B" Version="$(V)" />
<PackageReference Include="C" />
</ItemGroup>
</Project>
`,
    others: {
      'Directory.Packages.props':
        '<Project><ItemGroup><PackageVersion Include="C" Version="2.0" /></ItemGroup></Project>',
    },
  }),
  rpm: () => ({
    path: 'usr/lib/sysimage/rpm/Packages.db',
    content: anNdb([
      anRpmHeader({
        name: 'bash',
        version: '4.4',
        release: '150400.27.3.2',
        files: ['/usr/bin/bash'],
      }),
      anRpmHeader({ name: 'vim', version: '9.1', epoch: 2, sourceRpm: 'vim-9.1-1.src.rpm' }),
    ]),
  }),
  'windows-hotfixes': () => ({
    path: 'example-qfe.txt',
    content: 'HotFixID   InstalledOn  \nKB4480116  1/20/2019    \n943729     1/20/2019    \n',
  }),
  'windows-registry': () => ({
    path: 'export.reg',
    content: `Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{0}]
"DisplayName"="Example Zip"
"DisplayVersion"="19.0"
"Publisher"="Example Works, Inc."
`,
  }),
  'windows-servicing': () => ({
    path: 'dism-packages.txt',
    content: `Package Identity : Package_for_KB4480116~31bf3856ad364e35~amd64~~10.0.1.3
State : Installed

Package Identity : Package_for_RollupFix~31bf3856ad364e35~amd64~~17763.253.1.5
State : Installed
`,
  }),
  'windows-update-export': () => ({
    path: 'windows-update.json',
    content: JSON.stringify({
      format: 'holdfast-windows-update',
      system: { major: 10, minor: 0, version: '6.3', build: '17763', revision: 253 },
    }),
  }),
  'windows-update-history': () => ({
    path: 'update-history.json',
    content: JSON.stringify([
      { Operation: 1, ResultCode: 2, Date: '2019-01-08T03:00:00', Title: 'Update (KB4480116)' },
      { Operation: 1, ResultCode: 4, Date: '2019-02-12T03:00:00', Title: 'Update (KB4487044)' },
    ]),
  }),
  'windows-systeminfo': () => ({
    path: 'systeminfo.txt',
    content: `Host Name:        EXAMPLE
OS Name:          Microsoft Windows Server 2019 Datacenter
OS Version:       10.0.17763 N/A Build 17763
OS Manufacturer:  Microsoft Corporation
OS Configuration: Member Server
System Type:      x64-based PC
Hotfix(s):        1 Hotfix(s) Installed.
                  [01]: KB4480116
`,
  }),
};
