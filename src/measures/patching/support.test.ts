import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EolCycle, EolProduct } from '../../advisories/model.ts';
import { unsupportedSystem } from './support.ts';

const NOW = new Date('2026-11-01T08:00:00Z');

function lookUp(slug: string): EolProduct[] {
  const cycles: Record<string, EolCycle[]> = {
    debian: [
      { cycle: '12', eol: '2026-07-11', extended: '2028-06-30' },
      { cycle: '10', eol: '2022-09-10', extended: '2024-06-30' },
    ],
    ubuntu: [
      { cycle: '20.04', eol: '2025-05-31', extended: '2030-04-02' },
      { cycle: '24.04', eol: '2029-05-31' },
    ],
    almalinux: [{ cycle: '8', eol: false }],
    centos: [{ cycle: '7', released: '2014-07-07', eol: true }],
  };
  const own = cycles[slug];
  return own === undefined ? [] : [{ slug, title: slug, url: '', identifiers: [], cycles: own }];
}

function ended(id: string, versionId: string | undefined, ...entitlements: 'ubuntu-pro'[]) {
  const os = versionId === undefined ? { id } : { id, versionId };
  const asset = { os, ...(entitlements.length === 0 ? {} : { entitlements }) };
  return unsupportedSystem(asset, lookUp, NOW)?.since.slice(0, 10);
}

test('Debian is repaired by its LTS for everybody; others beyond their end only for those entitled', () => {
  assert.equal(ended('debian', '12'), undefined);
  assert.equal(ended('debian', '10'), '2024-06-30');
  assert.equal(ended('ubuntu', '20.04'), '2025-05-31');
  assert.equal(ended('ubuntu', '20.04', 'ubuntu-pro'), undefined);
  assert.equal(ended('ubuntu', '24.04'), undefined);
  assert.equal(ended('almalinux', '8.10'), undefined, 'no end is known');
  assert.equal(ended('centos', '7'), '2014-07-07', 'ended, and nobody says when');
  assert.equal(ended('debian', undefined), undefined);
  assert.equal(ended('plan9', '4'), undefined);
});
