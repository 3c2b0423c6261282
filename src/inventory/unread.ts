/** Errors of reading as reasons that an inventory shows. */
import { type HoldfastError } from '../kernel/errors.ts';
import { UNREAD_REASONS, type UnreadReason } from './schema.ts';

/** The error's own `detail.reason` where it is one of ours, else what its code says. */
export function unreadReason(error: HoldfastError): UnreadReason {
  const said = error.detail?.['reason'];
  const known = UNREAD_REASONS.find((reason) => reason === said);
  if (known !== undefined) return known;
  switch (error.code) {
    case 'too_large':
      return 'too-large';
    case 'not_permitted':
      return 'not-permitted';
    case 'unsupported':
      return 'unsupported';
    case 'not_found':
      return 'unreadable';
    default:
      return 'invalid';
  }
}
