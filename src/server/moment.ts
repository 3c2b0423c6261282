/** Moments that people give in a form. */
import { HoldfastError } from '../kernel/errors.ts';

/**
 * `2022-08-01T06:00` or `2022-08-01`, in UTC unless it names a zone, and not after `now`.
 *
 * @throws HoldfastError `bad_input`
 */
export function pastMoment(text: string, now: Date): Date {
  const timed = text.includes('T') ? text : `${text}T00:00:00`;
  const moment = new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(timed) ? timed : `${timed}Z`);
  if (Number.isNaN(moment.getTime()))
    throw new HoldfastError('bad_input', 'This is no moment that exists.', {
      remedy: 'Give a date and a time of day in UTC: 2022-08-01T06:00.',
    });
  if (moment > now)
    throw new HoldfastError('bad_input', 'This moment is still to come.', {
      remedy: 'Nothing is known of it yet: give one of the past.',
    });
  return moment;
}
