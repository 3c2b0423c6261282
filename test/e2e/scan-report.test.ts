/** The page of a scan in a real browser: readable by everybody, in both schemes, on a telephone and on paper. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { formatHtml } from '../../src/scan/format-html.ts';
import { aHostileReport, anUnsureReport, aReport } from '../support/a-report.ts';
import { openBrowser, withoutBrowser } from '../support/browser.ts';

const skip = withoutBrowser() ?? false;

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no fault of accessibility in ${colorScheme}`, { skip }, async (t) => {
    const context = await openBrowser(t, { colorScheme, viewport: { width: 1200, height: 900 } });
    const page = await context.newPage();
    for (const report of [aReport(), anUnsureReport(), aReport({ findings: [] })]) {
      await page.setContent(formatHtml(report));
      await page.evaluate(
        'document.querySelectorAll("details").forEach((each) => { each.open = true; })',
      );
      await page.evaluate(axe.source);
      const result = await page.evaluate<AxeResults>(
        'axe.run(document, { resultTypes: ["violations"] })',
      );
      assert.ok(result.passes.length > 10, 'axe looked at the page');
      const found = result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
      assert.deepEqual(found, []);
    }
  });
}

test('nothing runs, nothing is asked for, nothing runs over the side', { skip }, async (t) => {
  const context = await openBrowser(t, { viewport: { width: 320, height: 800 } });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  for (const report of [aReport(), aHostileReport()]) {
    await page.setContent(formatHtml(report));
    await page.evaluate(
      'document.querySelectorAll("details").forEach((each) => { each.open = true; })',
    );
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.ok(overflow <= 0, `${overflow} pixels too wide`);
  }
  assert.deepEqual(asked, []);
});

test('on paper every group is unfolded', { skip }, async (t) => {
  const context = await openBrowser(t);
  const page = await context.newPage();
  await page.emulateMedia({ media: 'print' });
  await page.setContent(formatHtml(anUnsureReport()));
  const name = page.getByText('firmware 1.2.3', { exact: true });
  assert.ok(await name.isVisible());
  await page.emulateMedia({ media: 'screen' });
  assert.equal(await name.isVisible(), false);
});
