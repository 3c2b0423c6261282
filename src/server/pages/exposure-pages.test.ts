/** What the pages of exposure say, and that no name becomes markup. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aChangesView,
  aGapView,
  anExposureView,
  aPlanView,
  aReachedView,
  aRecordsView,
} from '../../../test/support/sample-exposure.ts';
import { sampleFigures, samplePlan } from '../../../test/support/sample-paths.ts';
import { htmlText } from '../html.ts';
import type { Html } from '../html.ts';
import { changesPage } from './changes-page.ts';
import { exposurePage } from './exposure-page.ts';
import { gapPage } from './gap-page.ts';
import { planPage } from './plan-page.ts';
import { reachedPage } from './reached-page.ts';
import { recordsPage } from './records-page.ts';

/** The words of a page without its markup. */
function words(page: Html): string {
  return htmlText(page)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

test('the headline is a number of people that leads to what it counts, and home entry is always named', () => {
  const page = exposurePage(anExposureView());
  const text = words(page);
  assert.match(text, /79,404 living people can be reached by an outsider with one stolen password/);
  assert.match(text, /80,000 when what nobody can rule out .* is assumed too: 596 more/);
  assert.match(text, /890 with how to enter their home/);
  assert.match(text, /2 sets of records nobody counted: people unknown/);
  assert.match(htmlText(page), /href="\/exposure\/records"\s*><strong>79,404/);
  assert.match(htmlText(page), /href="\/exposure\/records\?category=home-entry"/);
  const none = exposurePage(
    anExposureView({
      summary: {
        ...anExposureView().summary,
        proven: sampleFigures(12, 0),
        assumed: sampleFigures(12, 0),
      },
    }),
  );
  assert.match(words(none), /0 with how to enter their home/);
  assert.match(words(none), /stays the same when what nobody can rule out/);
});

test('each gap says what is proven and what is assumed, and what closing it alone saves', () => {
  const text = words(exposurePage(anExposureView()));
  assert.match(text, /Sign in at the Citrix door .* sign-in 79,404 79,404 41,000 2/);
  assert.match(text, /App-01 not scanned none proven 79,404 nobody alone 2/);
  assert.match(text, /1 to 3 of 60/);
  assert.match(text, /Do this first MFA at the Citrix door/);
});

test('without any records the page says that nobody knows, not that nobody is at risk', () => {
  const nothing = sampleFigures(0, 0);
  const summary = { ...anExposureView().summary, proven: nothing, assumed: nothing, gaps: 0 };
  const page = exposurePage(
    anExposureView({
      summary,
      recordsKnown: false,
      gaps: [],
      gapCount: 0,
      measures: [],
      first: undefined,
    }),
  );
  const text = words(page);
  assert.match(text, /Nobody has told yet where records of people are held/);
  assert.match(text, /No gap that is known leads this attacker anywhere/);
  assert.doesNotMatch(text, /can be reached by/);
});

test('the question goes along with every link of the page', () => {
  const asked = { attacker: 'outsider-none', customer: 'a&b=c', asAt: '2022-08-01T00:00' };
  const page = htmlText(exposurePage(anExposureView({ asked })));
  const query = 'attacker=outsider-none&amp;customer=a%26b%3Dc&amp;asAt=2022-08-01T00%3A00';
  for (const path of ['/plan', '/exposure/changes', '/exposure/records'])
    assert.ok(page.includes(`href="${path}?${query}"`), path);
  assert.ok(page.includes(`gap=mfa%3Adoor-citrix%2Fcustomer%2Fnone&amp;${query}`));
  assert.match(page, /As it was known at <strong>4 Aug 2022, 03:00 UTC<\/strong>/);
  assert.match(page, /<option value="outsider-none" selected>/);
});

test('a gap is a picture with words, and the way in words with its evidence', () => {
  const page = gapPage(aGapView());
  const markup = htmlText(page);
  assert.match(markup, /<svg [^>]*role="img" aria-labelledby="title desc"/);
  assert.match(markup, /<desc id="desc">attacker/);
  const text = words(page);
  assert.match(text, /Closing it alone saves 41,000 living people/);
  assert.match(text, /signs in gap A customer’s account, one factor/);
  assert.match(text, /declared\/estate; true 1 Aug 2022, 00:00 UTC, learned 2 Aug 2022/);
  assert.match(text, /stale only declared/);
  assert.match(text, /and 3 more facts/);
  assert.match(text, /Demand a second factor 41,000 1/);
  assert.match(markup, /href="\/plan\?done=mfa%3Adoor-citrix&amp;assumed=true"/);
  assert.match(markup, /href="\/exposure\?customer=ash-care"/);
  assert.match(markup, /href="\/login-paths\?door=door-citrix"/);
});

test('the plan has the same numbers in the picture and in the table, and boxes for what if', () => {
  const page = planPage(aPlanView());
  const markup = htmlText(page);
  const picture = /<svg xmlns.*?<\/svg>/s.exec(markup)?.[0] ?? '';
  const table = words(page);
  for (const count of ['79,404', '23,120', '1,200']) {
    assert.ok(picture.includes(`>${count}<`), count);
    assert.ok(table.includes(` ${count} `), count);
  }
  assert.match(markup, /<input[^>]*name="done"[^>]*value="mfa:vpn"[^>]*checked/);
  assert.match(markup, /<label for="done-0">Demand a second factor at the VPN<\/label>/);
  assert.match(table, /Step 1 Patch .* 70,000 2/);
  assert.match(table, /No gap needs this \(any more\): patch:gone/);
  const safe = planPage(
    aPlanView({ plan: { ...samplePlan(), steps: [], before: sampleFigures(0, 0) } }),
  );
  assert.match(words(safe), /Nobody is left in reach of an outsider/);
});

test('changes name the cause, and what nobody counted stays unknown', () => {
  const text = words(changesPage(aChangesView()));
  assert.match(text, /79,304 more people can be reached/);
  assert.match(text, /gap opened .* 0 12 79,404/);
  assert.match(text, /records came .* unknown unknown/);
  assert.match(htmlText(changesPage(aChangesView())), /gap=mfa%3Adoor-citrix%2Fcustomer%2Fnone/);
});

test('records that nobody counted are unknown, and a declared range is shown as one', () => {
  const text = words(recordsPage(aRecordsView()));
  assert.match(text, /unknown unknown ash-care unknown hawthorn assumed/);
  assert.match(text, /Visits .* 100 90 to 120 a number without people: may overlap 7 ash-care/);
  const none = recordsPage(aRecordsView({ records: [], count: 0, category: 'unknown' }));
  assert.match(words(none), /None of that kind can be reached/);
});

test('each customer leads to its own exposure, each asset to its page', () => {
  assert.match(htmlText(reachedPage(aReachedView())), /href="\/exposure\?customer=ash-care"/);
  assert.match(
    htmlText(reachedPage(aReachedView({ by: 'asset' }))),
    /href="\/asset\?key=ash-care"/,
  );
});

test('no name becomes markup on any page', () => {
  for (const page of [
    exposurePage(anExposureView()),
    gapPage(aGapView()),
    planPage(aPlanView()),
    changesPage(aChangesView()),
    recordsPage(aRecordsView()),
    reachedPage(aReachedView()),
  ]) {
    const markup = htmlText(page);
    assert.doesNotMatch(markup, /<script|style="|onclick/);
    assert.match(markup, /&(?:lt|#60);script/, 'the name is there as text');
    assert.equal(markup.match(/<h1/g)?.length, 1);
  }
});
