/** `holdfast ledger timestamp`: the age of the newest head by an authority's clock. */
import type { Command } from 'commander';
import type { Cli } from '../kernel/cli.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { systemFetch } from '../kernel/http/outgoing.ts';
import { placeOf, sequence } from './sequence.ts';
import { stampHead } from './stamp.ts';

export function stampCommand(ledger: Command, cli: Cli): void {
  ledger
    .command('timestamp')
    .argument('<url>', 'an RFC 3161 time-stamping authority')
    .description('have the newest head stamped; exports carry the stamps')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe stamp is kept as it came; verify it in an export with openssl ts -verify.\n\nExample:\n  holdfast ledger timestamp https://tsa.example/',
    )
    .action((url: string, options: { json?: boolean }) =>
      cli.withDatabase(async (opened) => {
        if (!URL.canParse(url) || !/^https?:\/\//.test(url)) {
          throw new HoldfastError('bad_input', 'The authority is not an http or https address.');
        }
        const place = placeOf(opened);
        await sequence(place);
        const stamped = await stampHead(place, url, systemFetch);
        cli.answer(
          options,
          stamped,
          () => `The head of ${stamped.size} entries was stamped at ${stamped.at.toISOString()}.`,
        );
      }),
    );
}
