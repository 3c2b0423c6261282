/** Exposure as people read it: in words, as JSON, and over HTTP. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Bodies, Kind, Observation } from '../estate/schema.ts';
import { signedIn } from '../kernel/http/permissions.ts';
import { LOOPBACK_NAMES } from '../kernel/http/protect.ts';
import { createApp, serveRoutes } from '../kernel/http/serve.ts';
import { createLog } from '../kernel/log.ts';
import { exposurePlace } from '../../test/support/exposure-place.ts';
import { exposureHandlers } from './handlers.ts';
import { exposureReader, readExposure } from './read.ts';
import { exposureRoutes } from './routes.ts';
import { planOf } from './show-plan.ts';
import { changesBetween } from './changes.ts';
import { explainGap, shownChanges, shownGaps, shownSubjects, shownSummary } from './show.ts';
import { changesText, explanationText, planText, subjectsText, summaryText } from './text.ts';

const AT = '2026-05-04T08:00:00.000Z';

function a<K extends Kind>(kind: K, key: string, body: Bodies[K]): Observation {
  return { type: 'observation', kind, key, trueAt: AT, body } as Observation;
}

function* clinic(): Generator<Observation> {
  yield a('network', 'internet', { name: 'Internet', zone: 'internet' });
  yield a('customer', 'oak', { name: 'Oak Surgery' });
  yield a('service', 'rota', { name: 'Rota' });
  yield a('asset', 'web', { name: 'web', type: 'host' });
  yield a('asset', 'records', { name: 'records', type: 'database' });
  const runs = { kind: 'asset', key: 'records' } as const;
  yield a('dependency', 'records runs-on web', {
    type: 'runs-on',
    from: runs,
    to: { kind: 'asset', key: 'web' },
  });
  yield a('door', 'remote', {
    name: 'Remote desktop',
    type: 'remote-desktop',
    asset: 'web',
    reachableFrom: ['internet'],
    accepts: ['staff'],
    opens: [{ kind: 'asset', key: 'web' }],
    settings: { 'authentication.factors': 'password' },
  });
  yield a('account', 'staff:anna', {
    login: 'anna',
    identitySource: 'staff',
    population: 'staff',
    enabled: true,
    privileged: true,
    password: 'set',
    factorsListed: true,
  });
  yield a('holding', 'oak-records', {
    asset: 'records',
    customer: 'oak',
    service: 'rota',
    howCounted: 'counted',
    people: { low: 118, best: 120, high: 121 },
    categories: { contact: 120, 'home-entry': 7 },
  });
  yield a('holding', 'old-letters', {
    asset: 'records',
    customer: 'oak',
    service: 'rota',
    howCounted: 'declared',
  });
}

test('exposure in words: the people, the gaps, the way and the plan; home entry is named', async (t) => {
  const place = await exposurePlace(t, '2026-05-04T09:00:00Z');
  await place.take([...clinic()]);
  const { database, clock } = place.tools;
  const exposure = await readExposure({ database, clock });
  const gaps = shownGaps(exposure);
  const summary = summaryText(shownSummary(exposure), gaps, { of: gaps.length });
  assert.match(
    summary,
    /People at risk from an outsider with one stolen password, 2026-05-04 09:00 UTC/,
  );
  assert.match(
    summary,
    /proven +120 living people \(between 118 and 121\): 7 with how to enter their home/,
  );
  assert.match(summary, /besides, 1 holding that nobody counted: people unknown/);
  assert.match(
    summary,
    / mfa +sign in at Remote desktop as a privileged staff account \(1 account/,
  );

  const explained = explainGap(exposure, 'remote staff');
  assert.equal(explained.shown.gap.measure, 'mfa');
  assert.deepEqual(explained.shown.customers, ['oak']);
  assert.ok(explained.shown.steps.every(({ key }) => key !== ''));
  const way = explanationText(explained);
  assert.match(way, /The way, each step shown by evidence:\n +1 +Internet/);
  assert.match(way, /policy of door remote: one factor \(test\/estate, 2026-05-04\)/);
  assert.throws(() => explainGap(exposure, 'nothing like it'), { code: 'not_found' });

  const { shown } = planOf(exposure);
  assert.deepEqual(
    shown.steps.map(({ fixes: [fix], people }) => [fix?.key, people]),
    [['mfa:remote', 120]],
  );
  assert.match(
    planText(shown),
    /1\. demand a second factor .*\n +saves 120 people; left: 0 living people/,
  );
  const then = planOf(exposure, { whatIf: ['factor remote'] }).shown;
  assert.equal(then.before.living.best, 0);
  assert.equal(then.today.living.best, 120);
  assert.match(planText(then), /Taken as done:\n {2}- demand a second factor/);
  assert.throws(() => planOf(exposure, { whatIf: ['a wall'] }), { code: 'not_found' });
  assert.match(subjectsText(shownSubjects(exposure, 'customer'), 'customer'), /120 +120 +1 +oak/);
});

test('what came into reach since a moment, and why', async (t) => {
  const place = await exposurePlace(t, '2026-05-04T08:30:00Z');
  place.clock.advance(1_800_000);
  await place.take([...clinic()]);
  const { database, clock } = place.tools;
  const before = await readExposure(
    { database, clock },
    { asAt: new Date('2026-05-04T08:45:00Z') },
  );
  const changes = shownChanges(changesBetween(before, await readExposure({ database, clock })));
  assert.deepEqual([changes.proven.before.living.best, changes.proven.after.living.best], [0, 120]);
  const text = changesText(changes);
  assert.match(text, /Between 2026-05-04 08:45 and 2026-05-04 09:00 UTC/);
  assert.match(text, /120 +120 +gap opened +0 → 1 +sign in at Remote desktop/);
  assert.match(text, /holding came/);
});

test('every answer of the API has the shape that it is documented with, pages and past moments included', async (t) => {
  const place = await exposurePlace(t, '2026-05-04T09:00:00Z');
  await place.take([...clinic()]);
  const { database, clock } = place.tools;
  const reader = exposureReader({ database, clock });
  const handlers = exposureHandlers({ reader, clock });
  const context = {} as never;
  const page = { limit: 1 };
  const summary = exposureRoutes.readExposure.output.parse(
    await handlers.readExposure({}, context),
  );
  assert.equal(summary.proven.living.best, 120);
  const first = exposureRoutes.listExposureGaps.output.parse(
    await handlers.listExposureGaps(page, context),
  );
  assert.equal(first.gaps.length, 1);
  assert.equal(first.next, summary.gaps > 1 ? '1' : null);
  const doors = await handlers.listExposureSubjects({ ...page, by: 'door' }, context);
  assert.equal(exposureRoutes.listExposureSubjects.output.parse(doors).subjects[0]?.key, 'remote');
  exposureRoutes.explainExposure.output.parse(
    await handlers.explainExposure({ gap: 'remote' }, context),
  );
  const plan = await handlers.readExposurePlan(
    { assumed: false, steps: 3, done: 'factor remote' },
    context,
  );
  assert.equal(exposureRoutes.readExposurePlan.output.parse(plan).left.living.best, 0);
  const past = await handlers.readExposure({ asAt: '2026-05-04T08:30:00.000Z' }, context);
  assert.equal(past.assumed.living.best, 0, 'nothing was known then');
  await assert.rejects(handlers.readExposure({ asAt: '2026-05-05T08:30:00.000Z' }, context), {
    code: 'bad_input',
  });
  await assert.rejects(handlers.readExposure({ attacker: 'nobody' }, context), {
    code: 'not_found',
  });
});

test('changes over HTTP come in pages, with the causes of a week unless a moment is named', async (t) => {
  const { get, json, place } = await served(t);
  await place.take([...clinic()]);
  const whole = exposureRoutes.listExposureChanges.output.parse(await json('changes'));
  assert.equal(whole.from, '2026-04-27T09:00:00.000Z');
  assert.deepEqual([whole.proven.before.living.best, whole.proven.after.living.best], [0, 120]);
  assert.equal(whole.next, null);
  const pages = [];
  for (let next: string | null = '0'; next !== null;) {
    const page: typeof whole = exposureRoutes.listExposureChanges.output.parse(
      await json(`changes?limit=1&after=${next}`),
    );
    pages.push(...page.causes);
    next = page.next;
  }
  assert.deepEqual(pages, whole.causes);
  const holdings = whole.causes.filter(({ what }) => what === 'holding-came');
  assert.deepEqual(
    holdings.map(({ key, after }) => [key, after]).sort(),
    [
      ['oak-records', 120],
      ['old-letters', null],
    ].sort(),
  );
  const none = exposureRoutes.listExposureChanges.output.parse(
    await json('changes?since=2026-05-04T09:00:00.000Z'),
  );
  assert.deepEqual(none.causes, []);
  assert.equal((await get('changes?since=2026-05-05T09:00:00.000Z')).statusCode, 400);
});

test('the way and the plan are pictures over HTTP, and only for those who may read the estate', async (t) => {
  const { get, place } = await served(t);
  await place.take([...clinic()]);
  for (const path of ['explanation.svg?gap=remote', 'plan.svg?done=factor%20remote']) {
    const reply = await get(path);
    assert.equal(reply.statusCode, 200);
    assert.equal(reply.headers['content-type'], 'image/svg+xml; charset=utf-8');
    assert.match(String(reply.headers['content-security-policy']), /default-src 'none'/);
    assert.match(reply.body, /^<svg [^]*<\/svg>\n$/);
    assert.equal((await get(path, '')).statusCode, 401);
  }
  assert.equal((await get('explanation.svg?gap=nothing')).statusCode, 404);
});

/** The routes of exposure on a server of their own, over an empty estate. */
async function served(t: TestContext) {
  const place = await exposurePlace(t, '2026-05-04T09:00:00Z');
  const { database, clock } = place.tools;
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const app = createApp({ log, hosts: LOOPBACK_NAMES });
  const handlers = exposureHandlers({ reader: exposureReader({ database, clock }), clock });
  serveRoutes(app, exposureRoutes, handlers, {
    identify: ({ authorization }) =>
      Promise.resolve(
        authorization === 'Bearer good' ? signedIn('tester', ['estate:read']) : undefined,
      ),
    log,
    clock,
  });
  const get = (path: string, authorization = 'Bearer good') =>
    app.inject({ url: `/api/v1/exposure/${path}`, headers: { host: '127.0.0.1', authorization } });
  const json = async (path: string): Promise<unknown> => (await get(path)).json();
  return { place, get, json };
}
