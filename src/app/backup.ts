/** `holdfast backup` and `holdfast restore`: everything the database holds, in one file. */
import path from 'node:path';
import process from 'node:process';
import type { Command } from 'commander';
import type { Cli } from '../kernel/cli.ts';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { packageRoot } from '../kernel/paths.ts';
import { startProgress } from '../kernel/progress.ts';
import { record } from '../ledger/record.ts';
import { backup, type CopyOptions } from '../kernel/sql/backup.ts';
import { readMigrations } from '../kernel/sql/migrate.ts';
import type { Sql } from '../kernel/sql/database.ts';
import { restore, type RestoreResult } from '../kernel/sql/restore.ts';

export function backupCommands(program: Command, cli: Cli): void {
  program
    .command('backup')
    .argument('<file>', 'a new file; it is readable by you only')
    .description('write everything the database holds to one file; the server may run meanwhile')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast backup /mnt/safe/holdfast-2026-11-01.backup\n\nThe file holds account names and whatever else the estate knows of people: keep it as you keep the\ndatabase. Note the SHA-256 that is printed; holdfast restore --sha256 accepts that backup only.\nSigning keys and the ledger’s files in the data directory are not in it.',
    )
    .action(async (file: string, options: { json?: boolean }) => {
      const result = await cli.withDatabase(async ({ admin, clock, database }) => {
        const made = await shown(cli, clock, (copy) =>
          backup(admin, path.resolve(file), { ...copy, version: program.version() ?? '' }),
        );
        const body = {
          backup: newId(),
          kilobytes: Math.ceil(made.bytes / 1024),
          digest: made.sha256,
        };
        await database.transaction('everything', (sql) => record(sql, 'backup', body, clock.now()));
        return made;
      });
      cli.answer(options, result, () =>
        [
          `${result.rows} rows of ${result.tables} tables as at ${result.at}`,
          `${result.file}, ${result.bytes} bytes`,
          `SHA-256 ${result.sha256}`,
        ].join('\n'),
      );
    });
  program
    .command('restore')
    .argument('<file>', 'a file that holdfast backup wrote')
    .description('put a backup into an empty database, whole or not at all')
    .option('--sha256 <digest>', 'accept only the backup with this SHA-256')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast restore /mnt/safe/holdfast-2026-11-01.backup --data /srv/new-holdfast',
    )
    .action(async (file: string, options: { json?: boolean; sha256?: string }) => {
      const migrations = readMigrations(path.join(packageRoot(), 'migrations'));
      const { sha256 } = options;
      const result = await cli.withDatabase(({ admin, clock }) =>
        shown(cli, clock, (copy) =>
          restore(admin, path.resolve(file), {
            ...copy,
            migrations,
            also: (sql, restored) => recordRestore(sql, restored, clock.now()),
            ...(sha256 === undefined ? {} : { sha256 }),
          }),
        ),
      );
      cli.answer(
        options,
        result,
        () => `${result.rows} rows of ${result.tables} tables restored, as at ${result.at}`,
      );
    });
}

/** A restored database says that it is one, of which backup and of what time; the backup is named by its SHA-256. */
export async function recordRestore(sql: Sql, from: RestoreResult, now: Date): Promise<void> {
  const { sha256: digest, at } = from;
  const taken = new Date(at).toISOString();
  await record(sql, 'restore', { backup: digest, digest, taken }, now);
}

async function shown<T>(
  cli: Cli,
  clock: Clock,
  work: (copy: CopyOptions) => Promise<T>,
): Promise<T> {
  const progress = startProgress(process.stderr, clock);
  try {
    return await work({ signal: cli.signal, progress: (...far) => progress.update(...far) });
  } finally {
    progress.end();
  }
}
