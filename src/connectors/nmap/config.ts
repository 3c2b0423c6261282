/** Which file of nmap a source of this connector reads, and where the addresses in it are. */
import path from 'node:path';
import * as z from 'zod';
import { Key } from '../../estate/schema.ts';

export const Config = z.strictObject({
  file: z
    .string()
    .max(1000)
    .refine((text) => path.isAbsolute(text), 'must be an absolute path'),
  /** The network that the addresses are of: the same private address in another network is another machine. */
  network: Key.optional(),
  /** The network from which nmap ran. */
  from: Key.optional(),
});
export type Config = z.infer<typeof Config>;
