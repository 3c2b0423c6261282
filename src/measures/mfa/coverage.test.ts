import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AT, mfaEstate } from '../../../test/support/mfa-estate.ts';
import {
  codeAt,
  countsBy,
  measureCoverage,
  noCounts,
  totalOf,
  verdictOfCode,
  withDoor,
  type Coverage,
} from './coverage.ts';
import { explain } from './explain.ts';
import { gather } from './gather.ts';
import { judge } from './judge.ts';
import type { Account } from './model.ts';
import { accountAt, accountTable } from './table.ts';

const estate = mfaEstate('coverage', { accounts: 1500, customers: 20 });
const { accounts, doors, signIns } = gather(estate.voices, estate.sources());
const table = accountTable(accounts);
const coverage = measureCoverage({ table, doors, signIns, now: AT });

function codes(of: Coverage): (number | undefined)[][] {
  return doors.map(({ key }) => Array.from({ length: table.size }, (_, at) => codeAt(of, key, at)));
}

test('an account of the table is the account that went in, but for what its traits share', () => {
  for (const [at, account] of accounts.entries()) {
    const back = accountAt(table, at);
    const shown = ({ factors, oldestKeyAt, origin, groups, ...rest }: Account) => ({
      ...rest,
      factors: factors.map(({ type }) => type),
      hasKey: oldestKeyAt !== undefined,
      fresh: origin.fresh,
      groups: groups?.toSorted(),
    });
    assert.deepEqual(shown(back), shown(account));
  }
});

test('the verdict of a class is that of each of its accounts', () => {
  for (const door of doors) {
    for (const [at, account] of accounts.entries()) {
      const code = codeAt(coverage, door.key, at);
      if (door.accepts?.includes(account.identitySource) !== true) {
        assert.equal(code, undefined);
        continue;
      }
      const exact = judge(account, door, coverage.setting);
      assert.equal(
        code === undefined ? undefined : verdictOfCode(code),
        exact === 'closed' ? 'closed' : exact.verdict,
      );
    }
  }
  assert.ok(coverage.classes.count < table.size / 2);
});

test('counts by customer and division add up to the total', () => {
  for (const column of ['customer', 'division'] as const) {
    const sum = noCounts();
    for (const counts of countsBy(coverage, column).values()) {
      for (const verdict of [
        'none',
        'registered-not-enforced',
        'unknown',
        'enforced',
        'closed',
      ] as const)
        sum[verdict] += counts[verdict];
    }
    assert.deepEqual(sum, totalOf(coverage));
  }
  const one = new Set([doors[3]?.key ?? '']);
  const [first] = [...countsBy(coverage, 'customer', one).values()];
  assert.ok(first !== undefined);
});

test('one door changed gives what measuring everything anew gives', () => {
  const changes = [
    { rules: [] },
    { rules: [{ id: 'mfa', demands: 'second-factor' as const, for: { groups: ['everybody'] } }] },
    {
      rules: [
        {
          id: 'mfa',
          demands: 'second-factor' as const,
          for: { accounts: [accounts[7]?.key ?? ''] },
          unregistered: 'refused' as const,
        },
      ],
    },
  ];
  for (const authentication of changes) {
    const [first, ...others] = doors;
    assert.ok(first !== undefined);
    const changed = {
      ...first,
      policies: first.policies.map((policy) => ({
        ...policy,
        settings: undefined,
        authentication,
      })),
    };
    const incremental = withDoor(coverage, changed);
    const anew = measureCoverage({ table, doors: [changed, ...others], signIns, now: AT });
    assert.deepEqual(codes(incremental), codes(anew));
    assert.deepEqual(totalOf(incremental), totalOf(anew));
    assert.notDeepEqual(codes(incremental), codes(coverage));
  }
});

test('a path explains itself with who said what and when', () => {
  const door = doors.find(({ key }) => coverage.seen.has(key));
  assert.ok(door !== undefined);
  const [at] = [...(coverage.seen.get(door.key)?.keys() ?? [])];
  const { sentence, evidence, path } = explain(accountAt(table, at ?? 0), door, coverage.setting);
  assert.ok(path === 'closed' || sentence.endsWith('.'));
  assert.deepEqual(
    [...new Set(evidence.map(({ kind }) => kind))]
      .filter((kind) => kind === 'observed' || kind === 'required')
      .sort(),
    ['observed', 'required'],
  );
  assert.ok(evidence.every(({ source, trueAt }) => source > 0 && trueAt > 0));
});
