/** A cold process for `bench/match.ts`: opens an index, matches packages, and tells what that cost. */
import fs from 'node:fs';
import process from 'node:process';
import { openIndex } from '../src/advisories/index-open.ts';
import type { MatchPackage } from '../src/advisories/match-model.ts';
import { matchPackages } from '../src/advisories/match.ts';

const [directory = '', file = '', now = ''] = process.argv.slice(2);
const items = JSON.parse(fs.readFileSync(file, 'utf8')) as MatchPackage[];
const before = cpu();
const index = openIndex(directory);
const { findings } = matchPackages(items, index, { now: new Date(now) });
index.close();
console.log(
  JSON.stringify({
    ms: cpu(),
    matching: cpu() - before,
    megabytes: process.resourceUsage().maxRSS / 1024,
    findings: findings.length,
  }),
);

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
