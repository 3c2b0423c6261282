import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { cvssSeverity, scoreCvss, type CvssScores } from './score.ts';

const DATA = path.resolve(import.meta.dirname, '../../../../shared/data/vectors/cvss');
const skip = fs.existsSync(DATA) ? false : 'needs the shared test data';

function scored(vector: string): CvssScores {
  const found = scoreCvss(vector);
  assert.ok(!('problem' in found), `${vector}: ${'problem' in found ? found.problem : ''}`);
  return found;
}

function problemOf(vector: string): string {
  const found = scoreCvss(vector);
  assert.ok('problem' in found, vector);
  return found.problem;
}

/** Red Hat's library gives every score of version 3 even where the vector has no such metric, and one of version 4. */
function expectedLike(vector: string, expected: readonly (number | undefined)[]): void {
  const found = scored(vector);
  const got = [found.base, found.temporal, found.environmental];
  if (found.version === '4.0') {
    assert.equal(found.score, expected[0], vector);
  } else if (found.version === '2.0') {
    assert.deepEqual(got, expected, vector);
  } else {
    assert.equal(found.base, expected[0], vector);
    assert.equal(found.temporal ?? found.base, expected[1], vector);
    if (found.environmental !== undefined) assert.equal(found.environmental, expected[2], vector);
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || ['', 'None'].includes(text) ? undefined : Math.abs(Number(text));
}

test('every score of 20,111 random vectors', { skip }, () => {
  const text = zstdDecompressSync(fs.readFileSync(path.join(DATA, 'random.tsv.zst'))).toString();
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.length, 20_111);
  for (const line of lines) {
    const [, vector = '', ...scores] = line.split('\t');
    expectedLike(
      vector,
      [0, 1, 2].map((at) => numberOf(scores[at])),
    );
  }
});

test('every score of the 7,667 vectors of Red Hat', { skip }, () => {
  const files = fs.readdirSync(DATA).filter((name) => /^vectors_.*\.txt$/.test(name));
  let count = 0;
  for (const file of files) {
    const lines = fs.readFileSync(path.join(DATA, file), 'utf8').trimEnd().split('\n');
    for (const line of lines) {
      const [vector = '', words = ''] = line.split(' - ');
      const scores = words.replace(/[() ]/g, '').split(',');
      expectedLike(
        vector,
        [0, 1, 2].map((at) => numberOf(scores[at])),
      );
      count += 1;
    }
  }
  assert.equal(count, 7667);
});

test('examples of the specifications', () => {
  const cases: Readonly<Record<string, string>> = {
    'AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C': '2.0 7.8 high temporal 6.4 score 6.4 medium',
    'AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H':
      '2.0 7.8 high temporal 6.4 environmental 9.2 score 9.2 high',
    'CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N': '3.0 6.1 medium score 6.1 medium',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N': '3.1 0 none score 0 none',
    'CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N':
      '4.0 6.1 medium score 6.1 medium',
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:U/CR:L/IR:L/AR:L/MAV:P':
      '4.0 10 critical threat 9.1 environmental 3.2 score 3.2 low',
  };
  for (const [vector, words] of Object.entries(cases)) {
    const { version, base, baseSeverity, temporal, threat, environmental, score, severity } =
      scored(vector);
    const said = [
      `${version} ${base} ${baseSeverity}`,
      ...(temporal === undefined ? [] : [`temporal ${temporal}`]),
      ...(threat === undefined ? [] : [`threat ${threat}`]),
      ...(environmental === undefined ? [] : [`environmental ${environmental}`]),
      `score ${score} ${severity}`,
    ];
    assert.equal(said.join(' '), words);
  }
});

test('metrics that say nothing add no score', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  assert.deepEqual(scored(`${vector}/E:X/RL:X/RC:X/CR:X/MAV:X`), scored(vector));
  assert.deepEqual(scored('AV:N/AC:L/Au:N/C:C/I:C/A:C/E:ND/TD:ND').temporal, undefined);
});

test('a bad vector has a problem in words', () => {
  const base = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  const four = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H';
  const cases: Readonly<Record<string, string>> = {
    '': 'there is no vector',
    high: '"high" is not metric:value',
    'CVSS:3.2/AV:N': 'no version of CVSS that is known: CVSS:3.0/, CVSS:3.1/, CVSS:4.0/ or without',
    [base.toLowerCase()]:
      'no version of CVSS that is known: CVSS:3.0/, CVSS:3.1/, CVSS:4.0/ or without',
    [`${base}/AV:N`]: 'AV is given twice',
    [`${base}/`]: '"" is not metric:value',
    [`${base}/E:Z`]: 'E has no value "Z"',
    [`${base}/e:H`]: 'there is no metric "e"',
    [`${base}/XX:N`]: 'there is no metric "XX"',
    [`${base}/toString:N`]: 'there is no metric "toString"',
    [`${base}/\u001b[31m:N`]: 'there is no metric "?[31m"',
    'CVSS:3.1/AV:N/AC:L': 'without PR, UI, S, C, I, A',
    [`${four}/MAV:N/E:A`]: 'E stands after MAV: the order is fixed',
    [`${base}/${'E:X/'.repeat(25_000)}`]: 'longer than 400 characters',
    [`${base} `]: 'A has no value "H "',
  };
  for (const [vector, words] of Object.entries(cases)) assert.equal(problemOf(vector), words);
});

test('any text is answered, and another order changes nothing before version 4', () => {
  const piece = fc.constantFrom('CVSS:3.1', 'CVSS:4.0', 'AV:N', 'AC', ':', '/', 'H', '\u0000', '%');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((all) => all.join('/')),
      ),
      (text) => {
        const found = scoreCvss(text);
        assert.ok('problem' in found ? found.problem.length < 120 : found.score >= 0);
      },
    ),
  );
  const parts = 'AV:A/AC:H/PR:L/UI:R/S:C/C:H/I:L/A:N/E:P/RL:W/CR:H/MAV:P/MC:L'.split('/');
  const expected = scored(`CVSS:3.1/${parts.join('/')}`);
  fc.assert(
    fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
      assert.deepEqual(scored(`CVSS:3.1/${shuffled.join('/')}`), expected);
    }),
  );
});

test('the words of each scale', () => {
  const words = [0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9, 10].map((score) => cvssSeverity('3.1', score));
  assert.equal(words.join(' '), 'none low low medium medium high high critical critical');
  assert.equal(
    [0, 3.9, 4, 7, 10].map((score) => cvssSeverity('2.0', score)).join(' '),
    'low low medium high high',
  );
});
