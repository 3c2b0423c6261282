import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposureFacts } from '../../test/support/exposure-facts.ts';
import type { Bodies, Kind, Observation } from '../estate/schema.ts';
import { peopleSets } from '../people/people-sets.ts';
import { ATTACKERS } from './attackers.ts';
import { changesBetween } from './changes.ts';
import { exposureOf, type Exposure } from './exposure.ts';

const AT = '2026-05-04T08:00:00.000Z';

function a<K extends Kind>(kind: K, key: string, body: Bodies[K]): Observation {
  return { type: 'observation', kind, key, trueAt: AT, body } as Observation;
}

function estate(
  accounts: readonly string[],
  holdings: Readonly<Record<string, number | null>>,
): Exposure {
  const facts = exposureFacts(
    [
      a('network', 'internet', { name: 'Internet', zone: 'internet' }),
      a('asset', 'web', { name: 'Web', type: 'host', networks: ['internet'] }),
      a('door', 'portal', {
        name: 'Portal',
        type: 'portal',
        asset: 'web',
        reachableFrom: ['internet'],
        accepts: ['corp'],
        opens: [{ kind: 'service', key: 's' }],
        settings: { 'authentication.factors': 'password' },
      }),
      ...accounts.map((login) =>
        a('account', `corp:${login}`, {
          login,
          identitySource: 'corp',
          population: 'staff',
          privileged: false,
          password: 'set',
          factorsListed: true,
        }),
      ),
      ...Object.keys(holdings).map((key) =>
        a('holding', key, { asset: 'db', service: 's', howCounted: 'counted' }),
      ),
    ],
    { looked: ['web'] },
  );
  const counted = Object.values(holdings).map((people) =>
    people === null ? {} : { living: { low: people, best: people, high: people } },
  );
  const attacker = ATTACKERS[0] ?? assert.fail();
  const people = {
    sets: peopleSets(counted),
    exact: 0,
    bounds: 0,
    unknown: [],
    declared: [],
    otherKey: [],
  };
  return exposureOf({ at: new Date(AT), attacker, facts, people, sources: new Map() });
}

test('what changed and why: gaps that opened, grew and closed, holdings that came, were counted and went', () => {
  const told = (before: Exposure, after: Exposure) =>
    changesBetween(before, after).causes.map(({ what, key, before: old, after: young, proven }) => [
      what,
      key,
      old,
      young,
      proven,
    ]);
  const gap = 'mfa portal/staff/none';
  const empty = estate([], { h: 100 });
  const one = estate(['x'], { h: 100 });
  assert.deepEqual(told(empty, empty), []);
  assert.deepEqual(told(empty, one), [['gap-opened', gap, 0, 1, 100]]);
  assert.deepEqual(told(one, empty), [['gap-closed', gap, 1, 0, 100]]);
  assert.deepEqual(told(one, estate(['x', 'y'], { h: 100 })), [['gap-grew', gap, 1, 2, 100]]);
  assert.deepEqual(told(estate(['x'], { h: null }), one), [
    ['holding-recounted', 'h', null, 100, 100],
  ]);
  assert.deepEqual(told(one, estate(['x'], { h: 100, k: 7 })), [['holding-came', 'k', null, 7, 7]]);
  assert.deepEqual(told(estate(['x'], { h: 100, k: 7 }), one), [['holding-went', 'k', 7, null, 7]]);
  const { proven } = changesBetween(empty, one);
  assert.deepEqual([proven.before.living.best, proven.after.living.best], [0, 100]);
});
