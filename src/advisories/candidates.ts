/** The rows of the index that speak of a component, judged; what two components have in common is judged once. */
import { coverageOf, type Coverage } from './coverage.ts';
import type { AdvisoryIndex } from './index-open.ts';
import { judgeRow, type RowVerdict } from './match-row.ts';
import type { MatchPackage } from './match-model.ts';
import { lookupsFor, type Lookup } from './match-names.ts';
import type { AdvisoryRecord, AdvisoryRow, Feed } from './model.ts';

/** What one feed says of a component under one name. */
export interface Candidate {
  readonly feed: Feed;
  readonly lookup: Lookup;
  /** By the id of their record. */
  readonly rows: ReadonlyMap<string, readonly AdvisoryRow[]>;
  /** Verdicts of the rows that do not simply lie outside, by the id of their record. */
  readonly hits: ReadonlyMap<string, readonly RowVerdict[]>;
}

export interface Question {
  readonly feed: Feed;
  readonly lookup: Lookup;
}

export interface Candidates {
  coverage(ecosystem: string): Coverage;
  questions(item: MatchPackage): readonly Question[];
  of(item: MatchPackage, questions: readonly Question[]): readonly Candidate[];
  record(feed: Feed, id: string): AdvisoryRecord | undefined;
}

/** Rows held at most, so that a portfolio's memory stays bounded. */
const MOST_ROWS = 300_000;
const MOST_RECORDS = 20_000;

export function candidatesIn(index: AdvisoryIndex, now: Date): Candidates {
  const coverages = new Map<string, Coverage>();
  const rowsOf = new Map<string, Candidate['rows']>();
  const records = new Map<string, AdvisoryRecord | undefined>();
  let held = 0;

  function coverage(ecosystem: string): Coverage {
    let found = coverages.get(ecosystem);
    if (found === undefined) {
      found = coverageOf(index, ecosystem, now);
      coverages.set(ecosystem, found);
    }
    return found;
  }

  function read(feed: Feed, ecosystem: string, name: string): Candidate['rows'] {
    const key = `${feed.id}\0${ecosystem}\0${name}`;
    let found = rowsOf.get(key);
    if (found === undefined) {
      const rows = index.rows(feed, ecosystem, name);
      found = grouped(rows, ({ id }) => id);
      if (held > MOST_ROWS) {
        rowsOf.clear();
        held = 0;
      }
      held += rows.length + 1;
      rowsOf.set(key, found);
    }
    return found;
  }

  function judge(item: MatchPackage, { feed, lookup }: Question): Candidate | undefined {
    const rows = read(feed, item.ecosystem, lookup.name);
    if (rows.size === 0) return undefined;
    const hits = new Map<string, readonly RowVerdict[]>();
    for (const [id, list] of rows) {
      const verdicts = list
        .map((row) => judgeRow(item, lookup, row))
        .filter(({ says }) => says !== 'outside');
      if (verdicts.length > 0) hits.set(id, verdicts);
    }
    return { feed, lookup, rows, hits };
  }

  return {
    coverage,
    questions: (item) =>
      coverage(item.ecosystem).feeds.flatMap(({ feed }) =>
        lookupsFor(item, feed).map((lookup) => ({ feed, lookup })),
      ),
    of: (item, questions) => questions.flatMap((question) => judge(item, question) ?? []),
    record(feed, id) {
      const key = `${feed.id}\0${id}`;
      let found = records.get(key);
      if (found === undefined) {
        found = index.record(feed, id);
        if (records.size > MOST_RECORDS) records.clear();
        records.set(key, found);
      }
      return found;
    },
  };
}

function grouped<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Map<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
