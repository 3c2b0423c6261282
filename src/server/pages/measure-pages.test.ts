/** What the pages of patching and coverage say, and that no name becomes markup. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aComplianceView,
  aCoverageView,
  anAssetJoined,
  aPatchesView,
  aPatchView,
  aServicesView,
} from '../../../test/support/sample-measures.ts';
import { PATCH_REASONS } from '../../estate/patching.ts';
import { CLOCK_SOURCES } from '../../measures/patching/model.ts';
import { PROOF_CODES } from '../../measures/patching/proof.ts';
import { htmlText } from '../html.ts';
import type { Html } from '../html.ts';
import { anAssetView } from '../../../test/support/sample-views.ts';
import { assetPage } from './asset-page.ts';
import { compliancePage } from './compliance-page.ts';
import { coveragePage } from './coverage-page.ts';
import { patchPage } from './patch-page.ts';
import { patchesPage } from './patches-page.ts';
import { clockWord, countdown, lackWord, reasonWord } from './patch-words.ts';
import { servicesPage } from './services-page.ts';

function words(page: Html): string {
  return htmlText(page)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

test('deadlines: how late, by which rule, what stands in the way, and who accepted it', () => {
  const page = patchesPage(aPatchesView());
  const text = words(page);
  assert.match(text, /60 fixes to do on 2 assets, 58 overdue/);
  assert.match(text, /Upgrade Windows Server 2016 to 10\.0\.14393\.3866 CVE-2020-1472 79,404/);
  assert.match(
    text,
    /overdue 709 days overdue 2020-08-25 01:00 cyber-essentials-3\.0 within-14-days/,
  );
  assert.match(text, /nobody knows when the host last looked for updates/);
  assert.match(text, /accepted, overdue 709 days overdue accepted by/);
  assert.match(text, /flaw not certain .* due soon in 3 days/);
  assert.match(text, /no fix yet no date no date none/);
  assert.match(htmlText(page), /href="\/patches\?state=overdue"/);
  assert.match(htmlText(page), /href="\/patches\/item\?asset=hawthorn&amp;fix=netlogon"/);
  assert.match(htmlText(page), /href="\/patches\/calendar\.ics"/);
});

test('nothing to patch is worth what was looked at', () => {
  const counts = { ...aPatchesView().counts, open: 0, overdue: 0 };
  const text = words(patchesPage(aPatchesView({ counts, patches: [], count: 0 })));
  assert.match(
    text,
    /Nothing is known here that must be patched\. That is worth as much as what was looked at/,
  );
});

test('one deadline tells its rule, its clock with the source, what proof lacks and why it is not done', () => {
  const text = words(patchPage(aPatchView()));
  for (const wanted of [
    /done, not proven, overdue 709 days overdue ; it was overdue when it was first seen/,
    /Binding rule cyber-essentials-3\.0: within-14-days version 1-abcd/,
    /Clock runs since 2020-08-11 01:00 : the vendor’s advisory/,
    /Proof lacks that the fixed kernel was booted the setting that belongs to the fix/,
    /Why it is not patched there is a fix, and nothing that this host looks at offers it/,
    /at the next upgrade report/,
    /somebody else the vendor certifies it in March mfa:door\/lab/,
    /mitigation-failed/,
  ])
    assert.match(text, wanted);
});

test('every code has words', () => {
  for (const reason of PATCH_REASONS) assert.doesNotMatch(reasonWord(reason), /undefined/);
  for (const code of PROOF_CODES) assert.notEqual(lackWord(code), code);
  for (const source of CLOCK_SOURCES) assert.notEqual(clockWord(source), source);
  assert.deepEqual([1.9, 0.2, -1, -40, null].map(countdown), [
    '1 day overdue',
    'less than a day overdue',
    'in 1 day',
    'in 40 days',
    'no date',
  ]);
});

test('compliance is never rounded up to everything', () => {
  const page = compliancePage(aComplianceView());
  const text = words(page);
  assert.match(text, /Everything 99\.9 % 10,000 9,999 0 1 1 0 3 3\.3 12\.0 40\.0 –/);
  assert.match(text, /rota service 100 %/);
  assert.match(text, /nothing due 0/);
  assert.match(htmlText(page), /href="\/patches\?state=overdue"/);
  assert.match(htmlText(page), /href="\/patches\?service=rota"/);
});

test('coverage: unknown is a gap, never is said, and numbers lead to what they count', () => {
  const page = coveragePage(aCoverageView());
  const text = words(page);
  assert.match(text, /60 assets should be looked at\. 3 scans missing, stale or unknown/);
  assert.match(text, /1 unknown asset Something answers on the networks/);
  assert.match(text, /Packages listed 1 1 1 33\.3 %/);
  assert.match(text, /Matched with fresh advisories 999 0 1 99\.9 %/);
  assert.match(text, /unknown asset not known uncovered never looked at not asked of it/);
  assert.match(text, /hawthorn 12 covered .* unknown 31 days ago .* stale-feed: 3 components/);
  assert.match(htmlText(page), /href="\/coverage\?kind=packages&amp;state=uncovered"/);
  const empty = coveragePage(aCoverageView({ assets: 0, rows: [], count: 0 }));
  assert.match(words(empty), /No asset is known here, so nothing was looked at/);
});

test('services: what answers and belongs to nobody comes first and says why', () => {
  const page = servicesPage(aServicesView());
  const text = words(page);
  assert.match(text, /1 unknown asset 2 services/);
  assert.match(
    text,
    /unknown asset nobody describes it tcp\/8443 192\.0\.2\.9 unknown unknown open from ward CN=box expired 2021-01-01/,
  );
  assert.match(text, /\/usr\/sbin\/sshd .* not looked/);
  assert.match(htmlText(page), /href="\/coverage\/services\?after=there"/);
});

test('the page of an asset joins what the measures say of it', () => {
  const page = assetPage(anAssetView(), anAssetJoined());
  const text = words(page);
  assert.match(text, /79,500 people at risk from it 79,404 proven, 2 sets of records uncounted/);
  assert.match(text, /58 fixes overdue of 60 to do/);
  assert.match(text, /1 scan missing or unknown/);
  assert.match(htmlText(page), /href="\/exposure\/gap\?gap=mfa%3Adoor-citrix/);
  assert.match(htmlText(page), /href="\/patches\?asset=hawthorn"/);
  const nobody = anAssetJoined({
    people: undefined,
    gaps: [],
    findings: [],
    patches: [],
    coverage: [],
  });
  const quiet = words(assetPage(anAssetView(), nobody));
  assert.match(quiet, /no known way leads here/);
  assert.match(quiet, /No known flaw was found where somebody looked/);
});

test('no name becomes markup on any page', () => {
  for (const page of [
    assetPage(anAssetView(), anAssetJoined()),
    patchesPage(aPatchesView()),
    patchPage(aPatchView()),
    compliancePage(aComplianceView()),
    coveragePage(aCoverageView()),
    servicesPage(aServicesView()),
  ]) {
    const markup = htmlText(page);
    assert.doesNotMatch(markup, /<script|style="|onclick/);
    assert.match(markup, /&lt;script/, 'the name is there as text');
    assert.equal(markup.match(/<h1/g)?.length, 1);
  }
});
