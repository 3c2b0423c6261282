import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ecosystems, schemeOf, schemeOfType } from './index.ts';
import { COARSE_LENGTH, type Scheme } from './scheme.ts';

const TYPES = ['alpm', 'gentoo', 'openssl', 'lexicographic', 'datetime', 'intdot'];

const SCHEMES = new Map<string, Scheme>(
  [
    ...ecosystems().map((name) => schemeOf(name)),
    ...TYPES.map((type) => schemeOfType(type)),
  ].flatMap((scheme) => (scheme === undefined ? [] : [[scheme.id, scheme] as const])),
);

/** These follow a reference whose own order is not transitive; see the head of each file. */
const NOT_TRANSITIVE = new Set(['alpm', 'conan', 'maven']);

/** Pieces that real versions are made of, so that neighbours and equals come up often. */
const PIECES = (
  '0 00 1 2 9 10 11 012 99999999999999999999 . . . - - + ~ ^ _ : ! a b z rc alpha beta pre post dev p r1 -r1 _p1 _rc ' +
  'RC SNAPSHOT ga final sp v git ä'
).split(' ');

const version = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 7 })
  .map((pieces) => pieces.join(''));
const numbered = version.map((text) => `1.${text}`);
const any = fc.oneof(version, numbered, numbered, fc.string({ maxLength: 12 }));

function placed(scheme: Scheme, ...texts: readonly string[]): unknown[] {
  return texts.map((text) => scheme.parse(text)).filter((value) => value !== undefined);
}

test('all schemes are tried', () => {
  assert.ok(SCHEMES.size >= 19, [...SCHEMES.keys()].join(' '));
});

for (const [id, scheme] of SCHEMES) {
  test(`${id}: equal to itself, opposite when turned round, the same each time`, () => {
    fc.assert(
      fc.property(any, any, (first, second) => {
        const [a, b] = placed(scheme, first, second);
        if (a === undefined || b === undefined) return;
        assert.equal(scheme.compare(a, a), 0);
        assert.equal(scheme.compare(a, b), -scheme.compare(b, a) + 0);
        assert.equal(
          scheme.compare(a, b),
          scheme.compare(scheme.parse(first), scheme.parse(second)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test(`${id}: transitive`, { skip: NOT_TRANSITIVE.has(id) && 'its reference is not' }, () => {
    fc.assert(
      fc.property(any, any, any, (...texts) => {
        const values = placed(scheme, ...texts).filter(
          (value) => scheme.coarse(value) !== undefined,
        );
        const [a, b, c] = values.sort((x, y) => scheme.compare(x, y));
        if (a === undefined || b === undefined || c === undefined) return;
        assert.ok(scheme.compare(a, b) <= 0 && scheme.compare(b, c) <= 0);
        assert.ok(scheme.compare(a, c) <= 0);
        if (scheme.compare(a, c) === 0) assert.equal(scheme.compare(a, b), 0);
      }),
      { numRuns: 500 },
    );
  });

  test(`${id}: coarse versions are short, printable and never contradict the order`, () => {
    fc.assert(
      fc.property(any, any, (first, second) => {
        const [a, b] = placed(scheme, first, second);
        if (a === undefined || b === undefined) return;
        const [low, high] = scheme.compare(a, b) <= 0 ? [a, b] : [b, a];
        const [coarseLow, coarseHigh] = [scheme.coarse(low), scheme.coarse(high)];
        if (coarseLow === undefined || coarseHigh === undefined) return;
        assert.match(coarseLow + coarseHigh, /^[\x20-\x7e]*$/);
        assert.ok(coarseLow.length <= COARSE_LENGTH && coarseHigh.length <= COARSE_LENGTH);
        assert.ok(Buffer.compare(Buffer.from(coarseLow), Buffer.from(coarseHigh)) <= 0);
      }),
      { numRuns: 1_000 },
    );
  });

  test(`${id}: 100,000 characters are placed, and the work stays in proportion`, () => {
    for (const piece of HUGE) {
      for (const tail of ['', '\u{1F600}']) {
        const short = `1${piece.repeat(1_000)}${tail}`;
        const long = `1${piece.repeat(Math.ceil(100_000 / piece.length))}${tail}`;
        const value = scheme.parse(long);
        if (value === undefined) continue;
        assert.ok(sizeOf(value) <= 40 * long.length, `${id} of "${piece}"`);
        const other = scheme.parse(short);
        if (other !== undefined)
          assert.equal(scheme.compare(value, other), -scheme.compare(other, value) + 0);
        assert.equal(scheme.compare(value, value), 0);
      }
    }
  });
}

/** Repeated to 100,000 characters: one run, many separators, every passage between kinds, rows of zeros. */
const HUGE = '0 1 z ~ - .. 0. 1- a1 .a _p1 -r1 rc ä'.split(' ');

/** What a comparison can at most walk over. */
function sizeOf(value: unknown): number {
  return JSON.stringify(value).length;
}
