/** Answers to the reverse question as the API and `--json` give them. */
import * as z from 'zod';
import { Key } from '../../estate/schema.ts';
import { REVERSE_LISTS } from './model.ts';

const Count = z.int().min(0);
const Text = z.string();

const Range = z.strictObject({ low: Count, best: Count, high: Count });

const Totals = z.strictObject({
  assets: Count,
  customers: Count,
  services: Count,
  holdings: Count,
  people: z.strictObject({
    /** Distinct living people. */
    living: Range,
    /** Of them by category of data, and children, where there are any. */
    by: z.record(z.string(), Range),
    /** Holdings whose people nobody has counted or declared: unknown, never zero. */
    unknownHoldings: Count,
    /** Whether nobody counts twice: every holding that is known has its set. */
    exact: z.boolean(),
  }),
});

const Row = z.strictObject({
  key: Text,
  name: Text,
  state: z.enum(['affected', 'unknown']),
  /** Assets through which it is concerned. */
  assets: Count,
  holdings: Count,
  unknownHoldings: Count,
  /** Of an asset: package URLs of what is concerned on it. */
  components: z.array(Text),
});

export const Affected = z.strictObject({
  about: Text,
  asOf: z.iso.datetime(),
  affectedComponents: Count,
  unknownComponents: Count,
  /** By what is affected for certain. */
  affected: Totals,
  /** The same with what may be affected. */
  possible: Totals,
  rows: z.array(Row),
  next: z.string().nullable(),
  /** Why the numbers of people are only bounds, where sets could not be opened. */
  problem: z.string().nullable(),
});
export type Affected = z.infer<typeof Affected>;

/** What is listed, and of what. */
export const LISTED = {
  list: z.enum(REVERSE_LISTS).default('assets'),
  customer: Key.optional().describe('Only what has to do with this customer'),
  service: Key.optional().describe('Only what has to do with this service'),
  division: Key.optional().describe('Only assets of this division'),
  after: Key.optional().describe('`next` of the page before'),
  limit: z.int().min(1).max(1000).default(100),
};
