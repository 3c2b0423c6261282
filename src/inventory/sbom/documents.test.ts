/** Every real bill of materials against a count that knows nothing of its format but where package URLs stand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anInputFile, extracted } from '../../../test/support/input-files.ts';
import { absent, sharedArchive } from '../../../test/support/shared-data.ts';
import { readPurl } from '../../versions/purl.ts';
import { cyclonedx } from '../cyclonedx/extractor.ts';
import type { Extractor } from '../schema.ts';
import { spdx } from '../spdx/extractor.ts';
import { syftJson } from './syft.ts';

const ARCHIVE = 'sbom/sboms.tar.zst';

/** What no bill of materials in these formats is, and what is about one package alone. */
const NOT_READ = ['bad-sbom.json', 'invalid_sbom.spdx', 'invalid_spdx.json'];
const SUBJECT_ALONE = ['minimal.cdx.json'];

test(
  'every document gives the packages that its package URLs name',
  { skip: absent(ARCHIVE) },
  async () => {
    let documents = 0;
    let packages = 0;
    for (const [path, bytes] of sharedArchive(ARCHIVE)) {
      const readers = [cyclonedx, spdx, syftJson].filter((one) => takes(one, path, bytes));
      if (NOT_READ.some((name) => path.endsWith(name))) {
        for (const reader of readers) {
          await assert.rejects(extracted(reader, anInputFile(path, bytes)), { code: 'bad_file' });
        }
        continue;
      }
      assert.equal(readers.length, 1, path);
      const all = await extracted(readers[0]!, anInputFile(path, bytes));
      const named = new Set(
        all.flatMap((one) => (one.kind === 'package' ? [one.found.purl] : [])).filter(Boolean),
      );
      const counted = readable(purlsIn(bytes.toString('utf8')));
      const extra = SUBJECT_ALONE.some((name) => path.endsWith(name)) ? 1 : 0;
      assert.equal(named.size, counted.size + extra, path);
      const notes = all.filter(({ kind }) => kind === 'unread');
      assert.equal(notes.length > 0, path.endsWith('bad-purls.cdx.xml'), path);
      documents += 1;
      packages += named.size;
    }
    assert.equal(documents, 65);
    assert.ok(packages > 3400, String(packages));
  },
);

function takes(extractor: Extractor, path: string, bytes: Buffer): boolean {
  const head = bytes.subarray(0, 4096);
  if (extractor.recognises?.(head) === true) return true;
  return extractor.wants(path) && extractor.peek?.accepts(head, path) !== false;
}

function purlsIn(text: string): string[] {
  if (text.startsWith('{')) {
    const { metadata, ...rest } = JSON.parse(text) as Record<string, unknown>;
    assert.ok(metadata === undefined || typeof metadata === 'object');
    return purlsOf(rest);
  }
  const body = text
    .replace(/<metadata>[^]*?<\/metadata>/, '')
    .replaceAll('&amp;', '&')
    .replace(/<!\[CDATA\[([^\]]*)\]\]>/g, '$1');
  const patterns = [
    /<purl>([^<]*)<\/purl>/g,
    /^ExternalRef: \S+ purl (\S+)$/gm,
    /references\/purl"\/>\s*<spdx:referenceLocator>(.*?)</g,
  ];
  return patterns.flatMap((pattern) =>
    [...body.matchAll(pattern)].map(([, purl = '']) => purl.trim()),
  );
}

function purlsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { purl, referenceType, referenceLocator } = value as Record<string, unknown>;
  const own = referenceType === 'purl' ? referenceLocator : purl;
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(purlsOf)];
}

function readable(purls: readonly string[]): Set<string> {
  const valid = purls.filter((purl) => readPurl(purl, { lenient: true }).problem === undefined);
  return new Set(valid.map((purl) => decodeURIComponent(purl)));
}
