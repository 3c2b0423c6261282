import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withBanner } from './banner.ts';
import { html, htmlText } from './html.ts';
import { layout } from './pages/layout.ts';

test('the line stands once, escaped, before the main content of a page', () => {
  const page = htmlText(layout({ title: 'Estate', main: html`<h1>Estate</h1>` }));
  const shown = withBanner(page, 'DEMONSTRATION: <invented>');
  assert.equal(shown.split('DEMONSTRATION: &lt;invented&gt;').length, 2);
  assert.ok(shown.indexOf('DEMONSTRATION') < shown.indexOf('<main id="main"'));
});
