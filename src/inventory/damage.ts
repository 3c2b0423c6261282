/** How extractors say that a file, or a part of it, cannot be understood. Messages never hold content of the file. */
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import type { Extracted, UnreadReason } from './schema.ts';
import { unreadReason } from './unread.ts';

/** What was read breaks the rules of its format. */
export function invalid(message: string): HoldfastError {
  return new HoldfastError('bad_file', message, { detail: { reason: 'invalid' } });
}

/** The file says that more follows than it holds. */
export function truncated(message: string): HoldfastError {
  return new HoldfastError('bad_file', message, { detail: { reason: 'truncated' } });
}

/** A form of the format that Holdfast does not read. */
export function unsupported(message: string): HoldfastError {
  return new HoldfastError('bad_file', message, { detail: { reason: 'unsupported' } });
}

/** A bound of ours stopped the reading. */
export function beyondLimit(message: string): HoldfastError {
  return new HoldfastError('bad_file', message, { detail: { reason: 'limit' } });
}

export function unread(reason: UnreadReason, detail: string): Extracted {
  return { kind: 'unread', reason, detail };
}

/** The note for a damaged part of a file of which the rest was read; what is no expected failure is thrown again. */
export function unreadOf(error: unknown, prefix = ''): Extracted {
  if (!(error instanceof HoldfastError)) throw error;
  return unread(unreadReason(error), prefix + messageOf(error));
}

/** Notes of one file that are told in full; beyond, only that there are more. */
const MAX_PROBLEMS = 50;

/** What is wrong with lines of a file, not more of it than anybody reads. */
export class Problems {
  readonly #list: Extracted[] = [];
  #further = 0;

  add(detail: string, reason: UnreadReason = 'invalid'): void {
    if (this.#list.length < MAX_PROBLEMS) this.#list.push(unread(reason, detail));
    else this.#further += 1;
  }

  get count(): number {
    return this.#list.length + this.#further;
  }

  notes(): readonly Extracted[] {
    if (this.#further === 0) return this.#list;
    return [...this.#list, unread('invalid', `${this.#further} further places`)];
  }
}
