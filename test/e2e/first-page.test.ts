/** A person signs in by the printed link and reads the estate, in a real browser, by keyboard, with and without script. */
import assert from 'node:assert/strict';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { apiHandlers } from '../../src/app/api-handlers.ts';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { systemClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createServer } from '../../src/server/create-server.ts';
import { listenPlace, startListening } from '../../src/server/listen.ts';
import { createSessions } from '../../src/server/session.ts';
import { apiRoutes } from '../../src/server/table.ts';
import { openBrowser, withoutBrowser } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { sampleViews } from '../support/sample-views.ts';

const reason = withoutBrowser();
const options = { skip: reason ?? false, timeout: 120_000 };

async function served(t: TestContext) {
  const database = await testDatabase(t);
  const clock = systemClock;
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const sessions = createSessions({ database, clock });
  const handlers = apiHandlers({
    database,
    clock,
    config: { data: '/nowhere', timeZone: 'Europe/London' },
    take: () => Promise.resolve(),
  });
  const app = createServer({
    routes: apiRoutes,
    handlers,
    views: sampleViews(),
    sessions,
    log,
    clock,
  });
  const { address, stop } = await startListening(app, await listenPlace('127.0.0.1:0'));
  t.after(stop);
  const link = async () => `${address}/sign-in/${(await sessions.createLink()).secret}`;
  return { address, link };
}

/** Everything the browser complains about while the page lives. */
function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('requestfailed', (request) => heard.push(`failed: ${request.url()}`));
  return heard;
}

/** Runs axe with the rules of WCAG 2.2 A and AA and the best practices; our own policy allows no script, so it is injected by the debugger. */
async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const result = await page.evaluate<AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  assert.ok(result.passes.length > 10, 'axe looked at the page');
  assert.deepEqual(
    result.violations.map(({ id, nodes }) => ({ id, where: nodes.map((node) => node.html) })),
    [],
  );
}

/** With HOLDFAST_SCREENSHOTS=FOLDER the pages are kept to be looked at. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env['HOLDFAST_SCREENSHOTS'];
  if (folder === undefined) return;
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

const MEASURES = [
  ['exposure', '/exposure'],
  ['gap', '/exposure/gap?gap=mfa:door-citrix/customer/none'],
  ['plan', '/plan'],
  ['changes', '/exposure/changes'],
  ['records', '/exposure/records'],
  ['reached', '/exposure/reached'],
  ['patches', '/patches'],
  ['patch', '/patches/item?asset=hawthorn&fix=netlogon'],
  ['compliance', '/patches/compliance'],
  ['coverage', '/coverage'],
  ['services', '/coverage/services'],
] as const;

test(
  'signs in by the link and reads the estate: no violation of accessibility, no complaint',
  options,
  async (t) => {
    const { address, link } = await served(t);
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await openBrowser(t, { colorScheme, viewport: { width: 1200, height: 900 } });
      const page = await context.newPage();
      const heard = complaints(page);
      await page.goto(await link());
      await assertAccessible(page);
      await keep(page, `sign-in-${colorScheme}`);
      await page.getByRole('button', { name: 'Sign in to Holdfast' }).click();
      assert.equal(page.url(), `${address}/exposure`);
      assert.equal(
        await page.getByRole('heading', { level: 1 }).textContent(),
        'People at risk now',
      );
      for (const [name, path] of MEASURES) {
        await page.goto(address + path);
        await assertAccessible(page);
        await keep(page, `${name}-${colorScheme}`);
      }
      await page.goto(`${address}/estate`);
      assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Estate');
      await assertAccessible(page);
      await keep(page, `estate-${colorScheme}`);
      await page.getByRole('link', { name: 'hawthorn' }).click();
      await assertAccessible(page);
      await keep(page, `asset-${colorScheme}`);
      await page.getByRole('link', { name: 'Assets' }).click();
      await assertAccessible(page);
      await keep(page, `assets-${colorScheme}`);
      assert.deepEqual(heard, []);
    }
  },
);

test('reads without script, on a narrow screen, without scrolling sideways', options, async (t) => {
  const { address, link } = await served(t);
  const context = await openBrowser(t, {
    javaScriptEnabled: false,
    viewport: { width: 320, height: 640 },
  });
  const page = await context.newPage();
  await page.goto(await link());
  await page.getByRole('button', { name: 'Sign in to Holdfast' }).click();
  assert.equal(page.url(), `${address}/exposure`);
  await page.goto(`${address}/estate`);
  for (const text of ['This machine', 'What could not be seen', 'Sources', 'Seen by'])
    assert.equal(await page.getByRole('heading', { name: text, exact: true }).count(), 1, text);
  assert.equal(await page.getByRole('table').count(), 3);
  await keep(page, 'estate-narrow');
  // WCAG 2.2, 1.4.10: at 320 pixels only the tables scroll, each by itself.
  for (const url of [
    ...MEASURES.map(([, path]) => path),
    '/estate',
    '/asset?key=hawthorn',
    '/assets',
    '/findings',
    '/login-paths',
    '/sign-in',
  ]) {
    await page.goto(address + url);
    const main = await page.locator('main').boundingBox();
    const body = await page.locator('body').boundingBox();
    assert.ok((main?.width ?? 999) <= 320 && (body?.width ?? 999) <= 320, url);
  }
});

test(
  'the keyboard comes past the navigation to the content and to the sign-out',
  options,
  async (t) => {
    const { address, link } = await served(t);
    const page = await (await openBrowser(t)).newPage();
    await page.goto(await link());
    await page.getByRole('button', { name: 'Sign in to Holdfast' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`${address}/exposure`);
    const focused = () => page.evaluate('document.activeElement.textContent.trim()');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to the content');
    await keep(page, 'skip-link');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'main');
    const names: unknown[] = [];
    await page.goto(`${address}/estate`);
    for (let presses = 0; presses < 11; presses += 1) {
      await page.keyboard.press('Tab');
      names.push(await focused());
    }
    assert.deepEqual(names, [
      'Skip to the content',
      'Holdfast',
      'Exposure',
      'Plan',
      'Patches',
      'Coverage',
      'Findings',
      'Login paths',
      'Assets',
      'Estate',
      'Sign out',
    ]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Signed out' }).waitFor();
    await assertAccessible(page);
    await page.goto(`${address}/`);
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Sign in');
    assert.deepEqual(await page.context().cookies(), []);
  },
);

test(
  'a link that was used, an unknown address and a stranger get pages that help',
  options,
  async (t) => {
    const { address, link } = await served(t);
    const page = await (await openBrowser(t)).newPage();
    const once = await link();
    for (const expected of ['People at risk now', 'Not signed in']) {
      await page.goto(once);
      await page.getByRole('button', { name: 'Sign in to Holdfast' }).click();
      await page.getByRole('heading', { level: 1, name: expected }).waitFor();
    }
    await assertAccessible(page);
    await keep(page, 'link-used');
    await page.goto(`${address}/nothing-here`);
    await page.getByRole('heading', { level: 1, name: 'There is nothing here' }).waitFor();
    await assertAccessible(page);
    await keep(page, 'nothing-here');
  },
);

test('a page of another origin can neither sign out nor read', options, async (t) => {
  const { address, link } = await served(t);
  const page = await (await openBrowser(t)).newPage();
  await page.goto(await link());
  await page.getByRole('button', { name: 'Sign in to Holdfast' }).click();
  // Another port of this machine: the same site for cookies, another origin.
  const foreign = await served(t);
  await page.goto(`${foreign.address}/healthz`);
  const read = await page.evaluate(
    `fetch(${JSON.stringify(address)}, { credentials: 'include' }).then(() => 'read', () => 'refused')`,
  );
  assert.equal(read, 'refused');
  await page
    .setContent(`<form method="post" action="${address}/sign-out"><button>Win</button></form>`)
    .catch(() => undefined);
  const status = page.waitForResponse(`${address}/sign-out`).then(
    (response) => response.status(),
    () => 0,
  );
  await page.evaluate('document.forms[0].submit()').catch(() => undefined);
  assert.ok(
    [0, 403].includes(await Promise.race([status, page.waitForTimeout(3000).then(() => 0)])),
  );
  await page.goto(`${address}/estate`);
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Estate');
});

test(
  'under a name of its own the console keeps its session from other ports',
  options,
  async (t) => {
    const { address, link } = await served(t);
    const page = await (await openBrowser(t)).newPage();
    const named = (text: string) => text.replace('127.0.0.1', 'holdfast.localhost');
    await page.goto(named(await link()));
    await page.getByRole('button', { name: 'Sign in to Holdfast' }).click();
    await page.getByRole('heading', { level: 1, name: 'People at risk now' }).waitFor();
    assert.equal(page.url(), named(`${address}/exposure`));
    const visible = async (url: string) => (await page.context().cookies(url)).length;
    assert.equal(await visible(named(address)), 1);
    assert.equal(await visible('http://127.0.0.1:9'), 0);
    assert.equal(await visible('http://localhost:9'), 0);
  },
);
