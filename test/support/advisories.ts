/** An advisory index in memory, and its parts with everything that a test does not speak of filled in. */
import { canonicalEcosystem, ecosystemBase } from '../../src/advisories/ecosystem.ts';
import type { AdvisoryIndex } from '../../src/advisories/index-open.ts';
import { rowKey } from '../../src/advisories/keys.ts';
import type { MatchPackage } from '../../src/advisories/match-model.ts';
import { encodeRow } from '../../src/advisories/row-code.ts';
import type { AdvisoryRecord, AdvisoryRow, Feed, Intel } from '../../src/advisories/model.ts';

export const NOW = new Date('2026-01-01T00:00:00Z');

export interface AFeed extends Partial<Feed> {
  readonly id: string;
  readonly ecosystem: string;
  /** `Ecosystem/name` → rows; without a slash the name is of the feed's own ecosystem. */
  readonly packages?: Readonly<Record<string, readonly (Partial<AdvisoryRow> & { id: string })[]>>;
  readonly said?: readonly (Partial<AdvisoryRecord> & { id: string })[];
}

export function aRecord(part: Partial<AdvisoryRecord> & { id: string }): AdvisoryRecord {
  return {
    status: 'active',
    aliases: [],
    upstream: [],
    summary: '',
    published: '',
    modified: '',
    cvss: [],
    cwes: [],
    url: '',
    ...part,
  };
}

export function aPackage(part: Partial<MatchPackage> & { name: string }): MatchPackage {
  const { ecosystem = 'npm', version = '1.0.0', type = 'npm' } = part;
  const purl = `pkg:${type}/${part.name}@${version}`;
  return { purl, type, ecosystem, version, ...part };
}

/** A range from the beginning up to `fixed`. */
export function before(fixed: string): Pick<AdvisoryRow, 'ranges'> {
  return { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] };
}

export function aFeedOf(part: AFeed): Feed {
  const feed = { ...part };
  delete (feed as { packages?: unknown }).packages;
  delete (feed as { said?: unknown }).said;
  return {
    source: part.id.split(':')[0] ?? '',
    asOf: '2025-12-31T00:00:00Z',
    updatedAt: '2025-12-31T00:00:00Z',
    maxAgeSeconds: 7 * 86_400,
    records: 1,
    rows: 1,
    sha256: '',
    seesUnfixed: true,
    segment: '',
    from: 'a test',
    ...feed,
  };
}

/** Behaves as `openIndex` does, with nothing on disk. */
export function anIndex(
  parts: readonly AFeed[],
  intel: Readonly<Record<string, Intel>> = {},
): AdvisoryIndex {
  const feeds = parts.map(aFeedOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows = new Map<string, AdvisoryRow[]>();
  const records = new Map<string, AdvisoryRecord>();
  for (const { id, ecosystem, packages = {}, said = [] } of parts) {
    for (const [place, list] of Object.entries(packages)) {
      const cut = place.includes(':') ? place.indexOf('/') : -1;
      const own = cut < 0 ? ecosystem : place.slice(0, cut);
      const key = `${id}\0${rowKey(own, place.slice(cut + 1))}`;
      const given = list.map((row): AdvisoryRow => ({ state: 'affected', ...row }));
      rows.set(key, [...(rows.get(key) ?? []), ...given]);
      for (const row of list) records.set(`${id}\0${row.id}`, aRecord({ id: row.id }));
    }
    for (const record of said) records.set(`${id}\0${record.id}`, aRecord(record));
  }
  return {
    manifest: { schema: 'holdfast.advisories/1', feeds },
    feedsFor(ecosystem) {
      const wanted = canonicalEcosystem(ecosystem);
      return feeds.filter((feed) => {
        const own = canonicalEcosystem(feed.ecosystem);
        return own !== '' && (own === wanted || own === ecosystemBase(wanted));
      });
    },
    rows: (feed, ecosystem, name) => rows.get(`${feed.id}\0${rowKey(ecosystem, name)}`) ?? [],
    codes: (feed, ecosystem, name) =>
      (rows.get(`${feed.id}\0${rowKey(ecosystem, name)}`) ?? []).map(encodeRow),
    record: (feed, id) => records.get(`${feed.id}\0${id}`),
    namedBy: (feed, alias) =>
      [...records]
        .filter(([key]) => key.startsWith(`${feed.id}\0`))
        .filter(([, { aliases, upstream }]) => [...aliases, ...upstream].includes(alias))
        .map(([, { id }]) => id),
    intel: (cve) => intel[cve] ?? {},
    eol: () => [],
    products: () => [],
    windows: () => [],
    close: () => undefined,
  };
}
