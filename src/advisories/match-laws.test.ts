/** Laws of matching that hold whatever the feeds say: order never matters, silence is never made, a fix never adds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { aPackage, anIndex, NOW, type AFeed } from '../../test/support/advisories.ts';
import { matchPackages } from './match.ts';
import type { MatchPackage } from './match-model.ts';
import { ROW_STATES, type AdvisoryRow } from './model.ts';
import type { Finding } from './verdict.ts';

const version = fc.constantFrom('0.9.0', '1.0.0', '1.5.0', '2.0.0', '3.0.0', '', 'strange');
const name = fc.constantFrom('a', 'b');
const identifier = fc.constantFrom('GHSA-1', 'GHSA-2', 'CVE-2024-1', 'CVE-2024-2', 'OSV-1');

const range = fc.oneof(
  fc.record({
    type: fc.constantFrom('SEMVER', 'ECOSYSTEM', 'GIT', 'NEW'),
    events: fc
      .tuple(fc.constantFrom('0', '1.0.0', '2.0.0'), fc.option(version, { nil: undefined }))
      .map(([introduced, fixed]) => [{ introduced }, ...(fixed ? [{ fixed }] : [])]),
  }),
);

const row = fc
  .record({
    id: identifier,
    state: fc.constantFrom(...ROW_STATES),
    ranges: fc.option(fc.array(range, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    versions: fc.option(fc.array(version, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  })
  .map(({ ranges, versions, ...rest }) => ({
    ...rest,
    ...(ranges === undefined ? {} : { ranges }),
    ...(versions === undefined ? {} : { versions }),
  }));

const feed = fc.record({
  ecosystem: fc.constant('npm'),
  asOf: fc.constantFrom('2025-12-31T00:00:00Z', '2020-01-01T00:00:00Z'),
  packages: fc.dictionary(name, fc.array(row, { maxLength: 4 })),
  said: fc.uniqueArray(
    fc.record({
      id: identifier,
      aliases: fc.array(identifier, { maxLength: 2 }),
      upstream: fc.array(fc.constantFrom('CVE-2024-1', 'CVE-2024-3'), { maxLength: 2 }),
      status: fc.constantFrom('active', 'active', 'withdrawn', 'disputed'),
    }),
    { selector: ({ id }) => id },
  ),
});

const feeds = fc
  .array(feed, { minLength: 1, maxLength: 3 })
  .map((list): AFeed[] => list.map((one, at) => ({ id: `feed${at}`, ...one })));

const packages = fc.uniqueArray(
  fc.record({ name, version }).map((part): MatchPackage => aPackage(part)),
  { selector: ({ purl }) => purl, minLength: 1, maxLength: 4 },
);

function match(list: readonly AFeed[], items: readonly MatchPackage[], all = false): Finding[] {
  return matchPackages(items, anIndex(list), { now: NOW, all }).findings;
}

function reversed(list: readonly AFeed[]): AFeed[] {
  return list.toReversed().map((one) => ({
    ...one,
    packages: Object.fromEntries(
      Object.entries(one.packages ?? {})
        .toReversed()
        .map(([key, rows]) => [key, rows.toReversed().map(turned)]),
    ),
    said: (one.said ?? []).toReversed().map((record) => ({
      ...record,
      aliases: (record.aliases ?? []).toReversed(),
    })),
  }));
}

function turned(one: Partial<AdvisoryRow> & { id: string }): Partial<AdvisoryRow> & { id: string } {
  if (one.ranges === undefined) return one;
  return { ...one, ranges: one.ranges.toReversed() };
}

/** Without the numbers and words of ranges, which name them as they stand in the record. */
function verdicts(found: readonly Finding[]): string[] {
  return found.map(({ key, id, aliases, upstream, state, reason, fixed, fixState, explain }) =>
    JSON.stringify([
      key,
      id,
      aliases,
      upstream,
      state,
      reason,
      fixed,
      fixState,
      explain.matched,
      said(explain),
    ]),
  );
}

function said({ feeds: words }: Finding['explain']): string[] {
  return words.map(({ feed: id, record, says }) => [id, record, says].join(' ')).toSorted();
}

test('the order of feeds, rows, ranges, aliases and packages never changes the answer', () => {
  fc.assert(
    fc.property(feeds, packages, fc.boolean(), (list, items, all) => {
      const forward = verdicts(match(list, items, all));
      assert.deepEqual(verdicts(match(reversed(list), items.toReversed(), all)), forward);
      const alone = items.flatMap((item) => verdicts(match(list, [item], all)));
      assert.deepEqual(alone.toSorted(), forward.toSorted(), 'nor do the other packages');
    }),
    { numRuns: 200 },
  );
});

test('removing a feed never makes a silence that counts, nor a denial that no other feed utters', () => {
  fc.assert(
    fc.property(feeds, packages, fc.nat(2), (list, items, gone) => {
      const removed = list[gone % list.length];
      const rest = list.filter((one) => one !== removed);
      const before = matchPackages(items, anIndex(list), { now: NOW, all: true });
      const after = matchPackages(items, anIndex(rest), { now: NOW, all: true });
      for (const [at, { state }] of before.components.entries()) {
        if (state === 'unknown') assert.equal(after.components[at]?.state, 'unknown');
      }
      for (const finding of after.findings) {
        if (finding.state !== 'not_affected') continue;
        const own = finding.explain.feeds.filter(({ record }) => record !== null);
        assert.ok(own.length > 0 && own.every(({ feed: id }) => id !== removed?.id));
      }
      if (rest.length === 0) {
        assert.deepEqual(after.findings, []);
        assert.ok(after.components.every(({ state }) => state === 'unknown'));
      }
    }),
    { numRuns: 150 },
  );
});

test('a row that says "fixed" never adds to what is affected', () => {
  fc.assert(
    fc.property(feeds, packages, name, row, (list, items, where, extra) => {
      const [first, ...others] = list;
      assert.ok(first);
      const mine = first.packages?.[where] ?? [];
      const known = new Set(mine.map(({ id }) => id));
      fc.pre(known.has(extra.id));
      const more = [
        {
          ...first,
          packages: {
            ...first.packages,
            [where]: [...mine, { ...extra, state: 'fixed' as const }],
          },
        },
        ...others,
      ];
      const names = (found: readonly Finding[]): Set<string> =>
        new Set(
          found
            .filter(({ state }) => state === 'affected')
            .flatMap(({ purl, id, aliases, explain }) =>
              // A notice that its parts told so far stands in their explanations.
              [id, ...aliases, ...explain.feeds.map(({ record }) => record ?? '')].map(
                (one) => `${purl} ${one}`,
              ),
            ),
        );
      const before = names(match(list, items));
      for (const { state, purl, id } of match(more, items))
        if (state === 'affected') assert.ok(before.has(`${purl} ${id}`), `${purl} ${id}`);
    }),
    { numRuns: 150 },
  );
});

test('versions of 100,000 characters, in the component and in the advisory, end in time', () => {
  const long = [`1${'.1'.repeat(50_000)}`, `1.0-${'a.'.repeat(49_000)}a`];
  for (const ecosystem of ['npm', 'Debian:12', 'Maven', 'AlmaLinux:9']) {
    const rows = long.map((fixed, at) => ({
      id: `X-${at}`,
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
    }));
    const items = long.map((one) => aPackage({ name: 'lib', ecosystem, version: one }));
    const index = anIndex([{ id: 'f', ecosystem, packages: { lib: rows } }]);
    const { components } = matchPackages(items, index, { now: NOW });
    assert.equal(components.length, long.length);
  }
});
