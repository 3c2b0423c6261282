/** Which saved configuration a source of this connector reads, and whose accounts its servers check. */
import path from 'node:path';
import * as z from 'zod';
import { Key } from '../../estate/schema.ts';

const Name = z.string().min(1).max(200);

export const Config = z.strictObject({
  /** Absolute path of a copy of `/nsconfig/ns.conf`. */
  file: z
    .string()
    .max(1000)
    .refine((text) => path.isAbsolute(text), 'must be an absolute path'),
  /** Authentication action (or its server's address) → the identity source whose accounts it checks, as other connectors call it. */
  identitySources: z.record(Name, Key).optional(),
  /** SAML or OAuth action → the identity source and the door where its accounts sign in. */
  federations: z.record(Name, z.strictObject({ identitySource: Key, door: Key })).optional(),
});
export type Config = z.infer<typeof Config>;
