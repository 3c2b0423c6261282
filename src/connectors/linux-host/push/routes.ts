/** The push protocol of inventory.sh: a check-in offers hashes, the answer names the sections that the server lacks. */
import * as z from 'zod';
import { route } from '../../../kernel/http/route.ts';
import { SECTIONS } from '../frame.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** 12 MiB of base64: 9 MiB packed, more than a host with 100,000 packages sends. */
const SECTION_LIMIT = 12 * 1024 * 1024;

export const hostRoutes = {
  checkInHost: route({
    method: 'POST',
    path: '/api/v1/hosts/checkin',
    summary: 'Offer the hash of each section; the answer names those to be sent',
    permission: 'hosts:report',
    input: z.strictObject({
      schema: z.literal(1),
      agent: z.int().min(1).max(1000),
      boot_id: z.string().max(100),
      kernel: z.string().max(300),
      /** `-` for a section that the host works out only when it is asked for. */
      sections: z.record(z.string().max(40), z.union([Sha256, z.literal('-')])),
    }),
    output: z.strictObject({ need: z.array(z.enum(SECTIONS)) }),
    errors: ['conflict'],
  }),
  putHostSection: route({
    method: 'PUT',
    path: '/api/v1/hosts/sections/{name}',
    summary: 'Send one section that the last check-in offered and the server asked for',
    permission: 'hosts:report',
    input: z.strictObject({
      name: z.enum(SECTIONS),
      sha256: Sha256,
      encoding: z.enum(['gzip', 'identity']),
      /** base64 of the section, packed as `encoding` says. */
      content: z.base64().max(SECTION_LIMIT),
    }),
    output: z.strictObject({ missing: z.array(z.enum(SECTIONS)) }),
    errors: ['conflict', 'stale'],
    bodyLimit: SECTION_LIMIT + 1024,
  }),
};
