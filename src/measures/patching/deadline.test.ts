import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { aCase, adopted, aFlaw } from '../../../test/support/patch-facts.ts';
import { deadlineOf, type DeadlineInput } from './deadline.ts';
import { CRITICALITIES, SEVERITY_WORDS, type Tri } from './model.ts';
import { BY_DEFAULT, builtInRules } from './rules/built-in.ts';
import { RuleSet, type AdoptedRules } from './rules/schema.ts';
import { vendorWord } from './severity-word.ts';
import { calendarOf } from '../../kernel/zone.ts';

const LONDON = calendarOf('Europe/London');
const NOW = new Date('2026-11-01T08:00:00Z');
const DAY = 86_400_000;

function due(input: DeadlineInput, rules: readonly AdoptedRules[], now = NOW) {
  return deadlineOf(input, rules, LONDON, now);
}

/** Whole days on London's clocks, which went back on 25 October. */
function daysAfter(day: string, at: Date): number {
  return Math.round((at.getTime() - Date.parse(day)) / DAY);
}

/** The table as it is published: in KEV, exposed, automatable, impact, days (or next upgrade), forensic triage. */
const BOD = `
n n n partial next
y n n partial 14
n y n partial 60
n n y partial 60
n n n total   next
y y n partial 14
y n y partial 14
n y y partial 14
y n n total   14
n y n total   14
n n y total   60
y y y partial 3
y y n total   3 forensic
y n y total   3 forensic
n y y total   3
y y y total   3 forensic`;

test('BOD 26-04 answers each of its sixteen rows, with triage where the table has it', () => {
  const rows = BOD.trim().split('\n');
  assert.equal(rows.length, 16);
  const tri = (letter: string | undefined): Tri => (letter === 'y' ? 'yes' : 'no');
  for (const row of rows) {
    const [kev, exposed, automatable, impact, limit, forensic] = row.split(/ +/);
    const listed = { added: '2026-10-05', due: '2026-10-26', ransomware: false };
    const input = aCase({
      flaws: [
        aFlaw({
          kev: kev === 'y' ? listed : null,
          automatable: tri(automatable),
          impact: impact === 'total' ? 'total' : 'partial',
        }),
      ],
      asset: { exposed: tri(exposed), criticality: 'none' },
    });
    const found = due(input, adopted('bod-26-04'));
    const days = found.due === null ? 'next' : daysAfter('2026-10-01', found.due);
    assert.equal(String(days), limit, row);
    assert.deepEqual(
      found.binding?.followUps,
      forensic === undefined ? [] : ['forensic-triage'],
      row,
    );
    assert.equal(found.binding.rule, `${kev}-${exposed}-${automatable}-${impact}`);
    assert.equal(found.duties.length, forensic === undefined ? 0 : 3, row);
  }
});

test('ZeroLogon on a domain controller in August 2022: 14 days from the fix, so 709 days late; 720 by the later table', () => {
  const zeroLogon = aFlaw({
    name: 'CVE-2020-1472',
    names: ['CVE-2020-1472'],
    score: 10,
    word: 'critical',
    vendor: vendorWord('Critical'),
    kev: { added: '2021-11-03', due: '2022-05-03', ransomware: true },
    automatable: 'yes',
    impact: 'total',
  });
  const now = new Date('2022-08-04T00:00:00Z');
  const input = aCase({
    flaws: [zeroLogon],
    released: new Date('2020-08-11T00:00:00Z'),
    firstSeen: new Date('2022-08-01T00:00:00Z'),
    software: 'os',
    asset: { exposed: 'no', criticality: 'immediate' },
  });
  const found = due(input, adopted(...BY_DEFAULT), now);
  assert.equal(found.binding?.set, 'cyber-essentials-3.0');
  assert.equal(found.bornOverdue, true);
  assert.equal((now.getTime() - (found.due?.getTime() ?? 0)) / DAY, 709);
  assert.equal(found.binding.flaw, 'CVE-2020-1472');
  assert.equal(found.demands[1]?.set, 'kev-due-dates');
  assert.equal(
    found.demands[1].due?.toISOString(),
    '2022-05-03T23:00:00.000Z',
    'the end of the day in London',
  );
  const directive = adopted('bod-26-04').map(({ set, version }) => ({
    version,
    set: { ...set, valid: {} },
  }));
  const table = due(input, [...adopted(...BY_DEFAULT), ...directive], now);
  assert.equal((now.getTime() - (table.due?.getTime() ?? 0)) / DAY, 720);
  assert.deepEqual(table.binding?.followUps, ['forensic-triage']);
});

test('each edition of Cyber Essentials counts in its own time', () => {
  const input = aCase({ flaws: [aFlaw({ score: 7 })] });
  const inForce = (day: string) => due(input, adopted(...BY_DEFAULT), new Date(day)).binding?.set;
  assert.equal(inForce('2022-01-23'), undefined);
  assert.equal(inForce('2022-08-04'), 'cyber-essentials-3.0');
  assert.equal(inForce('2024-01-01'), 'cyber-essentials-3.1');
  assert.equal(inForce('2026-04-26T23:59:59Z'), 'cyber-essentials-3.2');
  assert.equal(inForce('2026-04-27'), 'cyber-essentials-3.3');
});

test("Cyber Essentials: CVSS 7, the vendor's word, no severity at all, and a bundle counts whole", () => {
  const rules = adopted('cyber-essentials-3.3');
  const days = (...flaws: ReturnType<typeof aFlaw>[]) => {
    const found = due(aCase({ flaws }), rules).due;
    return found === null ? null : daysAfter('2026-10-01', found);
  };
  assert.equal(days(aFlaw({ score: 6.9, word: 'medium' })), null);
  assert.equal(days(aFlaw({ score: 7, word: 'high' })), 14);
  assert.equal(days(aFlaw({ score: null, word: 'unknown', vendor: 'high' })), 14);
  assert.equal(days(aFlaw({ score: null, word: 'unknown', vendor: null })), 14);
  assert.equal(days(aFlaw({ score: null, word: 'low', vendor: 'low' })), null);
  assert.equal(
    days(aFlaw({ score: 3.1, word: 'low' }), aFlaw({ name: 'CVE-2026-2', score: 9.8 })),
    14,
  );
});

test('what nobody repairs any more is due when its support ended, without any flaw', () => {
  const ended = new Date('2026-07-11T00:00:00Z');
  const found = due(
    aCase({ flaws: [], released: null, unsupportedSince: ended }),
    adopted('cyber-essentials-3.3'),
  );
  assert.deepEqual([found.due, found.binding?.rule], [ended, 'supported']);
});

test('alerts: acknowledgement and report are duties, only the date of the alert is a deadline', () => {
  const [first] = adopted('nhs-cyber-alerts');
  assert.ok(first !== undefined);
  const alerts = [
    { id: 'CC-1', issued: '2026-10-20', names: ['CVE-2026-0001'], due: '2026-11-03' },
  ];
  const found = due(aCase(), [{ ...first, set: RuleSet.parse({ ...first.set, alerts }) }]);
  assert.equal(found.due?.toISOString(), '2026-11-04T00:00:00.000Z');
  assert.deepEqual(
    found.duties.map(({ act, due: by }) => [act, by?.toISOString()]),
    [
      ['acknowledge', '2026-10-22T00:00:00.000Z'],
      ['report', '2026-10-23T00:00:00.000Z'],
    ],
  );
  assert.equal(due(aCase({ flaws: [aFlaw({ names: ['CVE-2026-9'] })] }), [first]).duties.length, 0);
  const mild = alerts.map((alert) => ({ ...alert, severity: 'low' }));
  const low = due(aCase(), [{ ...first, set: RuleSet.parse({ ...first.set, alerts: mild }) }]);
  assert.deepEqual(
    [low.due, low.duties],
    [found.due, []],
    'only those of high severity ask for an answer',
  );
});

test('one month is a calendar month; unknown exposure counts as exposed and is said', () => {
  const critical = aFlaw({ score: 9.8, word: 'critical' });
  const released = new Date('2027-01-31T12:00:00Z');
  const found = due(aCase({ flaws: [critical], released }), adopted('pci-dss-4.0.1'));
  assert.equal(found.due?.toISOString(), '2027-02-28T12:00:00.000Z');
  const guidance = adopted('ncsc-vulnerability-management');
  const asset = { exposed: 'unknown', criticality: 'unknown' } as const;
  const exposed = due(aCase({ asset }), guidance);
  assert.deepEqual(
    [exposed.binding?.rule, exposed.binding?.assumed],
    ['internet-facing', ['exposed']],
  );
});

const aTri = fc.constantFrom<Tri>('yes', 'no', 'unknown');
const day = (from: string, until: string) =>
  fc.date({ min: new Date(from), max: new Date(until), noInvalidDate: true });
const someFlaw = fc.record({
  name: fc.constantFrom('CVE-2026-0001', 'CVE-2026-0002'),
  names: fc.constant(['CVE-2026-0001']),
  score: fc.option(fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10)),
  word: fc.constantFrom(...SEVERITY_WORDS, 'unknown' as const),
  vendor: fc.option(fc.constantFrom(...SEVERITY_WORDS)),
  kev: fc.option(
    fc.record({
      added: fc.constantFrom('2025-01-01', '2026-09-09'),
      due: fc.constantFrom('2025-01-22', '2026-09-30'),
      ransomware: fc.boolean(),
    }),
  ),
  automatable: aTri,
  impact: fc.constantFrom('partial' as const, 'total' as const, 'unknown' as const),
});
const someInput: fc.Arbitrary<DeadlineInput> = fc.record({
  flaws: fc.array(someFlaw, { minLength: 1, maxLength: 4 }),
  asset: fc.record({
    exposed: aTri,
    criticality: fc.constantFrom(...CRITICALITIES, 'unknown' as const),
  }),
  software: fc.option(fc.constantFrom('os' as const, 'firmware' as const, 'application' as const)),
  unsupportedSince: fc.option(day('2024-01-01', '2026-10-01')),
  released: fc.option(day('2020-01-01', '2026-10-31')),
  firstSeen: day('2026-01-01', '2026-10-31'),
});
/** Any of the shipped sets, and invented ones with each condition that a file may write. */
const invented = fc
  .array(
    fc.record({
      when: fc.record(
        {
          severity: fc.constantFrom(...SEVERITY_WORDS),
          exposed: fc.boolean(),
          automatable: fc.boolean(),
          impact: fc.constantFrom('partial', 'total'),
          criticality: fc.constantFrom(...CRITICALITIES),
          kev: fc.boolean(),
        },
        { requiredKeys: ['severity'] },
      ),
      limit: fc.oneof(fc.record({ days: fc.nat(90) }), fc.constantFrom('at-once', 'next-upgrade')),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((rules): AdoptedRules => {
    const source = { id: 'invented', title: 'Invented', source: { name: 'a test' } };
    const made = rules.map(({ when, limit }, at) => ({
      id: `r${at}`,
      title: 'r',
      when: [when],
      limit,
    }));
    return { set: RuleSet.parse({ ...source, rules: made }), version: '1-0' };
  });
const someRules = fc
  .tuple(
    fc.subarray(builtInRules().map(({ set }) => set.id)),
    fc.option(invented, { nil: undefined }),
  )
  .map(([ids, own]) => [...adopted(...ids), ...(own === undefined ? [] : [own])]);
const time = (found: { due: Date | null }): number => found.due?.getTime() ?? Infinity;

test('law: adopting a rule never makes a deadline later', () => {
  fc.assert(
    fc.property(someInput, someRules, someRules, (input, rules, more) => {
      assert.ok(time(due(input, [...rules, ...more])) <= time(due(input, rules)));
    }),
    { numRuns: 500 },
  );
});

test('law: more exposure, criticality, exploitation or severity never gives more time; unknown gives no more than the worst', () => {
  fc.assert(
    fc.property(someInput, someRules, fc.nat(20), (input, rules, pick) => {
      const before = time(due(input, rules));
      for (const exposed of ['yes', 'unknown'] as const) {
        const asset = { ...input.asset, exposed };
        assert.ok(
          time(due({ ...input, asset: { ...asset } }, rules)) <=
            time(due({ ...input, asset: { ...asset, exposed: 'no' } }, rules)),
        );
        assert.equal(
          time(due({ ...input, asset }, rules)),
          time(due({ ...input, asset: { ...asset, exposed: 'yes' } }, rules)),
        );
      }
      const immediate = { ...input.asset, criticality: 'immediate' as const };
      assert.ok(time(due({ ...input, asset: immediate }, rules)) <= before);
      const worse = input.flaws.map((flaw, at) =>
        at === pick % input.flaws.length
          ? {
              ...flaw,
              kev: flaw.kev ?? { added: '2026-09-09', due: '2026-09-30', ransomware: false },
              automatable: 'yes' as const,
              impact: 'total' as const,
            }
          : flaw,
      );
      assert.ok(time(due({ ...input, flaws: worse }, rules)) <= before);
      assert.ok(
        time(due({ ...input, flaws: [...input.flaws, aFlaw({ score: 9.8 })] }, rules)) <= before,
      );
    }),
    { numRuns: 500 },
  );
});

test('law: the order of flaws and of rules does not matter, and the earliest binds', () => {
  fc.assert(
    fc.property(someInput, someRules, (input, rules) => {
      const found = due(input, rules);
      const other = due({ ...input, flaws: input.flaws.toReversed() }, rules.toReversed());
      assert.deepEqual(other, found);
      for (const demand of found.demands) assert.ok(time(found) <= time(demand));
      assert.deepEqual(found.binding, found.demands[0] ?? null);
      for (const { version } of found.demands) assert.ok(version.startsWith('1-'));
    }),
    { numRuns: 300 },
  );
});
