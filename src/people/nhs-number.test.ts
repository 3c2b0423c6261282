import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkNhsNumber, nhsCheckDigit, parseNhsNumber } from './nhs-number.ts';

const synthetic = { acceptTestRange: true };

function numberOf(nine: number): string | undefined {
  const digit = nhsCheckDigit(nine);
  return digit < 0 ? undefined : `${String(nine).padStart(9, '0')}${digit}`;
}

test('the ways people write one number are the same number', () => {
  const plain = numberOf(999_123_458) ?? '';
  const spaced = `${plain.slice(0, 3)} ${plain.slice(3, 6)} ${plain.slice(6)}`;
  for (const text of [
    plain,
    spaced,
    spaced.replaceAll(' ', '-'),
    spaced.replaceAll(' ', '\u2013'),
    spaced.replaceAll(' ', '\u00a0'),
    `  ${plain}\t`,
    `'${plain}`,
    `${plain}.0`,
  ]) {
    assert.deepEqual(checkNhsNumber(text, synthetic), { valid: true, digits: plain });
  }
});

test('each fault has its own word', () => {
  const faults: [string, string][] = [
    ['', 'empty'],
    ['   ', 'empty'],
    ['unknown', 'not-ten-digits'],
    ['12345', 'not-ten-digits'],
    ['45678901234', 'not-ten-digits'],
    ['4.01E+09', 'not-ten-digits'],
    ['4560000001', 'check-digit'],
    ['9999999999', 'placeholder'],
    ['0000000000', 'placeholder'],
    ['4444444444', 'placeholder'],
    [numberOf(500_000_000) ?? numberOf(500_000_001) ?? '', 'not-issued'],
    [numberOf(999_123_458) ?? '', 'test-number'],
  ];
  for (const [text, fault] of faults) {
    assert.deepEqual(checkNhsNumber(text), { valid: false, fault }, text);
  }
});

test('issued ranges: both English ones, Northern Ireland, and a CHI number only with a real day and month', () => {
  const firstIn = (from: number): string => {
    for (let nine = from; ; nine++) {
      const text = numberOf(nine);
      if (text !== undefined) return text;
    }
  };
  for (const from of [400_000_001, 499_999_900, 600_000_000, 799_999_900, 320_000_001]) {
    assert.equal(checkNhsNumber(firstIn(from)).valid, true, String(from));
  }
  for (const from of [100_000_000, 599_000_000, 800_000_000, 319_999_000]) {
    assert.equal(checkNhsNumber(firstIn(from)).valid, false, String(from));
  }
  assert.equal(checkNhsNumber(firstIn(10_195_000)).valid, true, 'born on 01-01-95');
  assert.equal(checkNhsNumber(firstIn(311_195_000)).valid, false, '31 November');
  assert.equal(checkNhsNumber(firstIn(300_295_000)).valid, false, '30 February');
});

test('changing any one digit breaks the check digit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 400_000_000, max: 499_999_999 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      (nine, at, by) => {
        const text = numberOf(nine);
        fc.pre(text !== undefined && !/^(\d)\1+$/.test(text));
        const changed = (Number(text[at]) + by) % 10;
        const wrong = `${text.slice(0, at)}${changed}${text.slice(at + 1)}`;
        assert.ok(parseNhsNumber(wrong, true) < 0);
      },
    ),
  );
});
