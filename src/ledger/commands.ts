/** `holdfast ledger …`: what was recorded, proof of it for others, and the witnesses. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { table, type Cli } from '../kernel/cli.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { newId, sha256Hex } from '../kernel/ids.ts';
import { packageRoot } from '../kernel/paths.ts';
import { auditLedger, type Audit } from './audit.ts';
import { formatOpening } from './commitment.ts';
import { exportLog } from './export.ts';
import { record } from './record.ts';
import { placeOf, recoverEntries, sequence, type LedgerPlace } from './sequence.ts';
import { describeEntry, describeLedger, type EntryFacts, type LedgerFacts } from './show.ts';
import * as store from './store.ts';
import { keyCommands } from './commands-key.ts';
import { stampCommand } from './commands-stamp.ts';
import { witnessCommands } from './commands-witness.ts';
import { readTimestamps } from './store-timestamp.ts';

interface Options {
  readonly json?: boolean;
  readonly asAt?: Date;
  readonly out?: string;
}

const REASONS = ['rights', 'retention', 'mistake'] as const;
const BLOCK = 5000;
const MOST_HEADS = 10_000;

export function ledgerCommands(program: Command, cli: Cli): void {
  const ledger = program
    .command('ledger')
    .description('the signed, append-only record of every decision and piece of evidence');
  showCommand(ledger, cli);
  proveCommand(ledger, cli);
  verifyCommand(ledger, cli);
  exportCommand(ledger, cli);
  eraseCommand(ledger, cli);
  recoverCommand(ledger, cli);
  stampCommand(ledger, cli);
  witnessCommands(ledger, cli);
  keyCommands(ledger, cli);
}

function showCommand(ledger: Command, cli: Cli): void {
  ledger
    .command('show')
    .argument('[entry]', 'one entry by its number', parseIndex)
    .description('the newest signed head and its witnesses, or one entry')
    .addOption(
      new Option(
        '--as-at <moment>',
        'the newest head that was made known by this moment',
      ).argParser(parseMoment),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast ledger show\n  holdfast ledger show 17 --json\n  holdfast ledger show --as-at 2022-08-04T07:00:00Z',
    )
    .action((entry: number | undefined, options: Options) =>
      cli.withDatabase(async (opened) => {
        const place = placeOf(opened);
        await sequence(place);
        if (entry === undefined) {
          const facts = await describeLedger(place, options.asAt);
          cli.answer(options, facts, () => ledgerText(facts));
        } else {
          const facts = await describeEntry(place, entry);
          cli.answer(options, facts, () => entryText(facts));
        }
      }),
    );
}

function proveCommand(ledger: Command, cli: Cli): void {
  ledger
    .command('prove')
    .argument('<entry>', 'the number of the entry', parseIndex)
    .description('a .tlog-proof file that proves one record to anybody who has the key, offline')
    .option('--out <file>', 'write it here instead of entry-<number>.tlog-proof')
    .addHelpText('after', '\nExample:\n  holdfast ledger prove 17 --out notice-17.tlog-proof')
    .action((entry: number, options: Options) =>
      cli.withDatabase(async (opened) => {
        const place = placeOf(opened);
        const log = await sequence(place);
        const [found] = await place.database.transaction('everything', (sql) =>
          store.readEntries(sql, entry, entry + 1),
        );
        if (found === undefined) throw new HoldfastError('not_found', `No ledger entry ${entry}.`);
        const extra = found.opening && Buffer.from(formatOpening(found.opening));
        const file = options.out ?? `entry-${entry}.tlog-proof`;
        writeNew(file, log.prove(entry, extra));
        cli.say(`Wrote ${file}. Anybody can check it with docs/verify/holdfast-verify.mjs.`);
        if (extra === undefined) cli.say('The record is erased: this proves only its commitment.');
      }),
    );
}

function verifyCommand(ledger: Command, cli: Cli): void {
  ledger
    .command('verify')
    .description('compare every row, record, tile and head that this Holdfast holds')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThis finds damage. Against whoever holds this machine only others can testify:\n  holdfast ledger export DIRECTORY, and holdfast-verify.mjs with an older checkpoint of theirs.',
    )
    .action((options: Options) =>
      cli.withDatabase(async (opened) => {
        const place = placeOf(opened);
        await sequence(place);
        const audit = await auditLedger(place);
        cli.answer(options, audit, () => auditText(audit));
        if (audit.problems.length > 0) cli.exit(2);
      }),
    );
}

function exportCommand(ledger: Command, cli: Cli): void {
  ledger
    .command('export')
    .argument('<directory>', 'a new or empty directory')
    .description('copy the ledger into a directory that verifies without Holdfast')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  holdfast ledger export ./ledger-for-the-regulator')
    .action((directory: string, options: Options) =>
      cli.withDatabase(async (opened) => {
        const place = placeOf(opened);
        const log = await sequence(place);
        const heads = await place.database.transaction('everything', (sql) =>
          store.readHeads(sql, { most: MOST_HEADS }),
        );
        const newest = heads.find(({ size }) => size === log.checkpoint.size);
        const exported = await exportLog(
          {
            files: log.files,
            checkpoint: newest?.note ?? log.checkpointText,
            olderCheckpoints: heads.filter((head) => head !== newest).map(({ note }) => note),
            openings: openings(place, log.checkpoint.size),
            timestamps: await place.database.transaction('everything', readTimestamps),
            script: readFileSync(
              path.join(packageRoot(), 'docs/verify/holdfast-verify.mjs'),
              'utf8',
            ),
          },
          path.resolve(directory),
        );
        const now = opened.clock.now();
        const digest = sha256Hex(newest?.note ?? log.checkpointText);
        const { kilobytes } = exported;
        await place.database.transaction('everything', (sql) =>
          record(sql, 'export', { export: newId(), what: 'ledger', kilobytes, digest }, now),
        );
        cli.answer(
          options,
          exported,
          () =>
            `Exported ${exported.entries} entries, ${exported.records} records and ${exported.checkpoints} older checkpoints to ${directory}.\nREADME.txt there says how to check it.`,
        );
      }),
    );
}

function eraseCommand(ledger: Command, cli: Cli): void {
  ledger
    .command('erase')
    .argument('<entry>', 'the number of the entry', parseIndex)
    .addOption(new Option('--reason <reason>', 'why').choices(REASONS).makeOptionMandatory())
    .description('destroy the record and salt of one entry; its commitment stays, and that it was')
    .addHelpText('after', '\nExample:\n  holdfast ledger erase 17 --reason rights')
    .action((entry: number, { reason }: { reason: (typeof REASONS)[number] }) =>
      cli.withDatabase(async ({ database, clock }) => {
        await database.transaction('everything', async (sql) => {
          if (!(await store.eraseOpening(sql, entry))) {
            throw new HoldfastError('not_found', `Entry ${entry} has no record to erase.`);
          }
          await record(sql, 'ledger.erased', { index: entry, reason }, clock.now());
        });
        cli.say(`Erased the record of entry ${entry}. Backups and exports may still hold it.`);
      }),
    );
}

function recoverCommand(ledger: Command, cli: Cli): void {
  ledger
    .command('recover')
    .description(
      'after an older database was restored: go on from the tiles, without the lost records',
    )
    .action(() =>
      cli.withDatabase(async (opened) => {
        const lost = await recoverEntries(placeOf(opened));
        cli.say(
          lost === 0
            ? 'Nothing is missing from the database.'
            : `${lost} records are lost; their commitments are kept and the ledger goes on.`,
        );
      }),
    );
}

async function* openings(place: LedgerPlace, size: number) {
  for (let from = 0; from < size; from += BLOCK) {
    const entries = await place.database.transaction('everything', (sql) =>
      store.readEntries(sql, from, Math.min(from + BLOCK, size)),
    );
    for (const { index, opening } of entries) {
      if (opening !== undefined) yield { index, opening };
    }
  }
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (cause) {
    throw new HoldfastError('conflict', `${file} cannot be written: it exists, or may not be.`, {
      cause,
    });
  }
}

function ledgerText(facts: LedgerFacts): string {
  const lines = [
    `Ledger   ${facts.origin}`,
    ...facts.keys.map((key) => `Key      ${key}`),
    `Entries  ${facts.size}${facts.waiting > 0 ? ` and ${facts.waiting} waiting` : ''}`,
    `Root     ${facts.root}`,
    `Since    ${facts.publishedAt}`,
  ];
  if (facts.cosigned.length === 0) {
    lines.push('No witness has cosigned this head: nobody else can vouch for it yet.');
  } else {
    lines.push(
      '',
      table(
        ['WITNESS', 'SAW IT'],
        facts.cosigned.map((one) => [one.name, one.at]),
      ),
    );
  }
  return lines.join('\n');
}

function entryText(facts: EntryFacts): string {
  return [
    `Entry     ${facts.index}`,
    `Kind      ${facts.kind}`,
    `Recorded  ${facts.recordedAt}`,
    `Entry is  ${facts.commitment}`,
    facts.body === null ? 'The record is erased.' : `Record    ${JSON.stringify(facts.body)}`,
  ].join('\n');
}

function auditText(audit: Audit): string {
  const { problems } = audit;
  return [
    `${audit.entries} entries, ${audit.records} records, ${audit.erased} erased, ${audit.heads} heads.`,
    ...problems,
    problems.length === 0 ? 'Everything agrees.' : `${problems.length} PROBLEMS.`,
  ].join('\n');
}

function parseIndex(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give the number of an entry.');
  return Number(text);
}

function parseMoment(text: string): Date {
  const moment = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(moment.getTime()) || !/^\d{4}-\d{2}-\d{2}/.test(text)) {
    throw new InvalidArgumentError('Give a date or a moment with its zone (2026-10-01T08:30:00Z).');
  }
  return moment;
}
