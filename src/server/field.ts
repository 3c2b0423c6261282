/** Fields of the forms on our pages. */
import * as z from 'zod';

/** A field of a form that was left empty is not given. */
export const Left = (most: number) =>
  z
    .string()
    .max(most)
    .transform((text) => (text.trim() === '' ? undefined : text.trim()))
    .optional();

/** Where a page of a list begins: so many stand before it. */
export const After = z.int().min(0).max(10_000_000).optional();
