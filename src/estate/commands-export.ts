/** `holdfast estate export`: what is declared, as files that an import reads back unchanged. */
import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../kernel/cli.ts';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { newId, sha256Hex } from '../kernel/ids.ts';
import { record } from '../ledger/record.ts';
import { writeDeclared, type WrittenFile } from './declared/write.ts';
import { readDeclaredEstate } from './import.ts';

interface Options {
  readonly format: string;
  readonly output?: string;
}

export function exportCommand(estate: Command, cli: Cli): void {
  estate
    .command('export')
    .description('write the declared estate: one YAML file, or one CSV file for each kind')
    .option('--format <format>', 'yaml or csv', 'yaml')
    .option('--output <folder>', 'write the files into this folder instead of printing YAML')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast estate export > estate.yaml\n  holdfast estate export --format csv --output declared',
    )
    .action((options: Options) => runExport(options, cli));
}

async function runExport({ format, output }: Options, cli: Cli): Promise<void> {
  if (format !== 'yaml' && format !== 'csv') {
    throw new HoldfastError('bad_input', `There is no format ${format}`, {
      remedy: 'The formats are yaml and csv.',
    });
  }
  if (format === 'csv' && output === undefined) {
    throw new HoldfastError('bad_input', 'CSV is one file for each kind', {
      remedy: 'Name a folder for them with --output.',
    });
  }
  const files = await cli.withDatabase(async ({ database, clock }) => {
    const entities = await readDeclaredEstate(database);
    const now = clock.now();
    const written = writeDeclared(entities, format, {
      comment: `The declared estate, written by Holdfast at ${now.toISOString()}`,
    });
    await database.transaction('everything', (sql) =>
      record(sql, 'export', ledgerBody(written), now),
    );
    return written;
  });
  if (files.length === 0) cli.say('Nothing is declared yet: holdfast estate import takes files.');
  if (output === undefined) {
    for (const file of files) cli.out(file.text.trimEnd());
    return;
  }
  for (const file of files) cli.say(writeInto(output, file));
}

function ledgerBody(files: readonly WrittenFile[]) {
  const text = files.map((file) => file.text).join('');
  const kilobytes = Math.ceil(text.length / 1024);
  return { export: newId(), what: 'estate' as const, kilobytes, digest: sha256Hex(text) };
}

/** Beside and then over: a full disk leaves the old file as it was. */
function writeInto(folder: string, file: WrittenFile): string {
  const target = path.join(folder, file.name);
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(`${target}.new`, file.text, { mode: 0o600 });
    fs.renameSync(`${target}.new`, target);
  } catch (error) {
    throw new HoldfastError(
      systemCode(error) === 'ENOSPC' ? 'disk_full' : 'bad_file',
      `Cannot write ${target} (${systemCode(error)})`,
    );
  }
  return `Wrote ${target}`;
}
