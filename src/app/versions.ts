/** `holdfast versions compare` and `holdfast purl`: the version engine for scripts, line by line. */
import type { Command } from 'commander';
import type { Cli } from '../kernel/cli.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { ecosystems, schemeOf } from '../versions/index.ts';
import { compareLine, purlLine } from '../versions/lines.ts';
import { eachLine } from './each-line.ts';

export function versionsCommands(program: Command, cli: Cli): void {
  program
    .command('versions')
    .description('order versions as their ecosystem does')
    .command('compare')
    .description('read lines "A<TAB>B" and print <, =, > or ? (cannot be ordered) for each')
    .requiredOption(
      '--ecosystem <name>',
      "the ecosystem by OSV's name, with or without its release",
    )
    .addHelpText(
      'after',
      "\nExample:\n  printf '1.0~rc1\\t1.0\\n' | holdfast versions compare --ecosystem Debian",
    )
    .action(async ({ ecosystem }: { ecosystem: string }) => {
      if (schemeOf(ecosystem) === undefined) {
        throw new HoldfastError('bad_input', `There is no ecosystem ${ecosystem}`, {
          remedy: `Known are: ${ecosystems().join(', ')}.`,
        });
      }
      await eachLine(cli, (line) => compareLine(ecosystem, line));
    });
  program
    .command('purl')
    .description('read package URLs, one a line, and print each as a line of JSON')
    .addHelpText('after', "\nExample:\n  echo 'pkg:deb/debian/bash@5.2.15-2' | holdfast purl")
    .action(() => eachLine(cli, purlLine));
}
