/** Which log a source of this connector reads, and which of its fields say what. */
import path from 'node:path';
import * as z from 'zod';
import { Factor, Key } from '../../estate/schema.ts';

const Field = z.string().min(1).max(200);
const Values = z.array(z.string().max(200)).min(1).max(100);

export const Config = z
  .strictObject({
    file: z
      .string()
      .max(1000)
      .refine((text) => path.isAbsolute(text), 'must be an absolute path'),
    format: z.enum(['jsonl', 'csv', 'text']),
    /** CSV: the sign between fields. */
    separator: z.string().length(1).optional(),
    /** Text (syslog): an expression with a named group for each field. */
    pattern: z
      .string()
      .max(2000)
      .refine(isExpression, 'must be a regular expression with named groups')
      .optional(),
    /** Byte to begin at, as the last collection said. */
    fromByte: z.int().min(0).optional(),
    identitySource: Key,
    door: Key,
    fields: z.strictObject({
      login: Field,
      time: Field,
      result: Field.optional(),
      factors: Field.optional(),
      address: Field.optional(),
      client: Field.optional(),
    }),
    /** Values of `result` that mean a success; without them every line is one. */
    success: Values.optional(),
    /** Values of `factors` that mean one factor, and two; any other says nothing. */
    oneFactor: Values.optional(),
    twoFactors: Values.optional(),
    /** The factor that a value of `factors` stands for. */
    factorTypes: z.record(z.string().max(200), Factor.shape.type).optional(),
  })
  .refine(
    ({ format, pattern }) => (format === 'text') === (pattern !== undefined),
    'pattern is for the format text, which needs it',
  );
export type Config = z.infer<typeof Config>;

function isExpression(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return text.includes('(?<');
  } catch {
    return false;
  }
}
