/** What a client is told of a failure, and what only the log is told. */
import * as z from 'zod';
import { HoldfastError } from '../errors.ts';
import type { Log } from '../log.ts';

/** The body of every answer that is not a success. */
export const Failure = z.strictObject({
  error: z.strictObject({
    /** One of the codes of docs/reference/errors.md. */
    code: z.string(),
    message: z.string(),
    remedy: z.string().optional(),
    requestId: z.string(),
  }),
});
export type Failure = z.infer<typeof Failure>;

const HIDDEN = 'Something went wrong inside Holdfast.';
const HIDDEN_REMEDY = 'The log of the server tells more under this request id.';

/** Anything thrown as a HoldfastError: known ones as they are, fastify's refusals in our words, the rest as `internal`. */
export function asHoldfastError(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  if (statusCode === 413)
    return new HoldfastError('too_large', 'The body is larger than this route accepts.', {
      cause: error,
    });
  if (statusCode === 415)
    return new HoldfastError(
      'unsupported',
      'The body is of a type that this route does not read.',
      {
        remedy: 'Send application/json.',
        cause: error,
      },
    );
  if (statusCode === 404 || statusCode === 405) return notFound();
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new HoldfastError('bad_input', 'The request could not be read.', {
      remedy: 'Send well-formed HTTP and, where there is a body, well-formed JSON.',
      detail: { reason: typeof code === 'string' ? code : 'unknown' },
      cause: error,
    });
  return new HoldfastError('internal', HIDDEN, { cause: error });
}

export function notFound(): HoldfastError {
  return new HoldfastError('not_found', 'There is nothing at this address.');
}

/** The wire form: message and remedy only where the error may be exposed. */
export function failureOf(error: HoldfastError, requestId: string): Failure {
  const { code, message, remedy } = error;
  if (!error.expose) return { error: { code, message: HIDDEN, remedy: HIDDEN_REMEDY, requestId } };
  return { error: { code, message, ...(remedy === undefined ? {} : { remedy }), requestId } };
}

/** Our own failures are errors in the log; a caller's mistakes are not. */
export function logFailure(log: Log, error: HoldfastError): void {
  if (error.status >= 500) log.error('request failed', { code: error.code, error });
  else log.info('request refused', { code: error.code, reason: error.message, ...error.detail });
}
