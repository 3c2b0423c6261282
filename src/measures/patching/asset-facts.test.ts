import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entity } from '../../estate/model.ts';
import { knownAssets } from './asset-facts.ts';

const AT = new Date('2026-03-01T00:00:00Z');
let id = 0;
function a(kind: Entity['kind'], key: string, body: Record<string, unknown>): Entity {
  id += 1;
  return {
    id,
    kind,
    key,
    customer: 0,
    body,
    sources: [1],
    conflicts: [],
    trueAt: AT,
    learnedAt: AT,
  };
}
function link(
  type: string,
  from: readonly [string, string],
  to: readonly [string, string],
): Entity {
  const [of, at] = [from, to].map(([kind, key]) => ({ kind, key }));
  return a('dependency', `${from[1]} ${type} ${to[1]}`, { type, from: of, to: at });
}
const host = (key: string): Entity => a('asset', key, { name: key, type: 'host' });

test('an asset is as critical as the worst service that it serves or carries, through a hypervisor too', () => {
  const found = knownAssets(
    [
      a('service', 'urgent', { name: 'Urgent care', clinicalCriticality: 'immediate' }),
      a('service', 'rota', { name: 'Rota', clinicalCriticality: 'routine' }),
      a('service', 'new', { name: 'Nobody has rated it' }),
      ...['app', 'db', 'hypervisor', 'idle', 'other'].map(host),
      link('serves', ['asset', 'app'], ['service', 'rota']),
      link('runs-on', ['service', 'urgent'], ['asset', 'db']),
      link('runs-on', ['asset', 'app'], ['asset', 'hypervisor']),
      link('runs-on', ['asset', 'db'], ['asset', 'hypervisor']),
      link('serves', ['asset', 'other'], ['service', 'new']),
    ],
    { exposed: () => 'no', unsupported: () => null },
  );
  assert.deepEqual(
    found.map(({ key, facts }) => [key, facts.criticality]),
    [
      ['app', 'routine'],
      ['db', 'immediate'],
      ['hypervisor', 'immediate'],
      ['idle', 'unknown'],
      ['other', 'unknown'],
    ],
  );
});
