/** Feeds and findings that differ from one version of the advisories to the next: some stay, some change, some come and go. */
import type { Matcher } from '../../src/measures/scanning/model.ts';
import { aFindingOf } from './a-finding.ts';

export function versionedMatcher(version: string): Matcher {
  const isNew = version === 'new';
  return {
    feeds: [
      {
        id: 'osv:Debian',
        source: 'osv',
        ecosystem: 'Debian',
        asOf: '2026-01-01T00:00:00Z',
        updatedAt: '2026-01-01T00:00:00Z',
        maxAgeSeconds: 1e9,
        records: 1,
        rows: 1,
        sha256: version,
        seesUnfixed: true,
        segment: version,
        from: 'a test',
      },
    ],
    match: (packages) => ({
      findings: packages.flatMap(({ purl, name }) => {
        const number = Number(name.slice(3));
        const flaws = [0, 1, number % 2 === 0 ? 2 : 3, isNew ? 4 : 5];
        return flaws.map((flaw) =>
          aFindingOf(purl, `CVE-2026-${flaw}`, {
            key: `${purl} ${flaw}`,
            summary: flaw === 0 ? 'the same in every version' : `as of ${version}`,
            state: flaw === 1 && isNew ? 'unknown' : 'affected',
          }),
        );
      }),
      components: packages.map(({ purl }) => ({ purl, state: 'assessed', limits: [] })),
    }),
  };
}
