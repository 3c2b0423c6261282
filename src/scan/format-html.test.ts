import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aComponent,
  aFinding,
  aHostileReport,
  anUnsureReport,
  aReport,
} from '../../test/support/a-report.ts';
import { formatHtml } from './format-html.ts';
import { cellText } from './html/markup.ts';
import { updatesOf } from './html/updates.ts';

/** What a reader sees, a line for each block. */
function textOf(page: string): string {
  return page
    .replace(/<(style|title)>[^]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '\n')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replace(/\s*\n\s*/g, '\n');
}

test('what is exploited comes first, then what to install, then everything by severity', () => {
  const text = textOf(formatHtml(aReport()));
  const order = [
    '1 vulnerability in 1 component, known to be exploited',
    'Everything was read, and a fresh feed answers for every component.',
    'What to update',
    'npm left-lib',
    'Known to be exploited: 1',
    'GHSA-dddd-eeee-ffff',
    'High: 1',
    'GHSA-aaaa-bbbb-cccc',
    'What this rests on',
  ].map((words) => {
    assert.ok(text.includes(words), words);
    return text.indexOf(words);
  });
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
});

test('the verdict never praises what was not seen', () => {
  const found = (parts: Parameters<typeof aReport>[0]) => textOf(formatHtml(aReport(parts)));
  const unknown = aComponent({ verdict: { state: 'unknown', reason: 'no-feed', limits: [] } });
  assert.match(found({ findings: [] }), /No known vulnerability\n/);
  assert.match(
    found({ findings: [], components: [unknown] }),
    /Nothing was found, and that proves nothing/,
  );
  assert.match(
    found({ findings: [aFinding()] }),
    /1 vulnerability in 1 component, none known to be exploited/,
  );
  const text = textOf(formatHtml(anUnsureReport()));
  for (const words of [
    'This is not the whole picture. Nobody answers for 3 components, and 1 finding could not be decided',
    '2 components of generic: nobody publishes advisories',
    'Undecided: 1',
    'Not seen or not fresh: 4',
    'feed osv:crates.io: too old: as of 2025-01-01',
    'VEX statements that changed nothing: 1',
    'Looked at and not affected',
    'not fresh: stale',
  ]) {
    assert.ok(text.includes(words), words);
  }
});

test('the version to install is the smallest that repairs all that has a repair', () => {
  const finding = (id: string, ...fixed: string[]) => aFinding({ id, fixed });
  const report = aReport({
    components: [aComponent()],
    findings: [finding('A', '1.2.10', '2.0.0'), finding('B', '1.2.9'), finding('C')],
  });
  const [{ to, repairs, withoutFix } = assert.fail()] = updatesOf(report);
  assert.deepEqual([to, repairs, withoutFix], ['1.2.10', 2, 1]);
  const odd = aReport({ components: [aComponent({ ecosystem: '' })], findings: report.findings });
  assert.equal(updatesOf(odd)[0]?.to, undefined);
});

test('what is built from one source is one update, and a flaw in several of its packages is one', () => {
  const of = (name: string) =>
    aComponent({
      type: 'deb',
      name,
      ecosystem: 'Debian:12',
      source: { name: 'glibc', version: '1' },
    });
  const [a, b] = [of('libc6'), of('libc-bin')];
  const report = aReport({
    components: [a, b],
    findings: [a, b].map(({ purl }) => aFinding({ purl, fixed: ['1.2.3-4'] })),
  });
  const [update, ...others] = updatesOf(report);
  assert.deepEqual(others, []);
  assert.deepEqual([update?.components.length, update?.repairs, update?.to], [2, 1, '1.2.3-4']);
  assert.match(textOf(formatHtml(report)), /\ndeb libc6, libc-bin\n/);
});

test('text from outside stays text: no tag, no attribute, no address, no formula', () => {
  const page = formatHtml(aHostileReport());
  assert.doesNotMatch(page, /<script|<img|\s(?:href|src)="(?!https?:\/\/)|\son\w+="/);
  assert.doesNotMatch(page, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\ud800-\udfff]/);
  for (const [, cell = ''] of page.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)) {
    assert.doesNotMatch(cell, /^\s*[=+\-@|]/);
  }
  const tags = new Set([...page.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag));
  const own = [...formatHtml(anUnsureReport()).matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag);
  for (const tag of tags) assert.ok(own.includes(tag), tag);
  assert.equal(cellText('=1+1'), "'=1+1");
  assert.equal(cellText('1.0-1'), '1.0-1');
});

test('one file that asks for nothing, and the same bytes for the same report', () => {
  const page = formatHtml(anUnsureReport());
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
  assert.doesNotMatch(page, /<(script|link|img|iframe|object|form)\b|url\(|@import/);
  assert.equal(formatHtml(anUnsureReport()), page);
});
