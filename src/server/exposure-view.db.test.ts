/** The views of exposure over the demonstration: what pages show is what the domain counts, whole and in part. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposureReader } from '../exposure/read.ts';
import { demoEstate } from '../people/synth/estate.ts';
import { CITRIX_DOOR } from '../people/synth/machines.ts';
import {
  demoFacts,
  exposurePlace,
  inventoryOf,
  ZERO_LOGON,
} from '../../test/support/exposure-place.ts';
import { exposureViews } from './exposure-view.ts';
import { exposurePage } from './pages/exposure-page.ts';
import { htmlText } from './html.ts';

const TRUE_AT = '2022-08-01T00:00:00.000Z';

test('views of exposure', async (t) => {
  const place = await exposurePlace(t, '2022-08-02T20:00:00Z');
  const { clock } = place;
  const views = exposureViews({ reader: exposureReader(place.tools), clock });

  await t.test('of an estate that nobody has told anything of', async () => {
    assert.equal(await views.knowsRecords(), false);
    const view = await views.exposure({});
    assert.deepEqual([view.recordsKnown, view.gapCount, view.first], [false, 0, undefined]);
    assert.match(htmlText(exposurePage(view)), /Nobody has told yet/);
  });

  const estate = demoEstate();
  await place.take([
    ...demoFacts(estate, TRUE_AT),
    inventoryOf('dc-01', TRUE_AT, ['windows-server-2016']),
    inventoryOf('dc-02', TRUE_AT, ['windows-server-2016']),
  ]);
  await place.countPeople(estate, new Date(TRUE_AT));
  await place.match({ 'windows-server-2016': ZERO_LOGON });
  clock.advance(120_000);

  await t.test('the front page has the planted numbers, and pages of gaps', async () => {
    assert.equal(await views.knowsRecords(), true);
    const view = await views.exposure({});
    assert.equal(view.summary.proven.living.best, 79_404);
    assert.equal(view.summary.proven.categories['home-entry'], 890);
    assert.deepEqual(
      view.first?.fixes.map(({ key }) => key),
      [`mfa:${CITRIX_DOOR}`],
    );
    const after = view.from + view.gaps.length;
    const next = await views.exposure({ after });
    const keys = [...view.gaps, ...next.gaps].map(({ measure, key }) => `${measure}:${key}`);
    assert.equal(new Set(keys).size, keys.length);
    const controllers = await views.exposure({ name: 'cve-2020 dc' });
    assert.deepEqual(controllers.gaps.map(({ key }) => key).sort(), ['dc-01', 'dc-02']);
    const total = view.measures.reduce((sum, { gaps }) => sum + gaps, 0);
    assert.equal(total, view.gapCount);
  });

  await t.test('records in reach are what the figures count', async () => {
    const { summary } = await views.exposure({});
    const all = await views.records({});
    assert.equal(all.count, summary.proven.holdings);
    const unknown = await views.records({ category: 'unknown' });
    assert.equal(unknown.count, summary.assumed.unknownHoldings);
    const home = await views.records({ category: 'home-entry' });
    assert.ok(home.count > 0 && home.records.every(({ categories }) => categories['home-entry']));
  });

  await t.test('services and customers: their own people, and nothing for a stranger', async () => {
    const services = await views.reached({ by: 'service' });
    const [most] = services.subjects;
    assert.ok(most);
    const own = await views.exposure({ service: most.key });
    assert.equal(own.summary.proven.living.best, most.proven.people);
    assert.ok(own.summary.proven.living.best < 79_404);
    assert.ok(own.gaps.every(({ proven }) => proven.people <= most.proven.people));
    const stranger = await views.exposure({ customer: 'nobody-of-this-name' });
    assert.deepEqual([stranger.summary.assumed.living.best, stranger.gapCount], [0, 0]);
    const customers = await views.reached({ by: 'customer' });
    const [first] = customers.subjects;
    const theirs = await views.exposure({ customer: first?.key });
    assert.equal(theirs.summary.proven.living.best, first?.proven.people);
  });

  await t.test('the way through the Citrix door leads over the domain controller', async () => {
    const { gaps } = await views.exposure({});
    const [gap] = gaps;
    const view = await views.gap(`${gap?.measure ?? ''}:${gap?.key ?? ''}`, {});
    const keys = view.steps.map(({ step }) => step.key);
    assert.ok(keys.some((key) => key.startsWith('exploit:dc-0')));
    assert.equal(new Set(keys).size, keys.length, 'no place twice');
    assert.equal(view.fixes[0]?.key, `mfa:${CITRIX_DOOR}`);
    assert.equal(view.fixes[0].people, 79_404);
    assert.equal(view.measured?.path, `/login-paths?door=${CITRIX_DOOR}`);
    const opened = view.steps.filter(({ gap: named }) => named !== undefined);
    assert.equal(opened.length, 2, 'the password and the flaw');
  });

  await t.test('the plan with something done, and with something that nobody needs', async () => {
    const door = `mfa:${CITRIX_DOOR}`;
    const plan = await views.plan({ done: [door, 'patch:never-heard-of'] });
    assert.equal(plan.plan.before.living.best, 0);
    assert.deepEqual(plan.needless, ['patch:never-heard-of']);
    assert.deepEqual(
      plan.plan.whatIf.map(({ key }) => key),
      [door],
    );
  });

  await t.test('the past, the change since then, and no future', async () => {
    const then = await views.exposure({ asAt: '2022-08-02T19:00' });
    assert.equal(then.summary.assumed.living.best, 0);
    const changes = await views.changes({ since: '2022-08-02T19:00' });
    assert.equal(changes.changes.proven.before.living.best, 0);
    assert.equal(changes.changes.proven.after.living.best, 79_404);
    assert.ok(changes.changes.causes.some(({ what }) => what === 'gap-opened'));
    for (const asAt of ['2030-01-01T00:00', 'yesterday', '2022-13-01T00:00'])
      await assert.rejects(views.exposure({ asAt }), { code: 'bad_input' });
    await assert.rejects(views.exposure({ attacker: 'nobody' }), { code: 'not_found' });
  });
});
