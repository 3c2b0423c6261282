<<<<<<< HEAD
/** One small file of each extractor's kind, by the extractor's id: test/contract/extractors.test.ts damages it. */
=======
/** One small file of each extractor's kind, by the extractor's id, sorted: test/contract/extractors.test.ts damages it. */
import { anElf, moduleInfo } from './go-programs.ts';
>>>>>>> 7855763 (feat(inventory): Go in the registry; executables' tables in one place)
import type { Contents } from './input-files.ts';
import { LANGUAGE_SAMPLES } from './language-samples.ts';
import { NPM_SAMPLES } from './npm-samples.ts';
import { anNdb, anRpmHeader } from './rpm-headers.ts';

export interface Sample {
  readonly path: string;
  readonly content: string | Buffer;
  /** Files beside it that the extractor asks for. */
  readonly others?: Contents;
}

const OWN: Readonly<Record<string, () => Sample>> = {
  'apk-installed': () => ({
    path: 'lib/apk/db/installed',
    content: `C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
P:libcrypto3
V:3.1.1-r1
A:x86_64
T:Crypto library from openssl
o:openssl
F:lib
R:libcrypto.so.3

C:Q1zwvKMnYs1b6ZdPTBJ0Z7D5P3jyA=
P:busybox
V:1.36.1-r0
A:x86_64
o:busybox

`,
  }),
  cyclonedx: () => ({
    path: 'srv/app.cdx.json',
    content: JSON.stringify(
      {
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        metadata: { component: { type: 'application', name: 'app', version: '1.0.0' } },
        components: [
          { type: 'operating-system', name: 'debian', version: '12' },
          {
            type: 'library',
            name: 'libssl3',
            version: '3.0.11-1',
            purl: 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl',
          },
          {
            type: 'library',
            group: '@scope',
            name: 'lib',
            purl: 'pkg:npm/%40scope/lib@1.2.3',
            components: [{ type: 'library', name: 'vendored', version: '4' }],
          },
        ],
      },
      null,
      1,
    ),
  }),
  'dpkg-status': () => ({
    path: 'var/lib/dpkg/status',
    content: `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
Source: bash (5.2.15-2)
Description: GNU Bourne Again SHell
 Package: not a field but a description

Package: libssl3
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: openssl
Version: 3.0.11-1~deb12u2

Package: nginx
Status: deinstall ok config-files
Architecture: amd64
Version: 1.22.1-9

`,
  }),
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
};

export const SAMPLES: Readonly<Record<string, () => Sample>> = {
  ...OWN,
  ...LANGUAGE_SAMPLES,
  ...NPM_SAMPLES,
};
