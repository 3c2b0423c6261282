/** `holdfast sign-in`: a new one-time link for the console of the running server. */
import type { Command } from 'commander';
import { ageText, type Cli } from '../kernel/cli.ts';
import { createSessions } from '../server/session.ts';

export function signInCommands(program: Command, cli: Cli): void {
  program
    .command('sign-in')
    .description('print a new one-time sign-in link for the console')
    .option('--end-all', 'end every open session instead')
    .option(
      '--account <name>',
      'whom the link is for: what needs two people (exceptions) asks for sessions of two accounts',
    )
    .addHelpText('after', '\nExamples:\n  holdfast sign-in\n  holdfast sign-in --account ada.byron')
    .action((options: { endAll?: boolean; account?: string }) =>
      cli.withDatabase(async ({ database, clock, config }) => {
        const sessions = createSessions({ database, clock });
        if (options.endAll === true) {
          cli.out(`${await sessions.endAll()} sessions ended.`);
          return;
        }
        const link = await sessions.createLink(options.account);
        const host = config.host.includes(':') ? `[${config.host}]` : config.host;
        cli.out(`http://${host}:${config.port}/sign-in/${link.secret}`);
        cli.say(`Works once, within ${ageText(link.expiresAt.getTime() - clock.now().getTime())}.`);
      }),
    );
}
