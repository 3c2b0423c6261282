/** Which directory a source of this connector reads, and as whom. */
import path from 'node:path';
import * as z from 'zod';
import { Key } from '../../estate/schema.ts';
import { PopulationRule } from '../population.ts';
import { SecretPlace } from '../secret.ts';

const Dn = z.string().min(1).max(1000);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export const Config = z
  .strictObject({
    /** `ldaps://dc1.corp.example`, or `ldap://…`, which is made secure with StartTLS. */
    url: z
      .string()
      .max(500)
      .regex(/^ldaps?:\/\/[^\s/@?#]+\/?$/i, 'must be ldap://host or ldaps://host, without more'),
    /** false: no TLS, for a directory on this machine only. */
    startTls: z.boolean().optional(),
    /** Certificates of the authorities that are trusted, instead of the system's. */
    caFile: z
      .string()
      .max(1000)
      .refine((text) => path.isAbsolute(text), 'must be an absolute path')
      .optional(),
    /** The name in the directory's certificate, where it is asked by another. */
    serverName: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/)
      .optional(),
    bindDn: Dn,
    password: SecretPlace,
    /** Where to begin; the directory's own default otherwise. */
    base: Dn.optional(),
    /** Found out by asking, unless given. */
    kind: z.enum(['active-directory', 'ldap']).optional(),
    /** Which entries are accounts, for a plain LDAP directory. */
    filter: z.string().min(3).max(2000).optional(),
    /** The attribute that people sign in with, for a plain LDAP directory. */
    loginAttribute: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/)
      .optional(),
    /** What other sources call this directory; `ad:DOMAIN` or `ldap:BASE` otherwise. */
    identitySource: Key.optional(),
    populations: z.array(PopulationRule).max(1000).optional(),
    pageSize: z.int().min(1).max(1000).optional(),
    timeoutSeconds: z.int().min(1).max(600).optional(),
  })
  .refine(
    ({ url, startTls }) =>
      startTls !== false || /^ldaps:/i.test(url) || LOOPBACK.has(new URL(url).hostname),
    'would send the password in clear text: startTls may be false only for this machine',
  );
export type Config = z.infer<typeof Config>;
