import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawing, html, htmlText, outsideLink } from './html.ts';
import type { Html } from './html.ts';

const text = (page: Html) => htmlText(page);

test('text and attributes are escaped, whatever they hold', () => {
  const evil = `<script>alert("x")</script>' onload='&`;
  const page = text(html`<p title="${evil}">${evil}</p>`);
  const safe = '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39; onload=&#39;&amp;';
  assert.equal(page, `<p title="${safe}">${safe}</p>`);
});

test('no text can open a tag, close an attribute or end early', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const page = text(html`<p title="${value}">${value}</p>`);
      const match = /^<p title="([^"]*)">([^<]*)<\/p>$/s.exec(page);
      assert.ok(match);
      for (const part of [match[1], match[2]]) assert.equal(unescaped(part ?? ''), value);
    }),
  );
});

function unescaped(part: string): string {
  const signs: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  };
  return part.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => signs[entity] ?? '');
}

test('nested markup stays markup, lists are joined, nothing shows nothing', () => {
  const items = ['a', '<b>'].map((item) => html`<i>${item}</i>`);
  const page = html`<p>${items}${undefined}${null}${false}${''}${0}</p>`;
  assert.equal(text(page), '<p><i>a</i><i>&lt;b&gt;</i>0</p>');
});

test('what looks like markup but was not made by the template is text', () => {
  const forged = JSON.parse('{"text":"<b>"}') as Html;
  assert.doesNotMatch(text(html`<p>${'<b>'}</p>`), /<b>/);
  assert.throws(() => html`<p>${forged}</p>`, TypeError);
});

test('an address must be ours', () => {
  assert.equal(text(html`<a href="${'/assets/a%2Fb'}">x</a>`), '<a href="/assets/a%2Fb">x</a>');
  assert.equal(text(html`<a href="${'#main'}">x</a>`), '<a href="#main">x</a>');
  for (const address of [
    'javascript:alert(1)',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '',
    ' /x',
    'data:,x',
  ])
    assert.throws(() => html`<a href="${address}">x</a>`, TypeError, address);
  assert.throws(() => html`<form method="post" action="${'//evil.example'}"></form>`, TypeError);
});

test('a value in any other place is refused', () => {
  const x = 'x';
  assert.throws(() => html`<p title=${x}>y</p>`, /without quotes/);
  assert.throws(() => html`<p ${x}>y</p>`, /without quotes/);
  assert.throws(() => html`<${x}>y</${x}>`, /without quotes/);
  assert.throws(
    () =>
      html`<script>
        ${x};
      </script>`,
    /no script/,
  );
  assert.throws(
    () =>
      html`<style>
        ${x}
      </style>`,
    /no script, style/,
  );
  assert.throws(() => html`<!-- ${x} -->`, /comment/);
  assert.throws(() => html`<p title="${html`<b></b>`}">y</p>`, /only as text/);
  assert.throws(() => html`<a href="/${'/evil.example'}">y</a>`, /whole address/);
  assert.throws(() => html`<p`, /ends inside a tag/);
});

test('a picture of our own drawing is taken, one that could run, load or lead anywhere is not', () => {
  const picture = '<svg role="img"><title>&#60;b&#62; onload=1</title><rect width="1"/></svg>';
  assert.equal(text(html`<p>${drawing(picture)}</p>`), `<p>${picture}</p>`);
  for (const bad of [
    '<svg><script></script></svg>',
    '<svg onload="x"></svg>',
    '<svg><a href="/"></a></svg>',
    '<svg><rect style="x"/></svg>',
    '<svg><image/></svg>',
    '<svg><!-- --></svg>',
    '<svg><text>a < b</text></svg>',
    '<svg><rect',
  ])
    assert.throws(() => drawing(bad), TypeError, bad);
});

test('a link that a feed names leads to the web and nowhere else', () => {
  const to = (url: string) => text(html`<p>${outsideLink(url, '<b>')}</p>`);
  assert.equal(
    to('https://a.example/?b=1&c=2'),
    '<p><a href="https://a.example/?b=1&amp;c=2" rel="noreferrer">&lt;b&gt;</a></p>',
  );
  for (const url of [
    'javascript:alert(1)',
    '',
    '//a.example',
    'https://a.example/"onload="',
    'data:,',
  ])
    assert.equal(to(url), '<p>&lt;b&gt;</p>', url);
});
