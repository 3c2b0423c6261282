/** `holdfast hosts …`: which hosts may push their inventory. */
import type { Command } from 'commander';
import { table, type Cli } from '../../../kernel/cli.ts';
import { createEnrolments } from './enrolment.ts';

export function hostCommands(program: Command, cli: Cli): void {
  const hosts = program.command('hosts').description('hosts that push their own inventory');
  hosts
    .command('enrol')
    .argument('<name>', 'what its source is called: web1, or any name of yours')
    .description('make a token with which one host may push; it is shown once')
    .addHelpText('after', '\nExample:\n  holdfast hosts enrol web1 > token')
    .action((name: string) =>
      cli.withDatabase(async (opened) => {
        cli.out(await createEnrolments(opened).enrol(name));
        cli.say(
          'Keep it on the host in a file that only the script can read; it is not shown again.',
        );
        cli.say('On the host: sh inventory.sh --push https://YOUR-HOLDFAST/api --token-file FILE');
      }),
    );
  hosts
    .command('revoke')
    .argument('<name>')
    .description('take a token back; what the host told stays known')
    .addHelpText('after', '\nExample:\n  holdfast hosts revoke web1')
    .action((name: string) =>
      cli.withDatabase(async (opened) => {
        await createEnrolments(opened).revoke(name);
        cli.out(`${name} may no longer push.`);
      }),
    );
  hosts
    .command('list')
    .description('enrolled hosts and their last check-in')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  holdfast hosts list --json')
    .action((options: { json?: boolean }) =>
      cli.withDatabase(async (opened) => {
        const list = await createEnrolments(opened).list();
        cli.answer(options, list, () =>
          table(
            ['NAME', 'ASSET', 'LAST CHECK-IN', 'STATE'],
            list.map((one) => [
              one.name,
              one.assetKey ?? '-',
              one.checkedInAt?.toISOString() ?? 'never',
              one.revokedAt === null ? 'may push' : 'revoked',
            ]),
          ),
        );
      }),
    );
}
