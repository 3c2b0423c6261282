/** Collections of the Entra connector from a tenant on loopback. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { entra } from '../../src/connectors/entra/index.ts';
import { BODIES, Key } from '../../src/estate/schema.ts';
import { collected, type Collected } from './collect.ts';
import {
  CLIENT,
  emptyTenant,
  startGraph,
  TENANT,
  type Before,
  type TenantData,
} from './graph-server.ts';
import type { WebServer } from './web-server.ts';

const SECRET = 'the-secret-of-the-application';
process.env['HOLDFAST_TEST_ENTRA'] = SECRET;

export const key = (name: string): string => `entra:${TENANT}/${name}@care.example`;
export const ALL = `entra:${TENANT}/all-apps`;

/** Collects from a tenant on loopback; every report fits the schema, and no secret is in one. */
export async function fromTenant(
  data: Partial<TenantData>,
  { before, more = {} }: { before?: Before; more?: Record<string, unknown> } = {},
): Promise<Collected & { readonly server: WebServer }> {
  const server = await startGraph({ ...emptyTenant(), ...data }, before);
  try {
    const config = {
      mode: 'graph',
      tenantId: TENANT,
      clientId: CLIENT,
      clientSecret: { environment: 'HOLDFAST_TEST_ENTRA' },
      authority: server.url,
      graph: server.url,
      timeoutSeconds: 5,
      whatIf: 0,
      ...more,
    };
    const done = await collected(entra, config);
    for (const report of done.reports) {
      if (report.type !== 'observation') continue;
      Key.parse(report.key);
      BODIES[report.kind].parse(report.body);
    }
    assert.ok(!(JSON.stringify(done.reports) + done.logged).includes(SECRET));
    assert.ok(!(JSON.stringify(done.reports) + done.logged).includes('token-'));
    return { ...done, server };
  } finally {
    await server.close();
  }
}
