/** Other fixes of the same thing on the same asset. */
import type { Demanded, ItemRow } from './item-row.ts';

/** Stands for a flaw where an update on offer names none (advisories/pending-upload.ts). */
const NAMELESS = /^PENDING-SECURITY-/;

export interface Siblings {
  /** Of a flaw that this one repairs too. */
  readonly sameFlaw: readonly ItemRow[];
  /** Offers without a named flaw that are no longer made: this one took their place. */
  readonly replaced: readonly ItemRow[];
}

export function siblingsOf(
  what: Pick<Demanded, 'fix' | 'flaws'>,
  rows: readonly ItemRow[],
  isAsked: (row: ItemRow) => boolean,
): Siblings {
  const sameFlaw: ItemRow[] = [];
  const replaced: ItemRow[] = [];
  for (const row of rows) {
    if (row.fix === what.fix) continue;
    const shared = row.flaws.filter((name) => what.flaws.includes(name));
    if (shared.some((name) => !NAMELESS.test(name))) sameFlaw.push(row);
    else if (shared.length > 0 && !isAsked(row)) replaced.push(row);
  }
  return { sameFlaw, replaced };
}
