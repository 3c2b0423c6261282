import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exposureFacts, zeroLogon } from '../../test/support/exposure-facts.ts';
import type { Flaw } from '../measures/scanning/flaw.ts';
import { demoEstate } from '../people/synth/estate.ts';
import { peopleSets } from '../people/people-sets.ts';
import { ATTACKERS } from './attackers.ts';
import {
  countedOf,
  exposureOf,
  withChangedAsset,
  withChangedDoor,
  type Exposure,
} from './exposure.ts';
import type { EstateFacts } from './facts.ts';
import { rankGaps, rankSubjects } from './gaps.ts';
import { planOf } from './show-plan.ts';

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
  const { proven, all, graph, evidence } = exposure;
  return {
    gaps: rankGaps(exposure).map(({ nodes, ...gap }) => ({
      ...gap,
      evidence: nodes.map((node) => evidence(graph.keys[node] ?? '')),
    })),
    doors: rankSubjects(exposure, 'door'),
    assets: rankSubjects(exposure, 'asset'),
    customers: rankSubjects(exposure, 'customer'),
    services: rankSubjects(exposure, 'service'),
    accounts: rankSubjects(exposure, 'accounts'),
    total: [proven.total, all.total],
    plan: planOf(exposure, { steps: 1 }).shown,
  };
}

type Change = (before: Exposure) => Exposure;

function aChange(facts: EstateFacts): fc.Arbitrary<Change> {
  const door = fc
    .tuple(
      fc.constantFrom(...facts.mfa.judged.keys()),
      fc.constantFrom('password', 'password totp', ''),
    )
    .map(([key, factors]): Change => (before) => {
      const door = before.facts.mfa.judged.get(key)?.door ?? assert.fail();
      const settings = { 'authentication.factors': factors };
      const policies = door.policies.map((policy) => ({ ...policy, settings }));
      return withChangedDoor(before, { ...door, policies });
    });
  const asset = fc.constantFrom(...facts.assets.map(({ key }) => key));
  const flaw = fc.constantFrom<readonly Flaw[]>(
    [],
    [zeroLogon()],
    [zeroLogon({ from: 'local', id: 'CVE-2021-3156' })],
    [zeroLogon({ state: 'unknown' }), zeroLogon({ id: 'CVE-2019-0708', needsAccount: true })],
  );
  const patch = fc.tuple(asset, flaw).map(
    ([key, flaws]): Change =>
      (before) =>
        withChangedAsset(before, key, { flaws }),
  );
  const state = fc.constantFrom('covered' as const, 'uncovered' as const, 'unknown' as const);
  const look = fc
    .tuple(asset, state, state)
    .map(([key, components, services]): Change => (before) => {
      const looked = { components, services, reason: `${components}/${services}`, at: null };
      return withChangedAsset(before, key, { looked });
    });
  return fc.oneof(door, patch, look);
}

test('verdicts drawn anew one after the other give what drawing everything anew gives', () => {
  const before = demo();
  fc.assert(
    fc.property(fc.array(aChange(before.facts), { minLength: 1, maxLength: 4 }), (changes) => {
      const states = [before];
      for (const change of changes) states.push(change(states.at(-1) ?? before));
      // An earlier state still says what it said, also after another one went on from it.
      for (const state of states.reverse()) {
        assert.deepEqual(
          told(state),
          told(exposureOf({ ...state, counted: countedOf(state.people) })),
        );
      }
    }),
    { numRuns: 6 },
  );
});

test('changes on end leave nothing of the former ones, and what is gone is left out in the end', () => {
  const before = demo();
  const keys = before.facts.assets.flatMap(({ key, body }) => (body.type === 'host' ? [key] : []));
  let after = before;
  let largest = 0;
  // Each turn opens and mends a flaw on every machine at once.
  for (let turn = 0; turn < 60 && after.graph.size >= largest; turn++) {
    largest = after.graph.size;
    for (const key of keys.slice(0, 20))
      after = withChangedAsset(after, key, { flaws: turn % 2 === 0 ? [zeroLogon()] : [] });
  }
  assert.ok(after.graph.size < largest, 'drawn anew');
  for (const key of keys.slice(0, 20))
    after = withChangedAsset(after, key, { flaws: before.facts.flaws.get(key) ?? [] });
  assert.deepEqual(told(after), told(before));
});
