/** `holdfast config`: what is in force, and who says so. */
import process from 'node:process';
import type { Command } from 'commander';
import { table, type Cli } from '../kernel/cli.ts';
import { loadConfig, shownConfig, type Flags } from '../kernel/config.ts';

export function configCommands(program: Command, cli: Cli): void {
  program
    .command('config')
    .description('print the configuration in force and where each value comes from')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast config\n  HOLDFAST_PORT=9000 holdfast config --json',
    )
    .action((options: { json?: boolean }) => {
      const shown = shownConfig(loadConfig(process.env, program.opts<Flags>()));
      cli.answer(options, shown, () =>
        table(
          ['KEY', 'VALUE', 'FROM'],
          Object.entries(shown).map(([key, { value, origin }]) => [
            key,
            value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value),
            origin,
          ]),
        ),
      );
    });
}
