/** Planted gaps of every kind against the answer key: every one is found, and nothing is called enforced that is not. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import {
  answerOf,
  AT,
  mfaEstate,
  SOURCES,
  type MfaEstate,
} from '../../../test/support/mfa-estate.ts';
import { PLANTED } from '../../../test/support/mfa-mechanisms.ts';
import { codeAt, measureCoverage, totalOf, verdictOfCode, type Coverage } from './coverage.ts';
import { gather } from './gather.ts';
import { accountTable } from './table.ts';

/** `HOLDFAST_SEEDS=200` is the long run, which bench/mfa-seeds.ts prints; 40,000 accounts by default for three of them. */
const SEEDS = Number(process.env['HOLDFAST_SEEDS'] ?? 20);
const WHOLE = Number(process.env['HOLDFAST_SEEDS'] ?? 3);

function measured(estate: MfaEstate, silenced: readonly (typeof SOURCES)[number][] = []): Coverage {
  const { accounts, doors, signIns } = gather(estate.voices, estate.sources(silenced));
  return measureCoverage({ table: accountTable(accounts), doors, signIns, now: AT });
}

test('the generator plants every kind', () => {
  const planted = new Set(
    mfaEstate('kinds', { accounts: 10 }).doors.map(({ mechanism }) => mechanism.id),
  );
  for (const { id } of PLANTED) assert.ok(planted.has(id), id);
});

for (let seed = 0; seed < SEEDS; seed++) {
  const size = seed < WHOLE ? {} : { accounts: 1500 };
  test(`550 customers, 60 doors, ${size.accounts ?? 40_000} accounts: every planted gap is found (seed ${seed})`, () => {
    const estate = mfaEstate(`recall-${seed}`, size);
    const coverage = measured(estate);
    const { wrong, paths } = compare(estate, coverage);
    assert.deepEqual(Object.fromEntries(wrong), {});
    const total = totalOf(coverage);
    assert.equal(
      Object.values(total).reduce((sum, each) => sum + each),
      paths,
    );
    assert.ok(total.enforced > 0 && total.none > 0);
  });
}

/** Every path against the answer key: what is wrong, by kind, and how many paths there are. */
function compare(estate: MfaEstate, coverage: Coverage) {
  const wrong = new Map<string, number>();
  let paths = 0;
  const places = estate.accounts.map(({ key }) => coverage.table.indexOf(key) ?? -1);
  for (const door of estate.doors) {
    for (const [i, account] of estate.accounts.entries()) {
      const expected = answerOf(door, account);
      const code = codeAt(coverage, door.key, places[i] ?? -1);
      const found = code === undefined ? undefined : verdictOfCode(code);
      if (found !== undefined) paths += 1;
      const isGap = found !== 'enforced' && found !== undefined;
      if (expected === 'gap' ? isGap : found === expected) continue;
      const who = `${account.population} ${account.factor}`;
      const what = `${door.mechanism.id}: ${who}: expected ${expected ?? 'no path'}, found ${found ?? 'no path'}`;
      wrong.set(what, (wrong.get(what) ?? 0) + 1);
    }
  }
  return { wrong, paths };
}

test('a source that falls silent never turns a verdict into enforced', () => {
  const estate = mfaEstate('silence', { accounts: 4000 });
  const before = measured(estate);
  for (const silenced of SOURCES) {
    const after = measured(estate, [silenced]);
    let lost = 0;
    for (const { key } of estate.doors) {
      for (let at = 0; at < before.table.size; at++) {
        const [was, is] = [codeAt(before, key, at), codeAt(after, key, at)].map((code) =>
          code === undefined ? undefined : verdictOfCode(code),
        );
        assert.ok(
          is !== 'enforced' || was === 'enforced',
          `${silenced}: ${before.table.keys[at] ?? ''} at ${key} was ${was ?? ''}`,
        );
        if (was === 'enforced' && is !== 'enforced') lost += 1;
      }
    }
    const matters = ['doors', 'directory', 'portal', 'logs'].includes(silenced);
    assert.ok(!matters || lost > 0, `${silenced} is evidence for something`);
  }
});

test('a source that was never there never turns a verdict into enforced either', () => {
  const estate = mfaEstate('absence', { accounts: 2000 });
  const before = measured(estate);
  for (const [i, name] of SOURCES.entries()) {
    // What logs and canaries alone have seen cannot be known without them; the estate forgets no source, see above.
    if (name === 'logs' || name === 'canary' || name === 'old logs') continue;
    const after = measured({
      ...estate,
      voices: estate.voices.filter(({ source }) => source !== i + 1),
    });
    for (const { key } of estate.doors) {
      for (let at = 0; at < after.table.size; at++) {
        const code = codeAt(after, key, at);
        if (code === undefined || verdictOfCode(code) !== 'enforced') continue;
        const account = after.table.keys[at] ?? '';
        const was = codeAt(before, key, before.table.indexOf(account) ?? -1);
        assert.equal(
          was === undefined ? undefined : verdictOfCode(was),
          'enforced',
          `without ${name}: ${account} at ${key}`,
        );
      }
    }
  }
});
