/** The advisory index as a whole: the manifest and the segments of the feeds that are asked. */
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { canonicalEcosystem, ecosystemBase } from './ecosystem.ts';
import {
  aliasKey,
  eolKey,
  intelKey,
  productRowsKey,
  recordKey,
  releaseKey,
  rowKey,
  windowsKey,
} from './keys.ts';
import type { ProductRow } from './products/model.ts';
import type { WindowsUpdate } from './windows/model.ts';
import type { AdvisoryRecord, AdvisoryRow, EolProduct, Feed, Intel, Manifest } from './model.ts';
import { decodeRow, type RowCode } from './row-code.ts';
import { openSegment, type Segment } from './segment.ts';

export const MANIFEST_FILE = 'manifest.json';

/** Reads only; many may be open at once, also while an update replaces the manifest. */
export interface AdvisoryIndex {
  readonly manifest: Manifest;
  /** The feeds that answer for an ecosystem and release, in the order of their ids. */
  feedsFor(ecosystem: string): readonly Feed[];
  /** What a feed says of a package; empty where it says nothing. */
  rows(feed: Feed, ecosystem: string, name: string): readonly AdvisoryRow[];
  /** The same as it stands in the index, for callers that need few of many rows. */
  codes(feed: Feed, ecosystem: string, name: string): readonly RowCode[];
  record(feed: Feed, id: string): AdvisoryRecord | undefined;
  /** Ids of the feed's records that give `alias` as another name of theirs or as what they are made of. */
  namedBy(feed: Feed, alias: string): readonly string[];
  /** Everything that the feeds of intelligence say of a CVE, in one. */
  intel(cve: string): Intel;
  /** The products of this name, package URL without a version, or CPE. */
  eol(identifier: string): readonly EolProduct[];
  /** What CVE records say of a product, both names as `productKey` spells them. */
  products(vendor: string, product: string): readonly ProductRow[];
  /** Microsoft's updates for a product, by the name that `productName` gives. */
  windows(product: string): readonly WindowsUpdate[];
  close(): void;
}

/**
 * @throws HoldfastError `not_found` where there is no index yet; `bad_file` where its manifest cannot be read. Damage of
 * a segment shows when it is asked, as `bad_file` or `tampered` naming the feed.
 */
export function openIndex(directory: string): AdvisoryIndex {
  const manifest = readManifest(path.join(directory, MANIFEST_FILE));
  const feeds = [...manifest.feeds].sort((a, b) => (a.id < b.id ? -1 : 1));
  const segments = new Map<string, Segment>();
  const answering = new Map<string, readonly Feed[]>();
  const intelligence = feeds.filter(({ ecosystem }) => ecosystem === '');
  const known = new Map<string, Intel>();

  function get(feed: Feed, key: string): readonly unknown[] {
    if (feed.segment === '') return [];
    let segment = segments.get(feed.segment);
    if (segment === undefined) {
      segment = openSegment(path.join(directory, path.basename(feed.segment)), feed.id);
      segments.set(feed.segment, segment);
    }
    return segment.get(key) ?? [];
  }

  function answers(feed: Feed, ecosystem: string): boolean {
    const own = canonicalEcosystem(feed.ecosystem);
    if (own === ecosystem) return true;
    if (own === '' || own !== ecosystemBase(ecosystem)) return false;
    return get(feed, releaseKey(ecosystem)).length > 0;
  }

  return {
    manifest,
    feedsFor(ecosystem) {
      const canonical = canonicalEcosystem(ecosystem);
      let found = answering.get(canonical);
      if (found === undefined) {
        found = canonical === '' ? [] : feeds.filter((feed) => answers(feed, canonical));
        answering.set(canonical, found);
      }
      return found;
    },
    rows: (feed, ecosystem, name) =>
      get(feed, rowKey(ecosystem, name)).map((code) => decodeRow(code as RowCode)),
    codes: (feed, ecosystem, name) => get(feed, rowKey(ecosystem, name)) as readonly RowCode[],
    record: (feed, id) => get(feed, recordKey(id)).at(-1) as AdvisoryRecord | undefined,
    namedBy: (feed, alias) => get(feed, aliasKey(alias)) as readonly string[],
    intel(cve) {
      let found = known.get(cve);
      if (found === undefined) {
        const parts = intelligence.flatMap((feed) => get(feed, intelKey(cve)) as Intel[]);
        found = mergedIntel(parts);
        known.set(cve, found);
      }
      return found;
    },
    eol: (identifier) =>
      intelligence.flatMap((feed) => get(feed, eolKey(identifier)) as EolProduct[]),
    products: (vendor, product) =>
      intelligence.flatMap((feed) => get(feed, productRowsKey(vendor, product)) as ProductRow[]),
    windows: (product) =>
      intelligence.flatMap((feed) => get(feed, windowsKey(product)) as WindowsUpdate[]),
    close() {
      for (const segment of segments.values()) segment.close();
      segments.clear();
    },
  };
}

function mergedIntel(parts: readonly Intel[]): Intel {
  const cvss = parts.flatMap((part) => part.cvss ?? []);
  const merged = Object.assign({}, ...parts) as Intel;
  return cvss.length === 0 ? merged : { ...merged, cvss: [...new Set(cvss)] };
}

function readManifest(file: string): Manifest {
  try {
    const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Manifest> | null;
    if (manifest?.schema === 'holdfast.advisories/1' && Array.isArray(manifest.feeds)) {
      return manifest as Manifest;
    }
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') {
      throw new HoldfastError('not_found', 'there is no advisory index yet', {
        remedy: 'Run: holdfast advisories update',
        cause,
      });
    }
  }
  throw new HoldfastError('bad_file', `${MANIFEST_FILE} of the advisory index cannot be read`, {
    remedy: 'Run: holdfast advisories update',
  });
}
