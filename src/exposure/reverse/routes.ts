/** The reverse question: a flaw, and everything and everybody it concerns. */
import * as z from 'zod';
import { route } from '../../kernel/http/route.ts';
import { Affected, LISTED } from './schema.ts';

export const reverseRoutes = {
  readAffected: route({
    method: 'GET',
    path: '/api/v1/affected',
    summary: 'Which assets, customers, services and people a known flaw concerns',
    permission: 'estate:read',
    input: z.strictObject({
      name: z.string().min(1).max(200).optional().describe('A CVE or another name of the flaw'),
      package: z
        .string()
        .max(1000)
        .optional()
        .describe('Or a package URL without a version, with `range`'),
      range: z.string().max(4000).optional().describe('`vers:npm/<4.17.21`'),
      ...LISTED,
    }),
    output: Affected,
    errors: ['not_found', 'bad_input'],
  }),
  judgeAdvisory: route({
    method: 'POST',
    path: '/api/v1/affected',
    summary:
      'The same for an advisory that need not have been taken over: one record in the OSV schema, or a CSAF document',
    permission: 'estate:read',
    input: z.strictObject({
      advisory: z.string().min(2).describe('The document itself, as JSON text'),
      ...LISTED,
    }),
    output: Affected,
    errors: ['not_found', 'bad_input'],
    bodyLimit: 8 * 1024 * 1024,
  }),
};
