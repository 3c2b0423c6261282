/** Where a page of findings ended, as the text that the next one is asked with. */
import { HoldfastError } from '../../kernel/errors.ts';
import type { ListedFinding } from './model.ts';
import type { FindingFilter } from './store.ts';

/** Of the last finding of the page: rank, component and key. */
export function cursorText({ rank, component, finding }: ListedFinding): string {
  return Buffer.from(JSON.stringify([rank, component, finding.key])).toString('base64url');
}

/** @throws HoldfastError `bad_input` for what no page gave. */
export function cursorOf(text: string | undefined): FindingFilter['after'] {
  if (text === undefined) return undefined;
  try {
    const [rank, component, key] = JSON.parse(
      Buffer.from(text, 'base64url').toString('utf8'),
    ) as unknown[];
    if (typeof rank === 'number' && Number.isInteger(component) && typeof key === 'string')
      return { rank, component: component as number, key };
  } catch {
    // Falls through to the refusal.
  }
  throw new HoldfastError('bad_input', '`after` is not what a page before gave as `next`');
}
