/** `holdfast cvss`: scores vectors for scripts, line by line. */
import type { Command } from 'commander';
import { cvssLine } from '../advisories/cvss/lines.ts';
import type { Cli } from '../kernel/cli.ts';
import { eachLine } from './each-line.ts';

export function cvssCommands(program: Command, cli: Cli): void {
  program
    .command('cvss')
    .description('read CVSS vectors, one a line, and print the scores of each as a line of JSON')
    .addHelpText(
      'after',
      "\nExample:\n  echo 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' | holdfast cvss",
    )
    .action(() => eachLine(cli, cvssLine));
}
