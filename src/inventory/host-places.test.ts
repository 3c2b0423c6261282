import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inFolder, put } from '../../test/support/target-folder.ts';
import { hostPlaces, isInsidePackage } from './host-places.ts';

test('the insides of packages are left out, their descriptions, programs and luggage are not', () => {
  const python = 'usr/lib/python3/dist-packages';
  const node = 'usr/lib/node_modules';
  for (const path of [
    `${python}/six-1.0.dist-info`,
    `${python}/old.egg-info`,
    `${python}/setuptools/_vendor/jaraco.text-1.dist-info`,
    `${python}/pip`,
    'usr/local/lib/python3.12/site-packages',
    `${node}/npm`,
    `${node}/@scope/pack`,
    `${node}/npm/node_modules`,
    `${node}/npm/node_modules/tar`,
    `${node}/@esbuild/linux-x64/bin`,
    'usr/local/go/bin',
    'usr/local/go/pkg/tool/linux_amd64',
    'opt/src',
    'opt/include-me',
  ]) {
    assert.equal(isInsidePackage(path), false, path);
  }
  for (const path of [
    `${python}/numpy`,
    `${python}/pip/_internal`,
    'usr/lib/python3.11/unittest',
    `${node}/npm/lib`,
    `${node}/@scope/pack/dist`,
    'usr/local/go/src',
    'usr/lib/go-1.22/test',
    'usr/local/include',
    'opt/tool/__pycache__',
  ]) {
    assert.equal(isInsidePackage(path), true, path);
  }
});

test('versions and persons are looked up', async () => {
  await inFolder((root) => {
    put(root, { 'usr/lib/python3.11/x': '', 'usr/lib/perl/x': '', 'home/nurse/x': '' });
    const places = hostPlaces(root);
    assert.deepEqual(places, [...places].sort());
    assert.ok(places.includes('usr/lib/python3.11') && places.includes('home/nurse/.cargo/bin'));
    assert.ok(!places.includes('usr/lib/perl') && places.includes('root/go/bin'));
    return Promise.resolve();
  });
});
