import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aComponent,
  aFinding,
  aHostileReport,
  anUnsureReport,
  aReport,
} from '../../test/support/a-report.ts';
import { formatTable } from './format-table.ts';
import { cut, plain, widthOf } from './plain.ts';

test('findings in their order, what is exploited marked, and that all was seen', () => {
  assert.equal(
    formatTable(aReport()),
    `srv/app · 2026-11-22 02:27 UTC

SEVERITY  EXPLOITED   EPSS  ADVISORY             COMPONENT     INSTALLED  FIXED IN
critical  ransomware  94 %  GHSA-dddd-eeee-ffff  left-lib      1.2.3      1.2.4
high                   1 %  GHSA-aaaa-bbbb-cccc  @scope/other  2.0.0      none known

2 vulnerabilities in 2 components of 3, 2 findings, 1 known to be exploited, 1 with a fix.
Everything was read, and a fresh feed answers for every component.`,
  );
});

test('nothing found is not told as nothing wrong', () => {
  const text = formatTable(anUnsureReport());
  for (const words of [
    'registry/app.tar · debian 12 · ',
    'This is not the whole picture',
    'Undecided: 1 finding:\n  GHSA-unde-cide-d000  left-lib 1.2.3: the advisory names only commits',
    'Nobody answers for 3 components:\n  2 generic: nobody publishes advisories for this kind of package ' +
      'that we know of (firmware, blob)\n  1 crates.io: the feed for its ecosystem is too old (old-feed)',
    'feed osv:crates.io: too old: as of 2025-01-01',
    'opt/METADATA: truncated: ends in line 3',
    'pypi-installed: 4 more notes not listed',
    'root: not-permitted: may not be listed',
    'VEX: 1 finding decided; these statements changed nothing:\n  vendor.json statement 2: CVE-2026-0009',
    'Not affected: 1 finding:\n  GHSA-nott-affe-cted',
  ]) {
    assert.ok(text.includes(words), `${words}\n---\n${text}`);
  }
  const empty = formatTable(aReport({ findings: [], components: [] }));
  assert.match(empty, /0 vulnerabilities in 0 components of 0\./);
});

test('every line fits the width, whatever it is', () => {
  const long = aFinding({
    fixed: ['1.2.4', '2.0.0-beta.1', '3.0.0'],
    id: 'GO-2026-0001-a-long-name',
  });
  const wide = aComponent({
    purl: 'pkg:npm/wide@1',
    name: '漢字'.repeat(30),
    version: '1.0.0-alpha.20260101',
  });
  const report = aReport({
    components: [aComponent(), wide],
    findings: [long, { ...long, purl: wide.purl }],
  });
  for (const width of [30, 60, 79, 80, 81, 100, 200]) {
    const [, table = ''] = formatTable(report, { width }).split('\n\n');
    for (const line of table.split('\n')) assert.ok(widthOf(line) <= width, `${width}: ${line}`);
    assert.match(table, /GO-2026-0001-/);
  }
  assert.match(formatTable(report, { width: 50 }), /^ {2}fix: 1\.2\.4, 2\.0\.0-beta\.1, 3\.0\.0$/m);
});

test('colours only where asked for, and then every one ends', () => {
  assert.doesNotMatch(formatTable(aReport()), /\u001b/);
  const coloured = formatTable(aReport(), { colour: true, width: 100 });
  assert.match(coloured, /\u001b\[1;31mcritical\u001b\[0m/);
  assert.equal(coloured.split('\u001b[').length % 2, 1);
  assert.equal(coloured.replace(/\u001b\[[\d;]*m/g, ''), formatTable(aReport(), { width: 100 }));
});

test('text from outside reaches no terminal as a command, nor begins a line', () => {
  for (const width of [40, 120, undefined]) {
    const text = formatTable(aHostileReport(), width === undefined ? {} : { width });
    assert.doesNotMatch(
      text,
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\ud800-\udfff]/,
    );
    assert.doesNotMatch(text, /^FAKE LINE/m);
  }
});

test('plain text keeps what can be read and shows that something was taken away', () => {
  assert.equal(plain('a\u001b[31mb\tc\r\nd\u202e\ud800é漢😀'), 'a\ufffd[31mb c d\ufffd\ufffdé漢😀');
  assert.deepEqual([widthOf('漢字'), widthOf('e\u0301'), widthOf('abc')], [4, 1, 3]);
  assert.deepEqual([cut('abcdef', 4), cut('漢字漢', 4), cut('abc', 3)], ['abc…', '漢…', 'abc']);
});
