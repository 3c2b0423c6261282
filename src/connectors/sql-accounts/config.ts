/** Which database a source of this connector reads, and which of its columns say what. */
import * as z from 'zod';
import { Mapping } from '../mapped-account.ts';
import { SecretPlace } from '../secret.ts';

const Name = z
  .string()
  .max(200)
  .regex(/^[^\s"`.\p{Cc}]+(?:\.[^\s"`.\p{Cc}]+)?$/u, 'must be table or schema.table');

export const Config = z
  .strictObject({
    ...Mapping.shape,
    /** Where `postgres://…`, `mysql://…` or `mariadb://…` is: it holds a password. */
    url: SecretPlace,
    /** Certificates of the authorities that are trusted, for MySQL and MariaDB. */
    caFile: z.string().min(1).max(1000).optional(),
    table: Name.optional(),
    query: z
      .string()
      .max(20_000)
      .regex(/^\s*(?:select|with)\b/i, 'must be a select')
      .regex(/^[^;]*;?\s*$/, 'must be one statement')
      .optional(),
    timeoutSeconds: z.int().min(1).max(3600).optional(),
  })
  .refine(
    ({ table, query }) => (table === undefined) !== (query === undefined),
    'must name either a table or a query',
  );
export type Config = z.infer<typeof Config>;
