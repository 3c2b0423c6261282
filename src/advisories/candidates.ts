/** The rows of the index that speak of a component, judged; what two components have in common is judged once. */
import { coverageOf, type Coverage } from './coverage.ts';
import type { AdvisoryIndex } from './index-open.ts';
import { judgeRow, type RowVerdict } from './match-row.ts';
import type { MatchPackage } from './match-model.ts';
import { lookupsFor, type Lookup } from './match-names.ts';
import type { AdvisoryRow, Feed } from './model.ts';

/** What one feed says of a component under one name. */
export interface Candidate {
  readonly feed: Feed;
  readonly lookup: Lookup;
  readonly rows: readonly AdvisoryRow[];
  readonly ids: ReadonlySet<string>;
  /** Verdicts of the rows that do not simply lie outside. */
  readonly hits: readonly RowVerdict[];
}

export interface Candidates {
  coverage(ecosystem: string): Coverage;
  of(item: MatchPackage): readonly Candidate[];
}

/** Rows held at most, so that a portfolio's memory stays bounded. */
const MOST_ROWS = 300_000;

export function candidatesIn(index: AdvisoryIndex, now: Date): Candidates {
  const coverages = new Map<string, Coverage>();
  const rowsOf = new Map<string, Pick<Candidate, 'rows' | 'ids'>>();
  const judged = new Map<string, Candidate>();
  let held = 0;

  function coverage(ecosystem: string): Coverage {
    let found = coverages.get(ecosystem);
    if (found === undefined) {
      found = coverageOf(index, ecosystem, now);
      coverages.set(ecosystem, found);
    }
    return found;
  }

  function read(feed: Feed, ecosystem: string, name: string): Pick<Candidate, 'rows' | 'ids'> {
    const key = `${feed.id}\0${ecosystem}\0${name}`;
    let found = rowsOf.get(key);
    if (found === undefined) {
      const rows = index.rows(feed, ecosystem, name);
      found = { rows, ids: new Set(rows.map(({ id }) => id)) };
      if (held > MOST_ROWS) forget();
      held += rows.length + 1;
      rowsOf.set(key, found);
    }
    return found;
  }

  function forget(): void {
    rowsOf.clear();
    judged.clear();
    held = 0;
  }

  function judge(item: MatchPackage, feed: Feed, lookup: Lookup): Candidate | undefined {
    const { ecosystem, arch = '', module = '' } = item;
    const { rows, ids } = read(feed, ecosystem, lookup.name);
    if (rows.length === 0) return undefined;
    const key = [feed.id, ecosystem, lookup.name, lookup.version, arch, module, lookup.by].join(
      '\0',
    );
    let found = judged.get(key);
    if (found === undefined) {
      const hits = rows
        .map((row) => judgeRow(item, lookup, row))
        .filter(({ says }) => says !== 'outside');
      found = { feed, lookup, rows, ids, hits };
      held += hits.length + 1;
      judged.set(key, found);
    }
    return found;
  }

  return {
    coverage,
    of: (item) =>
      coverage(item.ecosystem).feeds.flatMap(({ feed }) =>
        lookupsFor(item, feed).flatMap((lookup) => judge(item, feed, lookup) ?? []),
      ),
  };
}
