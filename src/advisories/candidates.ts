/** The rows of the index that speak of a component, judged; what two components have in common is judged once. */
import { schemeOf } from '../versions/index.ts';
import { parsedOnce, type Scheme } from '../versions/scheme.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import type { AdvisoryIndex } from './index-open.ts';
import { decodeRow, onlyFix, type RowCode } from './row-code.ts';
import { judgeRow, type RowVerdict } from './match-row.ts';
import type { MatchPackage } from './match-model.ts';
import { lookupsFor, type Lookup } from './match-names.ts';
import type { AdvisoryRecord, AdvisoryRow, Feed } from './model.ts';

/** What one feed says of a component under one name. */
export interface Candidate {
  readonly feed: Feed;
  readonly lookup: Lookup;
  /** By the id of their record. */
  readonly rows: Rows;
  /** Verdicts of the rows that do not simply lie outside, by the id of their record. */
  readonly hits: ReadonlyMap<string, readonly RowVerdict[]>;
}

/** Rows of a package, by the id of their record, decoded when they are asked for: of most of them nothing is needed. */
export interface Rows {
  readonly ids: Iterable<string>;
  has(id: string): boolean;
  of(id: string): readonly AdvisoryRow[];
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
  const rowsOf = new Map<string, Package>();
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

  function read(feed: Feed, ecosystem: string, name: string): Package {
    const key = `${feed.id}\0${ecosystem}\0${name}`;
    let found = rowsOf.get(key);
    if (found === undefined) {
      const codes = index.codes(feed, ecosystem, name);
      found = packageRows(codes);
      if (held > MOST_ROWS) {
        rowsOf.clear();
        held = 0;
      }
      held += codes.length + 1;
      rowsOf.set(key, found);
    }
    return found;
  }

  function judge(item: MatchPackage, { feed, lookup }: Question): Candidate | undefined {
    const { codes, rows } = read(feed, item.ecosystem, lookup.name);
    if (codes.size === 0) return undefined;
    const scheme = item.type === 'rpm' ? undefined : schemeOf(item.ecosystem);
    const own = scheme?.parse(lookup.version);
    const hits = new Map<string, readonly RowVerdict[]>();
    for (const [id, list] of codes) {
      if (own !== undefined && list.every((code) => isPast(scheme, own, code))) continue;
      const verdicts = rows
        .of(id)
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

interface Package {
  readonly codes: ReadonlyMap<string, readonly RowCode[]>;
  readonly rows: Rows;
}

function packageRows(list: readonly RowCode[]): Package {
  const codes = new Map<string, RowCode[]>();
  for (const code of list) {
    const same = codes.get(code[0]);
    if (same === undefined) codes.set(code[0], [code]);
    else same.push(code);
  }
  const decoded = new Map<string, readonly AdvisoryRow[]>();
  return {
    codes,
    rows: {
      get ids() {
        return codes.keys();
      },
      has: (id) => codes.has(id),
      of(id) {
        let rows = decoded.get(id);
        if (rows === undefined) {
          rows = codes.get(id)?.map(decodeRow) ?? [];
          decoded.set(id, rows);
        }
        return rows;
      },
    },
  };
}

/** Whether the row names one fix and nothing else, and this version has it: the case of almost all rows of a distribution. */
function isPast(scheme: Scheme | undefined, own: unknown, code: RowCode): boolean {
  const fix = onlyFix(code);
  if (scheme === undefined || fix === undefined) return false;
  const end = parsedOnce(scheme, fix);
  return end !== undefined && scheme.compare(own, end) >= 0;
}
