/** Findings and coverage as the API gives them. */
import * as z from 'zod';
import { PeopleBehind } from '../../estate/reached-schema.ts';
import { COVERAGE_STATES, SCAN_KINDS } from './model.ts';

const Time = z.iso.datetime();
const Count = z.int().min(0);
const Text = z.string();
/** As the source writes it: a date, or a date with a time; empty where it gives none. */
const Written = z.string();

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const;
export const SHOWN_STATES = ['affected', 'unknown', 'not_affected'] as const;

const Severity = z.strictObject({
  word: z.enum(SEVERITIES),
  score: z.number().min(0).max(10).nullable(),
  vector: Text.nullable(),
  all: z.array(z.strictObject({ vector: Text, score: z.number().nullable(), from: Text })),
  vendor: Text.nullable(),
});
const Kev = z.strictObject({
  added: Written,
  due: Written,
  ransomware: z.boolean(),
  name: Text,
});
const Epss = z.strictObject({
  score: z.number().min(0).max(1),
  percentile: z.number().min(0).max(1),
  model: Text,
  date: Written,
});
const Ssvc = z.strictObject({ exploitation: Text, automatable: Text, impact: Text });
const Explain = z.strictObject({
  matched: z.strictObject({
    ecosystem: Text,
    name: Text,
    version: Text,
    by: z.enum(['component', 'source', 'owner']),
  }),
  comparator: Text,
  feeds: z.array(
    z.strictObject({
      feed: Text,
      record: Text.nullable(),
      says: Text,
      because: Text,
      fresh: z.boolean(),
    }),
  ),
  sentence: Text,
});

export const ListedFinding = z.strictObject({
  /** Number of the component in the estate. */
  component: Count,
  purl: Text,
  id: Text,
  key: Text,
  aliases: z.array(Text),
  upstream: z.array(Text),
  state: z.enum(SHOWN_STATES),
  reason: Text.nullable(),
  status: Text,
  summary: Text,
  url: Text,
  published: Written,
  modified: Written,
  fixed: z.array(Text),
  fixState: Text,
  /** The day on which a fix was first published, and who says so. */
  fixReleased: z.strictObject({ at: Written, from: Text }).nullable(),
  severity: Severity,
  kev: Kev.nullable(),
  epss: Epss.nullable(),
  ssvc: Ssvc.nullable(),
  explain: Explain,
  people: PeopleBehind.nullable().describe(
    'Reached from the asset of most people that holds the component; null: unknown',
  ),
  /** Assets that hold the component now. */
  assets: Count,
  firstSeen: Time,
});
export type ListedFinding = z.infer<typeof ListedFinding>;

export const FindingCounts = z.strictObject({
  affected: Count,
  undecided: Count,
  knownExploited: Count,
  fixable: Count,
  critical: Count,
  high: Count,
});

export const ScanFeed = z.strictObject({
  id: Text,
  ecosystem: Text,
  asOf: Text,
  rows: Count,
  fresh: z.boolean(),
});

export const AssetCoverage = z.strictObject({
  asset: Text,
  kind: z.enum(SCAN_KINDS),
  state: z.enum(COVERAGE_STATES),
  reason: Text,
  at: Time.nullable(),
  /** Something answers there and nobody knows what it is. */
  unidentified: z.boolean(),
});
export const CoverageTotal = z.strictObject({
  kind: z.enum(SCAN_KINDS),
  covered: Count,
  uncovered: Count,
  unknown: Count,
});
