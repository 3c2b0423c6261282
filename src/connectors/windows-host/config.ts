/** Which folder of exports a source of this connector reads. */
import path from 'node:path';
import * as z from 'zod';

export const Config = z.strictObject({
  /** Absolute path; a folder below it, or files whose names begin alike, are one host. */
  folder: z
    .string()
    .max(1000)
    .refine((text) => path.isAbsolute(text), 'must be an absolute path'),
  /** Exports older than this are told as such: a host that is no longer exported must not look looked at. 31 unless given. */
  maxAgeDays: z.int().min(1).max(3650).optional(),
});
export type Config = z.infer<typeof Config>;
