/** Vendors' words for how bad a flaw is, brought to five. */
import { SEVERITY_WORDS, type SeverityWord } from './model.ts';

/** Lower-case first word of what vendors write. What is not here is no severity (`unimportant` is: it says that none is). */
const WORDS: Readonly<Record<string, SeverityWord>> = {
  critical: 'critical',
  emergency: 'critical',
  urgent: 'critical',
  important: 'high',
  high: 'high',
  major: 'high',
  medium: 'medium',
  moderate: 'medium',
  low: 'low',
  minor: 'low',
  negligible: 'low',
  none: 'none',
  unimportant: 'none',
  informational: 'none',
};

/** @example vendorWord('Important') // 'high'; vendorWord('not yet assigned') // null */
export function vendorWord(text: string | null): SeverityWord | null {
  const word = /[a-z]+/.exec(text?.toLowerCase() ?? '')?.[0] ?? '';
  return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? null) : null;
}

export function isAtLeast(word: SeverityWord, least: SeverityWord): boolean {
  return SEVERITY_WORDS.indexOf(word) >= SEVERITY_WORDS.indexOf(least);
}
