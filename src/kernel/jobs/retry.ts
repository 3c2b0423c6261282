/** Which failures are worth another attempt, when, and what may be told of them. */
import { HoldfastError, type ErrorCode } from '../errors.ts';
import { redactText } from '../log.ts';

const RETRIABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'rate_limited',
  'locked',
  'stale',
  'incomplete',
  'unreachable',
  'database_unavailable',
  'disk_full',
]);
/** serialization_failure and deadlock_detected: PostgreSQL asks for another attempt. */
const RETRIABLE_SQLSTATE = new Set(['40001', '40P01']);
const LONGEST_DELAY = 600;
const LONGEST_MESSAGE = 500;

/** Bad input and bugs fail at once: they would fail the same way again. */
export function isRetriable(error: unknown): boolean {
  if (!(error instanceof HoldfastError)) return false;
  return RETRIABLE.has(error.code) || RETRIABLE_SQLSTATE.has(String(error.detail?.['sqlstate']));
}

/** Seconds to wait after the `failures`-th failure: `base`, doubling, at most ten minutes. */
export function retryDelay(failures: number, base: number): number {
  return Math.min(LONGEST_DELAY, base * 2 ** Math.min(30, Math.max(0, failures - 1)));
}

export interface PublicError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What is kept of an error and shown: never the text of an unexpected one, which may quote data. */
export function publicError(error: unknown): PublicError {
  if (error instanceof HoldfastError && error.expose)
    return { code: error.code, message: redactText(error.message).slice(0, LONGEST_MESSAGE) };
  return { code: 'internal', message: 'An internal error; the log has it under the job’s id' };
}
