/** What a segment holds, as it was put: to write the next one without what has changed since. */
import type { AdvisoryRecord, AdvisoryRow, Intel } from './model.ts';
import { decodeRow, type RowCode } from './row-code.ts';
import type { ProductRow } from './products/model.ts';
import { openSegment } from './segment.ts';
import type { WindowsUpdate } from './windows/model.ts';

export type SegmentItem =
  | {
      readonly kind: 'row';
      readonly ecosystem: string;
      readonly name: string;
      readonly row: AdvisoryRow;
    }
  | { readonly kind: 'record'; readonly record: AdvisoryRecord }
  | { readonly kind: 'intel'; readonly cve: string; readonly part: Intel }
  | { readonly kind: 'product'; readonly row: ProductRow }
  | { readonly kind: 'windows'; readonly product: string; readonly update: WindowsUpdate };

/** Everything that `putRow`, `putRecord` and `putIntel` were given; indexes that follow from it are left out. */
export function* segmentItems(file: string, feed: string): Generator<SegmentItem> {
  const segment = openSegment(file, feed);
  try {
    for (const [key, values] of segment.items()) {
      const [kind, first = '', second = ''] = key.split('\0');
      for (const value of values) {
        if (kind === 'p') {
          yield { kind: 'row', ecosystem: first, name: second, row: decodeRow(value as RowCode) };
        } else if (kind === 'r') {
          yield { kind: 'record', record: value as AdvisoryRecord };
        } else if (kind === 'i') {
          yield { kind: 'intel', cve: first, part: value as Intel };
        } else if (kind === 'v') {
          yield { kind: 'product', row: value as ProductRow };
        } else if (kind === 'w') {
          yield { kind: 'windows', product: first, update: value as WindowsUpdate };
        }
      }
    }
  } finally {
    segment.close();
  }
}
