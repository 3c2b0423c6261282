/** Categories of data as bits, so that a person's are one integer, and which of them the law calls special. */
import { CATEGORIES } from '../estate/schema.ts';

export type Category = (typeof CATEGORIES)[number];

/** Bits 0-15: the categories in the order of the estate's schema. */
export const CATEGORY_BIT: Readonly<Record<Category, number>> = Object.fromEntries(
  CATEGORIES.map((category, index) => [category, 1 << index]),
) as Record<Category, number>;

/** UK GDPR Art. 9(1). Criminal offences are Art. 10 and home entry is in no law: both are counted by themselves. */
export const SPECIAL: readonly Category[] = ['health', 'special-other'];
export const SPECIAL_BITS = bitsOf(SPECIAL);

/** Bits above the categories: facts about the person, then which kind of identity the person was counted by. */
export const DECEASED = 1 << 16;
export const CHILD = 1 << 17;
export const BY_NHS_NUMBER = 1 << 20;
export const BY_DETAILS = 1 << 21;
export const BY_LOCAL_ID = 1 << 22;
export const BY_PARTIAL = 1 << 23;

export function bitsOf(categories: readonly Category[]): number {
  return categories.reduce((bits, category) => bits | CATEGORY_BIT[category], 0);
}
