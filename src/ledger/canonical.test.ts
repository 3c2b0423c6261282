import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, parseCanonical } from './canonical.ts';

function double(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE(0);
}

test('numbers are written as in RFC 8785 appendix B', () => {
  const table: readonly (readonly [string, string])[] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ];
  for (const [bits, text] of table) assert.equal(canonicalJson(double(bits)), text);
  for (const bits of ['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000']) {
    assert.throws(() => canonicalJson(double(bits)), { code: 'bad_input' });
  }
});

test('literals, strings and escapes are written as in RFC 8785 section 3.2.2', () => {
  const value: unknown = JSON.parse(
    String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
      "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
  );
  const expected = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`;
  assert.equal(canonicalJson(value), expected);
});

test('names are sorted by UTF-16 code units as in RFC 8785 section 3.2.3', () => {
  const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
  const order = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
  assert.equal(text, `{${order.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`);
});

test('what has no canonical form is refused', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const unfit: unknown[] = [
    undefined,
    { a: undefined },
    [undefined],
    // A hole in a list.
    Array(2),
    '\ud800',
    { '\udc00': 1 },
    1n,
    Symbol('x'),
    { [Symbol('x')]: 1 },
    () => 1,
    new Date(0),
    new Map(),
    Buffer.alloc(1),
    cycle,
  ];
  for (const value of unfit) assert.throws(() => canonicalJson(value), { code: 'bad_input' });
});

test('law: canonical text reads back to itself, whatever the order of members', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(parseCanonical(text)), text);
      assert.equal(canonicalJson(reversed(value)), text);
    }),
  );
});

test('another spelling of the same value is refused', () => {
  for (const text of ['{"b":1,"a":2}', '{ "a":1}', '{"a":1,"a":1}', '1.0', '"\\u0041"', '{', '']) {
    assert.throws(() => parseCanonical(text), { code: 'bad_input' });
  }
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).reverse();
  return Object.fromEntries(members.map(([name, item]) => [name, reversed(item)]));
}
