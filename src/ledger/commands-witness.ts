/** `holdfast ledger witness …` and `follow`: whom we ask to cosign, and for whom we do. */
import { InvalidArgumentError, type Command } from 'commander';
import { table, type Cli } from '../kernel/cli.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { systemFetch } from '../kernel/http/outgoing.ts';
import { sha256Hex } from '../kernel/ids.ts';
import { askWitnesses } from './cosign.ts';
import { followLog, witnessKey } from './follow.ts';
import { parseVerifier } from './keys.ts';
import { record } from './record.ts';
import { placeOf, sequence } from './sequence.ts';
import { readFollowed } from './store-followed.ts';
import * as store from './store.ts';

interface Options {
  readonly json?: boolean;
}

export function witnessCommands(ledger: Command, cli: Cli): void {
  const witness = ledger
    .command('witness')
    .description('other Holdfasts that cosign our heads, and whose heads we cosign');
  addCommand(witness, cli);
  removeCommand(witness, cli);
  askCommand(witness, cli);
  followCommand(witness, cli);
  listCommand(witness, cli);
}

function addCommand(witness: Command, cli: Cli): void {
  witness
    .command('add')
    .argument('<url>', 'where it answers, without /add-checkpoint', parseUrl)
    .argument('<key>', 'the key that its "ledger witness follow" printed')
    .description('ask this witness to cosign every head from now on')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast ledger witness add https://trust.example/ledger/witness trust.example/witness+1a2b3c4d+BP…',
    )
    .action((url: string, vkey: string) =>
      cli.withDatabase(async (opened) => {
        const key = parseVerifier(vkey);
        if (key.use !== 'witness') {
          throw new HoldfastError('bad_input', 'This is the key of a ledger, not of a witness.');
        }
        const now = opened.clock.now();
        await opened.database.transaction('everything', async (sql) => {
          if (!(await store.addWitness(sql, key.vkey, url, now))) return;
          await record(sql, 'ledger.witness', { change: 'added', key: sha256Hex(key.vkey) }, now);
        });
        cli.say(`${key.name} will be asked to cosign.`);
      }),
    );
}

function removeCommand(witness: Command, cli: Cli): void {
  witness
    .command('remove')
    .argument('<key>', 'the key of the witness')
    .description('ask this witness no more; what it cosigned stays')
    .action((vkey: string) =>
      cli.withDatabase(async (opened) => {
        const now = opened.clock.now();
        await opened.database.transaction('everything', async (sql) => {
          if (!(await store.removeWitness(sql, vkey, now))) {
            throw new HoldfastError('not_found', 'No such witness is asked.');
          }
          await record(sql, 'ledger.witness', { change: 'removed', key: sha256Hex(vkey) }, now);
        });
        cli.say('It will not be asked again.');
      }),
    );
}

function askCommand(witness: Command, cli: Cli): void {
  witness
    .command('ask')
    .description('sign what waits and ask every witness to cosign the newest head now')
    .option('--json', 'print JSON')
    .action((options: Options) =>
      cli.withDatabase(async (opened) => {
        const place = placeOf(opened);
        await sequence(place);
        const replies = await askWitnesses(place, systemFetch);
        cli.answer(options, replies, () =>
          table(
            ['WITNESS', 'ANSWER', 'URL', ''],
            replies.map(({ name, outcome, url, detail }) => [name, outcome, url, detail]),
          ),
        );
        if (replies.some(({ outcome }) => outcome === 'ahead')) {
          throw new HoldfastError('tampered', 'A witness knows another past of this ledger.', {
            remedy: 'Stop, keep database and ledger as they are, and compare with the witness.',
          });
        }
        if (replies.some(({ outcome }) => outcome !== 'cosigned')) cli.exit(3);
      }),
    );
}

function followCommand(witness: Command, cli: Cli): void {
  witness
    .command('follow')
    .argument('<key>', 'the key that the supplier’s "ledger show" printed')
    .description('cosign the heads of another Holdfast; prints the key to give to it')
    .action((vkey: string) =>
      cli.withDatabase(async (opened) => {
        const place = placeOf(opened);
        const isNew = await followLog(place, vkey);
        cli.say(isNew ? 'Following it.' : 'It was followed already.');
        cli.out(witnessKey(place).verifier.vkey);
      }),
    );
}

function listCommand(witness: Command, cli: Cli): void {
  witness
    .command('list')
    .description('the witnesses we ask and the ledgers we follow')
    .option('--json', 'print JSON')
    .action((options: Options) =>
      cli.withDatabase(async ({ database }) => {
        const lists = await database.transaction('everything', async (sql) => ({
          asked: await store.readAskedWitnesses(sql),
          followed: await readFollowed(sql),
        }));
        cli.answer(options, lists, () =>
          [
            table(
              ['WE ASK', 'URL', 'HAS SEEN'],
              lists.asked.map(({ vkey, url, seenSize }) => [
                parseVerifier(vkey).name,
                url,
                seenSize,
              ]),
            ),
            '',
            table(
              ['WE FOLLOW', 'ENTRIES', 'COSIGNED'],
              lists.followed.map((log) => [
                log.origin,
                log.size ?? 0,
                log.cosignedAt?.toISOString() ?? '-',
              ]),
            ),
          ].join('\n'),
        );
      }),
    );
}

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:\/\//.test(text)) {
    throw new InvalidArgumentError('Give an https address (http only on your own machine).');
  }
  const url = new URL(text);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !local) {
    throw new InvalidArgumentError(
      'Use https: the answer is signed, but what is asked is not hidden.',
    );
  }
  return text.replace(/\/+$/, '');
}
