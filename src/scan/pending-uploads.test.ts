import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Package } from '../inventory/schema.ts';
import { pendingUploads, readAptOffers, wantedNames } from './pending-uploads.ts';
import { flawWords } from './words.ts';

const installed = (name: string, version: string, over: Partial<Package> = {}): Package => ({
  purl: `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-12`,
  type: 'deb',
  ecosystem: 'Debian:12',
  name,
  version,
  arch: 'amd64',
  evidence: 'installed',
  locations: [],
  ...over,
});

const stanza = (name: string, version: string, arch = 'amd64'): string =>
  `Package: ${name}\nSource: src-${name}\nVersion: ${version}\nArchitecture: ${arch}\nDescription: says\n Version: 99\n`;

test('what a security repository offers and the machine has not taken is a finding, without any CVE', async (t) => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-lists-'));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  const write = (name: string, text: string): void =>
    fs.writeFileSync(path.join(directory, name), text);
  write(
    'deb.example_dists_bookworm-security_InRelease',
    'Hash: SHA256\n\nOrigin: Debian\nLabel: Debian-Security\nSuite: oldstable-security\nVersion: 12\n',
  );
  write(
    'deb.example_dists_bookworm-security_main_binary-amd64_Packages',
    [
      stanza('old', '1.0-2'),
      stanza('old', '1.0-1+deb12u1'),
      stanza('current', '2.0-1'),
      stanza('foreign', '9', 'arm64'),
      stanza('removed', '9'),
      stanza('absent', '9'),
    ].join('\n'),
  );
  write(
    'deb.example_dists_bookworm_InRelease',
    'Origin: Debian\nLabel: Debian\nSuite: oldstable\nVersion: 12.15\n',
  );
  write('deb.example_dists_bookworm_main_binary-amd64_Packages', stanza('feature', '5'));
  write('deb.example_dists_bookworm-security_main_binary-i386_Packages.lz4', 'no list');
  const packages = [
    installed('old', '1.0-1'),
    installed('current', '2.0-1'),
    installed('foreign', '1'),
    installed('feature', '1'),
    installed('removed', '1', { state: 'config-files' }),
  ];
  const { offers, unread } = await readAptOffers(
    wantedNames(packages),
    new AbortController().signal,
    directory,
  );
  const findings = pendingUploads(packages, offers);
  assert.deepEqual(
    findings.map(({ id, purl, fixed, explain }) => [id, purl, fixed, explain.sentence]),
    [
      [
        'PENDING-SECURITY-UPLOAD',
        packages[0]?.purl,
        ['1.0-2'],
        'old 1.0-1 has a pending security upload: 1.0-2 is offered from Debian-Security:12/oldstable-security.',
      ],
    ],
  );
  assert.equal(unread.length, 1, 'a list that cannot be read is told');
});

test('a machine without lists is offered nothing', async () => {
  const signal = new AbortController().signal;
  const told = await readAptOffers(new Set(['bash amd64']), signal, '/nowhere');
  assert.deepEqual(told, { offers: [], unread: [] });
});

test('uploads are counted apart from flaws, which have names', () => {
  const offers = [{ from: 'Debian-Security:12/oldstable-security', versions: new Map() }];
  for (const name of ['one', 'two']) offers[0]?.versions.set(`${name} amd64`, '2');
  const found = pendingUploads([installed('one', '1'), installed('two', '1')], offers);
  assert.equal(
    flawWords(found, 80),
    '0 vulnerabilities in 0 components of 80, 2 pending security uploads',
  );
  assert.equal(flawWords([]), '0 vulnerabilities in 0 components');
});
