/** Which SCIM server a source of this connector reads, and what its attributes mean. */
import path from 'node:path';
import * as z from 'zod';
import { Account, Key } from '../../estate/schema.ts';
import { Mapping } from '../mapped-account.ts';
import { SecretPlace } from '../secret.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const Value = z.string().min(1).max(200);
const { identitySource, population, customer, customers } = Mapping.shape;

export const Config = z.strictObject({
  /** What `/Users` and `/Groups` are below: `https://id.example/scim/v2`. */
  url: z
    .url()
    .max(300)
    .refine((text) => {
      const { protocol, hostname } = new URL(text);
      return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
    }, 'must be https')
    .refine((text) => {
      const { username, password, search, hash } = new URL(text);
      return username + password + search + hash === '';
    }, 'must be an address without credentials, query or fragment'),
  token: SecretPlace,
  /** Certificates of the authorities that are trusted, instead of the system's. */
  caFile: z
    .string()
    .max(1000)
    .refine((text) => path.isAbsolute(text), 'must be an absolute path')
    .optional(),
  identitySource,
  population,
  /** `userType` → whose account it is; `population` where it is none of these. */
  userTypes: z.record(Value, Account.shape.population.unwrap()).optional(),
  customer,
  /** The attribute of the enterprise extension that names the customer, and what its values stand for. */
  customerFrom: z.enum(['organization', 'division', 'department', 'costCenter']).optional(),
  customers,
  /** `division` of the enterprise extension → division of the estate. */
  divisions: z.record(Value, Key).optional(),
  /** Roles and groups whose accounts are privileged. */
  privileged: z
    .strictObject({
      roles: z.array(Value).max(1000).optional(),
      groups: z.array(Value).max(1000).optional(),
    })
    .optional(),
  /** Resources asked at a time. */
  pageSize: z.int().min(1).max(1000).optional(),
  timeoutSeconds: z.int().min(1).max(600).optional(),
});
export type Config = z.infer<typeof Config>;
