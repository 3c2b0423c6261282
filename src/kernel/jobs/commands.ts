/** `holdfast jobs`: what runs in the background. */
import { Option, type Command } from 'commander';
import { ageText, table, type Cli } from '../cli.ts';
import { shownJob } from './handlers.ts';
import { cancelJob, listJobs } from './records.ts';
import { JOB_STATES, type JobState } from './states.ts';
import type { JobRecord } from './store.ts';

export function jobCommands(program: Command, cli: Cli): void {
  const jobs = program
    .command('jobs')
    .description('background jobs: what runs and waits first, then the latest')
    .addOption(new Option('--state <state>', 'only these').choices(JOB_STATES))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast jobs\n  holdfast jobs --state failed --json\n  holdfast jobs cancel 0b7c…',
    )
    .action((options: { state?: JobState; json?: boolean }) =>
      cli.withDatabase(async ({ database, clock }) => {
        const records = await listJobs(database, { state: options.state });
        cli.answer(options, records.map(shownJob), () => jobsText(records, clock.now()));
      }),
    );
  jobs
    .command('cancel')
    .argument('<id>', 'the id that holdfast jobs prints')
    .description('end a waiting job now, ask a running one to end')
    .action((id: string) =>
      cli.withDatabase(async ({ database }) => {
        const record = await cancelJob(database, id);
        cli.out(
          record.state === 'running'
            ? 'The job was asked to end; holdfast jobs shows when it has.'
            : 'The job is cancelled.',
        );
      }),
    );
}

export function jobsText(records: readonly JobRecord[], now: Date): string {
  if (records.length === 0) return 'There are no jobs.';
  return table(
    ['ID', 'JOB', 'STATE', 'PROGRESS', 'ATTEMPT', 'SINCE', 'ERROR'],
    records.map((record) => [
      record.id,
      record.name,
      record.cancelRequested && record.state === 'running' ? 'ending' : record.state,
      progressText(record),
      record.attempt,
      `${ageText(now.getTime() - since(record).getTime())} ago`,
      record.errorCode === null ? '-' : `${record.errorCode}: ${record.errorMessage ?? ''}`,
    ]),
  );
}

function since(record: JobRecord): Date {
  return record.endedAt ?? record.startedAt ?? record.createdAt;
}

function progressText({ done, total, what }: JobRecord): string {
  if (done === 0 && total === null) return '-';
  const count = total === null ? String(done) : `${done} of ${total}`;
  return what === null ? count : `${count} ${what}`;
}
