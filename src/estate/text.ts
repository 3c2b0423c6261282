/** The forms of short texts that every schema of the estate is made of. */
import * as z from 'zod';

/** A name that people and files use for an entity: stable, without spaces at its ends, at most 200 characters. */
export const Key = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u,
    'must not start or end with a space or hold control characters',
  );
export const Instant = z.iso.datetime({ offset: true });
export const Text = z.string().max(500);
export const Count = z.int().min(0).max(10_000_000_000);
