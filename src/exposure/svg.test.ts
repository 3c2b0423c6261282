import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openBrowser, withoutBrowser } from '../../test/support/browser.ts';
import { WHOLE_WAY, samplePath, samplePlan } from '../../test/support/sample-paths.ts';
import { widthOf, wrapped } from './layout.ts';
import { pathSvg, planSvg } from './svg.ts';

test('wrapped text keeps every character and no line is too long', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: 40, max: 300 }),
      (text, width) => {
        const lines = wrapped(text, width);
        assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(/\s/gu, ''));
        for (const line of lines)
          assert.ok(widthOf(line) <= width || Array.from(line).length === 1);
      },
    ),
  );
});

test('the picture of a way says each step in words, names home entry, and stands alone', () => {
  const svg = pathSvg(samplePath(WHOLE_WAY));
  const words = svg.replaceAll(/<\/text>\s*<text[^>]*>/g, ' ');
  for (const wanted of [
    '79,404 living people behind this gap',
    '890 with how to enter their home',
    'Besides 2 holdings that nobody counted: people unknown',
    'Closing it alone saves 41,000 living people.',
    'domain controller dc-01',
    'ZeroLogon',
    'an outsider with one stolen password',
    '(assumed)',
  ])
    assert.ok(words.includes(wanted), wanted);
  assert.match(svg, /<title id="title">Sign in at the Citrix door/);
  assert.match(svg, /<desc id="desc">attacker/);
  assert.equal(svg.match(/stroke-dasharray/g)?.length, 1, 'one assumed step, one dashed line');
  assert.doesNotMatch(svg, /<script|href|url\((?!#head)|@import/);
  assert.doesNotMatch(
    pathSvg(samplePath(WHOLE_WAY.filter(([kind]) => kind !== 'move'))),
    /stroke-dasharray/,
  );
});

test('names from elsewhere are text and nothing else', () => {
  const hostile = '</text><script>alert(1)</script>&"\u0000\u202e';
  for (const svg of [
    pathSvg(
      samplePath([
        ['door', hostile],
        ['enter', hostile],
        ['holding', hostile],
      ]),
    ),
    pathSvg(samplePath([['enter', hostile]])),
    planSvg(samplePlan()),
  ]) {
    assert.doesNotMatch(svg, /<script/);
    assert.doesNotMatch(svg, /[\u0000\u202e]/);
    assert.equal(svg.match(/<text/g)?.length, svg.match(/<\/text>/g)?.length);
  }
});

test('the picture of a plan has a bar for today and for each step, with home entry and what is left', () => {
  const svg = planSvg(samplePlan());
  assert.equal(svg.match(/height="26"/g)?.length, 4);
  for (const wanted of ['79,404', '23,120', '1,200', 'and 2 more', '120 with how to enter'])
    assert.ok(svg.includes(wanted), wanted);
});

test('in a browser no text is cut off and none lies over another', async (t) => {
  const why = withoutBrowser();
  if (why !== undefined) {
    t.skip(why);
    return;
  }
  const page = await (await openBrowser(t)).newPage();
  for (const svg of [
    pathSvg(samplePath(WHOLE_WAY)),
    pathSvg(samplePath(WHOLE_WAY.slice(0, 4))),
    pathSvg(samplePath([...WHOLE_WAY, ...WHOLE_WAY])),
    planSvg(samplePlan()),
  ]) {
    await page.setContent(`<body style="margin:0">${svg}</body>`);
    const found = await page.evaluate<{ whole: Place; texts: Place[]; boxes: Place[] }>(TEXTS);
    const { whole, texts, boxes } = found;
    for (const [i, text] of texts.entries()) {
      assert.ok(isInside(text, whole), `${text.name} leaves the picture`);
      for (const box of boxes) {
        assert.ok(isApart(text, box) || isInside(text, box), `${text.name} crosses a border`);
      }
      for (const other of texts.slice(i + 1)) {
        assert.ok(isApart(text, other), `${text.name} lies over ${other.name}`);
      }
    }
  }
});

interface Place {
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function isInside(a: Place, b: Place): boolean {
  return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
}

function isApart(a: Place, b: Place): boolean {
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}

/** Runs in the browser: where each text and each box is. Lines of text touch by the part of a font that is above capitals. */
const TEXTS = `(() => {
  const place = (element, shrink) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { name: element.textContent, left, top: top + shrink, right, bottom: bottom - shrink };
  };
  const all = (selector, shrink) => [...document.querySelectorAll(selector)].map((each) => place(each, shrink));
  return { whole: place(document.querySelector('svg'), 0), texts: all('text', 2), boxes: all('rect[rx]', 0) };
})()`;
