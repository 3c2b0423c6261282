/** Which tenant a source of this connector reads: over Microsoft Graph, or from an export of its settings. */
import path from 'node:path';
import * as z from 'zod';
import { PopulationRule } from '../population.ts';
import { SecretPlace } from '../secret.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const Address = z
  .url()
  .max(300)
  .refine((text) => {
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || LOOPBACK.has(hostname);
  }, 'must be https');

const Graph = z.strictObject({
  mode: z.literal('graph'),
  tenantId: z.guid(),
  /** The application that reads, and its secret. */
  clientId: z.guid(),
  clientSecret: SecretPlace,
  /** National clouds have addresses of their own. */
  authority: Address.optional(),
  graph: Address.optional(),
  /** Days of sign-ins to read; 0 for none. */
  signInDays: z.int().min(0).max(30).optional(),
  /** Whether per-user MFA is asked for each account: one question for each, twenty at a time. */
  perUserMfa: z.boolean().optional(),
  /** Accounts for which Microsoft's own evaluation is compared with ours; 0 for none. */
  whatIf: z.int().min(0).max(1000).optional(),
  timeoutSeconds: z.int().min(1).max(600).optional(),
  populations: z.array(PopulationRule).max(1000).optional(),
});
const Export = z.strictObject({
  mode: z.literal('export'),
  /** A JSON file of the tenant's settings, as ScubaGear's ProviderSettingsExport.json. */
  file: z
    .string()
    .max(1000)
    .refine((text) => path.isAbsolute(text), 'must be an absolute path'),
});
export const Config = z.discriminatedUnion('mode', [Graph, Export]);
export type Config = z.infer<typeof Config>;
export type GraphConfig = z.infer<typeof Graph>;
export type ExportConfig = z.infer<typeof Export>;
