/** `holdfast advisories kev`: which exploited vulnerabilities the advisories at hand could find. */
import type { Command } from 'commander';
import type { KevEntry, KevReach } from '../advisories/kev-reach.ts';
import { table, type Cli } from '../kernel/cli.ts';
import { advisoryDirectory } from './advisory-index.ts';

interface KevFlags {
  readonly all?: boolean;
  readonly json?: boolean;
}

export function kevCommand(advisories: Command, cli: Cli): void {
  advisories
    .command('kev')
    .description('which known exploited vulnerabilities can be found with what is here, and how')
    .option('--all', 'list every entry, not only those that nothing here can find')
    .option('--json', 'print JSON: every entry with what reaches it, or why nothing does')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast advisories kev\n  holdfast advisories kev --json\n\n' +
        'Exit code 3 where the list of exploited vulnerabilities is not here.',
    )
    .action(async (flags: KevFlags) => {
      const { kevReach } = await import('../advisories/kev-reach.ts');
      const reach = kevReach(advisoryDirectory(await cli.dataDirectory()));
      cli.answer(flags, reach, () => kevText(reach, flags.all === true));
      if (reach.asOf === null) cli.exit(3);
    });
}

const MEANS = {
  packages: 'packages of an ecosystem',
  records: 'ranges of CVE records',
  configurations: "the NVD's configurations",
  windows: "Microsoft's updates",
  rules: 'hand-kept rules',
} as const;

const REASONS = {
  'no-record': 'nothing here speaks of it',
  'no-product': 'its record names no product',
  'no-version': 'its record names a product without any version',
  'no-range': 'what its record says of versions cannot be ordered',
  'commits-only': 'only commits are named',
} as const;

function kevText(reach: KevReach, all: boolean): string {
  const { asOf, total, matchable, entries } = reach;
  if (asOf === null)
    return 'unknown. The list of exploited vulnerabilities is not here: holdfast advisories update --only kev brings it.';
  const lines = [
    `${matchable} of ${total} known exploited vulnerabilities (${share(matchable, total)}) can be found with the advisories at hand; by packages alone ${reach.means.packages} (${share(reach.means.packages, total)}). As of ${asOf.slice(0, 10)}.`,
    '',
    table(
      ['REACHED BY', 'ENTRIES', 'SHARE'],
      Object.entries(MEANS).map(([means, words]) => {
        const count = reach.means[means as keyof typeof MEANS];
        return [words, count, share(count, total)];
      }),
    ),
    '',
    table(
      ['NOT REACHED', 'WHY', 'ENTRIES'],
      Object.entries(REASONS).map(([reason, words]) => [
        reason,
        words,
        reach.reasons[reason as keyof typeof REASONS],
      ]),
    ),
  ];
  const listed = all ? entries : entries.filter(({ by }) => by.length === 0);
  if (listed.length > 0)
    lines.push('', table(['CVE', 'NAME', all ? 'REACHED BY OR WHY NOT' : 'WHY'], listed.map(row)));
  return lines.join('\n');
}

function row({ cve, name, by, reason }: KevEntry): string[] {
  return [cve, name, reason ?? by.join(', ')];
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}
