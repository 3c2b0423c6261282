import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalEcosystem, ecosystemBase } from './ecosystem.ts';
import { canonicalName, rowKey } from './keys.ts';

test('one spelling per ecosystem and release', () => {
  const spellings: Record<string, string> = {
    npm: 'npm',
    'Debian:12': 'Debian:12',
    'Debian:12.5': 'Debian:12',
    'Debian:bookworm': 'Debian:12',
    Debian: 'Debian',
    'Ubuntu:22.04:LTS': 'Ubuntu:22.04',
    'Ubuntu:25.10': 'Ubuntu:25.10',
    'Ubuntu:Pro:22.04:LTS': 'Ubuntu:Pro:22.04',
    'Ubuntu:Pro:FIPS-updates:22.04:LTS': 'Ubuntu:Pro:FIPS-updates:22.04',
    'Alpine:v3.19': 'Alpine:v3.19',
    'Alpine:3.19.1': 'Alpine:v3.19',
    'Alpine:edge': 'Alpine:edge',
    'AlmaLinux:9.4': 'AlmaLinux:9',
    'Rocky Linux:9': 'Rocky Linux:9',
    'Red Hat:enterprise_linux:9::baseos': 'Red Hat:9',
    'Red Hat:9.4': 'Red Hat:9',
    'Red Hat:rhel_eus:8.6::appstream': 'Red Hat:rhel_eus:8.6',
    'SUSE:Linux Enterprise Server 15 SP5': 'SUSE:Linux Enterprise Server 15 SP5',
    'SUSE:Linux Enterprise Module for Basesystem 15 SP5': 'SUSE:Linux Enterprise Server 15 SP5',
    'SUSE:Linux Enterprise Server 12 SP5-LTSS': 'SUSE:Linux Enterprise Server 12 SP5',
    'SUSE:Linux Micro 6.0': 'SUSE:Linux Micro 6.0',
    'openSUSE:Leap 15.5': 'openSUSE:Leap 15.5',
    'Photon OS:5.0': 'Photon OS:5.0',
    'Maven:https://maven.example/repository': 'Maven',
    'Root:Debian:12': 'Root:Debian:12',
  };
  for (const [written, canonical] of Object.entries(spellings)) {
    assert.equal(canonicalEcosystem(written), canonical);
    assert.equal(canonicalEcosystem(canonical), canonical, 'canonical once and for all');
  }
  assert.equal(ecosystemBase('Ubuntu:Pro:22.04'), 'Ubuntu');
});

test('names as their ecosystems compare them', () => {
  assert.equal(canonicalName('PyPI', 'Foo._-Bar'), 'foo-bar');
  assert.equal(canonicalName('NuGet', 'Newtonsoft.Json'), 'newtonsoft.json');
  assert.equal(canonicalName('npm', 'JSONStream'), 'JSONStream');
  assert.equal(canonicalName('SwiftURL', 'https://Example.org/a/B.git'), 'example.org/a/b');
  assert.equal(rowKey('Debian:12.5', 'curl'), rowKey('Debian:12', 'curl'));
});
