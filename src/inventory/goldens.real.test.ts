/** What other scanners find in their own test files is found here too; where we differ, the reason stands beside it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { extracted, inputTree } from '../../test/support/input-files.ts';
import { absent, sharedArchive } from '../../test/support/shared-data.ts';
import { extractors } from './extractors.ts';
import type { Extractor, InputFile } from './schema.ts';

const TRIVY = 'quality/trivy-integration.tar.zst';
const OSV_SCANNER = 'quality/osv-scanner.tar.zst';

interface Golden {
  readonly ArtifactName?: string;
  readonly Results?: readonly {
    readonly Target: string;
    readonly Type?: string;
    readonly Packages?: readonly {
      readonly Name: string;
      readonly Version?: string;
      readonly Relationship?: string;
    }[];
    readonly Vulnerabilities?: readonly {
      readonly PkgName: string;
      readonly InstalledVersion: string;
    }[];
  }[];
}

/** Results of these types are others' part, or of a kind that is not read. */
const OTHER_TYPES = new Set(
  'cocoapods dotnet-core gomod gradle julia nuget packages-props pom sbt'.split(' '),
);

function tree(archive: string): ReadonlyMap<string, InputFile> {
  return inputTree(Object.fromEntries(sharedArchive(archive)));
}

async function readAs(file: InputFile, extractor: Extractor): Promise<string[]> {
  const all = await extracted(extractor, file);
  return all.flatMap((one) => {
    if (one.kind !== 'package') return [];
    const { namespace, name, version } = one.found;
    return [`${namespace === undefined ? '' : `${namespace}/`}${name} ${version}`];
  });
}

function extractorOf(file: string): Extractor | undefined {
  return extractors.find((one) => one.peek === undefined && one.wants(file));
}

interface Expected {
  /** Of the report. */
  readonly name: string;
  readonly file: string;
  readonly labels: ReadonlySet<string>;
}

test('Trivy: every package of its expected reports', { skip: absent(TRIVY) }, async (t) => {
  const files = tree(TRIVY);
  let reports = 0;
  let packages = 0;
  for (const [name, golden] of files) {
    if (!name.endsWith('.json.golden')) continue;
    const report = JSON.parse((await golden.bytes(golden.size)).toString('utf8')) as Golden;
    for (const { file, labels } of expectedIn(path.basename(name), report)) {
      const full = [...files.keys()].find((one) => one.endsWith(file)) ?? '';
      const extractor = extractorOf(full);
      assert.ok(extractor !== undefined, `${name}: ${file}`);
      const ours = new Set(await readAs(files.get(full)!, extractor));
      for (const one of labels) assert.ok(ours.has(spelt(one, extractor)), `${name}: ${one}`);
      reports += 1;
      packages += labels.size;
    }
  }
  assert.ok(reports >= 15, `only ${reports} reports`);
  t.diagnostic(`${packages} packages of ${reports} reports`);
});

function expectedIn(name: string, { ArtifactName = '', Results = [] }: Golden): Expected[] {
  if (!ArtifactName.includes('fixtures/repo/')) return [];
  return Results.filter(({ Type = '' }) => !OTHER_TYPES.has(Type)).flatMap((result) => {
    const { Target, Packages = [], Vulnerabilities = [] } = result;
    const labels = new Set([
      ...Packages.filter(({ Relationship }) => Relationship !== 'root').map(
        (one) => `${one.Name} ${one.Version ?? ''}`,
      ),
      ...Vulnerabilities.map((one) => `${one.PkgName} ${one.InstalledVersion}`),
    ]);
    return labels.size === 0 ? [] : [{ name, file: `${ArtifactName}/${Target}`, labels }];
  });
}

/** Names of Python packages as advisories spell them (PEP 503). */
function spelt(label: string, { id }: Extractor): string {
  const [name = '', version = ''] = label.split(' ');
  return id.startsWith('pypi-')
    ? `${name.toLowerCase().replace(/[-_.]+/g, '-')} ${version}`
    : label;
}

const FOUND =
  /Scanned <rootdir>\/(testdata\/[^ ]+) file (?:as a [a-z.-]+ )?and found (\d+) package/g;

test(
  'osv-scanner: as many packages a file as it counts',
  { skip: absent(OSV_SCANNER) },
  async (t) => {
    const files = tree(OSV_SCANNER);
    let compared = 0;
    for (const [name, file] of files) {
      if (!name.endsWith('.snap')) continue;
      const folder = path.dirname(path.dirname(name));
      const text = (await file.bytes(file.size)).toString('utf8');
      const counts = new Map(
        [...text.matchAll(FOUND)].map(([, of = '', count]) => [of, Number(count)]),
      );
      for (const [of, count] of counts) {
        const scanned = files.get(`${folder}/${of}`);
        const extractor = extractorOf(of);
        if (scanned === undefined || extractor === undefined || !MINE.test(extractor.id)) continue;
        const ours = new Set(await readAs(scanned, extractor));
        assert.equal(ours.size, DIFFERENT.get(of)?.[0] ?? count, `${of}\n${[...ours].join('\n')}`);
        compared += 1;
      }
    }
    assert.ok(compared >= 15, `only ${compared} files`);
    t.diagnostic(`${compared} files`);
  },
);

const MINE = /^(?:cargo|composer|conan|cran|gem|hackage|hex|npm|pub|pypi|swift)-/;

/** Our count, and why it is another. */
const DIFFERENT: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['testdata/locks-scalibr/gems.locked', [24, 'one gem of a folder, one for two platforms']],
  ['testdata/exp-plugins-pkgdeprecate/clean/Cargo.lock', [4, 'the project itself is none']],
  [
    'testdata/exp-plugins-pkgdeprecate/deprecated-novuln/Cargo.lock',
    [35, 'the project itself is none'],
  ],
  [
    'testdata/exp-plugins-pkgdeprecate/deprecated-vuln/Cargo.lock',
    [6, 'the project itself is none'],
  ],
]);
