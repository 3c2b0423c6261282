import { HoldfastError } from '../kernel/errors.ts';

/** @throws HoldfastError `cancelled` once the signal says so. */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new HoldfastError('cancelled', 'The scan was cancelled.');
}
