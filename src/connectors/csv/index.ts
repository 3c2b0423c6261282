/** Accounts from a CSV file that some other system exported. */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { systemCode } from '../../kernel/errors.ts';
import type { Outcome, Report, Unseen } from '../../estate/schema.ts';
import type { CollectContext, Connector } from '../connector.ts';
import { accountReports, columnsOf } from '../mapped-account.ts';
import { stopIf } from '../web.ts';
import { Config } from './config.ts';

const LONGEST_RECORD = 1024 * 1024;
const LINES_TOLD = 20;

export const csv: Connector<Config> = {
  id: 'csv',
  version: 1,
  title: 'CSV file of accounts',
  config: Config,
  needs: {
    network: false,
    files: ['the CSV file'],
    secrets: [],
    permissions: ['to read the file'],
  },
  interval: 24 * 60 * 60,
  collect,
};

interface Counts {
  rows: number;
  readonly malformed: number[];
  readonly twice: number[];
}

async function* collect(context: CollectContext<Config>): AsyncGenerator<Report, Outcome, void> {
  const { log, signal } = context;
  stopIf(signal);
  context.progress(0, undefined, 'reading the file');
  const counts: Counts = { rows: 0, malformed: [], twice: [] };
  const seen = new Set<string>();
  const unseen: Unseen[] = [];
  try {
    yield* accounts(context, counts, seen, unseen);
  } catch (error) {
    stopIf(signal);
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    log.warn('file could not be read', { reason: failure.reason });
    unseen.push(failure);
  }
  unseen.push(
    ...told('malformed lines', counts.malformed),
    ...told('logins that come twice', counts.twice),
  );
  yield* unseen.map((each): Report => ({ type: 'unseen', ...each }));
  if (seen.size === 0 && unseen.length > 0) return 'failed';
  return unseen.length === 0 ? 'complete' : 'partial';
}

async function* accounts(
  { config, clock, signal }: CollectContext<Config>,
  counts: Counts,
  seen: Set<string>,
  unseen: Unseen[],
): AsyncGenerator<Report> {
  const now = clock.now();
  const source = createReadStream(config.file, { signal });
  const parser = source.pipe(
    parse({
      delimiter: config.separator ?? ',',
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_RECORD,
    }),
  );
  // A pipe hands on no error of its source.
  source.on('error', (error) => parser.destroy(error));
  let header: readonly string[] | undefined;
  for await (const each of parser as AsyncIterable<Record>) {
    const { record, info } = each;
    if (header === undefined) {
      header = record.map((name) => name.trim());
      const known = new Set(header);
      const missing = columnsOf(config).filter((column) => !known.has(column));
      if (missing.length === 0) continue;
      unseen.push({
        what: 'columns',
        reason: 'invalid',
        detail: `${missing.length} are not in the file`,
      });
      return;
    }
    yield* reportsOf(record, header, info.lines);
  }

  function* reportsOf(
    record: readonly string[],
    names: readonly string[],
    line: number,
  ): Generator<Report> {
    counts.rows += 1;
    const reports =
      record.length === names.length
        ? accountReports((column) => record[names.indexOf(column)], config, now)
        : [];
    const [account] = reports;
    if (account?.type !== 'observation') counts.malformed.push(line);
    else if (seen.has(account.key)) counts.twice.push(line);
    else {
      seen.add(account.key);
      yield* reports;
    }
  }
}

interface Record {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function told(what: string, lines: readonly number[]): Unseen[] {
  if (lines.length === 0) return [];
  const detail = `${lines.length} lines: ${lines.slice(0, LINES_TOLD).join(', ')}${lines.length > LINES_TOLD ? '…' : ''}`;
  return [{ what, reason: 'invalid', detail, mayHide: ['account', 'factor'] }];
}

/** Never the parser's own words, which quote the line. */
function failureOf(error: unknown): Unseen | undefined {
  const code = systemCode(error);
  if (code === '') return undefined;
  const parsing = code.startsWith('CSV_');
  const closed = code === 'EACCES' || code === 'EPERM';
  const reason = parsing ? 'invalid' : closed ? 'not-permitted' : 'unreadable';
  return { what: 'file of accounts', reason, detail: code, mayHide: ['account', 'factor'] };
}
