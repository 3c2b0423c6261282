import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anInputFile, extracted } from '../../../test/support/input-files.ts';
import { syftJson } from './syft.ts';

test('artifacts by package URL or name, and the distribution they are of', async () => {
  const text = JSON.stringify({
    artifacts: [
      { name: 'libc6', foundBy: 'dpkg', purl: 'pkg:deb/debian/libc6@2.36-9?upstream=glibc' },
      { name: 'busybox', version: '1.31.1', type: 'binary', purl: '' },
      { type: 'binary' },
    ],
    distro: { id: 'debian', versionID: '12' },
  });
  const all = await extracted(syftJson, anInputFile('a.syft.json', text));
  assert.deepEqual(
    all.map((one) =>
      one.kind === 'package' ? `${one.found.type} ${one.found.name} ${one.found.version}` : one,
    ),
    [
      {
        kind: 'unread',
        reason: 'invalid',
        detail: 'artifacts[2]: neither a name nor a package URL',
      },
      { kind: 'distribution', distribution: { id: 'debian', version: '12' } },
      'deb libc6 2.36-9',
      'generic busybox 1.31.1',
    ],
  );
});

test('which files are taken', async () => {
  const head = Buffer.from('{\n "artifacts": [\n {"name":"a","foundBy":"x"');
  assert.equal(syftJson.peek?.accepts(head, 'sbom.json'), true);
  assert.equal(syftJson.peek.accepts(Buffer.from('{}'), 'sbom.json'), false);
  assert.deepEqual(
    ['a.syft.json', 'x/sbom.json', 'bom.json'].map((path) => syftJson.wants(path)),
    [true, true, false],
  );
  await assert.rejects(extracted(syftJson, anInputFile('a.syft.json', '{}')), { code: 'bad_file' });
});
