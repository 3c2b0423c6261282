/** The advisories of this installation, for commands and the server alike. */
import path from 'node:path';
import { openIndex, type AdvisoryIndex } from '../advisories/index-open.ts';
import { allFeeds, matchAll } from '../advisories/match-all.ts';
import { HoldfastError } from '../kernel/errors.ts';
import type { Matcher } from '../measures/scanning/model.ts';

/** Where the index is, below the data directory. */
export function advisoryDirectory(data: string): string {
  return path.join(data, 'advisories');
}

/** The index, or one that knows nothing where none was brought here yet: then every component is unknown. */
export function openAdvisories(directory: string): AdvisoryIndex {
  try {
    return openIndex(directory);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'not_found') return NOTHING;
    throw error;
  }
}

const NOTHING: AdvisoryIndex = {
  manifest: { schema: 'holdfast.advisories/1', feeds: [] },
  feedsFor: () => [],
  rows: () => [],
  codes: () => [],
  record: () => undefined,
  namedBy: () => [],
  intel: () => ({}),
  eol: () => [],
  products: () => [],
  windows: () => [],
  close: () => undefined,
};

/** For the measure of scanning; `close` when it is done. */
export function openMatcher(data: string, now: () => Date): Matcher & { close(): void } {
  const index = openAdvisories(advisoryDirectory(data));
  return {
    feeds: allFeeds(index),
    match: (packages, facts = []) => matchAll(packages, index, { now: now(), facts }),
    close: () => index.close(),
  };
}
