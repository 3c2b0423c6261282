/** Which file of accounts a source of this connector reads, and which of its columns say what. */
import path from 'node:path';
import * as z from 'zod';
import { Mapping } from '../mapped-account.ts';

export const Config = z.strictObject({
  ...Mapping.shape,
  file: z
    .string()
    .max(1000)
    .refine((text) => path.isAbsolute(text), 'must be an absolute path'),
  /** The sign between fields; a comma unless given. */
  separator: z.string().length(1).optional(),
});
export type Config = z.infer<typeof Config>;
