/** All suites, and what the baseline says of them. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { debianHosts } from './debian-hosts.ts';
import { buildIndex } from './feeds.ts';
import { labels } from './labels.ts';
import { npmLocks } from './npm-locks.ts';
import { rpmHost } from './rpm-host.ts';
import { rowHash, scoreOf, type Outcome, type Score } from './suite.ts';
import { trivyGoldens } from './trivy.ts';

export const NEEDED = [
  'advisories',
  'hosts/truth.tsv.zst',
  'hosts/truth-rpm.tsv',
  'lockfiles/lockfiles.tar.zst',
  'quality/match-labels.jsonl.zst',
  'quality/npm-lock-findings.tsv',
  'quality/trivy-integration.tar.zst',
];

export async function runSuites(): Promise<Outcome[]> {
  const built = await buildIndex();
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-quality-hosts-'));
  try {
    return [
      ...(await debianHosts(built.index, scratch)),
      rpmHost(built.index),
      await npmLocks(built.index, scratch),
      ...labels(built.index, built.directory),
      trivyGoldens(),
    ];
  } finally {
    built.remove();
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** Numbers and hashes only. */
export interface Baseline {
  readonly suites: Readonly<Record<string, Score>>;
  /** Rows that are known to be missed. */
  readonly missed: readonly string[];
}

const FILE = path.join(import.meta.dirname, 'baseline.json');

export function readBaseline(): Baseline {
  return JSON.parse(fs.readFileSync(FILE, 'utf8')) as Baseline;
}

export function writeBaseline(outcomes: readonly Outcome[]): void {
  fs.writeFileSync(FILE, `${JSON.stringify(baselineOf(outcomes), null, 2)}\n`);
}

function baselineOf(outcomes: readonly Outcome[]): Baseline {
  return {
    suites: Object.fromEntries(outcomes.map((outcome) => [outcome.suite, scoreOf(outcome)])),
    missed: outcomes.flatMap(missedHashes).sort(),
  };
}

function missedHashes({ suite, misses }: Outcome): string[] {
  return misses.filter(({ kind }) => kind === 'missed').map(({ row }) => rowHash(suite, row));
}

/** What is worse than the baseline: F1 has fallen, a suite is gone, or a row is missed that was not. */
export function regressions(outcomes: readonly Outcome[], baseline: Baseline): string[] {
  const problems: string[] = [];
  const known = new Set(baseline.missed);
  for (const [suite, before] of Object.entries(baseline.suites)) {
    const outcome = outcomes.find((one) => one.suite === suite);
    if (outcome === undefined) {
      problems.push(`${suite}: not run`);
      continue;
    }
    const { f1 } = scoreOf(outcome);
    if (f1 < before.f1) problems.push(`${suite}: F1 fell from ${before.f1} to ${f1}`);
    for (const { kind, row, why } of outcome.misses) {
      if (kind === 'missed' && !known.has(rowHash(suite, row))) {
        problems.push(`${suite}: newly missed: ${row}: ${why}`);
      }
    }
  }
  return problems;
}
