import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exposureFacts, zeroLogon } from '../../test/support/exposure-facts.ts';
import { demoEstate } from '../people/synth/estate.ts';
import { peopleSets } from '../people/people-sets.ts';
import { ATTACKERS } from './attackers.ts';
import { exposureOf, withChangedDoor, type Exposure } from './exposure.ts';
import { rankGaps, rankSubjects } from './gaps.ts';

const TRUE_AT = '2022-08-01T00:00:00.000Z';

function demo(): Exposure {
  const estate = demoEstate();
  const holdings = estate.holdings.map(({ key, asset, customer, service }) => ({
    type: 'observation' as const,
    kind: 'holding' as const,
    key,
    trueAt: TRUE_AT,
    body: { asset, customer, service, howCounted: 'declared' as const },
  }));
  const facts = exposureFacts([...estate.facts(TRUE_AT), ...holdings], {
    flaws: { 'dc-01': [zeroLogon()], 'dc-02': [zeroLogon()] },
  });
  const counted = facts.holdings.map((_, at) => ({ living: { low: at, best: at, high: at } }));
  const people = {
    sets: peopleSets(counted),
    exact: 0,
    bounds: counted.length,
    unknown: [],
    declared: [],
    otherKey: [],
  };
  const attacker = ATTACKERS[0] ?? assert.fail();
  return exposureOf({ at: new Date(TRUE_AT), attacker, facts, people, sources: new Map() });
}

/** All that is told, whatever the numbers of nodes. */
function told(exposure: Exposure) {
  const { proven, all } = exposure;
  return {
    gaps: rankGaps(exposure).map(({ nodes, ...gap }) => ({ ...gap, nodes: nodes.length })),
    doors: rankSubjects(exposure, 'door'),
    customers: rankSubjects(exposure, 'customer'),
    accounts: rankSubjects(exposure, 'accounts'),
    total: [proven.total, all.total],
  };
}

test('doors drawn anew one after the other give what drawing everything anew gives', () => {
  const before = demo();
  const policies = ['password', 'password totp', ''];
  const keys = [...before.facts.mfa.judged.keys()];
  const change = fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...policies));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let after = before;
      for (const [key, factors] of changes) {
        const door = after.facts.mfa.judged.get(key)?.door ?? assert.fail();
        const settings = { 'authentication.factors': factors };
        const policies = door.policies.map((policy) => ({ ...policy, settings }));
        after = withChangedDoor(after, { ...door, policies });
      }
      assert.deepEqual(told(after), told(exposureOf({ ...after, counted: after })));
    }),
    { numRuns: 12 },
  );
});
