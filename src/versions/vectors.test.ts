import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { zstdDecompressSync } from 'node:zlib';
import { coarseVersion, compareVersions, schemeOfType } from './index.ts';
import type { PurlParts } from './purl-model.ts';
import { canonicalPurl, formatPurl, readPurl } from './purl.ts';
import { versFromNative } from './vers-native.ts';
import { canonicalVers, readVers, versContains } from './vers.ts';

/** The vectors are others' work under their own licences: read in place, never part of this repository. */
const VECTORS = path.resolve(import.meta.dirname, '../../../shared/data/vectors');

function skipped(folder: string): string | false {
  const place = path.join(VECTORS, folder);
  return existsSync(place) ? false : `no test vectors at ${path.relative(process.cwd(), place)}`;
}

function filesOf(folder: string): string[] {
  return readdirSync(path.join(VECTORS, folder)).sort();
}

function textOf(folder: string, file: string): string {
  const bytes = readFileSync(path.join(VECTORS, folder, file));
  return (file.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes).toString('utf8');
}

const ECOSYSTEMS: Readonly<Record<string, string>> = {
  alpine: 'Alpine',
  cran: 'CRAN',
  debian: 'Debian',
  hackage: 'Hackage',
  maven: 'Maven',
  nuget: 'NuGet',
  packagist: 'Packagist',
  pub: 'Pub',
  pypi: 'PyPI',
  redhat: 'Red Hat',
  rubygems: 'RubyGems',
  semver: 'npm',
};

const SIGNS = ['<', '=', '>'];

test('lines of `a < b` per ecosystem', { skip: skipped('versions') }, (context) => {
  let rows = 0;
  const wrong: string[] = [];
  for (const file of filesOf('versions')) {
    const ecosystem = ECOSYSTEMS[file.split('-')[0] ?? ''];
    assert.ok(ecosystem !== undefined, `no ecosystem for ${file}`);
    for (const line of textOf('versions', file).split('\n')) {
      const row = /^(?!# |\/\/ )(.+?) ([<=>]) (.+)$/.exec(line.trim());
      if (row === null) continue;
      rows += 1;
      if (!holds(ecosystem, row[1]!, row[2]!, row[3]!)) wrong.push(`${file}: ${line}`);
    }
  }
  context.diagnostic(`${rows} rows, ${wrong.length} wrong`);
  assert.deepEqual(wrong, []);
  assert.ok(rows > 30_000, 'the vectors shrank');
});

function holds(ecosystem: string, a: string, sign: string, b: string): boolean {
  const order = compareVersions(ecosystem, a, b);
  if (order === undefined || SIGNS[order + 1] !== sign) return false;
  if (compareVersions(ecosystem, b, a) !== -order + 0) return false;
  const [first, second] = [coarseVersion(ecosystem, a), coarseVersion(ecosystem, b)];
  if (first === undefined || second === undefined) return true;
  return order === 0 ? first === second : first <= second === order < 0 || first === second;
}

interface PurlCase {
  readonly test_type: 'parse' | 'build' | 'validate';
  readonly input: string & PurlParts;
  readonly expected_output: unknown;
  readonly expected_failure?: boolean;
}

test('the package-url specification', { skip: skipped('purl') }, (context) => {
  const counts = { parse: 0, build: 0, validate: 0 };
  const wrong: string[] = [];
  for (const file of filesOf('purl')) {
    const { tests } = JSON.parse(textOf('purl', file)) as { tests: PurlCase[] };
    for (const row of tests) {
      counts[row.test_type] += 1;
      const { value, problem } = purlAnswer(row);
      const right =
        row.expected_failure === true
          ? problem !== undefined
          : isDeepStrictEqual(value, row.expected_output);
      if (!right) wrong.push(`${file}: ${row.test_type} ${JSON.stringify(row.input)}`);
    }
  }
  context.diagnostic(JSON.stringify(counts));
  assert.deepEqual(wrong, []);
  assert.deepEqual(counts, { parse: 206, build: 176, validate: 204 });
});

function purlAnswer({ test_type: kind, input }: PurlCase): {
  value?: unknown;
  problem?: string | undefined;
} {
  if (kind === 'parse') return readPurl(input);
  return kind === 'build' ? formatPurl(input) : canonicalPurl(input, { lenient: true });
}

interface VersCase {
  readonly test_type: string;
  readonly input: string & {
    readonly input_scheme: string;
    readonly versions: readonly string[];
    readonly scheme: string;
    readonly native_range: string;
    readonly vers: string;
    readonly version: string;
  };
  readonly expected_output: unknown;
  readonly expected_failure?: boolean;
  readonly expected_message?: string;
}

/** Rows that we believe wrong, with what we answer instead. */
const WRONG_ROWS: ReadonlyMap<string, string> = new Map([
  // node-semver 7.8.1: new Range('>= 0.2.0 <= 0.9.6 || ~0.8.0-pre').range === '>=0.2.0 <=0.9.6||>=0.8.0-pre <0.9.0-0'
  ['>= 0.2.0 <= 0.9.6 || ~0.8.0-pre', 'vers:npm/>=0.2.0|>=0.8.0-pre|<0.9.0|<=0.9.6'],
]);

test('the VERS specification', { skip: skipped('vers') }, (context) => {
  let rows = 0;
  const wrong: string[] = [];
  for (const file of filesOf('vers')) {
    const { tests } = JSON.parse(textOf('vers', file)) as { tests: VersCase[] };
    for (const row of tests) {
      rows += 1;
      const answer = versAnswer(row);
      const expected =
        WRONG_ROWS.get(row.input.native_range) ?? row.expected_message ?? row.expected_output;
      if (!isDeepStrictEqual(answer, expected)) wrong.push(`${file}: ${JSON.stringify(row.input)}`);
    }
  }
  context.diagnostic(
    `${rows} rows, ${wrong.length} wrong, ${WRONG_ROWS.size} believed wrong themselves`,
  );
  assert.deepEqual(wrong, []);
  assert.equal(rows, 2_701);
});

function versAnswer(row: VersCase): unknown {
  const { input } = row;
  switch (row.test_type) {
    case 'parse':
      return parseAnswer(input);
    case 'validate':
      return canonicalVers(input).value;
    case 'from_native':
      return versFromNative(input.scheme, input.native_range).value;
    case 'containment': {
      const vers = readVers(canonicalVers(input.vers).value!).value!;
      return versContains(vers, input.version);
    }
    case 'equality':
      return sortedBy(input.input_scheme, input.versions)[1];
    default:
      return comparisonAnswer(row);
  }
}

function parseAnswer(text: string): unknown {
  const { value, problem } = readVers(text);
  if (value === undefined) return problem;
  return {
    scheme: value.type,
    version_constraints: value.constraints.map(({ comparator, version }) => [comparator, version]),
  };
}

/** The versions in order, and whether the first two are equal. */
function sortedBy(type: string, versions: readonly string[]): readonly [string[], boolean] {
  const scheme = schemeOfType(type)!;
  const values = new Map(versions.map((version) => [version, scheme.parse(version)]));
  assert.ok(![...values.values()].includes(undefined), `${type}: ${versions.join(' ')}`);
  const order = (a: string, b: string) => scheme.compare(values.get(a), values.get(b));
  return [[...versions].sort(order), order(versions[0]!, versions[1]!) === 0];
}

/** Some rows spell the expected versions in another case; equal versions are equal in any spelling. */
function comparisonAnswer({ input, expected_output: expected }: VersCase): unknown {
  const scheme = schemeOfType(input.input_scheme)!;
  const [sorted] = sortedBy(input.input_scheme, input.versions);
  const spellings = expected as readonly string[];
  return sorted.map((version, index) => {
    const spelling = spellings[index] ?? '';
    const same = scheme.compare(scheme.parse(version), scheme.parse(spelling)) === 0;
    return same ? spelling : version;
  });
}
