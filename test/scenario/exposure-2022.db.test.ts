/** The 2022 case: one password at the Citrix door, an unpatched domain controller, and everybody behind it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixesOf } from '../../src/exposure/fixes.ts';
import { rankGaps, rankSubjects, unknownHoldings } from '../../src/exposure/gaps.ts';
import { exposureReader, readExposure } from '../../src/exposure/read.ts';
import { demoEstate } from '../../src/people/synth/estate.ts';
import { CITRIX_DOOR } from '../../src/people/synth/machines.ts';
import { demoFacts, exposurePlace, inventoryOf, ZERO_LOGON } from '../support/exposure-place.ts';

const TRUE_AT = '2022-08-01T00:00:00.000Z';
const CITRIX_CUSTOMERS = `${CITRIX_DOOR}/customer-perhaps-privileged/none`;

test('2022: from the Citrix door through the domain controller to the planted people, and what cuts it', async (t) => {
  const place = await exposurePlace(t, '2022-08-02T20:00:00Z');
  const estate = demoEstate();
  await place.take([
    ...demoFacts(estate, TRUE_AT),
    inventoryOf('dc-01', TRUE_AT, ['windows-server-2016']),
    inventoryOf('dc-02', TRUE_AT, ['windows-server-2016']),
  ]);
  await place.countPeople(estate, new Date(TRUE_AT));
  await place.match({ 'windows-server-2016': ZERO_LOGON });
  const exposure = await readExposure(place.tools);

  await t.test('the counts come out as they were planted', () => {
    const { living, categories, special, unknownHoldings: unknown } = exposure.proven.total;
    assert.deepEqual(living, { low: 79_404, best: 79_404, high: 79_404 });
    assert.equal(categories['home-entry'], 890);
    assert.equal(special, 41_196);
    assert.equal(unknown, estate.holdings.length - 32);
    assert.equal(unknownHoldings(exposure).length, unknown);
    assert.equal(exposure.people.exact, 32);
  });

  await t.test("the login path of a customer's account at the Citrix door ranks first", () => {
    const [first, ...others] = rankGaps(exposure);
    assert.deepEqual([first?.measure, first?.key], ['mfa', CITRIX_CUSTOMERS]);
    assert.equal(first?.proven.people, 79_404);
    assert.ok(others.every(({ proven }) => proven.people <= 79_404));
    assert.ok(others.some(({ measure, key }) => measure === 'patching' && key === 'dc-01'));
    const [door] = rankSubjects(exposure, 'door');
    assert.equal(door?.key, CITRIX_DOOR);
  });

  await t.test('its path runs through the domain controller', () => {
    const { graph, proven, evidence } = exposure;
    const enter = graph.find(`enter:${CITRIX_CUSTOMERS}`) ?? -1;
    assert.equal(proven.reach.reached[enter], 1);
    const controller = proven.reach.before[graph.find('asset:directory-hosting') ?? -1] ?? -1;
    assert.match(graph.keys[controller] ?? '', /^move:admin\/dc-0[12]>/);
    const exploit = graph.find('exploit:dc-01') ?? -1;
    assert.match(evidence(graph.keys[exploit] ?? '')[0]?.text ?? '', /CVE-2020-1472/);
  });

  await t.test('a second factor at that door alone, or the patch and segmentation, cuts it', () => {
    const { graph, engine, proven } = exposure;
    const fixes = new Map(fixesOf(exposure).map((fix) => [fix.key, fix]));
    const left = (...keys: string[]) => {
      const nodes = keys.flatMap((key) => fixes.get(key)?.nodes ?? assert.fail(key));
      return engine.assess(graph, 'proven', nodes).total;
    };
    assert.equal(left(`mfa:${CITRIX_DOOR}`).living.best, 0);
    assert.equal(proven.losses(fixes.get(`mfa:${CITRIX_DOOR}`)?.nodes ?? []).people, 79_404);
    const patched = left('patch:dc-01', 'patch:dc-02');
    assert.ok(patched.living.best < 79_404);
    const both = left('patch:dc-01', 'patch:dc-02', 'reach/dmz>servers');
    assert.ok(both.living.best <= patched.living.best);
    assert.ok(both.unknownHoldings < proven.total.unknownHoldings / 2);
    assert.equal(left('patch:dc-01').living.best, 79_404, 'one of two controllers is not enough');
  });

  await t.test('as at a moment before the flaw was found it was not known', async () => {
    const before = await readExposure(place.tools, { asAt: new Date('2022-08-02T19:00:00Z') });
    assert.equal(before.facts.assets.length, 0);
    place.clock.advance(3_600_000);
    const then = await readExposure(place.tools, { asAt: new Date('2022-08-02T20:30:00Z') });
    assert.equal(then.proven.total.living.best, 79_404);
    const proved = (state: typeof exposure) =>
      rankGaps(state)
        .filter(({ proven }) => proven.people > 0)
        .map(({ key, proven, savedProven }) => ({ key, proven, savedProven }));
    assert.deepEqual(proved(then), proved(exposure));
    const later = await readExposure(place.tools, { attacker: 'ransomware-affiliate' });
    assert.equal(later.proven.total.living.best, 79_404);
  });

  await t.test(
    'without the person key there are bounds, and everything is still ranked',
    async () => {
      const { database, clock } = place.tools;
      const bare = await readExposure({ database, clock });
      const { low, best, high } = bare.proven.total.living;
      assert.ok(low < 79_404 && best === high && high > 79_404);
      assert.equal(bare.people.exact, 0);
      assert.equal(rankGaps(bare)[0]?.key, CITRIX_CUSTOMERS);
    },
  );

  await t.test('the reader keeps what has not changed', async () => {
    const reader = exposureReader(place.tools);
    const first = await reader.read();
    assert.equal(await reader.read(), first);
    const other = await reader.read({ attacker: 'outsider-none' });
    assert.equal(other.population, first.population);
    assert.equal(other.proven.total.living.best, 0);
    place.clock.advance(120_000);
    const again = await reader.read();
    assert.notEqual(again, first);
    assert.equal(again.population, first.population, 'nobody was counted anew');
    await assert.rejects(reader.read({ attacker: 'nobody' }), { code: 'not_found' });
  });
});
