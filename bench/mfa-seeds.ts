/**
 * How good the auditor itself is: `node bench/mfa-seeds.ts [SEEDS] [ACCOUNTS]` (200 and 40,000). Estates of 550 customers
 * and 60 doors with gaps of every kind planted; every login path is compared with the answer key.
 */
import process from 'node:process';
import { answerOf, AT, mfaEstate } from '../test/support/mfa-estate.ts';
import { codeAt, measureCoverage, verdictOfCode } from '../src/measures/mfa/coverage.ts';
import { gather } from '../src/measures/mfa/gather.ts';
import { accountTable } from '../src/measures/mfa/table.ts';

const [seeds = 200, accounts = 40_000] = process.argv.slice(2).map(Number);
const sum = {
  paths: 0,
  gaps: 0,
  found: 0,
  sound: 0,
  calledSound: 0,
  soundUnproved: 0,
  otherwise: 0,
};
const began = process.cpuUsage();
for (let seed = 0; seed < seeds; seed++) {
  const estate = mfaEstate(`recall-${seed}`, { accounts });
  const told = gather(estate.voices, estate.sources());
  const coverage = measureCoverage({
    table: accountTable(told.accounts),
    doors: told.doors,
    signIns: told.signIns,
    now: AT,
  });
  const places = estate.accounts.map(({ key }) => coverage.table.indexOf(key) ?? -1);
  for (const door of estate.doors) {
    for (const [i, account] of estate.accounts.entries()) {
      const expected = answerOf(door, account);
      const code = codeAt(coverage, door.key, places[i] ?? -1);
      const verdict = code === undefined ? undefined : verdictOfCode(code);
      if (expected === undefined && verdict === undefined) continue;
      sum.paths += 1;
      const gap = expected !== 'enforced' && expected !== 'closed' && expected !== undefined;
      if (gap) sum.gaps += 1;
      if (gap && verdict !== 'enforced' && verdict !== undefined && verdict !== 'closed')
        sum.found += 1;
      if (expected === 'enforced') sum.sound += 1;
      if (expected === 'enforced' && verdict === 'enforced') sum.calledSound += 1;
      if (expected !== 'enforced' && verdict === 'enforced') sum.soundUnproved += 1;
      if (verdict !== expected && expected !== 'gap') sum.otherwise += 1;
    }
  }
  if ((seed + 1) % 20 === 0) console.error(`${seed + 1} of ${seeds} seeds`);
}
const { user, system } = process.cpuUsage(began);
console.log(
  `${seeds} seeds, ${sum.paths} pairs of account and door, ${((user + system) / 1e6).toFixed(0)} s CPU`,
);
console.log(
  `planted gaps found:            ${sum.found} of ${sum.gaps} (${((100 * sum.found) / sum.gaps).toFixed(4)} %)`,
);
console.log(`enforced without evidence:     ${sum.soundUnproved}`);
console.log(`enforced and called so:        ${sum.calledSound} of ${sum.sound}`);
console.log(`another verdict than expected: ${sum.otherwise}`);
