/** Answers that trivy's own tests expect of a small database: the same database, our matcher. */
import YAML from 'yaml';
import type { AdvisoryIndex } from '../../src/advisories/index-open.ts';
import { matchPackages } from '../../src/advisories/match.ts';
import type { MatchPackage } from '../../src/advisories/match-model.ts';
import type { AdvisoryRow } from '../../src/advisories/model.ts';
import { anIndex, NOW, type AFeed } from '../../test/support/advisories.ts';
import { sharedArchive } from '../../test/support/shared-data.ts';
import { compareRows, type Outcome } from './suite.ts';

interface Bucket {
  readonly bucket: string;
  readonly pairs?: readonly (Bucket | Pair)[];
}

interface Pair {
  readonly key: string;
  readonly value?: {
    readonly FixedVersion?: string;
    readonly PatchedVersions?: readonly string[];
    readonly VulnerableVersions?: readonly string[];
    readonly Entries?: readonly {
      readonly FixedVersion?: string;
      readonly Arches?: readonly string[];
    }[];
  };
}

/** trivy's name of a distribution's bucket → OSV's. */
const DISTRIBUTIONS: readonly (readonly [RegExp, (release: string) => string])[] = [
  [/^alpine (\d+\.\d+|edge)$/, (release) => `Alpine:v${release}`],
  [/^alma (\d+)$/, (release) => `AlmaLinux:${release}`],
  [/^amazon linux (\d+)$/, (release) => `Amazon Linux:${release}`],
  [/^debian (\d+)$/, (release) => `Debian:${release}`],
  [/^Oracle Linux (\d+)$/, (release) => `Oracle Linux:${release}`],
  [/^Photon OS (\S+)$/, (release) => `Photon OS:${release}`],
  [/^rocky (\d+)$/, (release) => `Rocky Linux:${release}`],
  [/^ubuntu (\S+)$/, (release) => `Ubuntu:${release}`],
];

const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['cargo', 'crates.io'],
  ['composer', 'Packagist'],
  ['conan', 'ConanCenter'],
  ['erlang', 'Hex'],
  ['go', 'Go'],
  ['maven', 'Maven'],
  ['npm', 'npm'],
  ['nuget', 'NuGet'],
  ['pip', 'PyPI'],
  ['pub', 'Pub'],
  ['rubygems', 'RubyGems'],
  ['swift', 'SwiftURL'],
]);

/** trivy's kind of a result → OSV's ecosystem. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ...['bun', 'npm', 'pnpm', 'yarn'].map((kind) => [kind, 'npm'] as const),
  ...['pip', 'pipenv', 'poetry', 'pylock', 'python-pkg', 'uv'].map(
    (kind) => [kind, 'PyPI'] as const,
  ),
  ...['gradle', 'jar', 'pom', 'sbt'].map((kind) => [kind, 'Maven'] as const),
  ...['dotnet-core', 'nuget', 'packages-props'].map((kind) => [kind, 'NuGet'] as const),
  ...['composer', 'composer-vendor'].map((kind) => [kind, 'Packagist'] as const),
  ['cargo', 'crates.io'],
  ['conan', 'ConanCenter'],
  ['gemspec', 'RubyGems'],
  ['gomod', 'Go'],
  ['hex', 'Hex'],
  ['pub', 'Pub'],
  ['swift', 'SwiftURL'],
]);

const FAMILIES: ReadonlyMap<string, (name: string) => string> = new Map([
  ['alma', (name) => `AlmaLinux:${name}`],
  ['alpine', (name) => `Alpine:v${name}`],
  ['amazon', (name) => `Amazon Linux:${/^\d+(?= )/.exec(name)?.[0] ?? '1'}`],
  ['debian', (name) => `Debian:${name}`],
  ['oracle', (name) => `Oracle Linux:${name}`],
  ['photon', (name) => `Photon OS:${name}`],
  ['rocky', (name) => `Rocky Linux:${name}`],
  ['ubuntu', (name) => `Ubuntu:${name}`],
]);

interface Golden {
  readonly Metadata?: { readonly OS?: { readonly Family: string; readonly Name: string } };
  readonly Results?: readonly {
    readonly Type?: string;
    readonly Class?: string;
    readonly Vulnerabilities?: readonly {
      readonly VulnerabilityID: string;
      readonly PkgName: string;
      readonly InstalledVersion: string;
      readonly FixedVersion?: string;
    }[];
  }[];
}

export function trivyGoldens(): Outcome {
  const files = sharedArchive('quality/trivy-integration.tar.zst');
  const index = anIndex(feedsIn(files));
  const expected = new Set<string>();
  const found = new Set<string>();
  const beyond: Record<string, number> = {};
  for (const answer of answersIn(files)) {
    const judged = judge(answer, index);
    if (typeof judged === 'string') beyond[judged] = (beyond[judged] ?? 0) + 1;
    else {
      expected.add(judged.row);
      if (judged.affected) found.add(judged.row);
    }
  }
  const compared = compareRows(expected, found, () => 'their tests expect it: ours to mend');
  return { suite: 'trivy goldens', ...compared, beyond };
}

interface Answer {
  readonly ecosystem: string | undefined;
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly version: string;
}

function answersIn(files: ReadonlyMap<string, Buffer>): Answer[] {
  const goldens = [...files].filter(([file]) => file.endsWith('.json.golden'));
  return goldens.flatMap(([, bytes]) => {
    const golden = JSON.parse(bytes.toString('utf8')) as Golden;
    return (golden.Results ?? []).flatMap(({ Type = '', Class = '', Vulnerabilities = [] }) =>
      Vulnerabilities.map((one): Answer => ({
        ecosystem: ecosystemOf(golden, Type, Class),
        kind: Type,
        id: one.VulnerabilityID,
        name: one.PkgName,
        version: one.InstalledVersion,
      })),
    );
  });
}

/** A word where it cannot be judged. */
function judge(answer: Answer, index: AdvisoryIndex): { row: string; affected: boolean } | string {
  const { ecosystem, kind, id, name, version } = answer;
  if (ecosystem === undefined) {
    return `${kind}: no such ecosystem in OSV, or not by package and version`;
  }
  const item = itemOf(ecosystem, name, version);
  const { findings } = matchPackages([item], index, { now: NOW, all: true });
  const finding = findings.find((one) => one.id === id);
  if (finding === undefined)
    return 'the small database that is here has no such row for this release';
  return { row: [ecosystem, name, version, id].join(' '), affected: finding.state === 'affected' };
}

/** The answers leave out the source package. */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ...['libcrypto1.1', 'libssl1.1'].map((name) => [name, 'openssl'] as const),
  ...['e2fslibs', 'libcom-err2', 'libcomerr2', 'libext2fs2', 'libss2'].map(
    (name) => [name, 'e2fsprogs'] as const,
  ),
  ['curl-libs', 'curl'],
  ['libidn2-0', 'libidn2'],
  ['musl-utils', 'musl'],
]);

function itemOf(ecosystem: string, name: string, version: string): MatchPackage {
  const source = SOURCES.get(name);
  return {
    purl: `pkg:${name}@${version}`,
    type: 'generic',
    ecosystem,
    name,
    version,
    ...(source === undefined ? {} : { source: { name: source, version } }),
  };
}

function ecosystemOf({ Metadata }: Golden, type: string, kind: string): string | undefined {
  if (kind !== 'os-pkgs') return KINDS.get(type);
  const os = Metadata?.OS;
  return os === undefined ? undefined : FAMILIES.get(os.Family)?.(os.Name);
}

function feedsIn(files: ReadonlyMap<string, Buffer>): AFeed[] {
  const feeds: AFeed[] = [];
  for (const [file, bytes] of files) {
    if (!/fixtures\/db\/[a-z0-9]+\.yaml$/.test(file)) continue;
    const buckets = YAML.parse(bytes.toString('utf8')) as readonly Bucket[] | null;
    for (const bucket of buckets ?? []) {
      const ecosystem = bucketEcosystem(bucket.bucket);
      if (ecosystem === undefined) continue;
      const packages: Record<string, Row[]> = {};
      for (const inner of bucket.pairs ?? []) {
        if ('bucket' in inner) (packages[inner.bucket] ??= []).push(...rowsOf(inner));
      }
      feeds.push({ id: `${file} ${bucket.bucket}`, ecosystem, names: 'both', packages });
    }
  }
  return feeds;
}

type Row = Partial<AdvisoryRow> & { id: string };

function bucketEcosystem(bucket: string): string | undefined {
  for (const [pattern, name] of DISTRIBUTIONS) {
    const release = pattern.exec(bucket)?.[1];
    if (release !== undefined) return name(release);
  }
  return LANGUAGES.get(/^([a-z]+)::/.exec(bucket)?.[1] ?? '');
}

function rowsOf({ pairs = [] }: Bucket): Row[] {
  return pairs.flatMap((pair): Row[] => {
    if (!('key' in pair)) return [];
    const { FixedVersion, VulnerableVersions, Entries = [] } = pair.value ?? {};
    if (VulnerableVersions !== undefined) {
      return [{ id: pair.key, ranges: VulnerableVersions.flatMap(spanOf) }];
    }
    const fixes =
      FixedVersion === undefined ? Entries.map((entry) => entry.FixedVersion) : [FixedVersion];
    return (fixes.length === 0 ? [undefined] : fixes).map((fixed) => ({
      id: pair.key,
      ranges: [
        {
          type: 'ECOSYSTEM',
          events: [
            { introduced: '0' },
            ...(fixed === undefined || fixed === '' ? [] : [{ fixed }]),
          ],
        },
      ],
    }));
  });
}

/** `>=1.0, <1.4 || =2.0` as ranges of OSV. */
function spanOf(text: string): NonNullable<AdvisoryRow['ranges']> {
  const interval = /^[[(]([^,\])]*),([^,\])]*)[\])]$/.exec(text);
  if (interval !== null) {
    const [, from = '', to = ''] = interval;
    return spanOf(`>=${from},${text.endsWith(']') ? '<=' : '<'}${to}`);
  }
  return text.split('||').map((alternative) => {
    let introduced = '0';
    const ends: { fixed?: string; last_affected?: string }[] = [];
    for (const [, sign = '', version = ''] of alternative.matchAll(/([<>=]*)\s*([^\s,<>=]+)/g)) {
      if (sign === '>=' || sign === '>') introduced = version;
      else if (sign === '<') ends.push({ fixed: version });
      else if (sign === '<=') ends.push({ last_affected: version });
      else {
        introduced = version;
        ends.push({ last_affected: version });
      }
    }
    return { type: 'ECOSYSTEM', events: [{ introduced }, ...ends] };
  });
}
