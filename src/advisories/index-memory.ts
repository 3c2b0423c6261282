/** An index of a few records at hand, in memory: what an advisory that nobody has taken over yet would say. */
import { canonicalEcosystem, ecosystemBase } from './ecosystem.ts';
import type { AdvisoryIndex } from './index-open.ts';
import type { RecordItem } from './item.ts';
import { aliasKey, rowKey } from './keys.ts';
import type { AdvisoryRecord, Feed } from './model.ts';
import { decodeRow, encodeRow, withoutImpliedVersions, type RowCode } from './row-code.ts';

/** Each ecosystem that the records speak of becomes a feed, fresh at `now`. */
export function indexOfRecords(items: readonly RecordItem[], now: Date): AdvisoryIndex {
  const codes = new Map<string, RowCode[]>();
  const releases = new Set<string>();
  const records = new Map<string, AdvisoryRecord>();
  const named = new Map<string, string[]>();
  for (const { record, rows } of items) {
    records.set(record.id, record);
    for (const alias of new Set([...record.aliases, ...record.upstream]))
      put(named, aliasKey(alias), record.id);
    for (const { ecosystem, name, row } of rows) {
      put(codes, rowKey(ecosystem, name), encodeRow(withoutImpliedVersions(ecosystem, row)));
      releases.add(canonicalEcosystem(ecosystem));
    }
  }
  const feeds = new Map(
    [...new Set([...releases].map(ecosystemBase))]
      .sort()
      .map((base) => [base, feedOf(base, items.length, now)]),
  );
  const codesOf = (ecosystem: string, name: string): readonly RowCode[] =>
    codes.get(rowKey(ecosystem, name)) ?? [];
  return {
    manifest: { schema: 'holdfast.advisories/1', feeds: [...feeds.values()] },
    feedsFor(ecosystem) {
      const canonical = canonicalEcosystem(ecosystem);
      const feed = releases.has(canonical) ? feeds.get(ecosystemBase(canonical)) : undefined;
      return feed === undefined ? [] : [feed];
    },
    rows: (_feed, ecosystem, name) => codesOf(ecosystem, name).map(decodeRow),
    codes: (_feed, ecosystem, name) => codesOf(ecosystem, name),
    record: (_feed, id) => records.get(id),
    namedBy: (_feed, alias) => named.get(aliasKey(alias)) ?? [],
    intel: () => ({}),
    eol: () => [],
    products: () => [],
    windows: () => [],
    close: () => undefined,
  };
}

function put<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const held = map.get(key);
  if (held === undefined) map.set(key, [value]);
  else held.push(value);
}

const A_DAY = 86_400;

function feedOf(ecosystem: string, records: number, now: Date): Feed {
  return {
    id: `given:${ecosystem}`,
    source: 'given',
    ecosystem,
    asOf: now.toISOString(),
    updatedAt: now.toISOString(),
    maxAgeSeconds: A_DAY,
    records,
    rows: 1,
    sha256: '',
    seesUnfixed: true,
    segment: '',
    from: 'given',
  };
}
