/**
 * `node bench/quality/run.ts [--report FILE] [--write]`: recall, precision and F1 of matching against truth that others
 * made. Fails where they are worse than the baseline; `--write` makes this run the baseline, `--report` explains every miss.
 */
import fs from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { table } from '../../src/kernel/cli.ts';
import { absent } from '../../test/support/shared-data.ts';
import { NEEDED, readBaseline, regressions, runSuites, writeBaseline } from './gate.ts';
import { scoreOf, type Outcome } from './suite.ts';

const { values } = parseArgs({
  options: { report: { type: 'string' }, write: { type: 'boolean' } },
});
const missing = absent(...NEEDED);
if (missing === false) await run();
else console.log(`Skipped: ${missing}.`);

async function run(): Promise<void> {
  const outcomes = await runSuites();
  console.log(scores(outcomes));
  for (const { beyond } of outcomes) {
    for (const [why, count] of Object.entries(beyond)) console.log(`${count} × ${why}`);
  }
  if (values.report !== undefined) fs.writeFileSync(values.report, report(outcomes));
  if (values.write === true) {
    writeBaseline(outcomes);
    return;
  }
  const problems = regressions(outcomes, readBaseline());
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

function scores(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { found, missed, tooMuch, recall, precision, f1 } = scoreOf(outcome);
    return [
      outcome.suite,
      found,
      missed,
      tooMuch,
      percent(recall),
      percent(precision),
      percent(f1),
    ];
  });
  return table(['suite', 'found', 'missed', 'too much', 'recall', 'precision', 'F1'], rows);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function report(outcomes: readonly Outcome[]): string {
  const parts = outcomes.flatMap(({ suite, misses }) =>
    misses.length === 0
      ? []
      : [`## ${suite}`, '', ...misses.map(({ kind, row, why }) => `- ${kind}: ${row}: ${why}`), ''],
  );
  return [
    '# What matching missed, and what it said too much',
    '',
    scores(outcomes),
    '',
    ...parts,
  ].join('\n');
}
