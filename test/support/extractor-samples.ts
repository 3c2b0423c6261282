/** One small file of each extractor's kind, by the extractor's id: test/contract/extractors.test.ts damages it. */
import { BINARY_SAMPLES } from './binary-samples.ts';
import { LANGUAGE_SAMPLES } from './language-samples.ts';
import { NPM_SAMPLES } from './npm-samples.ts';
import { PYTHON_SAMPLES } from './python-samples.ts';
import type { Sample } from './sample.ts';

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
  netscaler: () => ({
    path: 'nsconfig/ns.conf',
    content: `#NS13.1 Build 48.47
# Last modified Fri Nov 20 08:12:44 2026
set ns config -IPAddress 10.20.0.10 -netmask 255.255.255.0
add vpn vserver gateway SSL 10.20.0.11 443
`,
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
  spdx: () => ({
    path: 'srv/app.spdx.json',
    content: JSON.stringify(
      {
        spdxVersion: 'SPDX-2.3',
        SPDXID: 'SPDXRef-DOCUMENT',
        name: 'app',
        packages: [
          { SPDXID: 'SPDXRef-app', name: 'app', versionInfo: '1.0.0' },
          {
            SPDXID: 'SPDXRef-lib',
            name: 'lib',
            versionInfo: '1.2.3',
            externalRefs: [
              {
                referenceCategory: 'PACKAGE-MANAGER',
                referenceType: 'purl',
                referenceLocator: 'pkg:npm/%40scope/lib@1.2.3',
              },
            ],
          },
        ],
        relationships: [
          {
            spdxElementId: 'SPDXRef-DOCUMENT',
            relationshipType: 'DESCRIBES',
            relatedSpdxElement: 'SPDXRef-app',
          },
        ],
      },
      null,
      1,
    ),
  }),
  'syft-json': () => ({
    path: 'srv/app.syft.json',
    content: JSON.stringify(
      {
        artifacts: [
          {
            name: 'lib',
            version: '1.2.3',
            type: 'npm',
            foundBy: 'javascript-package-cataloger',
            purl: 'pkg:npm/%40scope/lib@1.2.3',
          },
          { name: 'busybox', version: '1.36.1', type: 'binary', foundBy: 'binary-cataloger' },
        ],
        distro: { id: 'debian', versionID: '12' },
      },
      null,
      1,
    ),
  }),
};

export const SAMPLES: Readonly<Record<string, () => Sample>> = {
  ...OWN,
  ...BINARY_SAMPLES,
  ...LANGUAGE_SAMPLES,
  ...NPM_SAMPLES,
  ...PYTHON_SAMPLES,
};
