/** `holdfast ledger key …`: the key that signs, and changing it. */
import type { Command } from 'commander';
import { table, type Cli } from '../kernel/cli.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { systemFetch } from '../kernel/http/outgoing.ts';
import { askWitnesses } from './cosign.ts';
import { rotateKey, type Rotation } from './rotate.ts';
import { placeOf, sequence } from './sequence.ts';
import { readKeys } from './store.ts';

interface Options {
  readonly json?: boolean;
}

export function keyCommands(ledger: Command, cli: Cli): void {
  const key = ledger.command('key').description('the keys that sign, or signed, our heads');
  listCommand(key, cli);
  rotateCommand(key, cli);
}

function listCommand(key: Command, cli: Cli): void {
  key
    .command('list')
    .description('every key this ledger ever had, newest first')
    .option('--json', 'print JSON')
    .action((options: Options) =>
      cli.withDatabase(async (opened) => {
        await sequence(placeOf(opened));
        const keys = await opened.database.transaction('everything', readKeys);
        cli.answer(options, keys, () =>
          table(
            ['SINCE', 'RETIRED', 'KEY'],
            keys.map(({ vkey, addedAt, retiredAt }) => [
              addedAt.toISOString(),
              retiredAt?.toISOString() ?? '-',
              vkey,
            ]),
          ),
        );
      }),
    );
}

function rotateCommand(key: Command, cli: Cli): void {
  key
    .command('rotate')
    .description('sign with a new key from now on; finishes a change that was interrupted')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe old key signs the head that names the new one, the witnesses are asked to cosign that head, and the\nold private key is destroyed. Every witness must then follow the new key, which this prints.\n\nExample:\n  holdfast ledger key rotate',
    )
    .action((options: Options) =>
      cli.withDatabase(async (opened) => {
        const place = placeOf(opened);
        const rotation = await rotateKey(place, async () => {
          for (const { name, outcome, detail } of await askWitnesses(place, systemFetch)) {
            if (outcome === 'ahead') throw anotherPast();
            if (outcome !== 'cosigned') {
              cli.say(`${name} did not cosign the last head of the old key: ${detail}`);
            }
          }
        });
        cli.answer(options, rotation, () => rotationText(rotation));
      }),
    );
}

function rotationText({ key, former, resumed }: Rotation): string {
  return [
    ...(resumed ? ['Finished a change that was interrupted.'] : []),
    `Signs now  ${key}`,
    ...former.map((old) => `Retired    ${old}`),
    'Give the new key to your customers. Every witness must run, once you have told it the key yourself:',
    `  holdfast ledger witness follow ${key}`,
  ].join('\n');
}

function anotherPast(): HoldfastError {
  return new HoldfastError('tampered', 'A witness knows another past of this ledger.', {
    remedy: 'The old key still signs. Keep database and ledger, and compare with the witness.',
  });
}
